// The HTTP application: routes and handlers. A handler parses, names the job, calls and answers;
// what the answer is was decided by the core.
import { Hono } from 'hono';
import { createAuthorization } from './authorization.js';
import { createJobs } from './jobs.js';
import { createLog } from './log.js';
import { ProblemError, problemResponse, unanswered } from './problem.js';
import { parseRunRequest, parseSyncId, readJsonBody } from './requests.js';

/** @typedef {import('hono').Context} Context */
/** @typedef {import('../../wasm/js/protocol.js').FinishEffect} FinishEffect */

/**
 * @typedef {object} AppOptions
 * @property {(work: Promise<unknown>, context: Context) => void} waitUntil keeps the function alive
 *   after its response, until `work` has ended
 * @property {string} [basePath] where a platform puts something in front of the paths
 */

const ROOT = '/api/sync/property-listings';

const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
};

/**
 * A Hono application; `app.fetch` is Request → Response. Throws ConfigurationError for a mapping
 * with faults or a configuration without SYNC_API_TOKEN's value.
 * @param {import('./jobs.js').JobsOptions & AppOptions} options
 */
export function createApp(options) {
  const { waitUntil, basePath = '', log = createLog() } = options;
  const jobs = createJobs({ ...options, log });
  const authorize = createAuthorization(options.configuration.tokens);
  const app = new Hono().basePath(basePath);

  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) context.header(name, value);
  });
  app.use(`${ROOT}/*`, async ({ req }, next) => {
    if (req.method !== 'OPTIONS') await authorize(req.raw);
    await next();
  });

  app.post(`${ROOT}/manual`, async (context) => {
    const request = parseRunRequest(await readJsonBody(context.req.raw));
    const finish = await jobs.request(request);
    if (finish.document.http_status === 202) waitUntil(jobs.advance('manual'), context);
    return answer(finish);
  });
  app.get(`${ROOT}/status/:syncId`, async ({ req }) =>
    answer(await jobs.status(parseSyncId(req.param('syncId')))),
  );
  app.get(`${ROOT}/health`, async () => answer(await jobs.health()));
  app.post(`${ROOT}/scheduled`, (context) => {
    waitUntil(jobs.advance('scheduled'), context);
    return context.json({ status: 'accepted' }, 202);
  });

  app.all(`${ROOT}/manual`, onlyBy('POST'));
  app.all(`${ROOT}/status/:syncId`, onlyBy('GET, HEAD'));
  app.all(`${ROOT}/health`, onlyBy('GET, HEAD'));
  app.all(`${ROOT}/scheduled`, onlyBy('POST'));
  app.notFound(() => problemResponse({ status: 404, code: 'not_found', title: 'No such path' }));
  app.onError((error) => answerError(error, log));
  return app;
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
