// Follows one run to its end: by server-sent events where they come through, else by asking again
// and again. Knows nothing of the page.
import { createParser } from 'eventsource-parser';
import { ApiError, isAbort } from './api.js';

/** @typedef {(status: any) => void} OnStatus told of each status document that differs */
/**
 * @typedef {(syncId: string, onStatus: OnStatus, options: { signal: AbortSignal }) => Promise<any>}
 *   Follow resolves with the status document of the closed run; rejects when aborted, and for what
 *   will not get better (401, 403, 404)
 */

const OPEN = new Set(['queued', 'in_progress']);
/** The server says something every 15 s. */
const SILENCE_MS_MAX = 35_000;
/** It says the first thing at once: what holds that back is a proxy that lets no stream through. */
const FIRST_MS_MAX = 6_000;
/** Browsers open six connections to a host, all tabs together; a stream holds one for minutes. */
const STREAMS_MAX = 1;
const POLL_MS = 1_000;
/** A stream may end at any time, even at once. */
const RECONNECT_MS = 500;
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 15_000];

/**
 * @param {import('./api.js').Api} api
 * @param {{ pause?: typeof wait }} [options]
 * @returns {Follow}
 */
export function createFollow(api, { pause = wait } = {}) {
  let streams = 0;
  /** Until one has brought nothing: further runs need not find that out again. */
  let doComeThrough = true;
  return async (syncId, onStatus, { signal }) => {
    /** @type {{ lastEventId: string | null, latest: any }} */
    const seen = { lastEventId: null, latest: null };
    const tell = (/** @type {any} */ status) => {
      if (status === seen.latest) return;
      seen.latest = status;
      onStatus(status);
    };
    let failures = 0;
    for (;;) {
      try {
        if (doComeThrough && streams < STREAMS_MAX) {
          streams += 1;
          const stream = readStream(api, syncId, { seen, tell, signal });
          doComeThrough = await stream.finally(() => (streams -= 1));
          if (!isEnded(seen.latest)) await pause(RECONNECT_MS, signal);
        } else {
          tell(await api.get(`/status/${syncId}`, { signal, conditional: true }));
          if (!isEnded(seen.latest)) await pause(POLL_MS, signal);
        }
        failures = 0;
      } catch (error) {
        if (isAbort(error) || isFinal(error)) throw error;
        if (isWithoutStream(error)) doComeThrough = false;
        else await pause(PAUSES_MS[Math.min(failures++, PAUSES_MS.length - 1)], signal);
      }
      if (isEnded(seen.latest)) return seen.latest;
    }
  };
}

/** @param {any} status */
const isEnded = (status) => status !== null && !OPEN.has(status.status);

/** @param {unknown} error */
const isFinal = (error) =>
  !(error instanceof ApiError) || [400, 401, 403, 404].includes(error.status);

/** @param {unknown} error */
const isWithoutStream = (error) => error instanceof ApiError && error.code === 'no_stream';

/**
 * One stream, to its end. What is seen is kept for the next.
 * @param {import('./api.js').Api} api
 * @param {string} syncId
 * @param {object} options
 * @param {{ lastEventId: string | null, latest: any }} options.seen
 * @param {OnStatus} options.tell
 * @param {AbortSignal} options.signal
 * @returns {Promise<boolean>} whether anything came
 */
async function readStream(api, syncId, { seen, tell, signal }) {
  const watch = watchdog(signal);
  let came = false;
  const parser = createParser({
    onEvent: ({ id, data }) => {
      if (id !== undefined) seen.lastEventId = id;
      tell(JSON.parse(data));
    },
  });
  try {
    watch.expect(FIRST_MS_MAX);
    const stream = await api.events(syncId, {
      lastEventId: seen.lastEventId,
      signal: watch.signal,
    });
    const decoder = new TextDecoder();
    const reader = stream.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return came;
      came = true;
      watch.expect(SILENCE_MS_MAX);
      parser.feed(decoder.decode(value, { stream: true }));
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof ApiError) throw error;
    if (watch.signal.aborted) return came;
    throw new ApiError({ status: 0, code: 'unreachable' }); // broken in the middle
  } finally {
    watch.end();
  }
}

/**
 * Ends what takes longer than expected, and everything when the caller leaves.
 * @param {AbortSignal} outer
 */
function watchdog(outer) {
  const controller = new AbortController();
  const leave = () => controller.abort(outer.reason);
  outer.addEventListener('abort', leave);
  if (outer.aborted) leave();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  return {
    signal: controller.signal,
    /** @param {number} ms until the next sign of life */
    expect(ms) {
      clearTimeout(timer);
      timer = setTimeout(() => controller.abort(), ms);
    },
    end() {
      clearTimeout(timer);
      outer.removeEventListener('abort', leave);
      controller.abort();
    },
  };
}

/**
 * @param {number} ms
 * @param {AbortSignal} signal
 * @returns {Promise<void>} rejects with the signal's reason
 */
export function wait(ms, signal) {
  return new Promise((resolve, reject) => {
    const leave = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', leave);
      resolve();
    }, ms);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  });
}
