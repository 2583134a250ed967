// What a caller can ask of the core about one source, each as one invocation (advance: as many as
// are needed), and the promise that one process advances a source once at a time.
import { createCore } from '../../wasm/js/core.js';
import { asFunction, remaining } from './budgets.js';
import { ConfigurationError } from './configuration.js';
import { createGoogleCredentials } from './credentials.js';
import { runInvocation } from './driver.js';
import { createHeartbeat } from './heartbeat.js';
import { createLog } from './log.js';
import { createTargets } from './targets.js';

/** @typedef {import('../../wasm/js/protocol.js').Budgets} Budgets */
/** @typedef {import('../../wasm/js/protocol.js').Fault} Fault */
/** @typedef {import('../../wasm/js/protocol.js').FinishEffect} FinishEffect */
/** @typedef {import('../../wasm/js/protocol.js').ListRequest} ListRequest */
/** @typedef {import('../../wasm/js/protocol.js').RunRequest} RunRequest */
/** @typedef {import('../../wasm/js/protocol.js').Trigger} Trigger */

/**
 * So long after its budget's end a call counts as ended in the middle by its platform: what it
 * waited for never settles then, and nobody may wait for it.
 */
const GRACE_MS = 30_000;

/**
 * @typedef {object} JobsOptions
 * @property {WebAssembly.Module} module core.wasm, compiled once
 * @property {import('./configuration.js').Configuration} configuration
 * @property {Uint8Array} mapping the mapping file
 * @property {Budgets | (() => Budgets)} [budgets] of a function call that begins now; unbounded by
 *   default
 * @property {import('./targets.js').Targets} [targets] shared by the sources of a deployment
 * @property {boolean} [isOneOfSeveral] SYNC_SPREADSHEET_ID counts only where the mapping names none
 * @property {import('./log.js').Log} [log]
 * @property {typeof globalThis.fetch} [fetch]
 * @property {AbortSignal} [signal] ends what is running; the next tick resumes it
 */

/**
 * @typedef {object} Jobs
 * @property {string} source its name
 * @property {(request: RunRequest) => Promise<FinishEffect>} request records a run
 * @property {(syncId: string) => Promise<FinishEffect>} status
 * @property {() => Promise<FinishEffect>} health
 * @property {(sources: string[]) => Promise<FinishEffect>} overview the health of several sources
 * @property {(sources: string[]) => Promise<FinishEffect>} due which of them a tick should work on
 * @property {() => Promise<FinishEffect>} prune deletes what is too old, a bounded number
 * @property {(request: ListRequest) => Promise<FinishEffect>} history
 * @property {(request: ListRequest) => Promise<FinishEffect>} errors held rows and cells
 * @property {(action: 'resolve' | 'ignore' | 'reopen', ids: number[]) => Promise<FinishEffect>}
 *   review a person's word on held entries
 * @property {(ids: number[]) => Promise<FinishEffect>} retry records a run over their rows
 * @property {(request: ListRequest) => Promise<FinishEffect>} alerts
 * @property {(sources: string[]) => Promise<FinishEffect>} metrics the facts of several sources
 * @property {() => Promise<FinishEffect>} sheet where the columns stand in the sheet now
 * @property {(budgets: Budgets) => Promise<FinishEffect>} watch opens, reminds of, resolves and
 *   delivers alerts
 * @property {() => Promise<FinishEffect>} alertTest sends a test to the webhook
 * @property {Advance} advance works until no run is waiting or the budget is used up; the last
 *   invocation's finish. While it runs, another call joins it and makes it look again at its end.
 */

/** @typedef {(trigger: Trigger, budgets?: Budgets) => Promise<FinishEffect>} Advance */

/**
 * Checks the mapping at once: throws ConfigurationError with all its faults, CoreError when the
 * core cannot be used. The returned functions never reject.
 * @param {JobsOptions} options
 * @returns {Jobs}
 */
