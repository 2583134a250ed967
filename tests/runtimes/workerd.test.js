// The built Worker in workerd, and what is special about that platform.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Miniflare } from 'miniflare';
import { BUILT_CORE } from '../../wasm/js/load-node.js';
import { readTable } from '../e2e/support.js';
import { buildBundle } from './built.js';
import { createClient, startServices } from './client.js';
import { createWorkerd } from './drivers/workerd.js';
import { behaves } from './suite.js';

/** Cloudflare's free plan, for one invocation. */
const REQUESTS_MAX = 50;

/** The sheet of the suite has more rows than the free plan's processor time allows at once. */
const PAID = { SYNC_BUDGET_ROWS: '100000', SYNC_BUDGET_REQUESTS: '900' };

behaves(createWorkerd({ variables: PAID }));

test('workerd compiles nothing from bytes: the core comes as a module of its own', async (t) => {
  const worker = new Miniflare({
    modules: true,
    script: `export default { async fetch(request) {
      try { new WebAssembly.Module(await request.arrayBuffer()); return new Response('compiled'); }
      catch (error) { return new Response(error.message); }
    } }`,
    compatibilityDate: '2026-04-01',
  });
  t.after(() => worker.dispose());
  const body = readFileSync(BUILT_CORE);
  const response = await worker.dispatchFetch('http://localhost/', { method: 'POST', body });
  assert.match(await response.text(), /code generation disallowed/);
});

test('an invocation keeps to the requests of the free plan, and the next one goes on', async (t) => {
  const built = await buildBundle('cloudflare');
  t.after(built.remove);
  const services = await startServices({ rows: 1200, seed: 4 });
  t.after(services.stop);
  const driver = createWorkerd();
  const environment = { ...services.environment, SYNC_BATCH_SIZE: '20' };
  const runtime = await driver.start({ folder: built.folder, environment });
  t.after(runtime.stop);
  const client = createClient(runtime, services, driver);
  let requests = 0;
  for (const service of [services.backend, services.sheets]) {
    service.spoil(() => {
      requests += 1;
      return null;
    });
  }
  const made = [];
  for (let status = 'queued'; /queued|in_progress/.test(status) && made.length < 10;) {
    requests = 0;
    await runtime.tick();
    made.push(requests);
    [{ status }] = await client.runs();
  }
  const [{ status }] = await client.runs();
  assert.equal(status, 'completed', `${made}`);
  assert.ok(made.length > 1, 'one invocation was enough');
  assert.ok(Math.max(...made) <= REQUESTS_MAX, `${made}`);
  assert.equal((await readTable(services)).length, services.truth?.rows.size);
});

test('with a queue, each due source gets an invocation of its own', async (t) => {
  const services = await startServices({ rows: 30, seed: 6 });
  t.after(services.stop);
  const example = JSON.parse(new TextDecoder().decode(services.mapping));
  const rentals = { ...example, source: 'rentals', table: 'public.rentals' };
  await services.backend.sql.unsafe(`
    create table public.rentals (like public.property_listings including all);
    grant all on public.rentals to service_role;
    select public.sync_register_source('rentals', 'public.rentals', 'property_number',
      p_updated_at_column => 'updated_at');`);
  await services.backend.reloadSchema();
  const built = await buildBundle('cloudflare', [example, rentals]);
  t.after(built.remove);
  const driver = createWorkerd({ withQueue: true });
  const runtime = await driver.start({ folder: built.folder, environment: services.environment });
  t.after(runtime.stop);
  const client = createClient(runtime, services, driver);
  await runtime.tick();
  const areCompleted = async () => {
    const runs = await client.runs();
    return runs.length === 2 && runs.every(({ status }) => status === 'completed');
  };
  await client.until(areCompleted, 'both sources are synced');
  const [ended] = runtime.log().match(/"event":"tick_ended".*/) ?? [];
  assert.match(ended ?? '', /"due":2,"worked":\[\],"handedOut":\["[^"]+","[^"]+"\]/);
});
