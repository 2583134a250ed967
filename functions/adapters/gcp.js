// Google Cloud functions: `api` for HTTP, `scheduled` for the event of a Pub/Sub topic that Cloud
// Scheduler publishes to. Nothing goes on after an answer: the next tick does.
import { boot } from '../app/boot.js';
import { answerHttp } from './gcp/http.js';

/**
 * @param {import('../app/boot.js').Bundled} options
 */
export function createFunctions(options) {
  const app = boot({ ...options, platform: 'gcp' });
  return {
    /**
     * @param {import('./gcp/http.js').Incoming} request
     * @param {import('node:http').ServerResponse} response
     */
    api: (request, response) => answerHttp(request, response, app.fetch),
    /** @param {unknown} _event which event it was makes no difference */
    scheduled: async (_event) => void (await app.tick()),
  };
}
