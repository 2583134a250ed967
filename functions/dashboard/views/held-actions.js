// What a person can do with held entries, and what came of it: told where it was done, with a way
// back.
import { isAbort } from '../api.js';
import { fill, h, keepFocus } from '../dom.js';
import { icon } from '../icons.js';
import { problemBox } from '../widgets.js';
import { PAGE_LENGTH } from './held-store.js';
import { createProgress } from './progress.js';

/** @typedef {import('./held-store.js').State} State */
/** @typedef {'ignore' | 'resolve' | 'reopen'} Review */
/** @typedef {ReturnType<import('./held-selection.js').createSelection>} Selection */

/** @type {Record<State, (Review | 'retry')[]>} */
const OFFERED = {
  open: ['retry', 'ignore', 'resolve'],
  ignored: ['retry', 'reopen', 'resolve'],
  resolved: ['reopen'],
};

/**
 * @param {object} options
 * @param {import('../context.js').Context} options.context
 * @param {Selection} options.selection
 * @param {() => State} options.state
 * @param {() => Set<number>} options.shown ids that the list shows now
 * @param {() => Promise<Set<number> | null>} options.reload resolves with the ids that are there
 *   now; null: they could not be read, which is told elsewhere
 */
export function createActions({ context, selection, state, shown, reload }) {
  const { t, api, access } = context;
  const notice = h('div', { tabindex: '-1', class: 'held-notice', role: 'status' });
  const count = h('strong');
  const hiddenCount = h('span', { class: 'muted' });
  const buttons = h('div', { class: 'held-bar-buttons' });
  const readOnly = h('p', { class: 'muted held-read-only' }, t('held.read-only'));
  const clear = h(
    'button',
    { type: 'button', class: 'button quiet', onclick: () => selection.clear() },
    t('held.clear-selection'),
  );
  const bar = h(
    'div',
    { class: 'held-bar', hidden: true, role: 'group', 'aria-label': t('held.column.select') },
    h('p', { class: 'held-bar-count' }, count, ' ', hiddenCount, clear),
    buttons,
    readOnly,
  );
  let isBusy = false;
  let stop = new AbortController();
  /** @type {State | null} */
  let drawnFor = null;

  function draw() {
    const { size } = selection;
    bar.hidden = size === 0;
    count.textContent = t('held.selected', { n: size });
    const visible = shown();
    const away = selection.ids().filter((id) => !visible.has(id)).length;
    hiddenCount.textContent = away === 0 ? '' : t('held.selected-hidden', { n: away });
    if (drawnFor !== state()) {
      fill(buttons, OFFERED[state()].map(button));
      drawnFor = state();
    }
    for (const one of buttons.querySelectorAll('button')) one.disabled = isBusy || !access.canAct;
    readOnly.hidden = access.canAct;
  }

  /** @param {Review | 'retry'} action */
  function button(action) {
    const act = () => (action === 'retry' ? retry() : review(action));
    const kind = action === 'retry' ? 'primary' : '';
    return h(
      'button',
      {
        type: 'button',
        class: `button ${kind}`,
        title: t(`held.${action}-hint`),
        onclick: () => alone(act),
      },
      t(`held.${action}`),
    );
  }

  /**
   * One thing at a time; a failure is shown beside the buttons.
   * @param {() => Promise<void>} act
   */
  async function alone(act) {
    if (isBusy) return;
    isBusy = true;
    const giveBack = keepFocus();
    draw();
    try {
      await act();
    } catch (error) {
      if (!isAbort(error)) fill(notice, problemBox(error, context.problemText));
    } finally {
      isBusy = false;
      draw();
      giveBack();
      // What was pressed may be gone: what came of it is read on from there. Where somebody is in
      // the list stays in sight.
      if (document.activeElement === document.body) notice.focus({ preventScroll: true });
      if (!stop.signal.aborted) void context.facts.refresh(); // the counts beside the views
    }
  }

  /** @param {Review} action @param {number[]} ids */
  async function post(action, ids) {
    let changed = 0;
    for (let i = 0; i < ids.length; i += PAGE_LENGTH) {
      const body = { ids: ids.slice(i, i + PAGE_LENGTH) };
      changed += (await api.post(`/errors/${action}`, body, { signal: stop.signal })).changed;
    }
    return changed;
  }

  /** @param {Review} action */
  async function review(action) {
    const ids = selection.ids();
    const changed = await post(action, ids);
    selection.clear();
    await reload();
    if (changed === 0 && action === 'reopen') return say([t('held.not-reopened')]);
    say(
      [t(`held.done.${action}`, { n: changed })],
      action === 'reopen' ? null : undo(ids, state()),
    );
  }

  /**
   * @param {number[]} ids
   * @param {State} before
   */
  function undo(ids, before) {
    const act = async () => {
      const changed = await post('reopen', ids);
      if (before === 'ignored') await post('ignore', ids);
      await reload();
      say([t('held.undone', { n: changed })]);
    };
    return h(
      'button',
      { type: 'button', class: 'button quiet', onclick: () => alone(act) },
      t('held.undo'),
    );
  }

  async function retry() {
    const ids = selection.ids();
    const isMany = ids.length > PAGE_LENGTH;
    const { syncId } = isMany
      ? await api.post('/manual', {}, { signal: stop.signal })
      : await api.post('/errors/retry', { ids }, { signal: stop.signal });
    const progress = createProgress(context);
    const many = isMany ? ` ${t('held.retry-many', { n: PAGE_LENGTH })}` : '';
    const words = h('p', null, icon('busy'), t('held.retrying', { n: ids.length }), many);
    fill(notice, h('div', { class: 'notice held-retry' }, words, progress.element));
    const ended = await context.follow(syncId, progress.show, { signal: stop.signal });
    const left = await reload();
    if (left !== null) tellRetried(ids, left, ended);
  }

  /** @param {number[]} ids @param {Set<number>} left @param {any} ended its status document */
  function tellRetried(ids, left, ended) {
    const n = ids.length;
    const gone = ids.filter((id) => !left.has(id)).length;
    const link = h('a', { href: `#/history/${ended.syncId}` }, t('held.run-link'));
    if (ended.status !== 'completed') return say([t('held.retried.failed')], link, 'bad');
    if (gone === n) say([t('held.retried.all', { n })], link, 'good');
    else if (gone > 0) say([t('held.retried.some', { n, gone })], link, 'warn');
    else say([t('held.retried.none', { n })], link, 'warn');
  }

  /**
   * @param {string[]} sentences
   * @param {HTMLElement | null} [more]
   * @param {import('../icons.js').Kind} [kind]
   */
  function say(sentences, more = null, kind = 'good') {
    const dismiss = h(
      'button',
      {
        type: 'button',
        class: 'toast-close',
        'aria-label': t('common.close'),
        onclick: () => fill(notice),
      },
      '×',
    );
    fill(
      notice,
      h(
        'div',
        { class: `notice notice-${kind}` },
        icon(kind),
        h('span', null, sentences.join(' ')),
        more,
        dismiss,
      ),
    );
  }

  return {
    notice,
    bar,
    draw,
    /** Whether something is under way whose outcome will be told here. */
    get isBusy() {
      return isBusy;
    },
    start() {
      stop = new AbortController();
    },
    stop() {
      stop.abort();
      fill(notice);
    },
  };
}
