// The built Supabase function in Deno, with and without what Supabase adds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertWhole } from '../e2e/support.js';
import { buildBundle } from './built.js';
import { createClient, startServices } from './client.js';
import { createDeno } from './drivers/deno.js';
import { behaves } from './suite.js';

behaves(createDeno({ isSupabase: true }));

/** @param {string} log @param {string} text */
const timesIn = (log, text) => log.split(text).length - 1;

test('work goes on after the answer: EdgeRuntime is asked to wait where there is one', async (t) => {
  const built = await buildBundle('supabase');
  t.after(built.remove);
  const services = await startServices({ rows: 40, seed: 3 });
  t.after(services.stop);
  for (const isSupabase of [true, false]) {
    const driver = createDeno({ isSupabase });
    const runtime = await driver.start({
      folder: built.folder,
      environment: services.environment,
    });
    t.after(runtime.stop);
    const client = createClient(runtime, services, driver);
    const { syncId } = await client.begin();
    await assertWhole(services, await client.follow(syncId), services.truth);
    const expected = isSupabase ? 1 : 0;
    const isOver = () => timesIn(runtime.log(), 'EdgeRuntime: done') === expected;
    await client.until(isOver, 'the work that was waited for is done');
    assert.equal(timesIn(runtime.log(), 'EdgeRuntime: waiting'), expected);
  }
});

test('without the legacy key, the dictionary of secret keys is used', async (t) => {
  const built = await buildBundle('supabase');
  t.after(built.remove);
  const services = await startServices({ rows: 5, seed: 3 });
  t.after(services.stop);
  const { SUPABASE_SERVICE_ROLE_KEY: key, ...environment } = services.environment;
  const driver = createDeno({ isSupabase: true });
  const runtime = await driver.start({
    folder: built.folder,
    environment: { ...environment, SUPABASE_SECRET_KEYS: JSON.stringify({ default: key }) },
  });
  t.after(runtime.stop);
  const { status } = await createClient(runtime, services, driver).get('/health');
  assert.equal(status, 200);
});
