// One deployment, several sources, on the real services: each has its runs, its lease and its
// health, and a tick with nothing due is one request.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createApp } from '../../functions/app/app.js';
import { loadCore } from '../../wasm/js/load-node.js';
import { serve } from '../functions/support.js';
import { startTestStack } from './support.js';

/** @typedef {import('./support.js').TestStack} TestStack */

const NAMES = ['property-listings', 'rentals', 'parking'];
const module = loadCore();

/** @type {TestStack} */
let stack;
/** @type {Uint8Array[]} */
let mappings;

before(async () => {
  stack = await startTestStack({ rows: 60, seed: 5 });
  const mapping = JSON.parse(new TextDecoder().decode(stack.mapping));
  const encode = (/** @type {string} */ source) =>
    new TextEncoder().encode(
      JSON.stringify({ ...mapping, source, table: `public.${source.replace('-', '_')}` }),
    );
  mappings = NAMES.map(encode);
  for (const name of NAMES.slice(1)) {
    await stack.backend.sql.unsafe(`
      create table public.${name} (like public.property_listings including all);
      grant all on public.${name} to service_role;
      select public.sync_register_source('${name}', 'public.${name}', 'property_number',
        p_updated_at_column => 'updated_at');`);
  }
  await stack.backend.sql.unsafe(`notify pgrst, 'reload schema'`);
});

after(() => stack.stop());

/** @param {Partial<Parameters<typeof createApp>[0]>} [options] */
function deploy(options) {
  /** @type {Promise<unknown>[]} */
  const working = [];
  /** @type {string[]} */
  const asked = [];
  /** @type {typeof globalThis.fetch} */
  const watched = (input, init) => {
    asked.push(new URL(String(input)).pathname);
    return fetch(input, init);
  };
  const app = createApp({
    module,
    configuration: { ...stack.configuration, intervalMs: 300_000 },
    mappings,
    log: (line) => stack.lines.push(line),
    waitUntil: (work) => void working.push(work),
    fetch: watched,
    ...options,
  });
  const call = async (/** @type {string} */ path, /** @type {RequestInit} */ init = {}) => {
    const headers = { authorization: `Bearer ${stack.token}`, 'content-type': 'application/json' };
    const request = new Request(`https://function.example/api/sync${path}`, { headers, ...init });
    const response = await app.fetch(request);
    return { status: response.status, body: /** @type {any} */ (await response.json()) };
  };
  return { app, asked, call, settled: () => Promise.all(working.splice(0)) };
}

const countOf = async (/** @type {string} */ table) =>
  Number((await stack.backend.sql.unsafe(`select count(*) from public.${table}`))[0].count);

test('a tick fills every table, and the next one has nothing to do but ask', async () => {
  const { app, asked } = deploy();
  const report = await app.tick();
  assert.deepEqual(
    report.worked.map(({ outcome }) => outcome),
    Array(3).fill('completed'),
  );
  const counts = await Promise.all(['property_listings', 'rentals', 'parking'].map(countOf));
  assert.ok(counts[0] > 40);
  assert.deepEqual(counts, Array(3).fill(counts[0]));
  asked.length = 0;
  assert.deepEqual(await app.tick(), { due: 0, worked: [], handedOut: [] });
  assert.deepEqual(asked, ['/rest/v1/rpc/sync_read_due']);
});

test('runs, status and health are per source, with a view over all of them', async () => {
  const { call, settled } = deploy();
  const { status, body } = await call('/rentals/manual', { method: 'POST', body: '{}' });
  assert.equal(status, 202);
  await settled();
  assert.equal((await call(`/rentals/status/${body.syncId}`)).body.status, 'completed');
  assert.equal((await call(`/parking/status/${body.syncId}`)).body.code, 'unknown_run');
  assert.equal((await call('/rentals/health')).body.status, 'healthy');
  assert.equal((await call('/nobody/health')).status, 404);
  const overview = await call('/health');
  assert.equal(overview.body.status, 'healthy');
  assert.deepEqual(
    overview.body.sources.map((/** @type {any} */ { source }) => source),
    NAMES,
  );
});

