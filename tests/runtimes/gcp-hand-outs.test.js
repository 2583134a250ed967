// Google Cloud functions only: nothing runs after an answer. Work is left to the next tick, or done
// by a call of the function to itself where it knows its own address.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createApi } from '../../infra/local/client.js';
import { assertWhole } from '../e2e/support.js';
import { buildBundle } from './built.js';
import { startServices } from './client.js';
import { startGcp } from './drivers/gcp.js';

/** @type {Awaited<ReturnType<typeof startServices>>} */
let stack;
/** @type {Awaited<ReturnType<typeof buildBundle>>} */
let built;

before(async () => {
  built = await buildBundle('gcp');
  stack = await startServices({ rows: 300, seed: 3 });
});
after(async () => {
  await stack?.stop();
  built?.remove();
});

/**
 * @param {import('node:test').TestContext} t
 * @param {{ knowsItself?: boolean }} [options]
 */
async function deploy(t, options) {
  const { environment } = stack;
  const deployed = await startGcp({ folder: built.folder, environment, ...options });
  t.after(() => deployed.stop());
  return { ...deployed, api: createApi({ url: deployed.url, token: stack.token }) };
}

test('a request is recorded, and worked on by the next event of the topic', async (t) => {
  const { api, tick } = await deploy(t);
  const { syncId } = await api.trigger();
  assert.equal((await api.status(syncId)).status, 'in_progress');
  assert.equal((await stack.backend.sql`select owner from public.sync_state`)[0].owner, null);
  await tick();
  await assertWhole(stack, await api.status(syncId), stack.truth);
});

test('where the function knows its address it goes on by calling itself', async (t) => {
  const { api } = await deploy(t, { knowsItself: true });
  const { syncId } = await api.trigger();
  assert.equal((await api.follow(syncId)).status, 'completed');
});

test('a body that is no JSON is refused without a word of the inside', async (t) => {
  const { url } = await deploy(t);
  const headers = { authorization: `Bearer ${stack.token}`, 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: '{' };
  const response = await fetch(`${url}/api/sync/property-listings/manual`, init);
  assert.equal(response.status, 400);
  assert.doesNotMatch(await response.text(), /node_modules|\.js:\d/);
});
