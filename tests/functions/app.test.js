// The HTTP surface through app.fetch(), with the real core: who may call, what is refused and
// how. The database is out of reach here; what it answers when it is not is tested in
// service.test.js.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApp } from '../../functions/app/app.js';
import { readConfiguration } from '../../functions/app/configuration.js';
import { createLog } from '../../functions/app/log.js';
import { loadCore } from '../../wasm/js/load-node.js';
import {
  API_TOKEN,
  MAPPING,
  PRIVATE_KEY,
  READ_TOKEN,
  SECRET_KEY,
  closedAddress,
  environment,
  keyFile,
} from './support.js';

const ROOT = '/api/sync/property-listings';
const SYNC_ID = '6d3c3f7e-58a4-4d0c-9d93-0a6b0f4a3f0e';
const module = loadCore();

/** @type {string[]} */
const written = [];
/** @type {Promise<unknown>[]} */
const working = [];

/** @param {Partial<Parameters<typeof createApp>[0]>} [changes] */
async function startApp(changes = {}) {
  const url = await closedAddress();
  const configuration = await readConfiguration(
    environment({
      SUPABASE_URL: url,
      GOOGLE_SHEETS_ENDPOINT: url,
      GOOGLE_SERVICE_ACCOUNT_JSON: JSON.stringify(keyFile({ token_uri: `${url}/token` })),
      SYNC_SPREADSHEET_ID: 'sheet',
      SYNC_RETRY_DELAY: '1',
    }),
  );
  return createApp({
    module,
    configuration,
    mappings: [MAPPING],
    log: createLog({ write: (line) => void written.push(line), level: 'debug' }),
    waitUntil: (work) => void working.push(work),
    ...changes,
  });
}

const app = await startApp();

/**
 * @param {import('../../functions/app/app.js').App} one
 * @param {string} path
 * @param {RequestInit} [init]
 */
const request = (one, path, init) =>
  one.fetch(new Request(`https://function.example${path}`, init));

/**
 * @param {string} path
 * @param {RequestInit & { token?: string | null }} [options]
 */
function call(path, { token = API_TOKEN, ...init } = {}) {
  const headers = new Headers(init.headers);
  if (token !== null) headers.set('authorization', `Bearer ${token}`);
  return request(app, `${ROOT}${path}`, { ...init, headers });
}

/**
 * @param {BodyInit} body
 * @param {string} [type]
 */
const post = (body, type = 'application/json') =>
  call('/manual', { method: 'POST', body, headers: { 'content-type': type } });

/**
 * @param {Response} response
 * @param {number} status
 * @param {string} code
 * @returns {Promise<any>}
 */
async function assertProblem(response, status, code) {
  const problem = /** @type {any} */ (await response.json());
  assert.deepEqual([response.status, problem.code], [status, code], JSON.stringify(problem));
  assert.equal(response.headers.get('content-type'), 'application/problem+json');
  assert.deepEqual([problem.status, problem.type], [status, `urn:listing-sync:problem:${code}`]);
  assert.equal(typeof problem.title, 'string');
  return problem;
}

test('without a token, or with a wrong one, nothing is answered', async () => {
  for (const path of ['/manual', '/scheduled', '/health', `/status/${SYNC_ID}`, '/no-such-path']) {
    const none = await call(path, { token: null });
    await assertProblem(none, 401, 'unauthorized');
    assert.equal(none.headers.get('www-authenticate'), 'Bearer realm="listing-sync"');
  }
  for (const token of [
    'wrong',
    `${API_TOKEN}x`,
    API_TOKEN.slice(0, -1),
    READ_TOKEN.toUpperCase(),
  ]) {
    const wrong = await call('/health', { token });
    await assertProblem(wrong, 401, 'unauthorized');
    assert.match(wrong.headers.get('www-authenticate') ?? '', /error="invalid_token"/);
  }
  const basic = await request(app, `${ROOT}/health`, { headers: { authorization: 'Basic eDp5' } });
  await assertProblem(basic, 401, 'unauthorized');
});

test('where there is no page its address is told, and its files are not there', async () => {
  const root = await request(app, '/');
  assert.deepEqual(await root.json(), { name: 'Listing Sync', dashboard: null });
  for (const path of ['/dashboard.js', '/dashboard.css', '/stage/dashboard.js', '/index.html']) {
    await assertProblem(await request(app, path), 404, 'not_found');
  }
});

