// Hands work out by calling our own address: where a platform has no queue and no invocation of its
// own. The address is configured, never taken from a request.
import { exchange } from './exchange.js';

/** Long enough to be accepted; where the work is done before the answer, nobody waits for it. */
const TIMEOUT_MS = 5_000;
const BYTES_MAX = 65_536;

/**
 * @param {object} options
 * @param {string} options.url SYNC_SELF_URL
 * @param {string} options.token SYNC_API_TOKEN
 * @param {typeof globalThis.fetch} [options.fetch]
 * @returns {import('./work.js').Dispatch} throws when the task was not taken
 */
export function createSelfCalls({ url, token, fetch }) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return async ({ source, ...task }) => {
    const answer = await exchange({
      url: `${url}/api/sync/${encodeURIComponent(source ?? '')}/continue`,
      method: 'POST',
      headers,
      body: JSON.stringify(task),
      timeoutMs: TIMEOUT_MS,
      bytesMax: BYTES_MAX,
      fetch,
    });
    if (answer.ok && answer.status >= 300) throw new Error(`answered ${answer.status}`);
    if (!answer.ok && answer.why !== 'timeout') throw new Error(answer.why);
  };
}
