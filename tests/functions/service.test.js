// The library and the HTTP surface on the real thing: core, PostgreSQL, PostgREST, Sheets emulator.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createApp } from '../../functions/app/app.js';
import { readConfiguration } from '../../functions/app/configuration.js';
import { createLog } from '../../functions/app/log.js';
import { ProblemError } from '../../functions/app/problem.js';
import { PropertyListingRestSyncService } from '../../functions/app/service.js';
import { startBackend, supabaseMigrations } from '../../infra/local/backend/index.js';
import { startSheets } from '../../infra/local/sheets/index.js';
import { createCore } from '../../wasm/js/core.js';
import { loadCore } from '../../wasm/js/load-node.js';
import { API_TOKEN, MAPPING, READ_TOKEN, closedAddress, environment } from './support.js';

const HEADER = ['物件番号', '公開', '種別', '価格'];
const module = loadCore();

/** @type {Awaited<ReturnType<typeof startBackend>>} */
let backend;
/** @type {Awaited<ReturnType<typeof startSheets>>} */
let sheets;
/** @type {string[]} */
const written = [];
/** @type {string[]} */
const tokens = [];
let requestCount = 0;
const log = createLog({ write: (line) => void written.push(line), level: 'debug' });

/** @type {typeof globalThis.fetch} */
const watchedFetch = async (input, init) => {
  requestCount += 1;
  const authorization = new Headers(init?.headers).get('authorization');
  if (authorization !== null) tokens.push(authorization.slice('Bearer '.length));
  return fetch(input, init);
};

before(async () => {
  const rows = [HEADER, ['AA1', 'public', '土地', '1,200万円'], ['AA2', 'public', '土地', '#REF!']];
  const tabs = [{ title: '物件一覧', rows: [...rows, ['AA3', '', '土地', 100]] }];
  [backend, sheets] = await Promise.all([
    startBackend({ migrations: supabaseMigrations() }),
    startSheets({ spreadsheets: { sheet: { tabs } } }),
  ]);
});
after(() => Promise.all([backend?.stop(), sheets?.stop()]));

/** @param {Record<string, string>} [changes] */
async function options(changes = {}) {
  const configuration = await readConfiguration(
    environment({
      SUPABASE_URL: backend.url,
      SUPABASE_SERVICE_ROLE_KEY: backend.secretKey,
      GOOGLE_SHEETS_ENDPOINT: sheets.url,
      GOOGLE_SERVICE_ACCOUNT_JSON: JSON.stringify(sheets.serviceAccount),
      SYNC_SPREADSHEET_ID: 'sheet',
      ...changes,
    }),
  );
  return { module, mapping: MAPPING, configuration, log, fetch: watchedFetch };
}

const unknownId = '6d3c3f7e-58a4-4d0c-9d93-0a6b0f4a3f0e';

test('syncAll resolves when the run has ended, and the rows are there', async () => {
  const service = new PropertyListingRestSyncService(await options());
  const result = await service.syncAll();
  assert.equal(result.status, 'completed');
  const { success, failed, inserted } = result.stats;
  assert.deepEqual([success, failed, inserted], [2, 1, 2]);
  const rows = await backend.sql`
    select property_number, price::text from public.property_listings order by 1`;
  assert.deepEqual(
    rows.map((row) => [row.property_number, row.price]),
    [
      ['AA1', '12000000'],
      ['AA2', null],
    ],
  );
  assert.deepEqual(result.errors.map(({ propertyNumber }) => propertyNumber).sort(), [
    'AA2',
    'AA3',
  ]);
});

test('syncByNumbers reads the rows that were asked for', async () => {
  sheets.spreadsheet('sheet').setCell('物件一覧', 2, 4, '1,300万円');
  const service = new PropertyListingRestSyncService(await options());
  const { status, stats } = await service.syncByNumbers(['AA1']);
  assert.deepEqual([status, stats.total, stats.updated], ['completed', 1, 1]);
});

test('getSyncStatus finds a run by its id, and says when there is none', async () => {
  const service = new PropertyListingRestSyncService(await options());
  const { syncId } = await service.syncAll();
  assert.equal((await service.getSyncStatus(syncId.toUpperCase())).status, 'completed');
  const problem = { code: 'unknown_run', status: 404 };
  await assert.rejects(service.getSyncStatus(unknownId), (error) => {
    assert.ok(error instanceof ProblemError);
    const { code, status } = error.problem;
    assert.deepEqual({ code, status }, problem);
    return true;
  });
});

test('getHealth reports stored facts', async () => {
  const service = new PropertyListingRestSyncService(await options());
  const health = await service.getHealth();
  assert.equal(health.circuitBreakerState, 'closed');
  assert.equal(health.queueSize, 0);
  assert.equal(typeof health.lastSync, 'string');
});

