// Node: serves the application on a port, and stops it without cutting off what is under way.
import { once } from 'node:events';
import { createApp } from '../app/app.js';
import { ConfigurationError } from '../app/configuration.js';
import { SERVER_LIMITS } from './node/server-limits.js';
import { createUnderWay } from './node/under-way.js';

/** @typedef {Omit<Parameters<typeof createApp>[0], 'waitUntil' | 'signal'>} Options */

/**
 * Resolves when the port is open. Throws ConfigurationError (bad mapping, port in use) or
 * CoreError. `close()` refuses new requests, gives running work `graceMs`, then ends it: the next
 * tick resumes.
 * @param {Options & { host?: string }} options
 */
export async function startServer({ host, ...options }) {
  const { add: waitUntil, signal, end } = createUnderWay();
  const app = createApp({ ...options, waitUntil, signal, compresses: true });
  const { createAdaptorServer } = await import('./node/http-server.js');
  const server = createAdaptorServer({ fetch: app.fetch, serverOptions: SERVER_LIMITS });
  const { port: wanted } = options.configuration;
  await once(server.listen(wanted, host), 'listening').catch((error) => {
    if (error.code !== 'EADDRINUSE') throw error;
    throw new ConfigurationError([`PORT ${wanted} is in use: choose another one`]);
  });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    app,
    port,
    url: `http://${host ?? 'localhost'}:${port}`,
    tick: () => waitUntil(app.tick()),
    close: ({ graceMs = 10_000 } = {}) => end(server, graceMs),
  };
}
