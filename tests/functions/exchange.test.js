// One HTTP exchange against servers that behave badly: it always ends, and says how.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { test } from 'node:test';
import { exchange } from '../../functions/app/exchange.js';
import { closedAddress, serve, textOf } from './support.js';

/**
 * @param {string} url
 * @param {Partial<import('../../functions/app/exchange.js').ExchangeRequest>} [changes]
 */
const get = (url, changes = {}) =>
  exchange({
    url,
    method: 'GET',
    headers: {},
    body: null,
    timeoutMs: 5000,
    bytesMax: 1000,
    ...changes,
  });

/** @param {Awaited<ReturnType<typeof exchange>>} answer */
const textIn = (answer) => (answer.ok ? new TextDecoder().decode(answer.body) : answer);

test('a request arrives as it was given, and the answer comes back whole', async (t) => {
  const { url } = await serve(t, async (request, response) => {
    response.setHeader('x-seen', `${request.method} ${request.url} ${request.headers['x-a']}`);
    response.writeHead(418).end(`got ${await textOf(request)}`);
  });
  const body = new TextEncoder().encode('物件');
  const changes = { method: 'POST', headers: { 'x-a': 'b' }, body };
  const answer = await get(`${url}/p?q=1`, changes);
  assert.ok(answer.ok);
  assert.equal(answer.status, 418);
  assert.equal(answer.headers.get('x-seen'), 'POST /p?q=1 b');
  assert.equal(textIn(answer), 'got 物件');
});

test('a compressed answer is unpacked and its announced length not mistaken', async (t) => {
  // What is random gets longer by packing: the announced length is more than what comes out.
  const bytes = randomBytes(200);
  const packed = gzipSync(bytes);
  const { url } = await serve(t, (_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length });
    response.end(packed);
  });
  const answer = await get(url);
  assert.ok(answer.ok && packed.length > 200);
  assert.deepEqual(Buffer.from(answer.body), bytes);
});

test('nobody there is `network`', async () => {
  const answer = await get(await closedAddress());
  assert.deepEqual(answer, { ok: false, why: 'network', message: 'ECONNREFUSED' });
});

test('a connection that breaks before the answer is `network`', async (t) => {
  const { url } = await serve(t, (request) => request.socket.destroy());
  const answer = await get(url);
  assert.equal(answer.ok ? null : answer.why, 'network');
});

test('no answer in time is `timeout`', async (t) => {
  const { url } = await serve(t, () => undefined);
  const answer = await get(url, { timeoutMs: 50 });
  assert.deepEqual(answer, { ok: false, why: 'timeout', message: 'no answer in time' });
});

test('an answer that trickles on past its time is `timeout`', async (t) => {
  const { url } = await serve(t, (_request, response) => {
    const timer = setInterval(() => response.write('.'), 10);
    response.on('close', () => clearInterval(timer));
  });
  const answer = await get(url, { timeoutMs: 120, bytesMax: 1e6 });
  assert.equal(answer.ok ? null : answer.why, 'timeout');
});

test('an answer that ends inside its body is `cut_off`', async (t) => {
  const { url } = await serve(t, (_request, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('half', () => response.destroy());
  });
  const answer = await get(url);
  assert.equal(answer.ok ? null : answer.why, 'cut_off');
});

test('an answer in chunks that ends without its last chunk is `cut_off`', async (t) => {
  const { url } = await serve(t, (_request, response) => {
    response.write('half', () => response.destroy());
  });
  const answer = await get(url);
  assert.equal(answer.ok ? null : answer.why, 'cut_off');
});

test('where the runtime does not notice a short body, the announced length does', async () => {
  const short = async () => new Response('half', { headers: { 'content-length': '100' } });
  const answer = await get('https://short.example', { fetch: short });
  assert.deepEqual(answer, { ok: false, why: 'cut_off', message: '4 of 100 bytes arrived' });
});

test('an answer over the limit is `too_large`, and its sender is let go', async (t) => {
  /** @type {(value: unknown) => void} */
  let release = () => undefined;
  const released = new Promise((resolve) => (release = resolve));
  const { url } = await serve(t, (_request, response) => {
    response.on('close', release);
    const more = () => {
      while (response.write('x'.repeat(1000)));
    };
    response.on('drain', more);
    more();
  });
  const message = 'the body is larger than 1000 bytes';
  assert.deepEqual(await get(url), { ok: false, why: 'too_large', message });
  await released;
});

test('an answer of exactly the limit is taken', async (t) => {
  const { url } = await serve(t, (_request, response) => response.end('x'.repeat(1000)));
  assert.equal(textIn(await get(url)), 'x'.repeat(1000));
});

test('a redirect is an answer like any other and is not followed', async (t) => {
  let followed = false;
  const { url } = await serve(t, (request, response) => {
    if (request.url !== '/') followed = true;
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  const answer = await get(url);
  assert.equal(answer.ok ? answer.status : null, 302);
  assert.equal(followed, false);
});

test('what is no HTTP at all is `network`', async (t) => {
  const { url } = await serve(t, (request) => request.socket.end('SSH-2.0-hello\r\n'));
  const answer = await get(url);
  assert.equal(answer.ok ? null : answer.why, 'network');
});

test('a header that cannot be sent is not quoted in the reason', async () => {
  const answer = await get('http://127.0.0.1:1', { headers: { authorization: 'Bearer a\nb' } });
  assert.deepEqual(answer, { ok: false, why: 'network', message: 'the request failed' });
});

test('a request given up before it began is not sent', async (t) => {
  let reached = false;
  const { url } = await serve(t, (_request, response) => {
    reached = true;
    response.end();
  });
  assert.equal((await get(url, { signal: AbortSignal.abort() })).ok, false);
  assert.equal(reached, false);
});