test('the read token reads and starts nothing', async () => {
  assert.equal((await call('/health', { token: READ_TOKEN })).status, 503);
  for (const path of ['/manual', '/scheduled']) {
    const refused = await call(path, { token: READ_TOKEN, method: 'POST' });
    await assertProblem(refused, 403, 'forbidden');
  }
  assert.equal(working.length, 0);
});

test('where no read token is set, none is accepted', async () => {
  const configuration = await readConfiguration(environment({ SYNC_READ_TOKEN: undefined }));
  const { spreadsheetId = 'sheet', ...rest } = configuration;
  const alone = await startApp({ configuration: { ...rest, spreadsheetId } });
  for (const token of ['', 'undefined', READ_TOKEN]) {
    const headers = { authorization: `Bearer ${token}` };
    const response = await request(alone, `${ROOT}/health`, { headers });
    await assertProblem(response, 401, 'unauthorized');
  }
});

test('every answer carries the security headers', async () => {
  const requests = [
    call('/health'),
    call('/health', { token: null }),
    call('/manual', { method: 'PUT' }),
    request(app, '/'),
    post('{'),
  ];
  for (const response of await Promise.all(requests)) {
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(response.headers.get('cache-control'), 'no-store');
    assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'/);
  }
});

test('an unknown path is 404, a known one with another method 405', async () => {
  await assertProblem(await request(app, '/no-such-page'), 404, 'not_found');
  await assertProblem(await call('/no-such-path'), 404, 'not_found');
  /** @type {[string, string, string][]} */
  const cases = [
    ['/manual', 'GET', 'POST, OPTIONS'],
    ['/scheduled', 'DELETE', 'GET, POST, OPTIONS'],
    ['/continue', 'GET', 'POST, OPTIONS'],
    ['/health', 'POST', 'GET, HEAD, OPTIONS'],
    [`/status/${SYNC_ID}`, 'DELETE', 'GET, HEAD, OPTIONS'],
  ];
  for (const [path, method, allow] of cases) {
    const response = await call(path, { method });
    await assertProblem(response, 405, 'method_not_allowed');
    assert.equal(response.headers.get('allow'), allow);
    const options = await call(path, { method: 'OPTIONS', token: null });
    assert.deepEqual([options.status, options.headers.get('allow')], [204, allow]);
  }
});

test('HEAD starts no tick', async () => {
  const response = await call('/scheduled', { method: 'HEAD' });
  assert.deepEqual([response.status, response.headers.get('allow')], [405, 'GET, POST, OPTIONS']);
  assert.equal(working.length, 0);
});

test('each flaw of a request is listed with its place', async () => {
  const body = {
    force: 'yes',
    dryRun: 1,
    batchSize: 0,
    propertyNumbers: ['AA1', '', 5, 'x'.repeat(65), 'a\u0000b', '\ud800', '  ', '物'.repeat(64)],
    'a/b~c': true,
  };
  const { errors } = await assertProblem(await post(JSON.stringify(body)), 400, 'invalid_request');
  const pointers = errors.map((/** @type {any} */ { pointer }) => pointer);
  const numbers = [1, 2, 3, 4, 5, 6].map((i) => `/propertyNumbers/${i}`);
  assert.deepEqual(pointers, ['/force', '/dryRun', '/batchSize', ...numbers, '/a~1b~0c']);
  assert.ok(errors.every((/** @type {any} */ { detail }) => detail.length > 0));
  assert.equal(working.length, 0);
});

test('no value outside the documented limits passes', async () => {
  const bad = [
    '{"batchSize":1001}',
    '{"batchSize":1.5}',
    '{"batchSize":"5"}',
    '{"batchSize":null}',
  ];
  bad.push(
    '{"propertyNumbers":[]}',
    '{"propertyNumbers":"AA1"}',
    '{"force":null}',
    '{"__proto__":1}',
  );
  bad.push(JSON.stringify({ propertyNumbers: Array(1001).fill('A') }));
  bad.push('[]', 'null', '"text"', '5', '{', '{"force":true}x', ' ');
  for (const body of bad) await assertProblem(await post(body), 400, 'invalid_request');
  const latin1 = Buffer.from('{"propertyNumbers":["é"]}', 'latin1');
  await assertProblem(await post(latin1), 400, 'invalid_request');
});

