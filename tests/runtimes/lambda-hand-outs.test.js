// Lambda only: nothing runs after an answer, so work is handed to further invocations, by the
// function itself or its queue, and never without an end.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LINKS_MAX } from '../../functions/app/work.js';
import { createApi } from '../../infra/local/client.js';
import { assertWhole } from '../e2e/support.js';
import { buildBundle } from './built.js';
import { startServices } from './client.js';
import { startLambda } from './drivers/lambda.js';

/** @type {Awaited<ReturnType<typeof startServices>>} */
let stack;
/** @type {Awaited<ReturnType<typeof buildBundle>>} */
let built;

before(async () => {
  built = await buildBundle('lambda');
  stack = await startServices({ rows: 300, seed: 3 });
});
after(async () => {
  await stack?.stop();
  built?.remove();
});

/**
 * @param {import('node:test').TestContext} t
 * @param {{ withQueue?: boolean, timeoutMs?: number, more?: Record<string, string> }} [options]
 *   `more`: variables
 */
async function deploy(t, { more, ...options } = {}) {
  const environment = { ...stack.environment, ...more };
  const deployed = await startLambda({ folder: built.folder, environment, ...options });
  t.after(() => deployed.stop());
  return { ...deployed, api: createApi({ url: deployed.url, token: stack.token }) };
}

/** @param {string} source @param {number} link */
const selfInvocation = (source, link) => ({ 'listing-sync': { source, link } });

test('a request is answered, then worked on by an invocation of its own', async (t) => {
  const { api, handedOut, idle } = await deploy(t);
  const { syncId } = await api.trigger();
  await idle();
  assert.deepEqual(handedOut, [selfInvocation('property-listings', 1)]);
  await assertWhole(stack, await api.status(syncId), stack.truth);
});

test('with a queue the work is a message', async (t) => {
  const { api, handedOut, idle, failures } = await deploy(t, { withQueue: true });
  const { syncId } = await api.trigger();
  await idle();
  assert.equal(handedOut.length, 1);
  const { Records } = /** @type {{ Records: { body: string }[] }} */ (handedOut[0]);
  assert.deepEqual(JSON.parse(Records[0].body), { source: 'property-listings', link: 1 });
  assert.deepEqual(failures, []);
  assert.equal((await api.status(syncId)).status, 'completed');
});

test('an HTTP tick is handed out before it is answered', async (t) => {
  const { api, handedOut, idle } = await deploy(t);
  assert.equal(await api.tick(), 'accepted');
  await idle();
  assert.deepEqual(handedOut, [{ 'listing-sync': { source: null, link: 1 } }]);
  assert.equal((await api.health()).status, 'healthy');
});

test('what is too much for one invocation goes from one to the next, ten in a row', async (t) => {
  const small = { SYNC_BATCH_SIZE: '20', SYNC_BUDGET_ROWS: '20' };
  const { api, handedOut, idle, tick } = await deploy(t, { more: small });
  const { syncId } = await api.trigger();
  await idle();
  const links = Array.from({ length: LINKS_MAX }, (_, i) =>
    selfInvocation('property-listings', i + 1),
  );
  assert.deepEqual(handedOut, links);
  assert.equal((await api.status(syncId)).status, 'in_progress');
  await tick();
  assert.equal((await api.status(syncId)).status, 'completed');
});

test('an invocation close to its end begins nothing, the next tick does it', async (t) => {
  const hurried = await deploy(t, { timeoutMs: 9_000 });
  const { syncId } = await hurried.api.trigger();
  await hurried.idle();
  assert.deepEqual(hurried.failures, []);
  assert.equal((await hurried.api.status(syncId)).status, 'in_progress');
  const calm = await deploy(t);
  await calm.tick();
  assert.equal((await calm.api.status(syncId)).status, 'completed');
});
