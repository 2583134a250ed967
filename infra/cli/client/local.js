// The application itself, in this process: configured by the environment as the Node host is, asked
// by the same requests as over HTTP, under a token made up for it.
import { randomBytes } from 'node:crypto';
import { createApp } from '../../../functions/app/app.js';
import { ConfigurationError, readConfiguration } from '../../../functions/app/configuration.js';
import { createLog } from '../../../functions/app/log.js';
import { loadCore } from '../../../wasm/js/load-node.js';
import { CommandError, EXIT } from '../exit.js';
import { unlessAborted } from '../interrupt.js';
import { chosenMappings } from '../mapping-files.js';
import { harmlessJson, plain } from '../terminal.js';

/** @typedef {import('../../../functions/app/log.js').LogLine} LogLine */

/** Between two invocations of a run that rests: a pause of the circuit, another worker's lease. */
const REST_MS = 1000;
/** How long the work that surrounds a run's end (a heartbeat, an alert) may take. */
const CLOSING_MS = 10_000;
const ADDRESS = 'http://localhost';
/** A shorter rest is not worth a word. */
const TOLD_REST_MS = 3000;

/**
 * @typedef {object} LocalOptions
 * @property {Record<string, string | undefined>} environment
 * @property {string[]} mappingFiles of --mapping; SYNC_MAPPING otherwise
 * @property {(line: string) => void} [onLog] takes the lines of the log
 */

/**
 * Makes no connection. Throws CommandError with every problem of the configuration.
 * @param {LocalOptions} options
 * @returns {Promise<import('./index.js').Transport>}
 */
export async function createLocal(options) {
  const token = randomBytes(32).toString('hex');
  const stop = new AbortController();
  const work = createWorkSlot();
  let rest = /** @type {string | null} */ (null);
  const hear = (/** @type {LogLine} */ line) => {
    if (line.event === 'sync_ended') rest = restOf(line.fields ?? {});
  };
  const app = await makeApp(options, token, { waitUntil: work.add, signal: stop.signal, hear });
  return {
    where: 'this machine',
    isLocal: true,
    send: ({ method, path, headers, body, signal }) => {
      const given = { ...headers, authorization: `Bearer ${token}` };
      const request = new Request(ADDRESS + path, { method, headers: given, body });
      const answer = async () => {
        const response = await app.fetch(request);
        return { status: response.status, headers: response.headers, text: await response.text() };
      };
      return unlessAborted(answer(), signal);
    },
    rest: () => rest,
    keepWorking: (source) => work.start(() => app.work({ source, link: 1 })),
    end: async (isHasty) => {
      if (!isHasty) await work.settled(CLOSING_MS);
      stop.abort();
      await work.settled(CLOSING_MS);
    },
  };
}

/**
 * Why the work of an invocation stands still now, in words.
 * @param {Record<string, any>} ended
 */
function restOf({ status, resume_in_ms: ms, cause }) {
  if (status === 'busy') return 'another worker has this source, or was killed within this minute';
  if (status !== 'yielded' || !(ms >= TOLD_REST_MS)) return null;
  const why = cause?.code ? ` (${plain(cause.code)})` : '';
  return `the run rests for ${Math.ceil(ms / 1000)} s${why}`;
}

/**
 * @param {LocalOptions} options
 * @param {string} token
 * @param {{ waitUntil: (work: Promise<unknown>) => void, signal: AbortSignal,
 *   hear: (line: LogLine) => void }} host
 */
async function makeApp({ environment, mappingFiles, onLog }, token, { hear, ...host }) {
  const own = { SYNC_API_TOKEN: token, SYNC_READ_TOKEN: undefined, CRON_SECRET: undefined };
  const log = createLog({ write: (line) => onLog?.(harmlessJson(line)) });
  try {
    const configuration = await readConfiguration({ ...environment, ...own });
    return createApp({
      module: loadCore(),
      configuration,
      mappings: chosenMappings(mappingFiles, configuration.mapping),
      budgets: configuration.budgets,
      log: (line) => {
        hear(line);
        log(line);
      },
      ...host,
    });
  } catch (error) {
    if (error instanceof ConfigurationError) throw misconfigured(error.problems);
    throw error;
  }
}

/** @param {string[]} problems */
function misconfigured(problems) {
  const text = problems.join('\n  ');
  return new CommandError({
    exitCode: EXIT.usage,
    problem: { code: 'not_configured', title: 'The configuration is not complete', problems },
    text,
    remedy:
      'set the variables of the function (docs/CONFIGURATION.md) to work from here, ' +
      'or SYNC_URL and SYNC_API_TOKEN to ask the function where it runs',
  });
}

/** The one piece of work that is under way, and when there was one last. */
function createWorkSlot() {
  /** @type {Promise<unknown> | null} */
  let working = null;
  let endedAt = -Infinity;

  /** @param {Promise<unknown>} work */
  function add(work) {
    const mine = Promise.allSettled([working, work]).then(() => {
      if (working !== mine) return;
      working = null;
      endedAt = performance.now();
    });
    working = mine;
  }

  return {
    add,
    /**
     * Begins, where nothing is under way and the last rest is over.
     * @param {() => Promise<unknown>} begin
     */
    start(begin) {
      if (working === null && performance.now() - endedAt >= REST_MS) add(begin());
    },
    /** @param {number} msMax */
    async settled(msMax) {
      /** @type {ReturnType<typeof setTimeout> | undefined} */
      let timer;
      const late = new Promise((resolve) => {
        timer = setTimeout(resolve, msMax);
      });
      while (
        working !== null &&
        (await Promise.race([working, late.then(() => 'late')])) !== 'late'
      );
      clearTimeout(timer);
    },
  };
}
