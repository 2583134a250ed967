// A Supabase-like REST backend on this machine: real PostgreSQL, real PostgREST, a key gateway.
// Only the order of starting and stopping lives here.
import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { createDataFolder } from './data-folder.js';
import { startGateway } from './gateway.js';
import { createKeys } from './keys.js';
import { applyMigrations, createRoles } from './migrations.js';
import { startPostgres } from './postgres.js';
import { startPostgrest } from './postgrest.js';
import { reloadSchemaCache } from './schema-cache.js';
import { serverUser } from './server-user.js';

export { supabaseMigrations } from './migrations.js';

/**
 * @typedef {object} BackendOptions
 * @property {string[]} [migrations] paths of .sql files or SQL texts, applied as `postgres`
 * @property {number} [port] of the gateway; 0: any free one
 * @property {boolean} [durable] keep fsync and full-page writes on
 * @property {Record<string, string | number>} [postgresSettings] as in postgresql.conf
 * @property {Record<string, string>} [postgrestEnv] PGRST_… variables
 * @property {string} [secretKey] random if not given
 * @property {string} [publishableKey] random if not given
 * @property {string} [dataRoot] where the data folder is made; the system's temporary folder
 */

/**
 * @typedef {object} Backend
 * @property {string} url what SUPABASE_URL would be: http://127.0.0.1:<port>
 * @property {number} restPort PostgREST itself, without the gateway
 * @property {string} dbUrl as `postgres`, the owner: no superuser, as hosted
 * @property {string} adminUrl as `supabase_admin`, the superuser
 * @property {import('postgres').Sql} sql a client of `dbUrl`
 * @property {string} secretKey `sb_secret_…`: service_role
 * @property {string} publishableKey `sb_publishable_…`: anon
 * @property {(claims: import('jose').JWTPayload) => Promise<string>} signJwt a JWT of this project:
 *   with `{ role: 'service_role' }` a legacy service key, with `{ role: 'authenticated', sub }` a
 *   user's token
 * @property {() => Promise<void>} reloadSchema settles once the schema cache is newer than the call
 * @property {() => Promise<void>} stopPostgres an outage of the database: PostgREST goes on
 * @property {() => Promise<void>} crashPostgres the same without a goodbye: an immediate shutdown
 * @property {() => Promise<void>} startPostgres its end; PostgREST notices within some seconds
 * @property {() => Promise<void>} restartPostgrest settles once it answers again
 * @property {import('./gateway.js').GatewayRequest[]} requests what came through the gateway,
 *   oldest
 *   first; empty it with `length = 0`
 * @property {(fault: import('../faults.js').Fault) => void} failNext spoils the next request at the
 *   gateway, e.g. `{ kind: 'sync_commit', loseAnswer: true }`
 * @property {(choose: import('../faults.js').Chooser | null) => void} spoil decides for each request
 *   at the gateway; null: no longer
 * @property {() => Promise<void>} stop ends everything and removes the data
 * @property {Record<string, number>} timings milliseconds from the call to the end of each step
 */

/**
 * Starts everything; settles once the first request can be answered. If a step fails, what was
 * started before is stopped and its data removed.
 *
 * @param {BackendOptions} [options]
 * @returns {Promise<Backend>}
 */
export async function startBackend(options = {}) {
  /** @type {(() => unknown)[]} what stop() does, last first */
  const undo = [];
  let stopping = /** @type {Promise<void> | null} */ (null);
  const stop = () => (stopping ??= runBackwards(undo));
  try {
    return { ...(await start(options, undo)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * @param {BackendOptions} options
 * @param {(() => unknown)[]} undo
 * @returns {Promise<Omit<Backend, 'stop'>>}
 */
async function start(options, undo) {
  const { migrations = [], port = 0, durable = false } = options;
  const secretKey = options.secretKey ?? `sb_secret_${randomBytes(16).toString('base64url')}`;
  const publishableKey =
    options.publishableKey ?? `sb_publishable_${randomBytes(16).toString('base64url')}`;
  const jwtSecret = randomBytes(32).toString('hex');
  const { timings, onTiming } = stopwatch();

  const user = serverUser();
  const folder = createDataFolder({ root: options.dataRoot, owner: user });
  undo.push(() => folder.remove());
  const database = await startPostgres({
    folder: folder.path,
    user,
    durable,
    settings: options.postgresSettings,
    onTiming,
  });
  undo.push(() => database.stop());
  await createRoles(database.url('supabase_admin'));
  const dbUrl = database.url('postgres');
  const sql = postgres(dbUrl, { max: 4, onnotice: () => {} });
  undo.push(() => sql.end({ timeout: 1 }));
  await applyMigrations(sql, migrations);
  onTiming('migrations_ms');

  const keys = await createKeys({ jwtSecret, secretKey, publishableKey });
  const databaseUrl = database.url('authenticator');
  const rest = await startPostgrest({ databaseUrl, jwtSecret, env: options.postgrestEnv });
  undo.push(() => rest.stop());
  onTiming('postgrest_ms');
  const gateway = await startGateway({ keys, restPort: rest.port, port });
  undo.push(() => gateway.stop());
  onTiming('total_ms');

  const jwt = await keys.signJwt({ role: 'service_role' });
  return {
    url: gateway.url,
    restPort: rest.port,
    dbUrl,
    adminUrl: database.url('supabase_admin'),
    sql,
    secretKey,
    publishableKey,
    signJwt: keys.signJwt,
    reloadSchema: () => reloadSchemaCache({ sql, restPort: rest.port, jwt }),
    stopPostgres: database.stop,
    crashPostgres: database.crash,
    startPostgres: database.start,
    restartPostgrest: rest.restart,
    requests: gateway.requests,
    failNext: (fault) => gateway.faults.plan(fault),
    spoil: (choose) => gateway.faults.spoil(choose),
    timings,
  };
}

/** @param {(() => unknown)[]} undo */
async function runBackwards(undo) {
  /** @type {unknown[]} */
  const failures = [];
  for (let step = undo.pop(); step; step = undo.pop()) {
    try {
      await step();
    } catch (error) {
      failures.push(error); // the others are stopped all the same
    }
  }
  if (failures.length > 0) throw failures[0];
}

function stopwatch() {
  const startedAt = performance.now();
  /** @type {Record<string, number>} */
  const timings = {};
  const onTiming = (/** @type {string} */ name) => {
    timings[name] = Math.round(performance.now() - startedAt);
  };
  return { timings, onTiming };
}
