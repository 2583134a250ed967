// Who may call: tokens are long, different, compared to the end, and each opens its own part.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAuthorization } from '../../functions/app/authorization.js';
import { boot } from '../../functions/app/boot.js';
import { ConfigurationError, readConfiguration } from '../../functions/app/configuration.js';
import { filesIn, textOf } from '../tidy/source-text.js';
import { CRON_SECRET, ROOT, SYNC_ID, startApp } from './security-support.js';
import { API_TOKEN, MAPPING, READ_TOKEN, environment } from './support.js';

const TOKENS = ['SYNC_API_TOKEN', 'SYNC_READ_TOKEN', 'CRON_SECRET'];

/** @param {Record<string, string | undefined>} changes */
async function problemsOf(changes) {
  try {
    await readConfiguration(environment(changes));
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, String(error));
    return error.problems;
  }
}

test('nothing starts without a token, and there is none by default', async () => {
  const problems = await problemsOf({ SYNC_API_TOKEN: undefined });
  assert.deepEqual(problems, ['SYNC_API_TOKEN is not set']);
  assert.deepEqual(await problemsOf({ SYNC_API_TOKEN: '   ' }), problems);
  const app = boot({
    core: new Uint8Array(0),
    mappings: [new TextDecoder().decode(MAPPING)],
    environment: environment({ SYNC_API_TOKEN: undefined }),
    platform: 'node',
    log: () => undefined,
  });
  for (const token of ['', 'undefined', 'null', 'secret', 'changeme', API_TOKEN]) {
    const headers = { authorization: `Bearer ${token}` };
    const init = { method: 'POST', headers };
    const response = await app.fetch(new Request(`https://function.example${ROOT}/manual`, init));
    assert.equal(response.status, 503);
  }
  await assert.rejects(app.tick(), ConfigurationError);
  await assert.rejects(app.work({ source: null, link: 1 }), ConfigurationError);
});

