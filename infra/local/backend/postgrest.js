// The embedded PostgREST server, configured as Supabase configures it.
import { request } from 'node:http';
import { findPostgrest } from './binaries.js';
import { freePort, startOnFreePort } from './free-port.js';
import { spawnTied } from './tied-process.js';
import { waitUntil } from './wait-until.js';

/**
 * @typedef {object} Postgrest
 * @property {number} port
 * @property {() => Promise<void>} restart on the same port; settles once its schema cache is loaded
 * @property {() => Promise<void>} stop
 */

/**
 * Starts PostgREST and waits until its schema cache is loaded.
 *
 * @param {{ databaseUrl: string, jwtSecret: string, env?: Record<string, string> }} options
 * @returns {Promise<Postgrest>}
 */
export async function startPostgrest({ databaseUrl, jwtSecret, env }) {
  const binary = findPostgrest();
  const launch = async (/** @type {number} */ port) => {
    const adminPort = await freePort();
    const server = spawnTied(binary, [], {
      cwd: '/',
      env: settings({ databaseUrl, jwtSecret, port, adminPort, env }),
    });
    return (await whenReady(server, adminPort)) === 'ready' ? { port, server } : 'port_taken';
  };
  let current = await startOnFreePort(launch);
  return {
    port: current.port,
    async restart() {
      await current.server.end();
      const started = await launch(current.port);
      if (started === 'port_taken') throw new Error(`port ${current.port} was taken`);
      current = started;
    },
    stop: () => current.server.end(),
  };
}

/**
 * @param {{ databaseUrl: string, jwtSecret: string, port: number, adminPort: number,
 *           env?: Record<string, string> }} options
 */
function settings({ databaseUrl, jwtSecret, port, adminPort, env }) {
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    PGRST_DB_URI: databaseUrl,
    PGRST_DB_SCHEMAS: 'public',
    PGRST_DB_EXTRA_SEARCH_PATH: 'public,extensions',
    PGRST_DB_ANON_ROLE: 'anon',
    PGRST_DB_MAX_ROWS: '1000',
    PGRST_JWT_SECRET: jwtSecret,
    PGRST_SERVER_HOST: '127.0.0.1',
    PGRST_SERVER_PORT: String(port),
    PGRST_ADMIN_SERVER_PORT: String(adminPort),
    PGRST_LOG_LEVEL: 'error',
    ...env,
  };
}

/**
 * @param {import('./tied-process.js').TiedProcess} server
 * @param {number} adminPort
 * @returns {Promise<'ready' | 'port_taken'>}
 */
async function whenReady(server, adminPort) {
  const isReady = async () => !server.running() || (await statusOf(adminPort, '/ready')) === 200;
  try {
    await waitUntil(isReady, { what: 'PostgREST has loaded its schema cache' });
  } catch (error) {
    await server.end();
    const { message } = /** @type {Error} */ (error);
    throw new Error(`${message}: ${server.log().trim()}`, { cause: error });
  }
  if (server.running()) return 'ready';
  if (/address (already )?in use/i.test(server.log())) return 'port_taken';
  throw new Error(`PostgREST did not start: ${server.log().trim()}`);
}

/**
 * The status of a GET on a loopback port; null while nobody listens there.
 *
 * @param {number} port
 * @param {string} path
 * @param {Record<string, string>} [headers]
 * @returns {Promise<number | null>}
 */
export function statusOf(port, path, headers = {}) {
  return new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? null);
    });
    asked.on('error', () => resolve(null)).end();
  });
}
