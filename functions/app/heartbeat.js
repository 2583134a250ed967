// Tells somebody outside that a run succeeded, so that silence is noticed there. A monitor that
// does not answer is no fault of the run: it is logged, and nothing else.
import { exchange } from './exchange.js';

/** @typedef {import('../../wasm/js/protocol.js').FinishEffect} FinishEffect */

const TIMEOUT_MS = 5_000;
const BYTES_MAX = 65_536;

/**
 * @param {object} options
 * @param {string} [options.url] SYNC_HEARTBEAT_URL; `{source}` in it becomes the source's name
 * @param {string} options.source
 * @param {import('./log.js').Log} options.log
 * @param {typeof globalThis.fetch} [options.fetch]
 * @returns {(finish: FinishEffect) => Promise<void>} calls after a completed full run; never
 *   rejects
 */
export function createHeartbeat({ url, source, log, fetch }) {
  // URL has written the braces of the path as %7B and %7D.
  const address = url?.replace(/(\{|%7B)source(\}|%7D)/gi, encodeURIComponent(source));
  return async ({ outcome, document: { kind, dry_run: isDry, sync_id: syncId } }) => {
    if (address === undefined || outcome !== 'completed' || kind !== 'full' || isDry) return;
    const limits = { timeoutMs: TIMEOUT_MS, bytesMax: BYTES_MAX };
    const request = { url: address, method: 'GET', headers: {}, body: null, ...limits, fetch };
    const answer = await exchange(request);
    // A redirect is not followed: whoever stands behind it has heard nothing.
    if (answer.ok && answer.status < 300) return;
    const why = answer.ok ? `http_${answer.status}` : answer.why;
    log({ level: 'warn', event: 'heartbeat_failed', sync_id: syncId, fields: { source, why } });
  };
}
