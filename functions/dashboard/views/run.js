// One run: what was asked, what became of every row, why it ended; live while it is under way.
import { ApiError, isAbort } from '../api.js';
import { explainCause } from '../causes.js';
import { fill, h } from '../dom.js';
import { icon } from '../icons.js';
import { visibleText } from '../visible-text.js';
import { LEDGER, badge, ledgerBar, problemBox, spinner } from '../widgets.js';
import { cellLink } from './held-row.js';
import { createWords } from './held-words.js';
import { createProgress } from './progress.js';
import { kindOfRun, triggerOf } from './run-kinds.js';
import { readSheet } from './sheet.js';

/** @typedef {import('../context.js').Context} Context */
/**
 * @typedef {{ propertyNumber: string | null, error: string, code: string, column: string | null,
 *   row: number | null }} RunError
 */

const OPEN = new Set(['queued', 'in_progress']);

/** @param {Context} context */
export function createRunDetail(context) {
  const { t, has, api } = context;
  const stop = new AbortController();
  const { signal } = stop;
  const state = h('div', { class: 'run-state', role: 'status' });
  const place = h('div', { class: 'run-parts' }, spinner(t('common.loading')));
  const back = h('p', null, h('a', { href: '#/history' }, `← ${t('run.back')}`));
  const element = h(
    'div',
    { class: 'view run' },
    back,
    h('div', { class: 'run-head' }, h('h1', null, t('run.title')), state),
    place,
  );
  const progress = createProgress(context);
  let words = createWords({ t, has, sheet: null });
  /** @type {any} */
  let shown = null;

  /** @param {any} status the status document */
  function show(status) {
    shown = status;
    fillOnce(state, badge(kindOfRun(status), t(`status.${status.status}`)));
    if (OPEN.has(status.status)) progress.show(status);
    fill(
      place,
      OPEN.has(status.status)
        ? h('section', { class: 'card', 'aria-label': t('progress.label') }, progress.element)
        : null,
      cause(status, context),
      h('div', { class: 'run-columns' }, ledgerCard(status, context), factsCard(status, context)),
      sheetCard(status, context),
      errorsCard(status, { context, words }),
    );
  }

  /** An address of no run is as good as that of a run that is gone. @param {unknown} error */
  const problemText = (error) =>
    error instanceof ApiError && error.code === 'invalid_request'
      ? t('problem.unknown_run')
      : context.problemText(error);

  return {
    element,
    /** @param {string} syncId */
    async start(syncId) {
      void useSheet();
      try {
        const status = await api.get(`/status/${encodeURIComponent(syncId)}`, { signal });
        show(status);
        if (OPEN.has(status.status)) show(await context.follow(syncId, show, { signal }));
      } catch (error) {
        if (!isAbort(error)) fill(place, problemBox(error, problemText));
      }
    },
    stop: () => stop.abort(),
  };

  async function useSheet() {
    const sheet = await readSheet(api);
    if (signal.aborted) return;
    words = createWords({ t, has, sheet });
    if (shown !== null) show(shown);
  }
}

/**
 * Where nothing has changed a screen reader is told nothing.
 * @param {HTMLElement} element
 * @param {HTMLElement} child
 */
function fillOnce(element, child) {
  if (element.textContent !== child.textContent) fill(element, child);
}

/** @param {any} status @param {Context} context */
function cause({ cause: found, status }, context) {
  if (found === null) return null;
  const { what, todo } = explainCause(found.code, context);
  const { t } = context;
  const kind = status === 'failed' ? 'bad' : 'warn';
  return h(
    'section',
    { class: `card run-cause ${kind}`, 'aria-labelledby': 'run-cause' },
    h('h2', { id: 'run-cause' }, icon(kind), t('run.cause')),
    h('p', null, what),
    h('p', null, todo),
    h(
      'p',
      { class: 'muted run-message' },
      h('code', null, visibleText(found.code, 100)),
      ' ',
      visibleText(found.message ?? '', 1000),
    ),
  );
}

/**
 * The rows that were read, and that each of them is accounted for.
 * @param {any} status
 * @param {Context} context
 */
