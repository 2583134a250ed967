// What starts work: a run by hand, the tick, and what an invocation has left for the next one.
import { answer } from '../answer.js';
import { parseIds, parseRunRequest, parseTask, readJsonBody } from '../requests.js';
import { BASE, ROOT, jobsOf } from './routing.js';
import { onlyBy } from './methods.js';

/** @typedef {import('./routing.js').Context} Context */

/** @type {Record<string, string>} */
export const RUN_METHODS = {
  [`${ROOT}/manual`]: 'POST',
  [`${ROOT}/continue`]: 'POST',
  [`${ROOT}/scheduled`]: 'GET, POST',
  [`${BASE}/scheduled`]: 'GET, POST',
  [`${ROOT}/errors/retry`]: 'POST',
};

/**
 * @param {import('./routing.js').Routing} routing
 * @param {object} options
 * @param {import('../work.js').Work} options.work
 * @param {import('../app.js').AppOptions['waitUntil']} options.waitUntil
 * @param {boolean} options.handsOutTicks
 */
export function mountRuns(routing, { work, waitUntil, handsOutTicks }) {
  const { app } = routing;

  /**
   * Where nothing may run after the answer, another invocation does it, or the next tick.
   * @param {Context} context
   * @param {import('../work.js').Task} task
   */
  async function later(context, task) {
    if (waitUntil === undefined) await work.handOut(task);
    else waitUntil(work.work(task), context.env.platform);
  }

  /**
   * @param {Context} context
   * @param {import('../answer.js').FinishEffect} finish of the job that recorded a run
   * @param {string} source
   */
  async function begun(context, finish, source) {
    if (finish.document.http_status === 202) await later(context, { source, link: 1 });
    return answer(finish);
  }

  app.post(`${ROOT}/manual`, async (context) => {
    const jobs = jobsOf(routing, context);
    const request = parseRunRequest(await readJsonBody(context.req.raw));
    return begun(context, await jobs.request(request), jobs.source);
  });
  app.post(`${ROOT}/errors/retry`, async (context) => {
    const jobs = jobsOf(routing, context);
    const ids = parseIds(await readJsonBody(context.req.raw));
    return begun(context, await jobs.retry(ids), jobs.source);
  });

  /** @param {Context} context */
  const scheduled = async (context) => {
    // HEAD takes the way of GET, but must start nothing.
    if (context.req.method === 'HEAD') return onlyBy('GET, POST')(context);
    if (context.req.param('source') !== undefined) jobsOf(routing, context);
    if (waitUntil !== undefined) waitUntil(work.tick(), context.env.platform);
    else if (!handsOutTicks || !(await work.handOut({ source: null, link: 1 }))) {
      return context.json({ status: 'done', ...(await work.tick()) });
    }
    return context.json({ status: 'accepted' }, 202);
  };
  app.on(['GET', 'POST'], [`${BASE}/scheduled`, `${ROOT}/scheduled`], scheduled);

  app.post(`${ROOT}/continue`, async (context) => {
    const { source } = jobsOf(routing, context);
    const task = { source, ...parseTask(await readJsonBody(context.req.raw)) };
    if (waitUntil === undefined) {
      await work.work(task);
      return context.json({ status: 'done' });
    }
    waitUntil(work.work(task), context.env.platform);
    return context.json({ status: 'accepted' }, 202);
  });
}
