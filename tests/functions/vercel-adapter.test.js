// The Vercel adapter, with the request context the platform sets.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createFunction } from '../../functions/adapters/vercel.js';
import { MAPPING, closedAddress, environment } from './support.js';

const core = readFileSync(new URL('../../build/wasm/core.wasm', import.meta.url));
const CRON_SECRET = 'cron-secret-0123456789';

/**
 * A function whose database cannot be reached.
 * @param {Record<string, string | undefined>} [changes]
 */
async function create(changes = {}) {
  /** @type {import('../../functions/app/log.js').LogLine[]} */
  const lines = [];
  const given = { SUPABASE_URL: await closedAddress(), SYNC_SPREADSHEET_ID: 'sheet', CRON_SECRET };
  const { fetch } = createFunction({
    core,
    mappings: [new TextDecoder().decode(MAPPING)],
    environment: environment({ ...given, SYNC_RETRY_ATTEMPTS: '1', ...changes }),
    log: (line) => lines.push(line),
  });
  return { fetch, lines };
}

/**
 * @param {import('node:test').TestContext} t
 * @param {object} given
 */
function setContext(t, given) {
  const key = Symbol.for('@vercel/request-context');
  Reflect.set(globalThis, key, { get: () => given });
  t.after(() => Reflect.deleteProperty(globalThis, key));
}

/**
 * @param {string} path
 * @param {string} token
 */
function request(path, token) {
  const headers = { authorization: `Bearer ${token}` };
  return new Request(`https://listings.vercel.app${path}`, { headers });
}

test('the cron call is answered at once and its tick goes on', async (t) => {
  /** @type {Promise<unknown>[]} */
  const going = [];
  setContext(t, { waitUntil: (/** @type {Promise<unknown>} */ work) => going.push(work) });
  const { fetch, lines } = await create();
  // What the rewrite matched is appended to the query.
  const response = await fetch(request('/api/sync/scheduled?path=scheduled', CRON_SECRET));
  assert.deepEqual([response.status, await response.json()], [202, { status: 'accepted' }]);
  assert.equal(going.length, 1);
  await going[0];
  assert.ok(lines.some(({ event }) => event === 'tick_ended'));
});

test("the cron's secret opens nothing else", async () => {
  const { fetch } = await create();
  const response = await fetch(request('/api/sync/health?path=health', CRON_SECRET));
  assert.equal(response.status, 403);
});
