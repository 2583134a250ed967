// Cross-origin calls from browsers: the listed origins and no other, by what every answer says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROOT, SYNC_ID, startApp } from './security-support.js';

const LISTED = 'https://admin.example.com';
const OTHERS = [
  'https://evil.example.com',
  'https://admin.example.com.evil.example',
  'http://admin.example.com',
  'https://admin.example.com:8443',
  'https://ADMIN.example.com',
  'https://admin.example.com/',
  'null',
  '*',
  '',
];

const { call } = await startApp({
  variables: { SYNC_CORS_ORIGINS: `${LISTED}, http://localhost:5173` },
});
const alone = await startApp();

/** @param {Response} response */
const corsOf = ({ headers }) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));

/** @param {string} origin */
const preflight = (origin, path = `${ROOT}/manual`, method = 'POST') =>
  call(path, {
    method: 'OPTIONS',
    token: null,
    headers: {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization, x-anything',
    },
  });

test('a preflight of a listed origin is told the methods and headers, and for how long', async () => {
  for (const origin of [LISTED, 'http://localhost:5173']) {
    const response = await preflight(origin);
    assert.equal(response.status, 204);
    assert.equal(await response.text(), '');
    assert.deepEqual(corsOf(response), {
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'POST, OPTIONS',
      'access-control-allow-headers': 'authorization, content-type, if-none-match, last-event-id',
      'access-control-max-age': '600',
    });
    assert.equal(response.headers.get('vary'), 'Origin');
  }
});

test('every answer to a listed origin can be read by its page, refusals included', async () => {
  const headers = { origin: LISTED };
  const answers = await Promise.all([
    call(`${ROOT}/health`, { headers }),
    call(`${ROOT}/health`, { headers, token: null }),
    call(`${ROOT}/manual`, { headers, method: 'POST', body: '{' }),
    call(`${ROOT}/manual`, { headers, method: 'PUT' }),
    call(`${ROOT}/no-such-path`, { headers }),
    call(`${ROOT}/health?${'x'.repeat(3000)}`, { headers }),
  ]);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [503, 401, 415, 405, 404, 414],
  );
  for (const answer of answers) {
    assert.deepEqual(corsOf(answer), {
      'access-control-allow-origin': LISTED,
      'access-control-expose-headers': 'date, etag, retry-after, www-authenticate',
    });
    assert.equal(answer.headers.get('vary'), 'Origin');
  }
});

test('no other origin is told anything, however alike it looks', async () => {
  for (const origin of OTHERS) {
    for (const response of [
      await preflight(origin),
      await call(`${ROOT}/health`, { headers: { origin } }),
    ]) {
      assert.deepEqual(corsOf(response), {}, origin);
      assert.equal(response.headers.get('vary'), 'Origin');
    }
  }
});

test('a path that does not exist has no preflight either', async () => {
  const response = await preflight(LISTED, `${ROOT}/no-such-path`);
  assert.equal(response.status, 404);
  assert.equal(response.headers.get('access-control-allow-methods'), null);
});

test('neither a wildcard nor credentials are ever allowed', async () => {
  const paths = [`${ROOT}/health`, `${ROOT}/status/${SYNC_ID}`, `${ROOT}/manual`, '/'];
  for (const path of paths) {
    for (const origin of [LISTED, ...OTHERS]) {
      for (const response of [
        await preflight(origin, path),
        await call(path, { headers: { origin } }),
      ]) {
        assert.notEqual(response.headers.get('access-control-allow-origin'), '*');
        assert.equal(response.headers.has('access-control-allow-credentials'), false);
      }
    }
  }
});

test('where no origin is listed, no answer says a word of it', async () => {
  for (const init of [{ method: 'OPTIONS', token: null }, {}]) {
    const response = await alone.call(`${ROOT}/health`, { ...init, headers: { origin: LISTED } });
    assert.deepEqual(corsOf(response), {});
    assert.equal(response.headers.get('vary'), null);
  }
});