test('what is not valid is refused before anything is asked', async () => {
  const service = new PropertyListingRestSyncService(await options());
  for (const refused of [service.syncByNumbers([]), service.getSyncStatus('5')]) {
    await assert.rejects(refused, (error) => {
      assert.ok(error instanceof ProblemError);
      assert.equal(error.problem.code, 'invalid_request');
      return true;
    });
  }
});

test('two calls at once are both answered, and nothing is done twice', async () => {
  const service = new PropertyListingRestSyncService(await options());
  const [a, b] = await Promise.all([service.syncAll(), service.syncByNumbers(['AA1', 'AA2'])]);
  assert.deepEqual([a.status, b.status], ['completed', 'completed']);
  assert.deepEqual([a.stats.unchanged, b.stats.unchanged], [2, 2]);
});

test('while another process holds the lease it waits, without hammering', async () => {
  const { answer } = createCore(module).query({ query: 'mapping' }, MAPPING);
  const claim = {
    p_source: 'property-listings',
    p_owner: unknownId,
    p_lease_ms: 1500,
    p_mapping_hash: answer.hash,
    p_state_version: 1,
    p_open_scheduled: true,
    p_ignore_resume_at: false,
  };
  const held = await fetch(`${backend.url}/rest/v1/rpc/sync_claim`, {
    method: 'POST',
    headers: { apikey: backend.secretKey, 'content-type': 'application/json' },
    body: JSON.stringify(claim),
  });
  assert.equal(/** @type {any} */ (await held.json()).outcome, 'granted');
  const before = requestCount;
  const service = new PropertyListingRestSyncService(await options());
  assert.equal((await service.syncAll()).status, 'completed');
  assert.ok(requestCount - before < 40, `${requestCount - before} requests`);
});

test('without a database the call fails, and health is unknown', async () => {
  const changes = { SUPABASE_URL: await closedAddress(), SYNC_RETRY_DELAY: '1' };
  const service = new PropertyListingRestSyncService(await options(changes));
  await assert.rejects(service.syncAll(), (error) => {
    assert.ok(error instanceof ProblemError);
    assert.equal(error.problem.code, 'database_unavailable');
    return true;
  });
  assert.equal((await service.getHealth()).status, 'unknown');
});

test('a run that does not end in time is said to be unfinished, and stays open', async () => {
  const changes = { GOOGLE_SHEETS_ENDPOINT: await closedAddress(), SYNC_RETRY_DELAY: '5000' };
  const config = { ...(await options(changes)), waitMsMax: 200, budgets: { wall_ms: 3000 } };
  const service = new PropertyListingRestSyncService(config);
  /** @type {string | undefined} */
  let syncId;
  await assert.rejects(service.syncAll(), (error) => {
    assert.ok(error instanceof ProblemError);
    assert.equal(error.problem.code, 'sync_unfinished');
    syncId = error.problem.detail;
    return true;
  });
  assert.equal((await service.getSyncStatus(String(syncId))).status, 'in_progress');
});

test('over HTTP: 202 at once, the work afterwards, its end in the status', async () => {
  /** @type {Promise<unknown>[]} */
  const working = [];
  const waitUntil = (/** @type {Promise<unknown>} */ work) => void working.push(work);
  const app = createApp({ ...(await options()), mappings: [MAPPING], waitUntil });
  const request = (/** @type {string} */ path, /** @type {RequestInit} */ init) =>
    app.fetch(new Request(`https://function.example${path}`, init));
  const headers = { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' };
  const path = '/api/sync/property-listings';
  const body = JSON.stringify({ force: true });
  const response = await request(`${path}/manual`, { method: 'POST', headers, body });
  assert.equal(response.status, 202);
  const { syncId, status } = /** @type {any} */ (await response.json());
  assert.equal(status, 'in_progress');
  assert.equal(working.length, 1);
  await Promise.all(working);
  const reading = { headers: { authorization: `Bearer ${READ_TOKEN}` } };
  const found = await request(`${path}/status/${syncId}`, reading);
  assert.equal(found.status, 200);
  const document = /** @type {any} */ (await found.json());
  assert.deepEqual([document.syncId, document.status], [syncId, 'completed']);
  const again = await request(`${path}/manual`, { method: 'POST', headers, body });
  assert.equal(again.status, 429);
  assert.ok(Number(again.headers.get('retry-after')) > 0);
});

test('no secret is in any log line', () => {
  const known = new Set([...tokens, backend.secretKey, API_TOKEN, READ_TOKEN, 'BEGIN PRIVATE']);
  assert.ok(written.length > 20 && known.size > 4);
  for (const line of written) {
    for (const secret of known) assert.ok(!line.includes(secret), line);
  }
});
