// How far a run has come: a bar that redraws itself on a terminal, a line every tenth of the way
// elsewhere. Rate and time left are those of the last seconds.
import { createPaint, cut } from './terminal.js';

const BAR_WIDTH = 28;
const BAR_WIDTH_MIN = 8;
/** What rate and time left take, as a rule. */
const PACE_WIDTH = 24;
const WINDOW_MS = 10_000;
const COLUMNS = 80;

/** @typedef {{ done: number, expected: number, percent: number }} Done */
/** @typedef {ReturnType<typeof createProgress>} Progress */
/** @typedef {NodeJS.WritableStream & { isTTY?: boolean, columns?: number }} Stream */

/**
 * @param {object} options
 * @param {Stream} options.stream
 * @param {boolean} [options.isLive] the stream is a terminal that can redraw a line
 * @param {boolean} [options.isColoured]
 * @param {() => number} [options.now] in milliseconds
 */
export function createProgress({ stream, isLive = stream.isTTY === true, isColoured, now }) {
  const paint = createPaint(isLive && isColoured === true);
  const pace = createPace(now ?? (() => performance.now()));
  let shownStep = -1;
  let shownPhase = '';
  let isDrawn = false;

  const room = (/** @type {number} */ used) => (stream.columns || COLUMNS) - used - 1;

  /** @param {string} line that fits: of one that wraps, a part would stay */
  function draw(line) {
    stream.write(`\r${line}\x1b[K`);
    isDrawn = true;
  }

  return {
    isLive,
    /** @param {Done} done */
    update(done) {
      pace.add(done.done);
      const told = figures(done, pace.rate());
      const step = Math.floor(done.percent / 10);
      const width = barWidth(room(2), done);
      const beside = cut(told, room(2 + width));
      if (isLive) draw(`  ${bar(done.percent, width - 1, paint)}${beside}`);
      else if (step > shownStep) stream.write(`  ${told}\n`);
      shownStep = step;
    },
    /** Before rows move: what it waits for. @param {string} text */
    phase(text) {
      if (isLive) draw(`  ${paint('dim', cut(text, room(2)))}`);
      else if (text !== shownPhase) stream.write(`  ${text}\n`);
      shownPhase = text;
    },
    /** A line of its own, above the bar. @param {string} line */
    note(line) {
      stream.write(isDrawn ? `\r${line}\x1b[K\n` : `${line}\n`);
      isDrawn = false;
    },
    /** Takes the bar away; what follows is the result. */
    clear() {
      if (isDrawn) stream.write('\r\x1b[K');
      isDrawn = false;
    },
    /** Leaves the bar standing. */
    end() {
      if (isDrawn) stream.write('\n');
      isDrawn = false;
    },
  };
}

/** @param {Done} done @param {number} rate */
function figures({ done, expected, percent }, rate) {
  const share = `${String(percent).padStart(3)} %  ${done}/${expected} rows`;
  if (rate <= 0) return share;
  const perSecond = `${rate >= 10 ? Math.round(rate) : rate.toFixed(1)} rows/s`;
  const left = Math.max(0, expected - done) / rate;
  return `${share}  ${perSecond}${percent < 100 ? `  ${duration(Math.ceil(left))} left` : ''}`;
}

/**
 * With the blank behind it; the same all along, so that nothing jumps. 0: there is no room.
 * @param {number} room
 * @param {Done} done
 */
function barWidth(room, { expected }) {
  const left = room - figures({ done: expected, expected, percent: 100 }, 0).length - PACE_WIDTH;
  return left <= BAR_WIDTH_MIN ? 0 : Math.min(BAR_WIDTH + 1, left);
}

/**
 * @param {number} percent
 * @param {number} width
 * @param {ReturnType<typeof createPaint>} paint
 */
function bar(percent, width, paint) {
  if (width <= 0) return '';
  const filled = Math.min(width, Math.round((percent / 100) * width));
  return `${paint('green', '█'.repeat(filled))}${paint('dim', '░'.repeat(width - filled))} `;
}

/** Rows a second over the last seconds. @param {() => number} now */
function createPace(now) {
  /** @type {{ at: number, done: number }[]} */
  let seen = [];
  return {
    /** @param {number} done */
    add(done) {
      const at = now();
      if (done < (seen.at(-1)?.done ?? 0)) seen = []; // counted anew
      seen.push({ at, done });
      while (seen.length > 2 && seen[0].at < at - WINDOW_MS) seen.shift();
    },
    rate() {
      const [first, last] = [seen[0], seen[seen.length - 1]];
      const seconds = (last.at - first.at) / 1000;
      return seconds > 0 ? (last.done - first.done) / seconds : 0;
    },
  };
}

/** @param {number} seconds */
export function duration(seconds) {
  if (seconds < 0.95) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 10 && !Number.isInteger(seconds)) return `${seconds.toFixed(1)} s`;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  if (seconds < 6000) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
