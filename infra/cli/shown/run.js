// A run as lines: its result, and one line of it among others.
import { duration } from '../progress.js';
import { plain } from '../terminal.js';
import { entryLines } from './entries.js';
import { flow } from './table.js';

/**
 * @typedef {object} Shown where it is shown; a width only where lines are to be broken for it
 * @property {import('../terminal.js').Paint} paint
 * @property {(line?: string) => unknown} print
 * @property {number} [width]
 * @property {(text: string, indent: number) => string} [wrap]
 */

const ENTRIES_SHOWN = 5;

/** @type {Record<string, ['green' | 'red' | 'yellow' | 'dim', string]>} */
const SIGNS = {
  completed: ['green', '✔'],
  failed: ['red', '✖'],
  cancelled: ['yellow', '!'],
  superseded: ['yellow', '!'],
  in_progress: ['dim', '…'],
  queued: ['dim', '·'],
};

/** @param {string} status @param {Shown['paint']} paint */
export function signOf(status, paint) {
  const [colour, sign] = SIGNS[status] ?? ['dim', '?'];
  return paint(colour, sign);
}

/**
 * A run and what became of each row.
 * @param {Shown} terminal
 * @param {any} status the status document
 * @param {number | null} [ms] measured by who asks; the run's own otherwise
 */
export function printRun(terminal, status, ms = durationOf(status)) {
  const { paint, print } = terminal;
  const { stats, errorsTotal, cause } = status;
  const took = ms === null ? '' : ` in ${(ms / 1000).toFixed(2)} s`;
  const name = status.dryRun ? `${status.status}, nothing was written (dry run)` : status.status;
  print(`${signOf(status.status, paint)} ${paint('bold', name)}${took}`);
  if (cause) print(`  ${paint('red', plain(cause.code))}: ${plain(cause.message)}`);
  print(`  ${ledger(stats)}`);
  if (errorsTotal > 0) printHeld(terminal, status);
}

/**
 * Every row that was read is counted once.
 * @param {Record<string, number>} stats
 */
export const ledger = ({ total, inserted, updated, unchanged, failed, skipped }) =>
  `${total} rows read = ${inserted} inserted + ${updated} updated + ` +
  `${unchanged} unchanged + ${failed} held + ${skipped} skipped`;

/**
 * @param {Shown} terminal
 * @param {any} status
 */
function printHeld({ paint, print, ...shape }, { stats, errors, errorsTotal }) {
  const { width = Infinity, wrap = indented } = shape;
  print(paint('yellow', `  ${heldCount(stats)} held for review:`));
  for (const line of entryLines(errors.slice(0, ENTRIES_SHOWN), { width, wrap }, 4)) print(line);
  const more = errorsTotal - Math.min(errors.length, ENTRIES_SHOWN);
  if (more > 0) print(paint('dim', `    … and ${more} more`));
}

/** @param {Record<string, number>} stats */
function heldCount({ failed, heldCells }) {
  const parts = [counted(failed, 'row'), counted(heldCells, 'cell')];
  const told = parts.filter((_, i) => [failed, heldCells][i] > 0);
  return `${told.join(' and ')} ${failed + heldCells === 1 ? 'is' : 'are'}`;
}

/** @param {number} count @param {string} what in the singular */
export const counted = (count, what) => `${count} ${what}${count === 1 ? '' : 's'}`;

/** @param {string} text @param {number} indent */
const indented = (text, indent) => ' '.repeat(indent) + text;

/** @param {any} run @returns {number | null} */
export function durationOf({ durationMs, startedAt, completedAt }) {
  if (typeof durationMs === 'number') return durationMs;
  if (!startedAt || !completedAt) return null;
  return Date.parse(completedAt) - Date.parse(startedAt);
}

/**
 * What happened to the rows, in few words: only what is not zero.
 * @param {Record<string, number>} stats
 */
export function changes({ total, inserted, updated, failed, heldCells, skipped }) {
  const told = [
    ...(inserted > 0 ? [`${inserted} inserted`] : []),
    ...(updated > 0 ? [`${updated} updated`] : []),
    ...(failed > 0 ? [`${counted(failed, 'row')} held`] : []),
    ...(heldCells > 0 ? [`${counted(heldCells, 'cell')} held`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  const rows = counted(total, 'row');
  return told.length > 0 ? `${rows}: ${told.join(', ')}` : `${rows}, nothing to change`;
}

/**
 * What kind of run it was.
 * @param {any} run
 */
export function kindOf({ kind, dryRun, forced, numbers }) {
  const size = typeof numbers === 'number' ? ` of ${numbers}` : '';
  return [`${kind}${size}`, dryRun && 'dry run', forced && 'forced'].filter(Boolean).join(', ');
}

/**
 * One line of a run among others; more where the terminal is narrow.
 * @param {any} run
 * @param {{ paint: Shown['paint'], width: number }} terminal
 * @param {string[]} [more] that ends it
 */
export function runLine(run, { paint, width }, more = []) {
  const { status, startedAt, completedAt, requestedAt, stats, cause } = run;
  const ms = durationOf(run);
  const parts = [
    moment(completedAt ?? startedAt ?? requestedAt),
    `${kindOf(run)} ${status}${ms === null ? '' : ` in ${duration(ms / 1000)}`}`,
    ...(stats ? [changes(stats)] : []),
    ...(cause ? [`${plain(cause.code)}: ${plain(cause.message)}`] : []),
    ...more,
  ];
  return `${signOf(status, paint)} ${flow(parts, width - 2)}`;
}

/** A moment on this machine's clock. @param {string | null | undefined} time */
export function moment(time) {
  if (!time) return '—';
  const date = new Date(time);
  const two = (/** @type {number} */ number) => String(number).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}

/** @param {string} time @param {number} now */
export function ago(time, now) {
  const seconds = Math.max(0, (now - Date.parse(time)) / 1000);
  return seconds < 2 ? 'just now' : `${duration(Math.round(seconds))} ago`;
}
