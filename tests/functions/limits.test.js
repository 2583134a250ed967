// How large a request may be: at the limit it is let in, one more is refused, before anything else
// is looked at.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { startServer } from '../../functions/adapters/node.js';
import { SERVER_LIMITS } from '../../functions/adapters/node/server-limits.js';
import { HEADER_BYTES_MAX, URL_LENGTH_MAX } from '../../functions/app/limits.js';
import { BODY_BYTES_MAX } from '../../functions/app/requests.js';
import { loadCore } from '../../wasm/js/load-node.js';
import { API_TOKEN, MAPPING } from './support.js';
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
  const headers = Object.fromEntries(
    Array.from({ length: 1000 }, (_, i) => [`x-${i}`, '0123456789']),
  );
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

test('none of these asked the database anything', () => {
  assert.deepEqual(asked, []);
});

test('a request that trickles in is cut off, in its headers as in its body', async (t) => {
  const { requestTimeout, headersTimeout, connectionsCheckingInterval } = SERVER_LIMITS;
  assert.ok(headersTimeout <= 10_000 && requestTimeout <= 30_000);
  // A hundred times as fast, so that nobody waits for it here.
  Object.assign(SERVER_LIMITS, {
    requestTimeout: requestTimeout / 100,
    headersTimeout: headersTimeout / 100,
    connectionsCheckingInterval: connectionsCheckingInterval / 100,
  });
  const { configuration } = await startApp({ variables: { PORT: '0' } });
  const server = await startServer({
    module: loadCore(),
    configuration,
    mappings: [MAPPING],
    host: '127.0.0.1',
    log: () => undefined,
  });
  t.after(() => server.close());
  const line = `POST ${ROOT}/manual HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${API_TOKEN}\r\n`;
  const type = 'content-type: application/json\r\ncontent-length: 60000\r\n';
  for (const begun of [line, `${line}${type}\r\n{`]) {
    const told = await trickle(server.port, begun);
    assert.match(told, /^HTTP\/1\.1 408 /);
  }
});

/**
 * Sends a byte now and then after `begun`, until the server has enough of it; what it said.
 * @param {number} port
 * @param {string} begun
 */
async function trickle(port, begun) {
  const socket = connect(port, '127.0.0.1');
  let told = '';
  socket.on('data', (chunk) => (told += chunk));
  socket.on('error', () => undefined); // a byte that meets a closed connection
  socket.write(begun);
  const timer = setInterval(() => socket.write('x'), 10);
  await once(socket, 'close', { signal: AbortSignal.timeout(5_000) });
  clearInterval(timer);
  return told;
}

test('headers that the server lets through and are too large are 431 with a problem', async (t) => {
  const { configuration } = await startApp({ variables: { PORT: '0' } });
  const server = await startServer({
    module: loadCore(),
    configuration,
    mappings: [MAPPING],
    host: '127.0.0.1',
    log: () => undefined,
  });
  t.after(() => server.close());
  const headers = { authorization: `Bearer ${API_TOKEN}`, 'x-large': 'x'.repeat(20_000) };
  const response = await fetch(`${server.url}${ROOT}/health`, { headers });
  await assertProblem(response, 431, 'headers_too_large');
});
