// The adapter of Google Cloud functions, inside the real functions framework.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { cloudEvent, http } from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import { createFunctions } from '../../functions/adapters/gcp.js';
import { API_TOKEN, MAPPING, closedAddress, environment } from './support.js';

const core = readFileSync(new URL('../../build/wasm/core.wasm', import.meta.url));
const authorization = `Bearer ${API_TOKEN}`;
const json = { authorization, 'content-type': 'application/json' };
const MANUAL = '/api/sync/property-listings/manual';

/**
 * Serves one of the two functions; their database cannot be reached.
 * @param {import('node:test').TestContext} t
 * @param {'api' | 'scheduled'} target
 * @param {Record<string, string | undefined>} [changes]
 */
async function serve(t, target, changes = {}) {
  /** @type {import('../../functions/app/log.js').LogLine[]} */
  const lines = [];
  const given = { SUPABASE_URL: await closedAddress(), SYNC_SPREADSHEET_ID: 'sheet' };
  const { api, scheduled } = createFunctions({
    core,
    mappings: [new TextDecoder().decode(MAPPING)],
    environment: environment({ ...given, SYNC_RETRY_ATTEMPTS: '1', ...changes }),
    log: (line) => lines.push(line),
  });
  if (target === 'api') http(target, api);
  else cloudEvent(target, scheduled);
  const server = getTestServer(target).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => void server.close());
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}`, lines };
}

test('requests and answers pass the framework unchanged', async (t) => {
  const { url } = await serve(t, 'api');
  const health = await fetch(`${url}/api/sync/health?a=1`, { headers: { authorization } });
  assert.equal(health.status, 503);
  assert.equal(health.headers.get('x-content-type-options'), 'nosniff');
  const stranger = await fetch(`${url}/api/sync/health`);
  assert.equal(stranger.status, 401);
  assert.equal(stranger.headers.get('www-authenticate'), 'Bearer realm="listing-sync"');
  const head = await fetch(`${url}/api/sync/health`, { method: 'HEAD', headers: json });
  assert.deepEqual([head.status, await head.text()], [503, '']);
});

test('a body that the framework has read is read once more', async (t) => {
  const { url } = await serve(t, 'api');
  const body = JSON.stringify({ 全部: true });
  const response = await fetch(url + MANUAL, { method: 'POST', headers: json, body });
  assert.equal(response.status, 400);
  const { errors } = await response.json();
  assert.deepEqual(errors, [{ pointer: '/全部', detail: 'is not a known field' }]);
});

test('a body that the framework leaves alone is not taken for none', async (t) => {
  const { url } = await serve(t, 'api');
  const body = new TextEncoder().encode('{"dryRun":true}');
  const headers = { authorization };
  const response = await fetch(url + MANUAL, { method: 'POST', headers, body });
  assert.equal(response.status, 415);
});

test('a body beyond the limit is refused', async (t) => {
  const { url } = await serve(t, 'api');
  const body = JSON.stringify({ fill: 'x'.repeat(70_000) });
  const response = await fetch(url + MANUAL, { method: 'POST', headers: json, body });
  assert.equal(response.status, 413);
});

test('an event of Pub/Sub is a tick', async (t) => {
  const { url, lines } = await serve(t, 'scheduled');
  assert.equal((await send(url)).status, 204);
  assert.deepEqual(
    lines.map(({ event }) => event).filter((event) => event.startsWith('tick')),
    ['tick_failed', 'tick_ended'],
  );
});

test('without a configuration requests get 503 and events fail', async (t) => {
  const missing = { SYNC_API_TOKEN: undefined };
  const api = await serve(t, 'api', missing);
  const response = await fetch(`${api.url}/api/sync/health`);
  assert.equal((await response.json()).code, 'not_configured');
  const scheduled = await serve(t, 'scheduled', missing);
  assert.equal((await send(scheduled.url)).status, 500);
});

/**
 * An event as Eventarc delivers it for a message of a topic.
 * @param {string} url
 */
function send(url) {
  const headers = {
    'content-type': 'application/json',
    'ce-id': '1',
    'ce-specversion': '1.0',
    'ce-type': 'google.cloud.pubsub.topic.v1.messagePublished',
    'ce-source': '//pubsub.googleapis.com/projects/p/topics/listing-sync-tick',
  };
  const body = JSON.stringify({ message: { data: 'dGljaw==', messageId: '1' } });
  return fetch(url, { method: 'POST', headers, body });
}