export function createJobs(options) {
  const { module, configuration, mapping, log = createLog() } = options;
  const { fetch, signal, targets = createTargetsOf(configuration, fetch) } = options;
  const own = checkMapping(module, mapping, configuration.spreadsheetId);
  const { source } = own;
  const keepsOwn = options.isOneOfSeveral === true && own.spreadsheet_id !== '';
  const spreadsheetId = keepsOwn ? undefined : configuration.spreadsheetId;
  const beat = createHeartbeat({ url: configuration.heartbeatUrl, source, log, fetch });
  const common = {
    options: configuration.options,
    ...(spreadsheetId === undefined ? {} : { spreadsheet_id: spreadsheetId }),
  };

  /** @param {Omit<import('./driver.js').Started, 'options' | 'spreadsheet_id'>} job */
  const run = (job) => {
    const core = createCore(module);
    return runInvocation({ core, targets, log, fetch, signal }, { ...common, ...job }, mapping);
  };
  /** @param {import('../../wasm/js/protocol.js').Job} job @param {object} [fields] */
  const ask = (job, fields = {}) => run({ job, budgets: {}, ...fields });
  const { intervalMs, keepDays } = configuration;
  const alerts = {
    deliver: configuration.alertWebhookUrl !== undefined,
    ...configuration.alerts.rules,
  };

  return {
    source,
    request: (request) => ask('request', { trigger: 'manual', request }),
    status: (syncId) => ask('status', { sync_id: syncId }),
    health: () => ask('health', { interval_ms: intervalMs }),
    overview: (sources) => ask('overview', { sources, interval_ms: intervalMs }),
    due: (sources) => ask('due', { sources, interval_ms: intervalMs, keep_days: keepDays, alerts }),
    prune: () => ask('prune', { keep_days: keepDays }),
    history: (request) => ask('history', { request }),
    errors: (request) => ask('errors', { request }),
    review: (action, ids) => ask('review', { request: { action, ids } }),
    retry: (ids) => ask('retry', { request: { ids } }),
    alerts: (request) => ask('alerts', { request }),
    metrics: (sources) => ask('metrics', { sources }),
    sheet: () => ask('sheet'),
    watch: (budgets) => run({ job: 'watch', interval_ms: intervalMs, alerts, budgets }),
    alertTest: () => ask('alert_test', { alerts }),
    advance: createAdvance(options.budgets, async (trigger, rest) => {
      const finish = await run({ job: 'sync', trigger, interval_ms: intervalMs, budgets: rest });
      await beat(finish);
      return finish;
    }),
  };
}

/**
 * @param {import('./configuration.js').Configuration} configuration
 * @param {typeof globalThis.fetch} [fetch]
 */
export function createTargetsOf(configuration, fetch) {
  const google = createGoogleCredentials(configuration.google.serviceAccount, { fetch });
  return createTargets(configuration, google);
}

/**
 * @param {WebAssembly.Module} module
 * @param {Uint8Array} mapping
 * @param {string | undefined} spreadsheetId
 * @returns {{ source: string, spreadsheet_id: string }}
 */
function checkMapping(module, mapping, spreadsheetId) {
  /** @type {{ answer: { faults?: Fault[], source: string, spreadsheet_id: string } }} */
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
  return answer;
}

/**
 * Lets one call work at a time; a call that comes meanwhile gets the same result and is heard at
 * the end. Works invocation after invocation while one says that more is waiting, or a caller came,
 * and something of the budget is left. The following invocations open nothing new.
 * @param {Budgets | (() => Budgets) | undefined} budgets where a call brings none of its own
 * @param {(trigger: Trigger, budgets: Budgets) => Promise<FinishEffect>} run
 * @returns {Advance}
 */
export function createAdvance(budgets, run) {
  const standard = asFunction(budgets);
  /** @type {{ promise: Promise<FinishEffect>, endsAt: number } | null} */
  let running = null;
  let isWanted = false;

  /** @param {Trigger} trigger @param {Budgets} budget @param {() => void} onEnd */
  async function work(trigger, budget, onEnd) {
    const begun = performance.now();
    const used = { requests: 0, rows: 0 };
    try {
      let finish = await run(trigger, budget);
      while (isWanted || finish.document.more === true) {
        isWanted = false;
        used.requests += sum(finish.document.requests);
        used.rows += finish.document.rows ?? 0;
        const rest = remaining(budget, { ...used, ms: performance.now() - begun });
        if (rest === null) break;
        finish = await run('manual', rest);
      }
      return finish;
    } finally {
      // Nothing is awaited since the last look at isWanted: no caller can slip in between.
      onEnd();
    }
  }

  return (trigger, budget = standard()) => {
    if (running !== null && performance.now() < running.endsAt) {
      isWanted = true;
      return running.promise;
    }
    const wallMs = budget.wall_ms || Infinity;
    const mine = { endsAt: performance.now() + wallMs + GRACE_MS };
    isWanted = false;
    const promise = work(trigger, budget, () => {
      if (running?.promise !== promise) return;
      running = null;
      isWanted = false;
    });
    running = { promise, ...mine };
    return promise;
  };
}

/** @param {Record<string, number>} [counts] */
function sum(counts = {}) {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
