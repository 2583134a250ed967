// A chart of values over time: drawn by uPlot in the colours of the theme, read out in words, and
// the same as a table for whoever cannot see it. Nothing in it takes the focus but the table's
// switch.
import uPlot from 'uplot';
import { fill, h, setText } from './dom.js';

/**
 * @typedef {{ label: string, color: string, kind?: 'line' | 'bars' }} Series `color`: a custom
 *   property
 */
/**
 * @typedef {object} ChartOptions
 * @property {string} title
 * @property {Series[]} series
 * @property {(value: number) => string} value in words
 * @property {boolean} [stacked] each stands on those before it
 * @property {Pick<import('./context.js').Context, 't' | 'format' | 'locale'>} context
 */

const HEIGHT_PX = 180;
const TABLE_ROWS_MAX = 50;
const HOUR_S = 3_600;
const DAY_S = 86_400;
/** Between two lines of the grid: 1, 2, 5, 10 and so on, for there is no half a listing. */
const WHOLE_STEPS = Array.from(
  { length: 36 },
  (_, i) => [1, 2, 5][i % 3] * 10 ** Math.floor(i / 3),
);

/** @param {ChartOptions} options */
export function createChart({
  title,
  series,
  value,
  stacked = false,
  context: { t, format, locale },
}) {
  const place = h('div', { class: 'chart-place', 'aria-hidden': 'true' });
  const readout = h('p', { class: 'chart-readout' });
  const table = h('div', {
    class: 'table-place',
    role: 'region',
    tabindex: '0',
    'aria-label': title,
  });
  const details = h(
    'details',
    { class: 'chart-table' },
    h('summary', null, t('history.chart.table')),
    table,
  );
  const element = h(
    'figure',
    { class: 'card chart' },
    h('figcaption', null, h('h2', null, title), readout),
    place,
    details,
  );
  /** @type {number[]} seconds, ascending */
  let times = [];
  /** @type {(number | null)[][]} one list for each series */
  let columns = series.map(() => []);
  /** @type {uPlot | null} */
  let plot = null;

  /** What is under the pointer, else the latest. @param {number | null | undefined} index */
  function readOut(index) {
    const at = index ?? times.length - 1;
    if (times[at] === undefined) return void fill(readout);
    const words = series.map(({ label }, i) => {
      const one = columns[i][at];
      const sign = h('span', { class: 'chart-sign' });
      sign.style.background = `var(${series[i].color})`;
      return h(
        'span',
        { class: 'chart-value' },
        sign,
        `${label} `,
        h('strong', null, one === null || one === undefined ? '–' : value(one)),
      );
    });
    fill(
      readout,
      words,
      h('span', { class: 'muted' }, format.time(new Date(times[at] * 1000).toISOString())),
    );
  }

  function drawTable() {
    if (!details.open) return;
    const from = Math.max(0, times.length - TABLE_ROWS_MAX);
    const rows = times.slice(from).map((time, i) => {
      const cells = columns.map((column) =>
        h('td', { class: 'number' }, value(column[from + i] ?? 0)),
      );
      return h(
        'tr',
        null,
        h('th', { scope: 'row' }, format.time(new Date(time * 1000).toISOString())),
        cells,
      );
    });
    const heads = [t('history.chart.time'), ...series.map(({ label }) => label)];
    const head = h(
      'tr',
      null,
      heads.map((word) => h('th', { scope: 'col' }, word)),
    );
    fill(
      table,
      h(
        'table',
        { class: 'table' },
        h('caption', { class: 'visually-hidden' }, title),
        h('thead', null, head),
        h('tbody', null, rows.reverse()),
      ),
    );
  }

  /** Anew: the colours are part of what uPlot was made with. */
  function draw() {
    plot?.destroy();
    plot = null;
    if (times.length === 0 || !place.isConnected || place.clientWidth === 0) return;
    plot = new uPlot(plotOptions(), plotData(), place);
  }

  /** @returns {uPlot.AlignedData} */
  const plotData = () => [times, ...(stacked ? stack(columns) : columns)];

  /** @returns {uPlot.Options} */
  function plotOptions() {
    const style = getComputedStyle(document.documentElement);
    const color = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    const axis = {
      stroke: color('--muted'),
      grid: { stroke: color('--line'), width: 1 },
      ticks: { show: false },
      font: `12px ${style.fontFamily}`,
    };
    return {
      width: place.clientWidth,
      height: HEIGHT_PX,
      padding: [10, 30, 0, 0], // on the right half of the last label
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: !stacked } },
      scales: {
        x: { time: true, range: (_, min, max) => timeRange(times, min, max) },
        y: { range: (_, __, max) => [0, niceTop(max)] },
      },
      axes: [
        {
          ...axis,
          space: 70,
          values: (_, splits, __, ___, step) => timeLabels(splits, step, locale),
        },
        {
          ...axis,
          incrs: WHOLE_STEPS,
          values: (_, splits) => splits.map(value),
          size: (_, labels) => 14 + 7 * Math.max(2, ...(labels ?? []).map(({ length }) => length)),
        },
      ],
      series: [{}, ...series.map((one) => seriesOptions(one, color(one.color)))],
      hooks: { setCursor: [({ cursor }) => readOut(cursor.idx)] },
    };
  }

  const observer = new ResizeObserver(() => {
    if (plot === null) draw();
    else plot.setSize({ width: place.clientWidth, height: HEIGHT_PX });
  });
  details.addEventListener('toggle', drawTable);

  return {
    element,
    /**
     * @param {number[]} nextTimes seconds since 1970, ascending
     * @param {(number | null)[][]} nextColumns
     */
    show(nextTimes, nextColumns) {
      times = nextTimes;
      columns = nextColumns;
      readOut(null);
      drawTable();
      if (plot === null || times.length === 0) draw();
      else plot.setData(plotData());
    },
    start() {
      observer.observe(place);
      document.addEventListener('themechange', draw);
    },
    stop() {
      observer.disconnect();
      document.removeEventListener('themechange', draw);
      plot?.destroy();
      plot = null;
    },
    /** Says in place of a chart why there is none. @param {string} text */
    say: (text) => setText(readout, text),
  };
}

