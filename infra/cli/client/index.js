// One client for two ways to the same application: a deployed function over HTTP (--url, SYNC_URL),
// or the application in this process. What a command asks is the same.
import { CommandError } from '../exit.js';
import { nearest } from '../nearest.js';
import { UsageError, wholeNumber } from '../usage-error.js';
import { understand } from './answers.js';
import { createLocal } from './local.js';
import { createRemote } from './remote.js';

/** @typedef {import('./answers.js').Answer} Answer */

/**
 * @typedef {object} Sent
 * @property {'GET' | 'POST'} method
 * @property {string} path from /api/sync on
 * @property {Record<string, string>} headers
 * @property {string | null} body
 * @property {AbortSignal} [signal]
 */

/**
 * @typedef {object} Transport
 * @property {string} where for sentences
 * @property {boolean} isLocal the work is done in this process
 * @property {(request: Sent) => Promise<{ status: number, headers: Headers, text: string }>} send
 *   throws CommandError where no answer comes
 * @property {() => string | null} rest why the work done here stands still, in words
 * @property {(source: string) => void} keepWorking takes the source's work up where it rests; the
 *   deployed function does so by itself
 * @property {(isHasty: boolean) => Promise<void>} end lets go; hasty: at once
 */

/**
 * @typedef {object} Client
 * @property {string} where
 * @property {boolean} isLocal
 * @property {string} source
 * @property {string[]} sources of the deployment, where it tells
 * @property {number} outageMs how long nobody may answer before the waiting ends
 * @property {(path: string, options?: { etag?: string | null, signal?: AbortSignal }) =>
 *   Promise<Answer>} get a path below the source
 * @property {(path: string, body: object, options?: { signal?: AbortSignal }) => Promise<Answer>
 *   } post likewise
 * @property {(path: string) => Promise<Answer>} getOfAll a path above the sources
 * @property {Transport['rest']} rest
 * @property {() => void} keepWorking
 * @property {Transport['end']} end
 */

const text = { type: /** @type {const} */ ('string') };
const flag = { type: /** @type {const} */ ('boolean') };

/** What every command that asks the application understands. */
export const CLIENT_OPTIONS = {
  url: text,
  source: text,
  mapping: { ...text, multiple: /** @type {const} */ (true) },
  timeout: text,
  json: flag,
  verbose: flag,
};

export const CLIENT_USAGE = `  --url URL       the deployed function, what stands before /api/sync (SYNC_URL); with the token in
                  SYNC_API_TOKEN, or SYNC_READ_TOKEN for what only reads. Without it the work is
                  done here, with the variables of the function (docs/CONFIGURATION.md)
  --source NAME   where there are several
  --mapping FILE  without --url: the mapping, or a folder of them; SYNC_MAPPING otherwise
  --timeout S     seconds that an answer may take (1 to 600; 30), and an outage twice
  --verbose       without --url: the log, on stderr`;

const SOURCE_NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;
const TIMEOUT_S = 30;
/** Answers for the first source of every deployment. */
const FIXED_NAME = 'property-listings';
const BASE = '/api/sync';

/**
 * @typedef {object} ClientValues as the options of CLIENT_OPTIONS were given
 * @property {string} [url] @property {string} [source] @property {string[]} [mapping]
 * @property {string} [timeout] @property {boolean} [json] @property {boolean} [verbose]
 */

/**
 * Finds the way and the source. Throws UsageError, CommandError.
 * @param {ClientValues} values
 * @param {import('../main.js').Io} io
 * @param {{ anySource?: boolean }} [options] anySource: the command can do with several
 * @returns {Promise<Client>}
 */
export async function connect(values, io, { anySource = false } = {}) {
  if (values.source !== undefined && !SOURCE_NAME.test(values.source)) {
    throw new UsageError('--source has 1 to 63 of a-z 0-9 - _, a letter or digit first');
  }
  const timeoutMs = 1000 * (wholeNumber('--timeout', values.timeout, [1, 600]) ?? TIMEOUT_S);
  const transport = await createTransport(values, io, timeoutMs);
  const ask = (/** @type {Sent} */ request) => askOnce(transport, request);
  const sources = await sourcesOf(ask);
  const source = chooseSource(values.source, sources, anySource);
  const root = `${BASE}/${source}`;
  return {
    where: transport.where,
    isLocal: transport.isLocal,
    source,
    sources,
    outageMs: 2 * timeoutMs,
    get: (path, { etag, signal } = {}) => ask({ ...getOf(root + path, etag), signal }),
    getOfAll: (path) => ask(getOf(BASE + path)),
    post: (path, body, { signal } = {}) =>
      ask({
        method: 'POST',
        path: root + path,
        headers: { accept: 'application/json', 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal,
      }),
    rest: transport.rest,
    keepWorking: () => transport.keepWorking(source),
    end: transport.end,
  };
}

/**
 * @param {string | undefined} given
 * @param {string[]} sources
 * @param {boolean} anySource
 */
function chooseSource(given, sources, anySource) {
  if (given === undefined) {
    if (sources.length <= 1 || anySource) return sources[0] ?? FIXED_NAME;
    throw new UsageError(`there are several sources: say --source ${sources.join(', or ')}`);
  }
  if (sources.length === 0 || sources.includes(given) || given === FIXED_NAME) return given;
  const guess = nearest(given, sources) ?? sources.join(', or ');
  throw new UsageError(`there is no source "${given}"; did you mean ${guess}?`);
}

/** @param {string} path @param {string | null} [etag] @returns {Sent} */
const getOf = (path, etag) => ({
  method: 'GET',
  path,
  headers: { accept: 'application/json', ...(etag ? { 'if-none-match': etag } : {}) },
  body: null,
});

/**
 * @param {ClientValues} values
 * @param {import('../main.js').Io} io
 * @param {number} timeoutMs
 */
function createTransport({ url, mapping = [], verbose }, io, timeoutMs) {
  const { environment, stderr } = io;
  const address = url ?? environment.SYNC_URL?.trim();
  if (address) {
    if (mapping.length > 0) throw new UsageError('--mapping is for work done here, without --url');
    return createRemote(address, environment, timeoutMs);
  }
  const onLog = verbose ? (/** @type {string} */ line) => stderr.write(`${line}\n`) : undefined;
  return createLocal({ environment, mappingFiles: mapping, onLog });
}

/**
 * @param {Transport} transport
 * @param {Sent} request
 */
async function askOnce(transport, request) {
  return understand(await transport.send(request), transport.where, request.path);
}

/**
 * @param {(request: Sent) => Promise<Answer>} ask
 * @returns {Promise<string[]>} none where an older function does not tell
 */
async function sourcesOf(ask) {
  try {
    const { document } = await ask(getOf(`${BASE}/sources`));
    return Array.isArray(document.sources) ? document.sources.map(String) : [];
  } catch (error) {
    if (error instanceof CommandError && error.problem.code === 'not_found') return [];
    throw error;
  }
}
