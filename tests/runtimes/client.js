// The suite's two sides: the services a deployment needs, and its users' requests.
import assert from 'node:assert/strict';
import { waitUntil } from '../../infra/local/backend/wait-until.js';
import { SPREADSHEET_ID } from '../../infra/local/stack.js';
import { startTestStack } from '../e2e/support.js';

export const CRON_SECRET = 'the-schedulers-own-secret';
const READ_TOKEN = 'a-token-for-reading-only';
const OPEN = ['queued', 'in_progress'];
const PATIENCE_MS = 30_000;
const POLL_MS = 25;

/**
 * A database and a sheet; `environment` is what a deployment must know of them.
 * @param {{ rows: number, seed: number }} options
 */
export async function startServices(options) {
  const stack = await startTestStack(options);
  const { backend, sheets, token } = stack;
  /** @type {Record<string, string>} */
  const environment = {
    SUPABASE_URL: backend.url,
    SUPABASE_SERVICE_ROLE_KEY: backend.secretKey,
    GOOGLE_SERVICE_ACCOUNT_JSON: JSON.stringify(sheets.serviceAccount),
    GOOGLE_SHEETS_ENDPOINT: sheets.url,
    SYNC_SPREADSHEET_ID: SPREADSHEET_ID,
    SYNC_API_TOKEN: token,
    SYNC_READ_TOKEN: READ_TOKEN,
    CRON_SECRET,
    SYNC_INTERVAL: '0',
    SYNC_RETRY_DELAY: '5',
    SYNC_RATE_LIMIT: '1000',
    SYNC_SHEETS_RATE_LIMIT: '100000',
  };
  return { ...stack, environment, readToken: READ_TOKEN };
}

/** @typedef {{ token?: string | null, source?: string | null }} CallOptions `source` null: all */

/**
 * @param {import('./driver.js').Runtime} runtime
 * @param {Awaited<ReturnType<typeof startServices>>} services
 * @param {Pick<import('./driver.js').Driver, 'needsTicks'>} driver
 */
export function createClient(runtime, { backend, token: apiToken }, { needsTicks = false }) {
  /** @param {string} path @param {RequestInit} init @param {CallOptions} options */
  async function call(path, init, { token = apiToken, source = 'property-listings' }) {
    const headers = {
      'content-type': 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    };
    const root = `${runtime.url}/api/sync${source === null ? '' : `/${source}`}`;
    const response = await fetch(root + path, { ...init, headers });
    return {
      status: response.status,
      headers: response.headers,
      document: /** @type {any} */ (await response.json()),
    };
  }

  /** @param {() => boolean | Promise<boolean>} check @param {string} what */
  const until = (check, what) =>
    waitUntil(check, { what, timeoutMs: PATIENCE_MS, intervalMs: POLL_MS });

  const client = {
    /** @param {string} path @param {CallOptions} [options] */
    get: (path, options = {}) => call(path, {}, options),
    /** @param {string} path @param {object | null} body @param {CallOptions} [options] */
    post: (path, body, options = {}) =>
      call(path, { method: 'POST', body: body && JSON.stringify(body) }, options),
    until,
    tick: () => runtime.tick(),

    /**
     * Asks for a run; resolves with the 202's document.
     * @param {object} [body]
     */
    async begin(body = {}) {
      const { status, document } = await client.post('/manual', body);
      assert.equal(status, 202, JSON.stringify(document));
      if (needsTicks) runtime.tick().catch(() => {}); // ends with the runtime, when that is killed
      return document;
    },

    /**
     * @param {string} syncId
     * @returns {Promise<any>} the status document of the ended run
     */
    async follow(syncId) {
      /** @type {any} */
      let document;
      const hasEnded = async () => {
        ({ document } = await client.get(`/status/${syncId}`));
        return !OPEN.includes(document.status);
      };
      await until(hasEnded, `run ${syncId} has ended`);
      return document;
    },

    /**
     * What the database knows of runs, the oldest first.
     * @param {string | null} [syncId]
     * @returns {Promise<any[]>}
     */
    runs: async (syncId = null) => [
      ...(await backend.sql`
        select sync_id as "syncId", status, kind, invocations from public.sync_runs
        where ${syncId}::uuid is null or sync_id = ${syncId}::uuid order by requested_at`),
    ],

    /**
     * The run that `open` leads to, when it has ended.
     * @param {() => Promise<unknown>} open
     */
    async runAfter(open) {
      const known = new Set((await client.runs()).map((run) => run.syncId));
      await open();
      /** @type {any} */
      let found;
      const isThere = async () => {
        found = (await client.runs()).find((run) => !known.has(run.syncId));
        return found !== undefined && !OPEN.includes(found.status);
      };
      await until(isThere, 'a new run has ended');
      return found;
    },
  };
  return client;
}
