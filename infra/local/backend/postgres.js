// The embedded PostgreSQL server: a data folder, one process, started and stopped at will.
import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { copyPostgres, findPostgres, linkLibraries } from './binaries.js';
import { startOnFreePort } from './free-port.js';
import { canReach } from './server-user.js';
import { spawnTied } from './tied-process.js';
import { waitUntil } from './wait-until.js';

const run = promisify(execFile);

/** The environment of every server: nothing of ours (PGHOST, PGDATA …) may reach it. */
export const SERVER_ENV = { LC_ALL: 'C', PATH: process.env.PATH ?? '/usr/bin:/bin' };

/** Nothing survives a crash of the machine, everything is faster: right for tests. */
const NOT_DURABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/**
 * @typedef {object} Postgres
 * @property {number} port
 * @property {(user: string) => string} url connection URL for that role (no password)
 * @property {() => Promise<void>} start on the same port and data; settles once it takes queries
 * @property {() => Promise<void>} stop fast shutdown: open transactions are rolled back
 * @property {() => Promise<void>} crash immediate shutdown: no goodbye to clients, no checkpoint;
 *   the next start recovers from the log
 */

/**
 * Initialises a cluster in `folder` (superuser supabase_admin, no passwords on loopback) and starts
 * it.
 *
 * @param {{ folder: string, user?: import('./server-user.js').ServerUser, durable?: boolean,
 *           settings?: Record<string, string | number>, onTiming?: (name: string) => void }}
 * options
 * @returns {Promise<Postgres>}
 */
export async function startPostgres({ folder, user, durable, settings, onTiming = () => {} }) {
  const bin = reachableBinaries(user, folder);
  const data = join(folder, 'data');
  await initialise(bin, data, { ...user, cwd: folder });
  onTiming('initdb_ms');
  const effective = { ...(durable ? {} : NOT_DURABLE), ...settings };
  const launch = (/** @type {number} */ port) => {
    // What a killed server left would say "ready" for the one that is starting.
    rmSync(join(data, 'postmaster.pid'), { force: true });
    return spawnTied(join(bin, 'postgres'), serverArgs(data, port, effective), {
      ...user,
      cwd: folder,
      env: SERVER_ENV,
      stopSignal: 'INT', // "fast": does not wait for clients to leave
    });
  };
  const first = await startOnFreePort(async (candidate) => {
    const launched = launch(candidate);
    const outcome = await whenReady(launched, data);
    return outcome === 'ready' ? { port: candidate, server: launched } : outcome;
  });
  const { port } = first;
  let { server } = first;
  onTiming('postgres_ms');
  return {
    port,
    url: (role) => `postgres://${role}@127.0.0.1:${port}/postgres`,
    async start() {
      if (server.running()) return;
      server = launch(port);
      if ((await whenReady(server, data)) !== 'ready') throw new Error(`port ${port} was taken`);
    },
    stop: () => server.end(),
    async crash() {
      process.kill(postmasterPid(data), 'SIGQUIT');
      await server.exited;
    },
  };
}

/**
 * The binaries as `user` can run them: from where they are, or from a copy in `folder`.
 *
 * @param {import('./server-user.js').ServerUser | undefined} user
 * @param {string} folder
 */
function reachableBinaries(user, folder) {
  if (!canReach(user, folder)) {
    throw new Error(
      `PostgreSQL runs as user ${user?.uid} here, which cannot enter ${folder}: ` +
        'set TMPDIR (or dataRoot) to a folder that every user can enter, such as /tmp',
    );
  }
  const { bin, packageRoot } = findPostgres();
  const linked = packageRoot === null || linkLibraries(packageRoot);
  if (linked && canReach(user, join(bin, 'initdb'))) return bin;
  if (packageRoot !== null) return copyPostgres(packageRoot, folder).bin;
  throw new Error(`PostgreSQL runs as user ${user?.uid} here, which cannot execute ${bin}/initdb`);
}

/**
 * @param {string} bin
 * @param {string} data
 * @param {{ uid?: number, gid?: number, cwd: string }} options
 */
async function initialise(bin, data, options) {
  const args = ['-D', data, '-U', 'supabase_admin', '--auth=trust', '-E', 'UTF8', '--no-locale'];
  try {
    await run(join(bin, 'initdb'), [...args, '--no-sync', '--no-instructions'], {
      ...options,
      env: SERVER_ENV,
    });
  } catch (error) {
    const { stderr = '', message } = /** @type {Error & { stderr?: string }} */ (error);
    throw new Error(`initdb failed: ${stderr.trim() || message}`, { cause: error });
  }
}

/** @param {string} data @param {number} port @param {Record<string, string | number>} settings */
function serverArgs(data, port, settings) {
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', port, ...settings };
  return [
    '-D',
    data,
    ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
}

/**
 * @param {import('./tied-process.js').TiedProcess} server
 * @param {string} data
 * @returns {Promise<'ready' | 'port_taken'>}
 */
async function whenReady(server, data) {
  const isSettled = () => !server.running() || isReady(data);
  try {
    await waitUntil(isSettled, { what: 'PostgreSQL takes queries' });
  } catch (error) {
    await server.end();
    throw error;
  }
  if (server.running()) return 'ready';
  if (/could not bind .*in use/i.test(server.log())) return 'port_taken';
  throw new Error(`PostgreSQL did not start: ${server.log().trim()}`);
}

/** @param {string} data */
function postmasterPid(data) {
  return Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n', 1)[0]);
}

/**
 * Line 8 of postmaster.pid is the server's state: this is how pg_ctl waits.
 *
 * @param {string} data
 */
function isReady(data) {
  try {
    const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
    return lines[7]?.trim() === 'ready';
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return false;
    throw error;
  }
}
