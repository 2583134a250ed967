// The HTTP application: routes and handlers. A handler parses, names the job, calls and answers;
// what the answer is was decided by the core, who works on what by work.js.
import { Hono } from 'hono';
import { createAuthorization } from './authorization.js';
import { asFunction } from './budgets.js';
import { createCors } from './cors.js';
import { limits } from './limits.js';
import { createLog } from './log.js';
import { openapiDocument } from './openapi/document.js';
import { ProblemError, problemResponse, unanswered } from './problem.js';
import { parseRunRequest, parseSyncId, parseTask, readJsonBody } from './requests.js';
import { securityHeaders } from './security-headers.js';
import { createSources } from './sources.js';
import { createWork } from './work.js';

/** @typedef {import('hono').Context<{ Bindings: { platform: unknown } }>} Context */
/** @typedef {import('../../wasm/js/protocol.js').FinishEffect} FinishEffect */

/** @typedef {import('./work.js').Task} Task */

/**
 * @typedef {object} AppOptions
 * @property {Uint8Array[]} mappings one for each source
 * @property {(work: Promise<unknown>, context: unknown) => void} [waitUntil] keeps the function
 *   alive after its response, until `work` has ended
 * @property {import('./work.js').Dispatch} [dispatch] has a task done by another invocation
 * @property {boolean} [handsOutTicks] `dispatch` takes the tick as well
 */

/**
 * @typedef {object} App
 * @property {(request: Request, context?: unknown) => Promise<Response>} fetch `context` is the
 *   platform's, for `waitUntil`
 * @property {() => Promise<import('./work.js').TickReport>} tick the platform's scheduled event;
 *   resolves when the work of this invocation is over
 * @property {(task: Task) => Promise<void>} work a task that was handed out
 */

const BASE = '/api/sync';
const ROOT = `${BASE}/:source`;

/** @type {Record<string, string>} what each path is answered by, besides OPTIONS */
const METHODS = {
  [`${ROOT}/manual`]: 'POST',
  [`${ROOT}/continue`]: 'POST',
  [`${ROOT}/scheduled`]: 'GET, POST',
  [`${BASE}/scheduled`]: 'GET, POST',
  [`${ROOT}/status/:syncId`]: 'GET, HEAD',
  [`${ROOT}/health`]: 'GET, HEAD',
  [`${BASE}/health`]: 'GET, HEAD',
  [`${ROOT}/openapi.json`]: 'GET, HEAD',
};

const NOT_FOUND = { status: 404, code: 'not_found', title: 'No such path' };

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
  const { waitUntil, dispatch, handsOutTicks = false } = options;
  const { concurrency } = configuration;
  const work = createWork({ sources, budgets, concurrency, dispatch, log });
  /** @type {Hono<{ Bindings: { platform: unknown } }>} */
  const app = new Hono({ getPath: pathOf });

  mountGuards(app, configuration);

  /**
   * Where nothing may run after the answer, another invocation does it, or the next tick.
   * @param {Context} context
   * @param {Task} task
   */
  async function later(context, task) {
    if (waitUntil === undefined) await work.handOut(task);
    else waitUntil(work.work(task), context.env.platform);
  }

  /** @param {Context} context */
  const jobsOf = (context) => {
    const jobs = sources.find(context.req.param('source') ?? '');
    if (jobs === undefined) throw new ProblemError(NOT_FOUND);
    return jobs;
  };

  app.post(`${ROOT}/manual`, async (context) => {
    const jobs = jobsOf(context);
    const request = parseRunRequest(await readJsonBody(context.req.raw));
    const finish = await jobs.request(request);
    if (finish.document.http_status === 202) await later(context, { source: jobs.source, link: 1 });
    return answer(finish);
  });
  app.get(`${ROOT}/status/:syncId`, async (context) =>
    answer(await jobsOf(context).status(parseSyncId(context.req.param('syncId')))),
  );
  app.get(`${ROOT}/health`, async (context) => answer(await jobsOf(context).health()));
  app.get(`${BASE}/health`, async () => answer(await sources.first.overview(sources.names)));

  /** @param {Context} context */
  const scheduled = async (context) => {
    // HEAD takes the way of GET, but must start nothing.
    if (context.req.method === 'HEAD') return onlyBy(METHODS[`${BASE}/scheduled`])(context);
    if (context.req.param('source') !== undefined) jobsOf(context);
    if (waitUntil !== undefined) waitUntil(work.tick(), context.env.platform);
    else if (!handsOutTicks || !(await work.handOut({ source: null, link: 1 }))) {
      return context.json({ status: 'done', ...(await work.tick()) });
    }
    return context.json({ status: 'accepted' }, 202);
  };
  app.on(['GET', 'POST'], [`${BASE}/scheduled`, `${ROOT}/scheduled`], scheduled);

  app.post(`${ROOT}/continue`, async (context) => {
    const { source } = jobsOf(context);
    const task = { source, ...parseTask(await readJsonBody(context.req.raw)) };
    if (waitUntil === undefined) {
      await work.work(task);
      return context.json({ status: 'done' });
    }
    waitUntil(work.work(task), context.env.platform);
    return context.json({ status: 'accepted' }, 202);
  });

  const description = describe(configuration);
  app.get(`${ROOT}/openapi.json`, (context) => {
    jobsOf(context);
    return context.json(description);
  });

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
 * @param {Hono<{ Bindings: { platform: unknown } }>} app
 * @param {import('./configuration.js').Configuration} configuration
 */
function mountGuards(app, { tokens, corsOrigins }) {
  const authorize = createAuthorization(tokens);
  app.use(securityHeaders, createCors(corsOrigins), limits);
  app.use(`${BASE}/*`, async ({ req }, next) => {
    const scope = /^\/api\/sync\/([^/]+\/)?scheduled$/.test(req.path) ? 'tick' : 'api';
    if (req.method !== 'OPTIONS') await authorize(req.raw, scope);
    await next();
  });
}

/** @param {import('./configuration.js').Configuration} configuration */
function describe({ selfUrl }) {
  return openapiDocument(selfUrl === undefined ? {} : { servers: [{ url: selfUrl }] });
}

/**
 * Platforms put something in front of our paths: a function's name, a stage.
 * @param {Request} request
 */
function pathOf(request) {
  const { pathname } = new URL(request.url);
  return pathname.slice(Math.max(0, pathname.indexOf(`${BASE}/`)));
}

/**
 * @param {FinishEffect} finish
 * @returns {Response} the answer the core made, or a problem where it could not make one
 */
function answer(finish) {
  const { http_status: status, content_type: type, headers, body } = finish.document;
  if (status === undefined || type === undefined) return problemResponse(unanswered(finish));
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...headers, 'content-type': type },
  });
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

/** @param {string} methods */
function onlyBy(methods) {
  const allow = { allow: `${methods}, OPTIONS` };
  const problem = { status: 405, code: 'method_not_allowed', title: `Only by ${methods}` };
  return (/** @type {Context} */ { req }) =>
    req.method === 'OPTIONS'
      ? new Response(null, { status: 204, headers: allow })
      : problemResponse(problem, allow);
}
