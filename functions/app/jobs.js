// The four things a caller can ask of the core, each as one invocation (sync: as many as are
// needed), and the promise that one process advances a source once at a time.
import { createCore } from '../../wasm/js/core.js';
import { ConfigurationError } from './configuration.js';
import { createGoogleCredentials } from './credentials.js';
import { runInvocation } from './driver.js';
import { createLog } from './log.js';
import { createTargets } from './targets.js';

/** @typedef {import('../../wasm/js/protocol.js').Budgets} Budgets */
/** @typedef {import('../../wasm/js/protocol.js').Fault} Fault */
/** @typedef {import('../../wasm/js/protocol.js').FinishEffect} FinishEffect */
/** @typedef {import('../../wasm/js/protocol.js').RunRequest} RunRequest */
/** @typedef {import('../../wasm/js/protocol.js').Trigger} Trigger */

/** With fewer requests an invocation could commit nothing; the core refuses such a budget. */
const REQUESTS_MIN = 5;

/**
 * @typedef {object} JobsOptions
 * @property {WebAssembly.Module} module core.wasm, compiled once
 * @property {import('./configuration.js').Configuration} configuration
 * @property {Uint8Array} mapping the mapping file
 * @property {Budgets} [budgets] of one function call; unbounded by default
 * @property {import('./log.js').Log} [log]
 * @property {typeof globalThis.fetch} [fetch]
 * @property {AbortSignal} [signal] ends what is running; the next tick resumes it
 */

/**
 * @typedef {object} Jobs
 * @property {(request: RunRequest) => Promise<FinishEffect>} request records a run
 * @property {(syncId: string) => Promise<FinishEffect>} status
 * @property {() => Promise<FinishEffect>} health
 * @property {(trigger: Trigger) => Promise<FinishEffect>} advance works until no run is waiting or
 *   the budget is used up; the last invocation's finish. While it runs, another call joins it and
 *   makes it look again at its end.
 */

/**
 * Checks the mapping at once: throws ConfigurationError with all its faults, CoreError when the
 * core cannot be used. The returned functions never reject.
 * @param {JobsOptions} options
 * @returns {Jobs}
 */
export function createJobs(options) {
  const { module, configuration, mapping, budgets = {}, log = createLog() } = options;
  const { fetch, signal } = options;
  const google = createGoogleCredentials(configuration.google.serviceAccount, { fetch });
  const targets = createTargets(configuration, google);
  const { spreadsheetId } = configuration;
  checkMapping(module, mapping, spreadsheetId);
  const common = {
    options: configuration.options,
    ...(spreadsheetId === undefined ? {} : { spreadsheet_id: spreadsheetId }),
  };

  /** @param {Omit<import('./driver.js').Started, 'options' | 'spreadsheet_id'>} job */
  const run = (job) => {
    const core = createCore(module);
    return runInvocation({ core, targets, log, fetch, signal }, { ...common, ...job }, mapping);
  };

  return {
    request: (request) => run({ job: 'request', trigger: 'manual', budgets, request }),
    status: (syncId) => run({ job: 'status', sync_id: syncId, budgets }),
    health: () => run({ job: 'health', budgets }),
    advance: createAdvance(budgets, (trigger, rest) =>
      run({ job: 'sync', trigger, budgets: rest }),
    ),
  };
}

/**
 * @param {WebAssembly.Module} module
 * @param {Uint8Array} mapping
 * @param {string | undefined} spreadsheetId
 */
function checkMapping(module, mapping, spreadsheetId) {
  /** @type {{ answer: { faults?: Fault[], spreadsheet_id?: string } }} */
  const { answer } = createCore(module).query({ query: 'mapping' }, mapping);
  if (answer.faults !== undefined) {
    throw new ConfigurationError(
      answer.faults.map(({ code, where, message }) => `mapping ${where}: ${message} (${code})`),
    );
  }
  if (answer.spreadsheet_id === '' && spreadsheetId === undefined) {
    const problem = 'SYNC_SPREADSHEET_ID is not set, and the mapping names no spreadsheet';
    throw new ConfigurationError([problem]);
  }
}

/**
 * Lets one call work at a time; a call that comes meanwhile gets the same result and is heard at
 * the end. Works invocation after invocation while one says that more is waiting, or a caller came,
 * and something of the budget is left. The following invocations open nothing new.
 * @param {Budgets} budgets
 * @param {(trigger: Trigger, budgets: Budgets) => Promise<FinishEffect>} run
 * @returns {(trigger: Trigger) => Promise<FinishEffect>}
 */
export function createAdvance(budgets, run) {
  /** @type {Promise<FinishEffect> | null} */
  let running = null;
  let isWanted = false;

  /** @param {Trigger} trigger */
  async function work(trigger) {
    const used = { begun: performance.now(), requests: 0 };
    try {
      let finish = await run(trigger, budgets);
      while (isWanted || finish.document.more === true) {
        isWanted = false;
        used.requests += sum(finish.document.requests);
        const rest = remaining(budgets, performance.now() - used.begun, used.requests);
        if (rest === null) break;
        finish = await run('manual', rest);
      }
      return finish;
    } finally {
      // Nothing is awaited since the last look at isWanted: no caller can slip in between.
      running = null;
      isWanted = false;
    }
  }

  return (trigger) => {
    if (running === null) return (running = work(trigger));
    isWanted = true;
    return running;
  };
}

/**
 * Rows cannot be counted from outside: a bound on them allows one invocation.
 * @param {Budgets} budgets
 * @param {number} msUsed
 * @param {number} requestsUsed
 * @returns {Budgets | null} null when one of them is used up
 */
function remaining({ wall_ms = 0, requests = 0, rows = 0 }, msUsed, requestsUsed) {
  if (rows > 0) return null;
  const rest = { wall_ms: Math.floor(wall_ms - msUsed), requests: requests - requestsUsed };
  const tooFew = requests > 0 && rest.requests < REQUESTS_MIN;
  if ((wall_ms > 0 && rest.wall_ms <= 0) || tooFew) return null;
  return { wall_ms: wall_ms && rest.wall_ms, requests: requests && rest.requests };
}

/** @param {Record<string, number>} [counts] */
function sum(counts = {}) {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
