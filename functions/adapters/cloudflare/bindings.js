// What a Worker is given: variables and secrets among other bindings, messages of a queue.
import { createLog } from '../../app/log.js';
import { parseMessage } from '../../app/requests.js';

/** @typedef {import('../../app/work.js').Task} Task */
/** @typedef {{ send: (task: Task) => Promise<unknown> }} Queue */
/** @typedef {Record<string, unknown> & { SYNC_QUEUE?: Queue }} Env */
/** @typedef {{ id: string, body: unknown, ack: () => void, retry: () => void }} Message */

/**
 * [vars] of wrangler.toml may be numbers and booleans.
 * @param {Record<string, unknown>} bindings
 * @returns {import('../../app/environment.js').Environment}
 */
export function readVariables(bindings) {
  const isPlain = (/** @type {unknown} */ value) => /string|number|boolean/.test(typeof value);
  const variables = Object.entries(bindings).filter(([, value]) => isPlain(value));
  return Object.fromEntries(variables.map(([name, value]) => [name, String(value)]));
}

/**
 * Each message is taken or given back by itself: what failed comes again, as often as the queue is
 * configured to repeat it.
 * @param {readonly Message[]} messages
 * @param {(task: Task) => Promise<void>} work
 */
export async function workOnMessages(messages, work, log = createLog()) {
  for (const message of messages) {
    try {
      await work(parseMessage(message.body));
      message.ack();
    } catch (error) {
      const fields = { message_id: message.id, message: String(error) };
      log({ level: 'error', event: 'task_failed', fields });
      message.retry();
    }
  }
}
