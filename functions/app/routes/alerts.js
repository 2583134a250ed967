// Which alerts there are, and whether they arrive.
import { etag } from 'hono/etag';
import { webhookFormat } from '../alerts/event.js';
import { answer } from '../answer.js';
import { parseAlertsQuery } from '../queries.js';
import { ROOT, jobsOf } from './routing.js';

/** @type {Record<string, string>} */
export const ALERT_METHODS = {
  [`${ROOT}/alerts`]: 'GET, HEAD',
  [`${ROOT}/alerts/test`]: 'POST',
};

/** @param {import('./routing.js').Routing} routing */
export function mountAlerts(routing) {
  const { app, configuration } = routing;
  const format = webhookFormat(configuration);
  app.get(`${ROOT}/alerts`, etag(), async (context) => {
    const query = parseAlertsQuery(new URL(context.req.url).searchParams);
    const finish = await jobsOf(routing, context).alerts(query);
    return answer(finish, (body) => ({ ...body, webhook: format }));
  });
  app.post(`${ROOT}/alerts/test`, async (context) => {
    const jobs = jobsOf(routing, context);
    return answer(await jobs.alertTest(), (body) => ({ ...body, format }));
  });
}
