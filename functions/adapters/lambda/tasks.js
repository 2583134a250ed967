// Work that reaches the function as a task: from itself, from its queue.
import { createLog } from '../../app/log.js';
import { parseMessage } from '../../app/requests.js';

/** @typedef {import('../../app/work.js').Task} Task */

/** Tells an asynchronous self-invocation from every other event. */
export const TASK_FIELD = 'listing-sync';

/**
 * One message after the other: each has what is left of the time. Those that failed come again.
 * @param {import('./events.js').SqsRecord[]} records
 * @param {(task: Task) => Promise<void>} work
 * @returns {Promise<import('./events.js').BatchResponse>}
 */
export async function workOnRecords(records, work, log = createLog()) {
  const batchItemFailures = [];
  for (const { messageId, body } of records) {
    try {
      await work(parseMessage(JSON.parse(body)));
    } catch (error) {
      const fields = { message_id: messageId, message: String(error) };
      log({ level: 'error', event: 'task_failed', fields });
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
}