test('a flood of flaws is cut at a hundred', async () => {
  const body = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`field${i}`, 1]));
  const { errors } = await assertProblem(await post(JSON.stringify(body)), 400, 'invalid_request');
  assert.equal(errors.length, 100);
});

test('a body of another type is 415, a larger one 413', async () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx']) {
    await assertProblem(await post('{}', type), 415, 'unsupported_media_type');
  }
  const limit = 65_536;
  const padded = (/** @type {number} */ size) => `{"x":1${' '.repeat(size - 7)}}`;
  await assertProblem(await post(padded(limit)), 400, 'invalid_request');
  await assertProblem(await post(padded(limit + 1)), 413, 'body_too_large');
});

test('a body that never ends is 413 as soon as it is too large', async () => {
  let pulled = 0;
  const body = new ReadableStream({
    pull(controller) {
      pulled += 1;
      controller.enqueue(new Uint8Array(10_000));
    },
  });
  const init = { method: 'POST', body, duplex: 'half' };
  await assertProblem(await call('/manual', /** @type {any} */ (init)), 413, 'body_too_large');
  assert.ok(pulled < 12, `${pulled}`);
});

test('a syncId that is no uuid is 400', async () => {
  for (const syncId of ['5', `${SYNC_ID}0`, SYNC_ID.replaceAll('-', ''), '%27%20or%201=1']) {
    const problem = await assertProblem(await call(`/status/${syncId}`), 400, 'invalid_request');
    assert.deepEqual(problem.errors, [{ parameter: 'syncId', detail: 'must be a uuid' }]);
  }
});

test('while the database is away, every answer says so and nothing is started', async () => {
  const health = await call('/health');
  assert.equal(health.status, 503);
  assert.equal(/** @type {any} */ (await health.json()).status, 'unknown');
  await assertProblem(await call(`/status/${SYNC_ID}`), 503, 'database_unavailable');
  await assertProblem(await post(''), 503, 'database_unavailable');
  await assertProblem(
    await post('{}', 'application/json; charset=utf-8'),
    503,
    'database_unavailable',
  );
  assert.equal(working.length, 0);
});

test('a tick is accepted at once, and its work ends by itself', async () => {
  const response = await call('/scheduled', { method: 'POST' });
  assert.equal(response.status, 202);
  assert.deepEqual(await response.json(), { status: 'accepted' });
  assert.equal(working.length, 1);
  await Promise.all(working.splice(0));
  assert.equal(JSON.parse(written.at(-1) ?? '').event, 'tick_ended');
  assert.ok(written.some((line) => JSON.parse(line).event === 'tick_failed'));
});

test('where the core makes no answer, a 500 tells the code and nothing else', async () => {
  const stopped = await startApp({ signal: AbortSignal.abort() });
  const headers = { authorization: `Bearer ${API_TOKEN}` };
  const problem = await assertProblem(
    await request(stopped, `${ROOT}/health`, { headers }),
    500,
    'host_stopped',
  );
  assert.deepEqual(Object.keys(problem).sort(), ['code', 'status', 'title', 'type']);
});

test('an unexpected error shows nothing of the inside', async () => {
  const broken = await startApp({
    waitUntil: () => {
      throw new Error('secret inside');
    },
  });
  const headers = { authorization: `Bearer ${API_TOKEN}` };
  const response = await request(broken, `${ROOT}/scheduled`, { method: 'POST', headers });
  const problem = await assertProblem(response, 500, 'internal_error');
  assert.ok(!JSON.stringify(problem).includes('secret'));
  assert.ok(written.some((line) => JSON.parse(line).event === 'request_failed'));
});

test('behind whatever a platform puts in front, the same paths exist', async () => {
  const headers = { authorization: `Bearer ${API_TOKEN}` };
  for (const prefix of ['/listing-sync', '/prod/functions/v1/any']) {
    assert.equal((await request(app, `${prefix}${ROOT}/health`, { headers })).status, 503);
  }
  await assertProblem(await request(app, `/x${ROOT}x/health`, { headers }), 404, 'not_found');
});

test('no secret is in any log line', () => {
  assert.ok(written.length > 20);
  const secrets = [API_TOKEN, READ_TOKEN, SECRET_KEY, PRIVATE_KEY.slice(40, 90), 'eyJ'];
  for (const line of written) {
    assert.equal(typeof JSON.parse(line).time, 'string');
    for (const secret of secrets) assert.ok(!line.includes(secret), line);
  }
});
