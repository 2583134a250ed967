// Node: serves the application on a port, and stops it without cutting off what is under way.
import { once, setMaxListeners } from 'node:events';
import { createAdaptorServer } from '@hono/node-server';
import { createApp } from '../app/app.js';
import { ConfigurationError } from '../app/configuration.js';

/**
 * Resolves when the port is open. Throws ConfigurationError (bad mapping, port in use) or
 * CoreError. `close()` refuses new requests, gives running work `graceMs`, then ends it: the next
 * tick resumes.
 * @param {Omit<Parameters<typeof createApp>[0], 'waitUntil' | 'signal'> & { host?: string }}
 *   options
 */
export async function startServer({ host, ...options }) {
  const working = new Set();
  const stop = new AbortController();
  setMaxListeners(0, stop.signal); // one for each invocation under way
  const waitUntil = (/** @type {Promise<unknown>} */ work) => {
    working.add(work);
    work.finally(() => working.delete(work));
  };
  const app = createApp({ ...options, waitUntil, signal: stop.signal });
  const server = createAdaptorServer({ fetch: app.fetch });
  const { port } = options.configuration;
  await once(server.listen(port, host), 'listening').catch((error) => {
    if (error.code !== 'EADDRINUSE') throw error;
    throw new ConfigurationError([`PORT ${port} is in use: choose another one`]);
  });
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  const close = async ({ graceMs = 10_000 } = {}) => {
    const closed = new Promise((resolve) => server.close(resolve));
    const timer = setTimeout(() => {
      stop.abort();
      if ('closeAllConnections' in server) server.closeAllConnections();
    }, graceMs);
    await Promise.all([closed, ...working]);
    clearTimeout(timer);
  };
  return { app, port: address.port, url: `http://${host ?? 'localhost'}:${address.port}`, close };
}
