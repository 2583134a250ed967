// The runs of the past: charts over them, a list that goes back as far as somebody scrolls, and one
// of them in detail.
import { isAbort } from '../api.js';
import { explainCause } from '../causes.js';
import { fill, h, setText } from '../dom.js';
import { createVirtualList } from '../virtual-list.js';
import { badge, emptyState, problemBox, spinner } from '../widgets.js';
import { createHistoryCharts } from './history-charts.js';
import { createHistoryStore } from './history-store.js';
import { createRunDetail } from './run.js';
import { kindOfRun, triggerOf } from './run-kinds.js';

/** @typedef {import('./history-store.js').Run} Run */
/** @typedef {import('../context.js').Context} Context */

const COLUMNS = /** @type {const} */ ([
  'time',
  'state',
  'kind',
  'total',
  'changed',
  'held',
  'duration',
  'cause',
]);
/** So near the end of what is there, older ones are asked for. */
const MORE_ROWS = 30;

/**
 * @param {Context} context
 * @returns {import('../context.js').View}
 */
export function createHistoryView(context) {
  const { t } = context;
  const runs = createRuns(context);
  const element = h('div', { class: 'history' });
  let detail = createRunDetail(context);
  let scrolled = 0;
  let isOn = false;

  /** @param {string | undefined} syncId */
  function put(syncId) {
    detail.stop();
    if (syncId === undefined) {
      fill(element, runs.element);
      runs.start();
      requestAnimationFrame(() => scrollTo({ top: scrolled, behavior: 'instant' }));
      return;
    }
    if (isOn && runs.element.isConnected) scrolled = scrollY;
    runs.stop();
    detail = createRunDetail(context);
    fill(element, detail.element);
    detail.start(syncId);
  }

  return {
    element,
    title: () => t(runs.element.isConnected ? 'nav.history' : 'run.title'),
    show({ path }) {
      put(path[0]);
      isOn = true;
    },
    hide() {
      isOn = false;
      scrolled = 0;
      runs.stop();
      detail.stop();
    },
  };
}

/** The charts and the list. @param {Context} context */
function createRuns(context) {
  const { t, api, facts } = context;
  const store = createHistoryStore(api);
  const shortTime = createShortTime(context.locale);
  const charts = createHistoryCharts({ context, onRange: (count) => readTo(count) });
  const list = createVirtualList({
    render: (run) => runRow(run, { context, shortTime }),
    keyOf: (/** @type {Run} */ { syncId }) => syncId,
    onDraw: () => readOn(),
  });
  const place = h('div', { class: 'history-place' });
  const count = h('p', { class: 'muted history-count', role: 'status' });
  const head = h(
    'div',
    { class: 'history-row history-head', role: 'row', 'aria-rowindex': '1' },
    COLUMNS.map((name) =>
      h(
        'div',
        { class: `history-cell history-cell-${name}`, role: 'columnheader' },
        t(`history.column.${name}`),
      ),
    ),
  );
  const table = h(
    'div',
    { class: 'history-table', role: 'table', 'aria-label': t('history.list') },
    h('div', { role: 'rowgroup' }, head),
    list.element,
  );
  const element = h(
    'div',
    { class: 'view' },
    h('h1', null, t('nav.history')),
    charts.element,
    h(
      'section',
      { 'aria-label': t('history.list') },
      h('div', { class: 'card-head history-title' }, h('h2', null, t('history.list')), count),
      table,
      place,
    ),
  );
  let stop = new AbortController();
  let isOn = false;
  let isReading = false;
  /** @type {(() => void)[]} */
  let endings = [];

  function draw() {
    const { runs, isRead, isWhole } = store;
    table.hidden = runs.length === 0;
    table.setAttribute('aria-rowcount', String(isWhole ? runs.length + 1 : -1));
    list.setItems(runs);
    charts.show(runs);
    setText(
      count,
      isRead ? t(isWhole ? 'history.count' : 'history.count-more', { n: runs.length }) : '',
    );
  }

  /** Reads, draws, says what went wrong. @param {() => Promise<boolean>} step */
  async function read(step) {
    isReading = true;
    fill(place, spinner(t('common.loading')));
    try {
      const isNew = await step();
      isReading = false;
      if (isNew) draw();
      if (store.runs.length === 0) fill(place, emptyState(t('history.empty')));
      else fill(place, store.isWhole ? h('p', { class: 'muted' }, t('history.end')) : null);
    } catch (error) {
      isReading = false;
      if (isAbort(error)) return;
      const again = h(
        'button',
        { type: 'button', class: 'button', onclick: () => read(step) },
        t('common.retry'),
      );
      fill(place, problemBox(error, context.problemText), again);
    }
  }

  const refresh = () => read(() => store.refresh(stop.signal));

  /** Older ones, when the end comes into sight. */
  function readOn() {
    if (isReading || !store.isRead || store.isWhole || place.querySelector('.problem')) return;
    const last = list.rows().at(-1)?.index ?? 0;
    if (last >= store.runs.length - MORE_ROWS) void read(() => store.more(stop.signal));
  }

  /** As many as the charts are to show. @param {number} wanted */
  async function readTo(wanted) {
    await read(async () => {
      while (store.runs.length < wanted && (await store.more(stop.signal)));
      return true;
    });
  }

  /** What the last answer about health tells of runs that have begun or ended. */
  const marksOf = (/** @type {any} */ health) =>
    JSON.stringify([health?.running?.syncId, health?.lastEnded?.syncId, health?.queueSize]);
  let lastMarks = '';
  function onFacts() {
    const marks = marksOf(facts.health);
    if (marks === lastMarks || isReading) return;
    lastMarks = marks;
    void refresh();
  }

  return {
    element,
    start() {
      if (isOn) return;
      isOn = true;
      stop = new AbortController();
      list.start();
      charts.start();
      lastMarks = marksOf(facts.health);
      endings = [facts.subscribe(onFacts), facts.onRunEnd(() => void refresh())];
      void refresh();
    },
    stop() {
      if (!isOn) return;
      isOn = false;
      stop.abort();
      list.stop();
      charts.stop();
      endings.forEach((end) => end());
    },
  };
}

