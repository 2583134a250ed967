// A TCP port of the loopback interface that nobody listens on at this moment.
import { createServer } from 'node:net';

/** @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address());
      probe.close(() => resolve(port));
    });
  });
}

/**
 * Starts a server on a free port. Between finding a port and binding it another process may take
 * it; then `start` reports 'port_taken' and gets a new one.
 *
 * @template T
 * @param {(port: number) => Promise<T | 'port_taken'>} start
 * @returns {Promise<T>}
 */
export async function startOnFreePort(start) {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const started = await start(await freePort());
    if (started !== 'port_taken') return started;
  }
  throw new Error('no free port could be bound in five attempts');
}
