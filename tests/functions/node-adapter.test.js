// The Node adapter: a port, a clear word when it is taken, and an orderly end.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startServer } from '../../functions/adapters/node.js';
import { ConfigurationError, readConfiguration } from '../../functions/app/configuration.js';
import { loadCore } from '../../wasm/js/load-node.js';
import { API_TOKEN, MAPPING, closedAddress, environment, serve } from './support.js';

const HEALTH = '/api/sync/property-listings/health';
const MAIN = fileURLToPath(new URL('../../functions/adapters/node-main.js', import.meta.url));
const headers = { authorization: `Bearer ${API_TOKEN}` };
const silent = () => undefined;

/** @param {Record<string, string>} [changes] */
async function options(changes = {}) {
  const given = { SUPABASE_URL: await closedAddress(), SYNC_SPREADSHEET_ID: 'sheet', PORT: '0' };
  const configuration = await readConfiguration(environment({ ...given, ...changes }));
  return { module: loadCore(), mappings: [MAPPING], configuration, log: silent, host: '127.0.0.1' };
}

/**
 * Runs the process to its end.
 * @param {Record<string, string | undefined>} env
 */
async function runMain(env) {
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let told = '';
  child.stdout.on('data', (chunk) => (told += chunk));
  child.stderr.on('data', (chunk) => (told += chunk));
  const closed = once(child, 'close');
  return { child, closed, told: () => told };
}

test('it serves the application and stops', async () => {
  const server = await startServer(await options());
  const response = await fetch(server.url + HEALTH, { headers });
  assert.equal(response.status, 503);
  await server.close();
  await assert.rejects(fetch(server.url + HEALTH, { headers }));
});

test('a port in use is told by its number', async (t) => {
  const { port } = await serve(t, () => undefined);
  await assert.rejects(startServer(await options({ PORT: String(port) })), (error) => {
    assert.ok(error instanceof ConfigurationError);
    assert.deepEqual(error.problems, [`PORT ${port} is in use: choose another one`]);
    return true;
  });
});

test('work under way is given its time, then ended', async (t) => {
  const hanging = await serve(t, () => undefined);
  const server = await startServer(await options({ SUPABASE_URL: hanging.url }));
  const path = '/api/sync/property-listings/scheduled';
  const response = await fetch(server.url + path, { method: 'POST', headers });
  assert.equal(response.status, 202);
  const begun = performance.now();
  await server.close({ graceMs: 100 });
  const took = performance.now() - begun;
  assert.ok(took >= 95 && took < 5000, `${took}`);
});

test('the process tells every configuration problem in one message and exits with 1', async () => {
  const { closed, told } = await runMain({ PATH: process.env.PATH });
  assert.deepEqual(await closed, [1, null]);
  for (const name of ['SUPABASE_URL', 'GOOGLE_SERVICE_ACCOUNT_JSON', 'SYNC_API_TOKEN']) {
    assert.match(told(), new RegExp(`${name} is not set`));
  }
  assert.ok(!told().includes('    at '), told());
});

test('the process needs a mapping it can read', async () => {
  const env = environment({ SYNC_MAPPING: './no-such-mapping.json', PATH: process.env.PATH });
  const { closed, told } = await runMain(env);
  assert.deepEqual(await closed, [1, null]);
  assert.match(told(), /SYNC_MAPPING names a file that cannot be read \(ENOENT\)/);
});

test('the process serves until it is told to end', async () => {
  const mapping = new TextDecoder().decode(MAPPING);
  const given = { SYNC_MAPPING: mapping, SYNC_SPREADSHEET_ID: 'sheet', PORT: '0' };
  const { child, closed, told } = await runMain(environment(given));
  while (!told().includes('\n')) await once(child.stdout, 'data');
  const { event, fields } = JSON.parse(told());
  assert.equal(event, 'listening');
  assert.equal((await fetch(fields.url + HEALTH)).status, 401);
  child.kill('SIGTERM');
  assert.deepEqual(await closed, [0, null]);
});