test('no source file holds a secret to fall back on', () => {
  const pattern = /(TOKEN|SECRET|KEY)['"]?\]?\s*(\?\?|\|\|)=?\s*['"`]/;
  const found = filesIn(['functions', 'wasm/js'], ['.js']).filter((file) =>
    pattern.test(textOf(file)),
  );
  assert.deepEqual(found, []);
});

test('a token of fewer than 16 characters is refused, whichever it is', async () => {
  for (const name of TOKENS) {
    const [problem, ...others] = await problemsOf({ [name]: 'x'.repeat(15) });
    assert.deepEqual([problem, others], [`${name} must have at least 16 characters`, []]);
    assert.deepEqual(await problemsOf({ [name]: 'x'.repeat(16) }), []);
  }
});

test('no two of the tokens may be the same', async () => {
  const same = 'the-same-token-0123456789';
  for (const [i, name] of TOKENS.entries()) {
    for (const other of TOKENS.slice(0, i)) {
      const problems = await problemsOf({ [name]: same, [other]: same });
      assert.deepEqual(problems, [`${name} must differ from ${other}`]);
    }
  }
});

test('the service key is no token: callers, and SYNC_SELF_URL, would be given it', async () => {
  const key = 'sb_secret_0123456789abcdef';
  for (const name of TOKENS) {
    const problems = await problemsOf({ [name]: key, SUPABASE_SERVICE_ROLE_KEY: key });
    assert.deepEqual(problems, [`${name} must differ from SUPABASE_SERVICE_ROLE_KEY`]);
  }
});

test('a problem never repeats the value it is about', async () => {
  const value = 'gEhEiM gEhEiM';
  const names = [...TOKENS, 'SUPABASE_URL', 'SUPABASE_SERVICE_ROLE_KEY', 'SYNC_SPREADSHEET_ID'];
  names.push('GOOGLE_SERVICE_ACCOUNT_JSON', 'GOOGLE_SHEETS_ENDPOINT', 'SYNC_CORS_ORIGINS');
  names.push('SYNC_SELF_URL', 'SYNC_HEARTBEAT_URL', 'SYNC_BATCH_SIZE', 'SYNC_INTERVAL', 'PORT');
  for (const name of names) {
    const problems = await problemsOf({ [name]: value });
    assert.equal(problems.length, 1, name);
    assert.ok(problems[0].startsWith(name) && !problems[0].includes('gEhEiM'), problems[0]);
  }
});

// A measurement of time would fail now and then; what is looked at is what the time depends on.
test('tokens are compared by their digests, to the last byte and with each of them', () => {
  const source = textOf('functions/app/authorization.js');
  const compare = /function areEqual\([^]*?\n}/.exec(source)?.[0] ?? '';
  assert.match(compare, /for \(let i = 0; i < given\.length; i \+= 1\) difference \|=/);
  assert.equal(compare.match(/\breturn\b/g)?.length, 1, 'it returns at its end alone');
  assert.doesNotMatch(compare, /\bbreak\b|&&|\|\|/);
  assert.match(source, /digests\.map\(\(one\) => areEqual\(digest, one\)\)/);
  const outside = source.replace(compare, '');
  assert.doesNotMatch(outside, /\b(given|digest) [!=]==? (?!undefined)/, 'compared elsewhere too');
});

test('a token costs one digest, right or wrong, long or short', async (t) => {
  const authorize = createAuthorization({ api: API_TOKEN, read: READ_TOKEN, cron: CRON_SECRET });
  const request = (/** @type {string} */ token) =>
    new Request('https://function.example', { headers: { authorization: `Bearer ${token}` } });
  await authorize(request(API_TOKEN), 'api'); // the digests of the configured ones are made
  const digest = t.mock.method(crypto.subtle, 'digest');
  const wrong = ['x', API_TOKEN.slice(0, -1), `${API_TOKEN.slice(0, -1)}x`, 'x'.repeat(4000)];
  for (const token of [API_TOKEN, READ_TOKEN, ...wrong]) {
    digest.mock.resetCalls();
    await authorize(request(token), 'api').catch(() => undefined);
    assert.equal(digest.mock.callCount(), 1);
  }
});

test('each token opens its own part and nothing else', async () => {
  const { call, settled } = await startApp();
  const json = { 'content-type': 'application/json' };
  const reads = [`${ROOT}/health`, `${ROOT}/status/${SYNC_ID}`, `${ROOT}/openapi.json`];
  reads.push('/api/sync/health');
  const ticks = ['/api/sync/scheduled', `${ROOT}/scheduled`];
  const starts = [`${ROOT}/manual`, `${ROOT}/continue`];
  /** @type {[string, RequestInit, string[]][]} path, request, the tokens that open it */
  const cases = [
    ...reads.flatMap((path) =>
      ['GET', 'HEAD'].map((method) => /** @type {any} */ ([path, { method }, ['api', 'read']])),
    ),
    ...ticks.flatMap((path) =>
      ['GET', 'HEAD', 'POST'].map(
        (method) => /** @type {any} */ ([path, { method }, ['api', 'cron']]),
      ),
    ),
    ...starts.map((path) => {
      const init = { method: 'POST', headers: json, body: '{"link":1}' };
      return /** @type {any} */ ([path, init, ['api']]);
    }),
  ];
  const tokens = { api: API_TOKEN, read: READ_TOKEN, cron: CRON_SECRET, none: null, bad: 'x' };
  for (const [path, init, openers] of cases) {
    for (const [name, token] of Object.entries(tokens)) {
      const { status } = await call(path, { ...init, token });
      const what = `${init.method} ${path} by ${name}: ${status}`;
      if (name === 'none' || name === 'bad') assert.equal(status, 401, what);
      else if (openers.includes(name)) assert.ok(status !== 401 && status !== 403, what);
      else assert.equal(status, 403, what);
    }
  }
  await settled();
});

test('a token anywhere but in the header opens nothing', async () => {
  const { call } = await startApp();
  const places = [
    call(`${ROOT}/health?access_token=${API_TOKEN}&token=${API_TOKEN}`, { token: null }),
    call(`${ROOT}/health`, { token: null, headers: { cookie: `token=${API_TOKEN}` } }),
    call(`${ROOT}/health`, { token: null, headers: { apikey: API_TOKEN } }),
    call(`${ROOT}/health`, { token: null, headers: { 'x-authorization': `Bearer ${API_TOKEN}` } }),
    call(`${ROOT}/health`, { token: null, headers: { authorization: API_TOKEN } }),
    call(`${ROOT}/health`, { token: null, headers: { authorization: `Basic ${API_TOKEN}` } }),
  ];
  for (const response of await Promise.all(places)) assert.equal(response.status, 401);
});

test('a header that names another method does not change it', async () => {
  const { call } = await startApp();
  const headers = { 'x-http-method-override': 'POST', 'x-method-override': 'POST' };
  const response = await call(`${ROOT}/manual`, { method: 'GET', headers });
  assert.equal(response.status, 405);
});
