// Ctrl-C as a signal of its own: the first one is heard, a second one ends the process as ever.

/** @typedef {{ signal: AbortSignal, release: () => void }} Interrupt */

/** @returns {Interrupt} */
export function listenForInterrupt() {
  const controller = new AbortController();
  const hear = () => controller.abort();
  for (const name of ['SIGINT', 'SIGTERM']) process.once(name, hear);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of ['SIGINT', 'SIGTERM']) process.off(name, hear);
    },
  };
}

/**
 * What has no signal of its own goes on, but nobody waits for it any more.
 * @template T
 * @param {Promise<T>} promise
 * @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
export async function unlessAborted(promise, signal) {
  if (signal === undefined) return promise;
  let stop = () => {};
  const aborted = new Promise((_resolve, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop);
  });
  try {
    signal.throwIfAborted();
    return await Promise.race([promise, /** @type {Promise<never>} */ (aborted)]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/**
 * @param {number} ms
 * @param {AbortSignal} signal ends it early
 * @returns {Promise<void>}
 */
export function pause(ms, signal) {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
