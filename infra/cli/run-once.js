// One run, asked for and followed to its end, as `sync` and `retry` do it: with its progress on
// stderr, through outages, until Ctrl-C.
import { CommandError } from './exit.js';
import { follow, progressOf, showProgress } from './follow.js';
import { plain } from './terminal.js';

/** @typedef {import('./client/index.js').Client} Client */
/** @typedef {import('./main.js').Io} Io */

/**
 * @param {Client} client
 * @param {{ path: string, body: object, isToBeAwaited: boolean }} request
 * @param {Io} io
 * @param {AbortSignal} signal
 * @returns {Promise<any>} the status document, or that of its acceptance where nobody waits; null:
 *   the signal came first, and that was told
 */
export async function runOnce(client, { path, body, isToBeAwaited }, io, signal) {
  const accepted = await request(client, path, body, signal);
  if (accepted !== null && !isToBeAwaited) return accepted;
  const status = accepted && (await waitFor(client, accepted.syncId, io, signal));
  if (status === null) io.stderr.write(`interrupted; ${whatBecomes(client, accepted?.syncId)}\n`);
  return status;
}

/**
 * @param {import('./terminal.js').Terminal} terminal
 * @param {any} accepted
 */
export const printAccepted = ({ print }, { status, syncId }) => print(`${status}: ${syncId}`);

/**
 * @param {Client} client
 * @param {string} path
 * @param {object} body
 * @param {AbortSignal} signal
 */
async function request(client, path, body, signal) {
  try {
    return (await client.post(path, body, { signal })).document;
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}

/**
 * @param {Client} client
 * @param {string} syncId
 * @param {Io} io
 * @param {AbortSignal} signal
 */
async function waitFor(client, syncId, io, signal) {
  const progress = progressOf(io);
  let [outage, rest] = ['', ''];
  try {
    return await follow(client, syncId, {
      onStatus: (status) => {
        outage = '';
        const told = client.rest() ?? '';
        if (told !== '' && told !== rest) progress.note(`! ${told}; waiting`);
        rest = told;
        showProgress(progress, status);
      },
      onOutage: (message) => {
        if (message !== outage) progress.note(`! ${plain(message)}; still trying`);
        outage = message;
      },
      signal,
    });
  } catch (error) {
    if (error instanceof CommandError) error.remedy = whatBecomes(client, syncId);
    throw error;
  } finally {
    progress.clear();
  }
}

/**
 * Of a run nobody waits for any more.
 * @param {Client} client
 * @param {string} [syncId] none: whether it was recorded is not known
 */
function whatBecomes({ isLocal, where }, syncId) {
  if (syncId === undefined) return 'the run may have been recorded: `listing-sync status` tells';
  // The lease of work that was cut short is over after a minute.
  return isLocal
    ? `the run ${syncId} stays open: in a minute the next tick, or \`sync\`, goes on with it`
    : `the run ${syncId} goes on at ${where}: \`listing-sync status ${syncId}\` shows it`;
}