/**
 * @param {Series} series
 * @param {string} color
 * @returns {uPlot.Series}
 */
function seriesOptions({ label, kind = 'line' }, color) {
  const bars = uPlot.paths.bars;
  if (kind === 'bars' && bars) {
    return {
      label,
      stroke: color,
      fill: color,
      width: 0,
      points: { show: false },
      paths: bars({ size: [0.7, 14, 3] }),
    };
  }
  return {
    label,
    stroke: color,
    width: 2,
    points: { size: 5, fill: color, show: (plot) => plot.data[0].length < 40 },
  };
}

/**
 * The last on top of all others; drawn from the highest down, so that each shows what is its own.
 * @param {(number | null)[][]} columns
 */
function stack(columns) {
  return columns.map((column, i) =>
    column.map((_, at) => columns.slice(i).reduce((sum, one) => sum + (one[at] ?? 0), 0)),
  );
}

/**
 * One run alone stands in the middle of an hour: uPlot would show the years after it.
 * @param {number[]} times seconds @param {number} min @param {number} max
 * @returns {[number, number]}
 */
const timeRange = (times, min, max) =>
  times.length === 1 ? [times[0] - HOUR_S / 2, times[0] + HOUR_S / 2] : [min, max];

/** Air above, and no line of zeros at the very top. @param {number | null} max */
const niceTop = (max) => Math.max(1, (max ?? 0) * 1.1);

/**
 * Hours within a day, days beyond; where a day begins, which one it is.
 * @param {number[]} splits seconds
 * @param {number} step seconds
 * @param {string} locale
 */
function timeLabels(splits, step, locale) {
  const day = new Intl.DateTimeFormat(locale, { month: 'numeric', day: 'numeric' });
  const hour = new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  });
  const second = new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
  });
  let lastDay = '';
  return splits.map((split) => {
    const date = new Date(split * 1000);
    const today = day.format(date);
    if (step >= DAY_S) return today;
    const isNew = today !== lastDay;
    lastDay = today;
    const clock = (step < 60 ? second : hour).format(date);
    return isNew ? `${clock}\n${today}` : clock;
  });
}