function ledgerCard({ stats, dryRun, status }, { t, format }) {
  const sum = LEDGER.reduce((total, name) => total + stats[name], 0);
  const rows = LEDGER.map((name, i) =>
    h(
      'tr',
      { class: `ledger-${name}` },
      h(
        'th',
        { scope: 'row' },
        h('span', { class: 'ledger-sign', 'aria-hidden': 'true' }),
        `${i === 0 ? '' : '+ '}${t(`ledger.${name}`)}`,
      ),
      h('td', { class: 'number' }, format.number(stats[name])),
    ),
  );
  const balances = sum === stats.total;
  const total = h(
    'tr',
    { class: 'ledger-total' },
    h('th', { scope: 'row' }, `= ${t('run.read')}`),
    h('td', { class: 'number' }, format.number(stats.total)),
  );
  const word = balances
    ? t('run.balances', { n: stats.total })
    : t('run.balances-not', { n: stats.total, sum });
  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'run-ledger' },
    h('h2', { id: 'run-ledger' }, t('run.ledger')),
    dryRun ? h('p', { class: 'muted' }, t('ledger.dry-run')) : null,
    stats.total > 0 ? ledgerBar(stats, t) : null,
    h(
      'table',
      { class: 'table ledger-table' },
      h('caption', { class: 'visually-hidden' }, t('run.ledger')),
      h('tbody', null, rows),
      h('tfoot', null, total),
    ),
    h(
      'p',
      { class: `run-balance ${balances ? 'good' : 'bad'}` },
      icon(balances ? 'good' : 'bad'),
      word,
    ),
    stats.heldCells > 0
      ? h('p', { class: 'muted' }, t('run.held-cells', { n: stats.heldCells }))
      : null,
    OPEN.has(status) ? h('p', { class: 'muted' }, t('run.ledger-open')) : null,
  );
}

/** @param {any} run @param {Context} context */
function factsCard(run, { t, has, format }) {
  const time = (/** @type {string | null} */ iso) =>
    iso ? [format.time(iso), ' (', format.timeElement(iso), ')'] : null;
  /** @type {[string, any][]} */
  const facts = [
    ['kind', t(`kind.${run.kind}`)],
    [
      'numbers',
      run.numbers === null || run.numbers === undefined ? null : format.number(run.numbers),
    ],
    ['trigger', triggerOf(run, { t, has })],
    ['dry-run', run.dryRun ? t('run.dry-run-word') : null],
    ['requested', time(run.requestedAt)],
    ['started', time(run.startedAt)],
    ['completed', time(run.completedAt)],
    [
      'duration',
      run.durationMs === null || run.durationMs === undefined
        ? null
        : format.duration(run.durationMs),
    ],
    ['id', h('code', { class: 'run-id' }, run.syncId)],
  ];
  const items = facts
    .filter(([, value]) => value !== null)
    .map(([name, value]) =>
      h('div', { class: 'fact' }, h('dt', null, t(`run.${name}`)), h('dd', null, value)),
    );
  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'run-facts' },
    h('h2', { id: 'run-facts' }, t('run.facts')),
    h('dl', { class: 'facts' }, items),
  );
}

/** What was noticed of the sheet beside its rows. @param {any} status @param {Context} context */
function sheetCard({ report }, { t }) {
  const headers = Array.isArray(report?.unmapped_headers) ? report.unmapped_headers : [];
  if (headers.length === 0 && report?.sheet_moved !== true) return null;
  const list = headers.map((/** @type {unknown} */ header) =>
    h('li', null, visibleText(String(header), 100)),
  );
  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'run-sheet' },
    h('h2', { id: 'run-sheet' }, t('run.sheet')),
    report?.sheet_moved === true ? h('p', null, t('run.sheet-moved')) : null,
    headers.length > 0
      ? [
          h('p', null, t('run.unmapped', { n: headers.length })),
          h('ul', { class: 'run-headers plain-list' }, list),
        ]
      : null,
  );
}

/**
 * @param {any} status
 * @param {{ context: Context, words: import('./held-words.js').Words }} how
 */
function errorsCard({ errors, errorsTotal, dryRun }, { context: { t }, words }) {
  if (errorsTotal === 0) return null;
  const heads = ['listing', 'column', 'reason'].map((name) =>
    h('th', { scope: 'col' }, t(`run.errors-${name}`)),
  );
  const rows = errors.map((/** @type {RunError} */ error) =>
    h(
      'tr',
      null,
      h(
        'th',
        { scope: 'row' },
        h(
          'div',
          null,
          error.propertyNumber === null
            ? t('held.no-number')
            : visibleText(error.propertyNumber, 60),
        ),
        cellLink(error, { t, words }),
      ),
      h('td', null, visibleText(words.header(error.column), 60)),
      h(
        'td',
        null,
        h('p', null, visibleText(words.what(error), 300)),
        h('p', { class: 'muted' }, words.todo(error.code)),
      ),
    ),
  );
  const more =
    errorsTotal > errors.length
      ? h('p', { class: 'muted' }, t('run.errors-more', { n: errorsTotal, shown: errors.length }))
      : null;
  const link = dryRun ? null : h('p', null, h('a', { href: '#/held' }, t('run.errors-link')));
  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'run-errors' },
    h('h2', { id: 'run-errors' }, t('run.errors', { n: errorsTotal })),
    more,
    h(
      'div',
      { class: 'table-place', role: 'region', tabindex: '0', 'aria-labelledby': 'run-errors' },
      h(
        'table',
        { class: 'table run-errors' },
        h('thead', null, h('tr', null, heads)),
        h('tbody', null, rows),
      ),
    ),
    link,
  );
}
