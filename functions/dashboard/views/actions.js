// What a person can start: a run of everything or of some numbers, tried first or for good, or by
// force. Each run that was started here is followed to its end, in its own box.
import { isAbort } from '../api.js';
import { explainCause } from '../causes.js';
import { fill, h, keepFocus, setText } from '../dom.js';
import { icon } from '../icons.js';
import { NUMBERS_MAX, parseNumbers } from '../property-numbers.js';
import { badge, problemBox } from '../widgets.js';
import { ledger } from './ledger.js';
import { createProgress } from './progress.js';
import { kindOfRun } from './run-kinds.js';

/** @typedef {import('../context.js').Context} Context */
/** @typedef {{ propertyNumbers?: string[], dryRun?: boolean, force?: boolean }} RunRequest */

/**
 * @param {Context} context
 * @returns {{ element: HTMLElement, draw: () => void, syncId: () => string | null }} `draw` with
 *   each change of the facts; `syncId`: of the run whose progress is shown here
 */
export function createActions(context) {
  const { t, access, facts } = context;
  const results = h('div', { class: 'results' });
  const numbers = createNumbersForm(context);
  /** @type {ReturnType<typeof createRunBox> | null} */
  let box = null;
  let isBusy = false;

  /** @param {RunRequest} request */
  async function start(request) {
    if (isBusy) return;
    isBusy = true;
    const giveBack = keepFocus();
    drawAccess();
    try {
      const { syncId } = await context.api.post('/manual', request);
      box = createRunBox(context, syncId, request);
      fill(results, box.element);
      facts.watch(syncId);
    } catch (error) {
      if (!isAbort(error)) fill(results, problemBox(error, context.problemText));
    } finally {
      isBusy = false;
      drawAccess();
      giveBack();
    }
  }

  async function force() {
    const answer = await context.confirm({
      title: t('force.title'),
      body: ['force.cancels', 'force.circuit', 'force.when'].map((key) => h('p', null, t(key))),
      action: t('force.action'),
      danger: true,
    });
    if (answer) await start({ force: true });
  }

  const button = (
    /** @type {string} */ key,
    /** @type {string} */ kind,
    /** @type {() => void} */ act,
  ) => h('button', { type: 'button', class: `button ${kind}`, onclick: act }, t(key));
  const syncNow = h(
    'button',
    { type: 'button', class: 'button primary', onclick: () => start({}) },
    icon('sync'),
    t('actions.sync'),
  );
  const dryRun = button('actions.dry-run', '', () => start({ dryRun: true }));
  const forced = button('actions.force', 'danger', force);
  const someNow = button('actions.numbers-sync', '', () =>
    numbers.use((list) => start({ propertyNumbers: list })),
  );
  const someDry = button('actions.numbers-dry-run', '', () =>
    numbers.use((list) => start({ propertyNumbers: list, dryRun: true })),
  );
  const buttons = [syncNow, dryRun, forced, someNow, someDry];
  const readOnly = h('p', { class: 'notice', hidden: true }, t('actions.read-only'));

  function drawAccess() {
    readOnly.hidden = access.canAct;
    for (const one of buttons) one.disabled = isBusy || !access.canAct;
  }
  access.subscribe(drawAccess);
  drawAccess();

  return {
    element: h(
      'section',
      { class: 'card actions', 'aria-labelledby': 'actions-title' },
      h('h2', { id: 'actions-title' }, t('actions.title')),
      readOnly,
      h('div', { class: 'toolbar' }, syncNow, dryRun, forced),
      h('p', { class: 'muted' }, t('actions.dry-run-hint')),
      results,
      h(
        'details',
        { class: 'numbers' },
        h('summary', null, t('actions.numbers')),
        numbers.element,
        h('div', { class: 'toolbar' }, someNow, someDry),
      ),
    ),
    draw: () => box?.draw(facts.runOf(box.syncId)),
    syncId: () => (box?.isOpen() ? box.syncId : null),
  };
}

/** @param {Context} context */
function createNumbersForm({ t }) {
  const text = h('textarea', {
    id: 'numbers',
    rows: 4,
    spellcheck: 'false',
    'aria-describedby': 'numbers-hint numbers-count',
    placeholder: 'AA10001, AA10002 …',
  });
  const count = h('p', { id: 'numbers-count', class: 'muted', 'aria-live': 'polite' });
  const problem = h('div', null);
  const draw = () => {
    const { numbers } = parseNumbers(text.value);
    setText(count, numbers.length === 0 ? '' : t('actions.numbers-count', { n: numbers.length }));
    fill(problem);
  };
  text.addEventListener('input', draw);

  /** @param {string} key @param {Record<string, string | number>} [values] */
  const refuse = (key, values) => {
    fill(
      problem,
      problemBox(null, () => t(key, values)),
    );
    text.focus();
  };
  return {
    element: h(
      'div',
      { class: 'field' },
      h('label', { for: 'numbers' }, t('actions.numbers-label')),
      h('p', { id: 'numbers-hint', class: 'muted' }, t('actions.numbers-hint')),
      text,
      count,
      problem,
    ),
    /** @param {(numbers: string[]) => void} act with what was typed, where it is well */
    use(act) {
      const { numbers, tooLong } = parseNumbers(text.value);
      if (tooLong.length > 0)
        return refuse('actions.numbers-too-long', {
          n: tooLong.length,
          first: tooLong[0].slice(0, 30),
        });
      if (numbers.length === 0) return refuse('actions.numbers-none');
      if (numbers.length > NUMBERS_MAX)
        return refuse('actions.numbers-too-many', { n: numbers.length, max: NUMBERS_MAX });
      act(numbers);
    },
  };
}

/**
 * @param {Context} context
 * @param {string} syncId
 * @param {RunRequest} request
 */
function createRunBox(context, syncId, { dryRun = false, propertyNumbers }) {
  const { t } = context;
  const progress = createProgress(context);
  const what = propertyNumbers
    ? t('actions.of-numbers', { n: propertyNumbers.length })
    : t('actions.of-all');
  const title = h('h3', null, t(dryRun ? 'actions.trying' : 'actions.syncing', { what }));
  const body = h('div', null, progress.element);
  const element = h(
    'div',
    { class: 'run-box', role: 'group', 'aria-label': title.textContent },
    title,
    body,
  );
  let isOpen = true;

  /** @param {any} status of the closed run */
  function end(status) {
    const isWell = status.status === 'completed';
    const word = badge(kindOfRun(status), t(`status.${status.status}`));
    const more = h('a', { href: `#/history/${syncId}` }, t('actions.details'));
    const cause = status.cause && explainCause(status.cause.code, context);
    const told = cause
      ? h('p', null, cause.what, ' ', cause.todo)
      : ledger(status.stats, context, { dryRun });
    fill(body, h('p', { class: 'run-box-end' }, word, ' ', more), told);
    context.announce(
      t(`actions.ended-${isWell ? 'well' : 'badly'}`, { what }),
      isWell ? 'good' : 'bad',
    );
  }

  return {
    element,
    syncId,
    isOpen: () => isOpen,
    /** @param {import('../facts.js').Followed | undefined} run */
    draw(run) {
      if (!isOpen || run === undefined) return;
      isOpen = !run.isEnded && run.error === null;
      if (run.isEnded) end(run.status);
      else if (run.error !== null) fill(body, problemBox(run.error, context.problemText));
      else if (run.status !== null) progress.show(run.status);
    },
  };
}
