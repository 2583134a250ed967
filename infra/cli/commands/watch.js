// `listing-sync watch`: stays, and shows runs as they go: one line for each that has ended, a bar
// for the open one.
import { connect, CLIENT_OPTIONS, CLIENT_USAGE } from '../client/index.js';
import { EXIT } from '../exit.js';
import { isOpen, isOutage, progressOf, showProgress } from '../follow.js';
import { listenForInterrupt, pause } from '../interrupt.js';
import { moment, runLine } from '../shown/run.js';
import { createTerminal, plain } from '../terminal.js';
import { readOptions } from '../usage-error.js';
import { healthSign } from './health.js';

/** @typedef {import('../client/index.js').Client} Client */
/** @typedef {import('../main.js').Io} Io */

/** Between two looks, in milliseconds: while a run is open, and while there is none. */
const PACE = { here: { open: 250, idle: 1000 }, there: { open: 1000, idle: 2000 } };
/** What may end between two looks and is still told. */
const RUNS = 50;

export const usage = `listing-sync watch [options]

Stays until Ctrl-C: one line for each run that has ended (the last one first of all), a live bar for
the open one on a terminal, and a line when the health changes. Outages are told and outlasted.

${CLIENT_USAGE}
  --json          one line of JSON each: {"event": "run", "run": as in …/history} or
                  {"event": "health", "health": as of …/health}

Exit codes: 0 Ctrl-C, 2 wrong usage or configuration, 3 not reachable or refused at the start.
`;

/**
 * @param {string[]} args
 * @param {Io} io
 * @returns {Promise<number>}
 */
export async function run(args, io) {
  const values = readOptions(args, CLIENT_OPTIONS);
  const client = await connect(values, io);
  const interrupt = listenForInterrupt();
  try {
    await watch(client, createView(io, values.json === true), interrupt.signal);
  } finally {
    await client.end(true);
    interrupt.release();
  }
  return EXIT.fine;
}

/**
 * @param {Client} client
 * @param {ReturnType<typeof createView>} view
 * @param {AbortSignal} signal
 */
async function watch(client, view, signal) {
  const look = createLook(client, view, signal);
  const pace = client.isLocal ? PACE.here : PACE.there;
  let isFirst = true;
  while (!signal.aborted) {
    let isRunning = false;
    try {
      isRunning = await look();
      isFirst = false;
      view.reached();
    } catch (error) {
      if (signal.aborted) break;
      if (isFirst || !isOutage(error)) throw error;
      view.lost(error.message);
    }
    await pause(isRunning ? pace.open : pace.idle, signal);
  }
  view.end();
}

/**
 * One look at the source: what has ended since the last one, and how far the open run is.
 * @param {Client} client
 * @param {ReturnType<typeof createView>} view
 * @param {AbortSignal} signal
 * @returns {() => Promise<boolean>} whether a run is open
 */
function createLook(client, view, signal) {
  /** @type {Set<string> | null} */
  let told = null;
  let etag = /** @type {string | null} */ (null);
  /** @type {any} */
  let health = null;
  let lastEnded = '';

  async function tellEnded() {
    const { document } = await client.get(`/history?limit=${RUNS}`, { signal });
    const ended = document.runs.filter((/** @type {any} */ one) => !isOpen(one)).reverse();
    told ??= new Set(ended.slice(0, -1).map((/** @type {any} */ { syncId }) => syncId));
    for (const one of ended) if (!told.has(one.syncId)) view.ended(one);
    for (const { syncId } of ended) told.add(syncId);
  }

  return async () => {
    const answer = await client.get('/health', { etag, signal });
    ({ etag } = answer);
    health = answer.document ?? health;
    view.health(health);
    if (health.status === 'unknown' && told !== null) return false; // nothing else can be read
    const ended = health.lastEnded?.syncId ?? '';
    if (told === null || ended !== lastEnded) await tellEnded();
    lastEnded = ended;
    if (health.running) {
      const { document } = await client.get(`/status/${health.running.syncId}`, { signal });
      view.open(document);
    }
    return Boolean(health.running);
  };
}

/**
 * @param {Io} io
 * @param {boolean} asJson
 */
function createView(io, asJson) {
  const { print, json, paint, width } = createTerminal(io);
  let progress = progressOf(io);
  let [shown, status, outage] = ['', '', ''];

  /** Above the bar. @param {object} document @param {string} line */
  function tell(document, line) {
    progress.clear();
    if (asJson) json(document);
    else print(line);
  }

  return {
    /** @param {any} ended */
    ended: (ended) => tell({ event: 'run', run: ended }, runLine(ended, { paint, width })),
    /** @param {any} health */
    health(health) {
      if (health.status === status) return;
      ({ status } = health);
      const why = health.reasons.map((/** @type {any} */ { message }) => plain(message)).join('; ');
      const line = [moment(new Date().toISOString()), paint('bold', status), why].join('  ');
      tell({ event: 'health', health }, `${healthSign(status, paint)} ${line.trimEnd()}`);
    },
    /** @param {any} run */
    open(run) {
      if (!progress.isLive) return;
      if (run.syncId !== shown) progress = progressOf(io); // another one, another pace
      shown = run.syncId;
      if (isOpen(run)) showProgress(progress, run);
      else progress.clear();
    },
    /** @param {string} message */
    lost(message) {
      if (message !== outage) progress.note(`! ${plain(message)}; still trying`);
      outage = message;
    },
    reached() {
      if (outage !== '') progress.note('reached again');
      outage = '';
    },
    end: () => progress.clear(),
  };
}
