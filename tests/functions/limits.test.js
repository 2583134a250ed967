// How large a request may be: at the limit it is let in, one more is refused, before anything else
// is looked at.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HEADER_BYTES_MAX, URL_LENGTH_MAX } from '../../functions/app/limits.js';
import { BODY_BYTES_MAX } from '../../functions/app/requests.js';
import { API_TOKEN } from './support.js';
import { ROOT, startApp } from './security-support.js';

const { call, asked } = await startApp();
const ORIGIN = 'https://function.example';

/**
 * @param {Response} response
 * @param {number} status
 * @param {string} code
 */
async function assertProblem(response, status, code) {
  const problem = /** @type {any} */ (await response.json());
  assert.deepEqual([response.status, problem.status, problem.code], [status, status, code]);
  assert.equal(response.headers.get('content-type'), 'application/problem+json');
}

test('an address longer than 2 KB is 414', async () => {
  assert.equal(URL_LENGTH_MAX, 2048);
  const path = `${ROOT}/no-such-path?`;
  const rest = URL_LENGTH_MAX - ORIGIN.length - path.length;
  await assertProblem(await call(path + 'x'.repeat(rest)), 404, 'not_found');
  await assertProblem(await call(path + 'x'.repeat(rest + 1)), 414, 'uri_too_long');
  await assertProblem(await call(`/${'x'.repeat(3000)}`, { token: null }), 414, 'uri_too_long');
});

test('headers of more than 16 KB together are 431', async () => {
  assert.equal(HEADER_BYTES_MAX, 16_384);
  const authorization = 'authorization'.length + `Bearer ${API_TOKEN}`.length + 4;
  const rest = HEADER_BYTES_MAX - authorization - 'x-many'.length - 4;
  const headersOf = (/** @type {number} */ size) => ({ headers: { 'x-many': 'x'.repeat(size) } });
  await assertProblem(await call('/api/sync/x/y', headersOf(rest)), 404, 'not_found');
  await assertProblem(await call('/api/sync/x/y', headersOf(rest + 1)), 431, 'headers_too_large');
});

test('many small headers count together', async () => {
  const headers = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`x-${i}`, '0123456789']));
  await assertProblem(await call(`${ROOT}/health`, { headers }), 431, 'headers_too_large');
});

test('a body as deep as it may be large is refused like any other', async () => {
  const headers = { 'content-type': 'application/json' };
  const bodies = [
    '['.repeat(BODY_BYTES_MAX),
    '{"a":'.repeat(BODY_BYTES_MAX / 5),
    '['.repeat(BODY_BYTES_MAX / 2) + ']'.repeat(BODY_BYTES_MAX / 2),
    `{"propertyNumbers":${'['.repeat(32_000)}${']'.repeat(32_000)}}`,
  ];
  for (const body of bodies) {
    const begun = performance.now();
    const response = await call(`${ROOT}/manual`, { method: 'POST', headers, body });
    await assertProblem(response, 400, 'invalid_request');
    assert.ok(performance.now() - begun < 1000);
  }
});

test('query parameters nobody knows change nothing', async () => {
  const response = await call(`${ROOT}/manual?force=true&dryRun=1`, { method: 'GET' });
  await assertProblem(response, 405, 'method_not_allowed');
});

test('none of all these asked the database anything', () => {
  assert.deepEqual(asked, []);
});
