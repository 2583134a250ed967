// The HTTP application: who may come in, which routes there are, what an error becomes. A handler
// (routes/) parses, names the job, calls and answers; what the answer is was decided by the core,
// who works on what by work.js.
import { Hono } from 'hono';
import { createAuthorization } from './authorization.js';
import { asFunction } from './budgets.js';
import { createCors } from './cors.js';
import { limits } from './limits.js';
import { createLog } from './log.js';
import { NOT_FOUND, ProblemError, problemResponse } from './problem.js';
import { ALERT_METHODS, mountAlerts } from './routes/alerts.js';
import { LIVE_METHODS, mountLive } from './routes/live.js';
import { onlyBy } from './routes/methods.js';
import { PAGE_METHODS, mountPage } from './routes/page.js';
import { REPORT_METHODS, mountReports } from './routes/reports.js';
import { BASE } from './routes/routing.js';
import { RUN_METHODS, mountRuns } from './routes/runs.js';
import { securityHeaders } from './security-headers.js';
import { createSources } from './sources.js';
import { createWork } from './work.js';

/** @typedef {import('./routes/routing.js').Routes} Routes */
/** @typedef {import('./work.js').Task} Task */

/**
 * @typedef {object} AppOptions
 * @property {Uint8Array[]} mappings one for each source
 * @property {(work: Promise<unknown>, context: unknown) => void} [waitUntil] keeps the function
 *   alive after its response, until `work` has ended
 * @property {import('./work.js').Dispatch} [dispatch] has a task done by another invocation
 * @property {boolean} [handsOutTicks] `dispatch` takes the tick as well
 * @property {import('./routes/page.js').LoadPage} [loadPage] the dashboard, where HTML may be served
 * @property {boolean} [compresses] the page's files: where nothing in front of the function does
 * @property {boolean} [streams] false where an answer is sent only when it is whole
 */

/**
 * @typedef {object} App
 * @property {(request: Request, context?: unknown) => Promise<Response>} fetch `context` is the
 *   platform's, for `waitUntil`
 * @property {() => Promise<import('./work.js').TickReport>} tick the platform's scheduled event;
 *   resolves when the work of this invocation is over
 * @property {(task: Task) => Promise<void>} work a task that was handed out
 */

/** What each path is answered by, besides OPTIONS. */
const METHODS = {
  ...RUN_METHODS,
  ...REPORT_METHODS,
  ...ALERT_METHODS,
  ...LIVE_METHODS,
  ...PAGE_METHODS,
};

/**
 * Throws ConfigurationError for a mapping with faults or a configuration without SYNC_API_TOKEN's
 * value.
 * @param {Omit<import('./jobs.js').JobsOptions, 'mapping' | 'targets'> & AppOptions} options
 * @returns {App}
 */
export function createApp(options) {
  const { configuration, log = createLog() } = options;
  const budgets = asFunction(options.budgets);
  const sources = createSources({ ...options, log });
  const { waitUntil, dispatch, handsOutTicks = false, streams = true, signal, loadPage } = options;
  const { compresses = false } = options;
  const { concurrency } = configuration;
  const work = createWork({ sources, budgets, concurrency, dispatch, log });
  /** @type {Routes} */
  const app = new Hono({ getPath: pathOf });
  const routing = { app, sources, configuration, log };

  mountGuards(app, configuration);
  mountRuns(routing, { work, waitUntil, handsOutTicks });
  mountReports(routing);
  mountAlerts(routing);
  mountLive(routing, { streams, budgets, signal });
  mountPage(routing, loadPage, { compresses });
  for (const [path, methods] of Object.entries(METHODS)) app.all(path, onlyBy(methods));
  app.notFound(() => problemResponse(NOT_FOUND));
  app.onError((error) => answerError(error, log));
  return {
    fetch: async (request, context) => app.fetch(request, { platform: context }),
    tick: () => work.tick(),
    work: work.work,
  };
}

/**
 * Who may come in, and what every answer carries.
 * @param {Routes} app
 * @param {import('./configuration.js').Configuration} configuration
 */
function mountGuards(app, { tokens, corsOrigins }) {
  const authorize = createAuthorization(tokens);
  app.use(securityHeaders, createCors(corsOrigins), limits);
  app.use(`${BASE}/*`, async (context, next) => {
    const { req } = context;
    const scope = /^\/api\/sync\/([^/]+\/)?scheduled$/.test(req.path) ? 'tick' : 'api';
    if (req.method !== 'OPTIONS') context.set('scope', await authorize(req.raw, scope));
    await next();
  });
}

/**
 * Platforms put something in front of our paths: a function's name, a stage.
 * @param {Request} request
 */
function pathOf(request) {
  const { pathname } = new URL(request.url);
  const at = pathname.indexOf(`${BASE}/`);
  if (at >= 0) return pathname.slice(at);
  return /\/(dashboard\.(js|css))?$/.exec(pathname)?.[0] ?? pathname;
}

/**
 * @param {Error} error
 * @param {import('./log.js').Log} log
 */
function answerError(error, log) {
  if (error instanceof ProblemError) return problemResponse(error.problem, error.headers);
  const fields = { name: error.name, message: error.message };
  log({ level: 'error', event: 'request_failed', fields });
  return problemResponse({ status: 500, code: 'internal_error', title: 'Something went wrong' });
}
