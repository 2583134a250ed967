// AWS Lambda: one handler for whatever the function is invoked with. Nothing runs after an answer.
import { boot } from '../app/boot.js';
import { parseMessage } from '../app/requests.js';
import { createDispatch } from './lambda/dispatch.js';
import { answerHttp } from './lambda/http.js';
import { TASK_FIELD, workOnRecords } from './lambda/tasks.js';

/** @typedef {import('./lambda/events.js').LambdaEvent} LambdaEvent */
/** @typedef {import('./lambda/events.js').LambdaContext} LambdaContext */

/** For the last request under way, the end of a run and the answer. */
const MARGIN_MS = 10_000;

/**
 * @param {import('../app/boot.js').Bundled} options
 * @returns {(event: LambdaEvent, context: LambdaContext) => Promise<unknown>}
 */
export function createHandler(options) {
  let remainingMs = () => 0; // of the one event that Lambda lets an instance have at a time
  const app = boot({
    ...options,
    platform: 'lambda',
    budgets: () => ({
      wall_ms: Math.max(1, remainingMs() - MARGIN_MS),
      memory_mb: Number(options.environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? 0),
    }),
    dispatch: createDispatch(options.environment),
  });
  return async (event, context) => {
    remainingMs = () => context.getRemainingTimeInMillis();
    if (event.requestContext) return answerHttp(event, app.fetch);
    if (event.Records) return workOnRecords(event.Records, app.work, options.log);
    if (event[TASK_FIELD] !== undefined) return app.work(parseMessage(event[TASK_FIELD]));
    if (/^aws\.(events|scheduler)$/.test(event.source ?? '')) return app.tick();
    throw new TypeError('an event of unknown kind');
  };
}
