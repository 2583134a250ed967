// Vercel only: the platform says when it will end an invocation, and nothing is begun that could
// not be finished by then.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { waitUntil } from '../../infra/local/backend/wait-until.js';
import { createApi } from '../../infra/local/client.js';
import { buildBundle } from './built.js';
import { startServices } from './client.js';
import { startVercel } from './drivers/vercel.js';

/** @type {Awaited<ReturnType<typeof startServices>>} */
let stack;
/** @type {Awaited<ReturnType<typeof buildBundle>>} */
let built;

before(async () => {
  built = await buildBundle('vercel');
  stack = await startServices({ rows: 60, seed: 3 });
});
after(async () => {
  await stack?.stop();
  built?.remove();
});

/**
 * A deployment after the end of its first tick.
 * @param {import('node:test').TestContext} t
 * @param {{ maxSeconds?: number }} [options]
 */
async function afterTick(t, options) {
  const { environment } = stack;
  const deployed = await startVercel({ folder: built.folder, environment, ...options });
  t.after(() => deployed.stop());
  await deployed.tick();
  const ended = () => deployed.log().includes('"event":"tick_ended"');
  await waitUntil(ended, { what: 'the tick has ended' });
  const line =
    deployed
      .log()
      .split('\n')
      .find((text) => text.includes('"tick_ended"')) ?? '';
  return { ...deployed, report: JSON.parse(line).fields };
}

test('a tick close to the deadline begins nothing, the next one does it', async (t) => {
  const hurried = await afterTick(t, { maxSeconds: 5 });
  assert.deepEqual(hurried.report, { due: 1, worked: [], handedOut: [] });
  const calm = await afterTick(t);
  assert.deepEqual(calm.report.worked, [{ source: 'property-listings', outcome: 'completed' }]);
});

test('no path but that of the API reaches the function', async (t) => {
  const { url } = await afterTick(t);
  for (const path of ['/elsewhere/', '/api/listing-sync.js', '/manifest.json', '/vercel.json']) {
    assert.equal((await fetch(url + path)).status, 404);
  }
  const health = await createApi({ url, token: stack.token }).health();
  assert.equal(health.status, 'healthy');
});
