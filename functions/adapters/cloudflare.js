// Cloudflare Workers: requests, cron triggers, and the messages of a queue where one is bound. A
// Worker cannot fetch itself: only a queue makes further invocations.
import { boot } from '../app/boot.js';
import { readVariables, workOnMessages } from './cloudflare/bindings.js';

/** @typedef {import('./cloudflare/bindings.js').Env} Env */
/** @typedef {import('./cloudflare/bindings.js').Message} Message */
/** @typedef {{ waitUntil: (work: Promise<unknown>) => void }} Context */

/**
 * Each event has an application of its own: a promise belongs to the event it was made in, and who
 * waits for another event's waits for ever when that was ended.
 * @param {Pick<import('../app/boot.js').BootOptions, 'core' | 'mappings' | 'loadPage' | 'log'>} options
 */
export function createWorker(options) {
  const start = (/** @type {Env} */ { SYNC_QUEUE: queue, ...bindings }) =>
    boot({
      ...options,
      environment: readVariables(bindings),
      platform: 'cloudflare',
      waitUntil: (work, context) => /** @type {Context} */ (context).waitUntil(work),
      dispatch: queue && ((task) => queue.send(task)),
    });
  return {
    /** @param {Request} request @param {Env} env @param {Context} context */
    fetch: (request, env, context) => start(env).fetch(request, context),
    /** @param {unknown} _event @param {Env} env */
    scheduled: async (_event, env) => void (await start(env).tick()),
    /** @param {{ messages: readonly Message[] }} batch @param {Env} env */
    queue: ({ messages }, env) => workOnMessages(messages, start(env).work, options.log),
  };
}
