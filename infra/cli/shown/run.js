// A run as lines: its result, and one line of it among others.
import { duration } from '../progress.js';
import { plain } from '../terminal.js';

/** @typedef {{ paint: import('../terminal.js').Paint, print: (line?: string) => unknown }} Shown */

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
export function printRun({ paint, print }, status, ms = durationOf(status)) {
  const { stats, errorsTotal, cause } = status;
  const took = ms === null ? '' : ` in ${(ms / 1000).toFixed(2)} s`;
  const name = status.dryRun ? `${status.status}, nothing was written (dry run)` : status.status;
  print(`${signOf(status.status, paint)} ${paint('bold', name)}${took}`);
  if (cause) print(`  ${paint('red', plain(cause.code))}: ${plain(cause.message)}`);
  print(`  ${ledger(stats)}`);
  if (errorsTotal > 0) printHeld({ paint, print }, status);
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
function printHeld({ paint, print }, { stats, errors, errorsTotal }) {
  const held = `  ${stats.failed} rows and ${stats.heldCells} cells are held for review:`;
  print(paint('yellow', held));
  for (const { row, propertyNumber, column, code, error } of errors.slice(0, ENTRIES_SHOWN)) {
    const key = propertyNumber === null ? '(no key)' : plain(propertyNumber);
    const where = `row ${row ?? '?'}  ${key}  ${plain(column ?? '')}`;
    print(`    ${where}  ${plain(error === code ? code : `${code} (${error})`)}`);
  }
  const more = errorsTotal - Math.min(errors.length, ENTRIES_SHOWN);
  if (more > 0) print(paint('dim', `    … and ${more} more`));
}

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
  /** @type {[number, string][]} */
  const counts = [
    [inserted, 'inserted'],
    [updated, 'updated'],
    [failed, 'rows held'],
    [heldCells, 'cells held'],
    [skipped, 'skipped'],
  ];
  const told = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return `${total} rows${told.length > 0 ? `: ${told.join(', ')}` : ', nothing to change'}`;
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
 * One line of a run among others.
 * @param {any} run
 * @param {Shown['paint']} paint
 */
export function runLine(run, paint) {
  const { status, startedAt, completedAt, requestedAt, stats, cause } = run;
  const ms = durationOf(run);
  const parts = [
    moment(completedAt ?? startedAt ?? requestedAt),
    `${kindOf(run)} ${status}${ms === null ? '' : ` in ${duration(ms / 1000)}`}`,
    ...(stats ? [changes(stats)] : []),
    ...(cause ? [`${plain(cause.code)}: ${plain(cause.message)}`] : []),
  ];
  return `${signOf(status, paint)} ${parts.join('  ')}`;
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
