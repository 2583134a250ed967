// What every answer carries, whoever made it.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { answerReadable } from '../../functions/adapters/unreadable.js';
import { startServer } from '../../functions/adapters/node.js';
import { boot } from '../../functions/app/boot.js';
import { loadCore } from '../../wasm/js/load-node.js';
import { MAPPING } from './support.js';
import { ROOT, startApp } from './security-support.js';

const EXPECTED = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
};

/** @param {Response} response @param {string} what */
function assertGuarded({ headers }, what) {
  for (const [name, value] of Object.entries(EXPECTED)) {
    assert.equal(headers.get(name), value, `${name} of ${what}`);
  }
}

test('every answer of the application carries them, good ones and refusals', async () => {
  const { call } = await startApp();
  const json = { 'content-type': 'application/json' };
  /** @type {[number, string, Parameters<typeof call>[1]][]} */
  const cases = [
    [200, `${ROOT}/openapi.json`, {}],
    [200, `${ROOT}/openapi.json`, { method: 'HEAD' }],
    [202, `${ROOT}/scheduled`, { method: 'POST' }],
    [204, `${ROOT}/manual`, { method: 'OPTIONS', token: null }],
    [400, `${ROOT}/manual`, { method: 'POST', headers: json, body: '{' }],
    [401, `${ROOT}/health`, { token: null }],
    [200, '/', {}],
    [404, '/no-such-page', {}],
    [405, `${ROOT}/manual`, { method: 'PUT' }],
    [413, `${ROOT}/manual`, { method: 'POST', headers: json, body: 'x'.repeat(70_000) }],
    [414, `/${'x'.repeat(3000)}`, {}],
    [415, `${ROOT}/manual`, { method: 'POST', body: '{}' }],
    [431, '/', { headers: { 'x-large': 'x'.repeat(20_000) } }],
    [503, `${ROOT}/health`, {}],
  ];
  for (const [status, path, init] of cases) {
    const response = await call(path, init);
    assert.equal(response.status, status, path);
    assertGuarded(response, String(status));
  }
});

test('so does the answer of a function that is not configured', async () => {
  const app = boot({
    core: new Uint8Array(0),
    mappings: [],
    environment: {},
    platform: 'node',
    log: () => undefined,
  });
  const response = await app.fetch(new Request(`https://function.example${ROOT}/health`));
  assert.equal(response.status, 503);
  assertGuarded(response, 'not_configured');
});

test('so does the answer to a request that cannot be read', async () => {
  const unreadable = () => new Request('https://function.example', { method: 'TRACE' });
  const response = await answerReadable(unreadable, () => assert.fail('it was read'));
  assert.equal(response.status, 400);
  assertGuarded(response, 'unreadable_request');
});

test('a server sends none of them twice', async () => {
  const { configuration } = await startApp({ variables: { PORT: '0' } });
  const server = await startServer({
    module: loadCore(),
    configuration,
    mappings: [MAPPING],
    host: '127.0.0.1',
    log: () => undefined,
  });
  try {
    for (const path of ['/', `${ROOT}/health`]) {
      const names = (await rawHeaders(server.url + path)).map((name) => name.toLowerCase());
      for (const name of Object.keys(EXPECTED)) {
        assert.equal(names.filter((one) => one === name).length, 1, `${name} of ${path}`);
      }
      assert.ok(!names.includes('server') && !names.includes('x-powered-by'), names.join());
    }
  } finally {
    await server.close();
  }
});

/**
 * The names of an answer's headers as they came over the wire.
 * @param {string} url
 * @returns {Promise<string[]>}
 */
function rawHeaders(url) {
  return new Promise((resolve, reject) => {
    const sent = request(url, (response) => {
      response.resume();
      resolve(response.rawHeaders.filter((_, i) => i % 2 === 0));
    });
    sent.on('error', reject);
    sent.end();
  });
}
