// What can be read, and a person's word on held rows. Each is one request to the database.
import { etag } from 'hono/etag';
import { answer, isAnswered } from '../answer.js';
import { METRICS_TYPE, metricsText } from '../metrics.js';
import { parseErrorsQuery, parseHistoryQuery } from '../queries.js';
import { parseIds, parseSyncId, readJsonBody } from '../requests.js';
import { BASE, ROOT, jobsOf } from './routing.js';
import { VERSION } from '../version.js';

/** @typedef {import('./routing.js').Context} Context */
/** @typedef {import('../answer.js').FinishEffect} FinishEffect */

const READ = 'GET, HEAD';

/** @type {Record<string, string>} */
export const REPORT_METHODS = {
  [`${BASE}/health`]: READ,
  [`${BASE}/metrics`]: READ,
  [`${BASE}/sources`]: READ,
  [`${ROOT}/health`]: READ,
  [`${ROOT}/metrics`]: READ,
  [`${ROOT}/status/:syncId`]: READ,
  [`${ROOT}/history`]: READ,
  [`${ROOT}/errors`]: READ,
  [`${ROOT}/sheet`]: READ,
  [`${ROOT}/openapi.json`]: READ,
  [`${ROOT}/errors/ignore`]: 'POST',
  [`${ROOT}/errors/resolve`]: 'POST',
  [`${ROOT}/errors/reopen`]: 'POST',
};

/** @param {import('./routing.js').Routing} routing */
export function mountReports(routing) {
  const { app, sources } = routing;
  // Whoever polls asks with If-None-Match, and mostly hears that nothing has changed.
  const readable = Object.keys(REPORT_METHODS).filter((path) => REPORT_METHODS[path] === READ);
  for (const path of readable) app.get(path, etag());

  app.get(`${BASE}/health`, async () => answer(await sources.first.overview(sources.names)));
  app.get(`${BASE}/sources`, (context) => context.json({ sources: sources.names }));
  app.get(`${BASE}/metrics`, async () => metrics(await sources.first.metrics(sources.names)));

  app.get(`${ROOT}/metrics`, async (context) => {
    const jobs = jobsOf(routing, context);
    return metrics(await jobs.metrics([jobs.source]));
  });
  app.get(`${ROOT}/health`, async (context) => answer(await jobsOf(routing, context).health()));
  app.get(`${ROOT}/status/:syncId`, async (context) =>
    answer(await jobsOf(routing, context).status(parseSyncId(context.req.param('syncId')))),
  );
  app.get(`${ROOT}/history`, async (context) =>
    answer(await jobsOf(routing, context).history(parseHistoryQuery(queryOf(context)))),
  );
  app.get(`${ROOT}/errors`, async (context) => {
    const asked = parseErrorsQuery(queryOf(context));
    // Cells are for those who may also change things.
    const withValues = context.get('scope') === 'api';
    return answer(await jobsOf(routing, context).errors({ ...asked, with_values: withValues }));
  });
  app.get(`${ROOT}/sheet`, async (context) => answer(await jobsOf(routing, context).sheet()));
  app.get(`${ROOT}/openapi.json`, async (context) => {
    jobsOf(routing, context);
    return context.json(await describe(routing.configuration));
  });

  for (const action of /** @type {const} */ (['ignore', 'resolve', 'reopen'])) {
    app.post(`${ROOT}/errors/${action}`, async (context) => {
      const jobs = jobsOf(routing, context);
      return answer(await jobs.review(action, parseIds(await readJsonBody(context.req.raw))));
    });
  }
}

/** @param {Context} context */
const queryOf = ({ req }) => new URL(req.url).searchParams;

/** @param {FinishEffect} finish of job metrics */
function metrics(finish) {
  if (!isAnswered(finish)) return answer(finish);
  const text = metricsText(/** @type {any} */ (finish.document.body));
  return new Response(text, { headers: { 'content-type': METRICS_TYPE } });
}

/**
 * Few ask for it: a cold start does without.
 * @param {import('../configuration.js').Configuration} configuration
 */
async function describe({ selfUrl }) {
  const { openapiDocument } = await import('../openapi/document.js');
  const servers = selfUrl === undefined ? undefined : [{ url: selfUrl }];
  return openapiDocument({ version: VERSION, servers });
}
