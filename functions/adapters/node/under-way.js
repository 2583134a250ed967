// What is under way in a process, so that it can end without cutting anything off.
import { setMaxListeners } from 'node:events';

/** @typedef {{ close: (done: () => void) => unknown, closeAllConnections?: () => void }} Server */

export function createUnderWay() {
  const working = new Set();
  const stop = new AbortController();
  setMaxListeners(0, stop.signal); // one for each invocation under way
  return {
    /** Aborts when the work's time is over. */
    signal: stop.signal,

    /** @param {Promise<unknown>} work */
    add(work) {
      working.add(work);
      work.finally(() => working.delete(work));
    },

    /**
     * Refuses new requests, gives running work `graceMs`, then ends it.
     * @param {Server} server
     * @param {number} graceMs
     */
    async end(server, graceMs) {
      const closed = new Promise((resolve) => server.close(() => resolve(undefined)));
      const timer = setTimeout(() => {
        stop.abort();
        server.closeAllConnections?.();
      }, graceMs);
      await Promise.all([closed, ...working]);
      clearTimeout(timer);
    },
  };
}