test('one sick source does not hide, and does not stop the others', async () => {
  await stack.backend.sql.unsafe(`update sync_runs set requested_at = now() - interval '1 hour'`);
  const { column } = JSON.parse(new TextDecoder().decode(stack.mapping)).columns[3];
  const rename = (/** @type {string} */ from, /** @type {string} */ to) =>
    stack.backend.sql.unsafe(`alter table public.parking rename column ${from} to ${to}`);
  await rename(column, 'renamed');
  const { app, call } = deploy();
  const { worked } = await app.tick();
  const outcomes = Object.fromEntries(worked.map(({ source, outcome }) => [source, outcome]));
  assert.deepEqual(outcomes, {
    'property-listings': 'completed',
    rentals: 'completed',
    parking: 'failed',
  });
  assert.equal((await call('/rentals/health')).body.status, 'healthy');
  await rename('renamed', column);
});

test('sources are handed out, each worked on once by whoever takes it', async () => {
  await stack.backend.sql.unsafe(`update sync_runs set requested_at = now() - interval '1 hour'`);
  const consumer = deploy();
  /** @type {import('../../functions/app/work.js').Task[]} */
  const queue = [];
  const { app } = deploy({ dispatch: async (task) => void queue.push(task) });
  const { handedOut } = await app.tick();
  assert.deepEqual([...handedOut].sort(), [...NAMES].sort());
  // A queue delivers at least once: each message comes twice here, and at the same time.
  await Promise.all([...queue, ...queue].map((task) => consumer.app.work(task)));
  // And once more when all is long done, as after the queue was held up.
  await Promise.all(queue.map((task) => consumer.app.work(task)));
  const runs = await stack.backend.sql`select source, count(*)::integer as runs from sync_runs
    where requested_at > now() - interval '1 minute' group by 1`;
  assert.deepEqual(
    runs.map(({ runs }) => runs),
    [1, 1, 1],
  );
});

test('a deployment calls itself at the configured address, and its token opens the way', async (t) => {
  await stack.backend.sql.unsafe(`update sync_runs set requested_at = now() - interval '1 hour'`);
  /** @type {string[]} */
  const continued = [];
  const inner = deploy();
  const server = await serve(t, async (request, response) => {
    /** @type {Buffer[]} */
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    continued.push(String(request.url));
    const headers = /** @type {Record<string, string>} */ (request.headers);
    const { method = 'GET' } = request;
    const init = { method, headers, body: Buffer.concat(chunks) };
    const answer = await inner.app.fetch(new Request(`https://self.example${request.url}`, init));
    response.writeHead(answer.status).end(await answer.text());
  });
  const { createSelfCalls } = await import('../../functions/app/self-calls.js');
  const dispatch = createSelfCalls({ url: server.url, token: stack.token });
  const { app } = deploy({ dispatch });
  const { handedOut } = await app.tick();
  await inner.settled();
  assert.equal(handedOut.length, 3);
  assert.deepEqual([...continued].sort(), NAMES.map((name) => `/api/sync/${name}/continue`).sort());
  const wrong = createSelfCalls({ url: server.url, token: 'not-the-right-token' });
  await assert.rejects(wrong({ source: 'rentals', link: 1 }), /answered 401/);
});

test('a heartbeat follows each full run, and one that fails costs nothing', async (t) => {
  /** @type {string[]} */
  const beats = [];
  const monitor = await serve(t, (request, response) => {
    beats.push(String(request.url));
    response.writeHead(beats.length > 1 ? 500 : 200).end();
  });
  const heartbeatUrl = new URL(`${monitor.url}/ping/{source}`).href;
  const { call, settled } = deploy({
    configuration: { ...stack.configuration, heartbeatUrl },
  });
  for (const body of ['{}', '{"propertyNumbers":["x"]}', '{"dryRun":true}', '{}']) {
    assert.equal((await call('/rentals/manual', { method: 'POST', body })).status, 202);
    await settled();
  }
  assert.deepEqual(beats, ['/ping/rentals', '/ping/rentals']);
  assert.ok(stack.lines.some(({ event }) => event === 'heartbeat_failed'));
});
