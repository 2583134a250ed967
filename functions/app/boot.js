// From what a platform has (an environment, a wasm file, ways to go on after an answer) to the
// application: made at its first use, once. A deployment that is configured wrongly says so at
// every call, in the log in full and to the caller without details.
import { loadCore } from '../../wasm/js/load-module.js';
import { createApp } from './app.js';
import { PRESETS, narrowest } from './budgets.js';
import { ConfigurationError, readConfiguration } from './configuration.js';
import { createLog } from './log.js';
import { problemResponse } from './problem.js';
import { createSelfCalls } from './self-calls.js';

/** @typedef {import('../../wasm/js/protocol.js').Budgets} Budgets */
/** @typedef {import('./app.js').App} App */

/**
 * @typedef {object} BootOptions
 * @property {WebAssembly.Module | Uint8Array | string} core compiled, as bytes, or as base64
 * @property {string[]} mappings the bundled mapping files; SYNC_MAPPING takes their place
 * @property {import('./routes/page.js').LoadPage} [loadPage] the dashboard
 * @property {import('./environment.js').Environment} environment
 * @property {import('./budgets.js').Platform} platform
 * @property {() => Budgets} [budgets] what only this moment knows; narrows the platform's
 * @property {import('./app.js').AppOptions['waitUntil']} [waitUntil]
 * @property {import('./work.js').Dispatch} [dispatch] self-calls by default, with SYNC_SELF_URL
 * @property {(path: string) => string[]} [readMappings] on hosts with files; throws
 *   ConfigurationError
 * @property {import('./log.js').Log} [log]
 * @property {typeof globalThis.fetch} [fetch]
 * @property {AbortSignal} [signal]
 */

/**
 * What the bundle of a platform with an environment gives its adapter.
 * @typedef {Pick<BootOptions, 'core' | 'mappings' | 'loadPage' | 'environment' | 'log'>} Bundled
 */

/**
 * Never throws.
 * @param {BootOptions} options
 * @returns {App} its tick() and work() reject with ConfigurationError where it cannot be made
 */
export function boot({ log = createLog(), ...options }) {
  /** @type {Promise<App> | null} */
  let made = null;
  const app = () => (made ??= makeApp({ ...options, log }));
  return {
    async fetch(request, context) {
      try {
        return await (await app()).fetch(request, context);
      } catch (error) {
        return notConfigured(error);
      }
    },
    tick: async () => (await app()).tick(),
    work: async (task) => (await app()).work(task),
  };
}

/**
 * Where an answer is sent only when it is whole, or where asking once a second would use up the
 * processor time of a call.
 * @type {Set<import('./budgets.js').Platform>}
 */
const WITHOUT_STREAMS = new Set(['lambda', 'gcp', 'cloudflare']);

/**
 * The others compress in front of the function, and would do it twice.
 * @type {Set<import('./budgets.js').Platform>}
 */
const COMPRESSING = new Set(['lambda', 'gcp', 'node']);

/** @param {BootOptions & { log: import('./log.js').Log }} options */
async function makeApp({ core, platform, environment, budgets, ...options }) {
  const { log, fetch } = options;
  try {
    const configuration = await readConfiguration(environment);
    const fixed = { ...PRESETS[platform], ...configuration.budgets };
    return createApp({
      ...options,
      module: loadCore(core),
      configuration,
      mappings: findMappings(configuration.mapping, options),
      budgets: () => narrowest([fixed, budgets?.() ?? {}]),
      dispatch: options.dispatch ?? selfCalls(configuration, fetch),
      handsOutTicks: options.dispatch !== undefined,
      streams: !WITHOUT_STREAMS.has(platform),
      compresses: COMPRESSING.has(platform),
    });
  } catch (error) {
    const problems = error instanceof ConfigurationError ? error.problems : [String(error)];
    for (const problem of problems) {
      log({ level: 'error', event: 'not_configured', fields: { problem } });
    }
    throw error;
  }
}

/**
 * What hands work out where a platform has nothing better: none without SYNC_SELF_URL.
 * @param {import('./configuration.js').Configuration} configuration
 * @param {typeof globalThis.fetch} [fetch]
 */
export function selfCalls({ selfUrl: url, tokens }, fetch) {
  if (url === undefined || tokens.api === undefined) return undefined;
  return createSelfCalls({ url, token: tokens.api, fetch });
}

/**
 * @param {string | undefined} given SYNC_MAPPING: inline JSON (one mapping or an array of them) or
 *   a path
 * @param {Pick<BootOptions, 'mappings' | 'readMappings'>} options
 * @returns {Uint8Array[]}
 */
export function findMappings(given, { mappings, readMappings }) {
  return inlineMappings(given, { mappings, readMappings }).map((text) =>
    new TextEncoder().encode(text),
  );
}

/**
 * @param {string | undefined} given
 * @param {Pick<BootOptions, 'mappings' | 'readMappings'>} options
 * @returns {string[]}
 */
function inlineMappings(given, { mappings, readMappings }) {
  if (given === undefined) return mappings;
  if (given.startsWith('{')) return [given];
  if (given.startsWith('[')) return parseList(given).map((one) => JSON.stringify(one));
  if (readMappings !== undefined) return readMappings(given);
  throw new ConfigurationError(['SYNC_MAPPING must be inline JSON here: there are no files']);
}

/**
 * @param {string} text
 * @returns {unknown[]}
 */
function parseList(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigurationError(['SYNC_MAPPING is not JSON']);
  }
}

/** @param {unknown} error */
function notConfigured(error) {
  if (!(error instanceof ConfigurationError)) {
    const title = 'The function could not be started';
    return problemResponse({ status: 503, code: 'not_started', title });
  }
  const title = 'The function is not configured: its log says what is missing';
  return problemResponse({ status: 503, code: 'not_configured', title });
}