/**
 * To the minute, with the year where it is another than this one.
 * @param {string} locale
 */
function createShortTime(locale) {
  /** @type {Intl.DateTimeFormatOptions} */
  const minutes = {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  };
  const near = new Intl.DateTimeFormat(locale, minutes);
  const far = new Intl.DateTimeFormat(locale, { ...minutes, year: 'numeric' });
  return (/** @type {string} */ iso) => {
    const date = new Date(iso);
    const isThisYear = date.getFullYear() === new Date().getFullYear();
    return (isThisYear ? near : far).format(date);
  };
}

/**
 * @param {Run} run
 * @param {{ context: Context, shortTime: (iso: string) => string }} how
 */
function runRow(run, { context, shortTime }) {
  const { t, format } = context;
  const at = run.startedAt ?? run.requestedAt;
  const { stats, status, cause } = run;
  const held = stats.failed + stats.heldCells;
  const why = cause === null ? '' : explainCause(cause.code, context).what;
  const kind = [
    run.dryRun ? t('history.dry-run') : '',
    run.forced ? t('history.forced') : '',
    t(`kind.${run.kind}`),
    run.numbers === null ? '' : t('history.numbers', { n: run.numbers }),
    triggerOf(run, context),
  ];
  const number = (/** @type {number} */ n) =>
    h('span', { class: n === 0 ? 'muted' : '' }, format.number(n));
  /** @type {Record<typeof COLUMNS[number], any>} */
  const cells = {
    time: h('a', { href: `#/history/${run.syncId}`, title: format.time(at) }, shortTime(at)),
    state: badge(kindOfRun(run), t(`status.${status}`)),
    kind: kind.filter(Boolean).join(' · '),
    total: number(stats.total),
    changed: number(stats.inserted + stats.updated),
    held: number(held),
    duration: run.durationMs === null ? '–' : format.duration(run.durationMs),
    cause: why,
  };
  return h(
    'div',
    { class: 'virtual-row history-row', role: 'row' },
    COLUMNS.map((name) =>
      h(
        'div',
        {
          class: `history-cell history-cell-${name}`,
          role: 'cell',
          'data-label': t(`history.column.${name}`),
          title: name === 'cause' ? why : null,
        },
        cells[name],
      ),
    ),
  );
}
