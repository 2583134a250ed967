// A run from its request to its end, as sync and retry do it: recorded, followed, shown.
import { CommandError, EXIT } from './exit.js';
import { pause } from './interrupt.js';
import { createProgress } from './progress.js';
import { understandsEscapes, wantsColour } from './terminal.js';

/** @typedef {import('./client/index.js').Client} Client */
/** @typedef {import('./progress.js').Progress} Progress */

/** Between two looks: soon at first, since most runs are short. A look here costs little. */
const POLL_MS = { first: 150, growth: 1.4, max: { here: 150, there: 1000 } };
const OPEN = new Set(['queued', 'in_progress']);

/** @param {{ status: string }} run */
export const isOpen = ({ status }) => OPEN.has(status);

/**
 * @param {import('./main.js').Io} io
 * @returns {Progress}
 */
export function progressOf({ stderr, environment }) {
  const isLive = stderr.isTTY === true && understandsEscapes(environment);
  return createProgress({ stream: stderr, isLive, isColoured: wantsColour(environment) });
}

/**
 * Asks until the run has ended, or the signal comes. Short outages are outlasted; a longer one
 * (client.outageMs) ends the waiting, not the run.
 * @param {Client} client
 * @param {string} syncId
 * @param {{ onStatus: (status: any) => void, onOutage?: (message: string) => void,
 *   signal: AbortSignal }} options
 * @returns {Promise<any>} its status document; null: the signal came first
 */
export async function follow(client, syncId, { onStatus, onOutage = () => {}, signal }) {
  const pollMsMax = client.isLocal ? POLL_MS.max.here : POLL_MS.max.there;
  let pollMs = POLL_MS.first;
  let [last, etag, lostAt] = [/** @type {any} */ (null), /** @type {string | null} */ (null), 0];
  while (!signal.aborted) {
    try {
      const answer = await client.get(`/status/${syncId}`, { etag, signal });
      ({ etag } = answer);
      last = answer.document ?? last;
      lostAt = 0;
      onStatus(last);
      if (!isOpen(last)) return last;
    } catch (error) {
      if (signal.aborted) break;
      if (!isOutage(error)) throw error;
      lostAt ||= performance.now();
      if (performance.now() - lostAt > client.outageMs) throw error;
      onOutage(error.message);
    }
    client.keepWorking();
    await pause(pollMs, signal);
    pollMs = Math.min(pollMs * POLL_MS.growth, pollMsMax);
  }
  return null;
}

/**
 * @param {unknown} error
 * @returns {error is CommandError} that may pass: nobody there, somebody else there, or a failure
 *   of the server
 */
export function isOutage(error) {
  if (!(error instanceof CommandError)) return false;
  const { code, status } = error.problem;
  return code === 'unreachable' || code === 'foreign_answer' || Number(status) >= 500;
}

/**
 * Shows a status document as progress.
 * @param {Progress} progress
 * @param {any} run
 */
export function showProgress(progress, run) {
  const { status, progress: done } = run;
  if (status === 'queued') progress.phase('queued: another run is open');
  else if (status === 'in_progress' && !done?.expected) progress.phase('reading the sheet');
  else if (done?.expected) progress.update(done);
}

/**
 * The exit code of a run that has ended.
 * @param {any} status
 * @param {boolean} heldIsFine
 */
export function exitCodeOf({ status, stats }, heldIsFine) {
  if (status !== 'completed') return EXIT.failed;
  return stats.failed + stats.heldCells > 0 && !heldIsFine ? EXIT.held : EXIT.fine;
}
