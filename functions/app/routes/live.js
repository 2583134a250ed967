// A run as it goes: server-sent events (WHATWG HTML, section 9.2), for readers that send a token
// and so use fetch. Each event is the whole status document, so a reader that comes back has missed
// nothing; `Last-Event-ID` only spares it what it has already.
import { streamSSE } from 'hono/streaming';
import { answer, isAnswered } from '../answer.js';
import { ProblemError } from '../problem.js';
import { parseSyncId } from '../requests.js';
import { ROOT, jobsOf } from './routing.js';

/** @typedef {import('../answer.js').FinishEffect} FinishEffect */

/** @type {Record<string, string>} */
export const LIVE_METHODS = { [`${ROOT}/status/:syncId/events`]: 'GET, HEAD' };

const PACE_MS = 1_000;
const PING_MS = 15_000;
const COME_BACK_MS = 2_000;
/** Proxies cut what takes longer; the reader comes back anyway. */
const STREAM_MS_MAX = 5 * 60_000;
/** For the end of the stream, before the platform ends the call. */
const MARGIN_MS = 5_000;
/** So many questions in a row without an answer end the stream: the reader knows how to wait. */
const FAILURES_MAX = 5;

const NO_STREAM = {
  status: 406,
  code: 'no_stream',
  title: 'This platform cannot hold a stream: poll the status with If-None-Match',
};

/**
 * @param {import('./routing.js').Routing} routing
 * @param {object} options
 * @param {boolean} options.streams whether the platform hands an answer on while it is made
 * @param {() => import('../../../wasm/js/protocol.js').Budgets} options.budgets
 * @param {AbortSignal} [options.signal] the host is going down
 * @param {number} [options.paceMs]
 */
export function mountLive(routing, { streams, budgets, signal, paceMs = PACE_MS }) {
  routing.app.get(`${ROOT}/status/:syncId/events`, async (context) => {
    const jobs = jobsOf(routing, context);
    const syncId = parseSyncId(context.req.param('syncId'));
    if (!streams) throw new ProblemError(NO_STREAM);
    const first = await jobs.status(syncId);
    if (!isAnswered(first) || context.req.method === 'HEAD') return answer(first);
    const limits = limitsOf(budgets());
    const response = streamSSE(context, async (stream) => {
      let seen = context.req.header('last-event-id');
      let failures = 0;
      let pingAt = performance.now() + PING_MS;
      await stream.write(`retry: ${COME_BACK_MS}\n\n`);
      /** @type {FinishEffect} */
      let finish = first;
      for (let asked = 1; ; asked += 1) {
        failures = isAnswered(finish) ? 0 : failures + 1;
        if (failures === 0) {
          const { status } = /** @type {{ status: string }} */ (finish.document.body);
          const data = JSON.stringify(finish.document.body);
          const id = await digestOf(data);
          const isOpen = status === 'queued' || status === 'in_progress';
          if (!isOpen) return stream.writeSSE({ event: 'end', id, data });
          if (id !== seen) await stream.writeSSE({ event: 'progress', id, data });
          seen = id;
        }
        if (asked >= limits.requests || performance.now() >= limits.endsAt) return;
        if (failures >= FAILURES_MAX || stream.aborted || signal?.aborted) return;
        if (performance.now() >= pingAt) {
          await stream.write(': ping\n\n');
          pingAt = performance.now() + PING_MS;
        }
        await stream.sleep(paceMs);
        finish = await jobs.status(syncId);
      }
    });
    // streamSSE says no-cache, which would let a cache keep it.
    response.headers.set('cache-control', 'no-store');
    return response;
  });
}

/** @param {import('../../../wasm/js/protocol.js').Budgets} budgets */
function limitsOf({ wall_ms: wallMs = 0, requests = 0 }) {
  const ms = Math.min(STREAM_MS_MAX, wallMs > 0 ? Math.max(0, wallMs - MARGIN_MS) : Infinity);
  return { endsAt: performance.now() + ms, requests: requests || Infinity };
}

/** @param {string} text */
async function digestOf(text) {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  const bytes = new Uint8Array(digest).subarray(0, 12);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
