// Three charts over the runs of the past: how long, how much, how much was held.
import { createChart } from '../charts.js';
import { h } from '../dom.js';

/** @typedef {import('./history-store.js').Run} Run */

const RANGES = [50, 200, 1000];
export const RANGE_FIRST = 200;

/**
 * @param {object} options
 * @param {import('../context.js').Context} options.context
 * @param {(count: number) => void} options.onRange so many runs are to be shown
 */
export function createHistoryCharts({ context, onRange }) {
  const { t, format } = context;
  const duration = createChart({
    context,
    title: t('history.chart.duration'),
    series: [{ label: t('history.chart.duration'), color: '--accent' }],
    value: (ms) => format.duration(ms),
  });
  const changed = createChart({
    context,
    title: t('history.chart.changed'),
    stacked: true,
    series: [
      { label: t('ledger.inserted'), color: '--good', kind: 'bars' },
      { label: t('ledger.updated'), color: '--busy', kind: 'bars' },
    ],
    value: (n) => format.number(n),
  });
  const held = createChart({
    context,
    title: t('history.chart.held'),
    series: [
      { label: t('ledger.failed'), color: '--warn' },
      { label: t('ledger.heldCells'), color: '--busy' },
    ],
    value: (n) => format.number(n),
  });
  const charts = [duration, changed, held];
  const options = RANGES.map((n) =>
    h('option', { value: n, selected: n === RANGE_FIRST }, t('history.range', { n })),
  );
  const range = h(
    'select',
    {
      class: 'chart-range',
      'aria-label': t('history.range-label'),
      onchange: () => onRange(Number(range.value)),
    },
    options,
  );
  const element = h(
    'section',
    { class: 'charts', 'aria-label': t('history.charts') },
    h('div', { class: 'charts-head' }, h('p', { class: 'muted' }, t('history.charts-note')), range),
    h(
      'div',
      { class: 'charts-grid' },
      charts.map((chart) => chart.element),
    ),
  );
  return {
    element,
    get count() {
      return Number(range.value);
    },
    /** @param {Run[]} runs the youngest first */
    show(runs) {
      const ended = runs.slice(0, Number(range.value)).filter(isComparable).reverse();
      const times = ended.map(({ startedAt }) => Date.parse(String(startedAt)) / 1000);
      duration.show(times, [ended.map(({ durationMs }) => durationMs)]);
      changed.show(times, [
        ended.map(({ stats }) => stats.inserted),
        ended.map(({ stats }) => stats.updated),
      ]);
      held.show(times, [
        ended.map(({ stats }) => stats.failed),
        ended.map(({ stats }) => stats.heldCells),
      ]);
      if (ended.length === 0) charts.forEach((chart) => chart.say(t('history.chart.empty')));
    },
    start: () => charts.forEach((chart) => chart.start()),
    stop: () => charts.forEach((chart) => chart.stop()),
  };
}

/**
 * Runs over the whole sheet that came to their end: others would only be noise.
 * @param {Run} run
 */
const isComparable = ({ status, kind, dryRun, startedAt }) =>
  status === 'completed' && kind === 'full' && !dryRun && startedAt !== null;
