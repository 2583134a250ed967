// Waiting for a state that can only be asked for, not subscribed to.

/**
 * Asks `check` every few milliseconds until it answers true.
 *
 * @param {() => boolean | Promise<boolean>} check
 * @param {{ what: string, timeoutMs?: number, intervalMs?: number }} options
 * @returns {Promise<void>} rejects with "timed out waiting until <what>"
 */
export async function waitUntil(check, { what, timeoutMs = 20_000, intervalMs = 5 }) {
  const deadline = performance.now() + timeoutMs;
  while (!(await check())) {
    if (performance.now() > deadline) throw new Error(`timed out waiting until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}
