// The key gateway by itself, in front of a server that shows what arrives and when.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { afterEach, beforeEach, test } from 'node:test';
import { startGateway } from '../../infra/local/backend/gateway.js';
import { createKeys } from '../../infra/local/backend/keys.js';

const SECRET = 'sb_secret_test';

/** @type {import('node:http').Server} */
let upstream;
/** @type {import('../../infra/local/backend/gateway.js').Gateway} */
let gateway;
/** @type {(request: import('node:http').IncomingMessage,
 *          response: import('node:http').ServerResponse) => void} */
let onRequest;
let connections = 0;

beforeEach(async () => {
  connections = 0;
  upstream = createServer((incoming, outgoing) => onRequest(incoming, outgoing));
  upstream.on('connection', () => (connections += 1));
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const keys = await createKeys({
    jwtSecret: 'x'.repeat(32),
    secretKey: SECRET,
    publishableKey: 'sb_publishable_test',
  });
  const { port: restPort } = /** @type {import('node:net').AddressInfo} */ (upstream.address());
  gateway = await startGateway({ keys, restPort, port: 0 });
});
afterEach(async () => {
  await gateway.stop();
  upstream.closeAllConnections();
  upstream.close();
});

const headers = { apikey: SECRET };

/** @param {import('node:http').IncomingMessage} incoming */
async function readAll(incoming) {
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test('method, path, query, headers and body arrive as sent; the key stays behind', async () => {
  /** @type {any} */
  let seen;
  onRequest = async (incoming, outgoing) => {
    seen = { url: incoming.url, method: incoming.method, headers: incoming.headers };
    seen.body = String(await readAll(incoming));
    outgoing.writeHead(206, 'Some', { 'x-answer': 'y', 'content-range': '0-1/2' }).end('part');
  };
  const response = await fetch(`${gateway.url}/rest/v1/t%2Fx?a=eq.%26&b=in.(1,2)`, {
    method: 'PATCH',
    headers: { ...headers, prefer: 'return=minimal', 'accept-profile': 'public' },
    body: '{"名":1}',
  });
  assert.deepEqual(
    [response.status, response.statusText, await response.text()],
    [206, 'Some', 'part'],
  );
  assert.equal(response.headers.get('x-answer'), 'y');
  assert.deepEqual([seen.method, seen.url], ['PATCH', '/t%2Fx?a=eq.%26&b=in.(1,2)']);
  assert.equal(seen.body, '{"名":1}');
  assert.equal(seen.headers.prefer, 'return=minimal');
  assert.equal(seen.headers['content-length'], '9');
  assert.equal(seen.headers.apikey, undefined);
  assert.match(seen.headers.authorization, /^Bearer ey/);
});

test('a request is passed on while it is still being sent, an answer while it is still made', async () => {
  let finish = () => {};
  onRequest = (incoming, outgoing) => {
    incoming.once('data', () => outgoing.write('first'));
    incoming.resume();
    finish = () => outgoing.end('last');
  };
  const asked = request(`${gateway.url}/rest/v1/t`, { method: 'POST', headers });
  asked.write('half of a body');
  const [answer] = await once(asked, 'response');
  const [chunk] = await once(answer, 'data');
  assert.equal(String(chunk), 'first', 'the answer’s start came before the request’s end');
  finish();
  asked.end();
  assert.equal(String(await readAll(answer)), 'last');
});

test('a client that leaves takes its request along, and harms nobody', async () => {
  const left = new Promise((resolve) => {
    onRequest = (incoming, outgoing) => {
      outgoing.on('close', () => resolve(outgoing.writableFinished));
      if (incoming.url === '/answered') outgoing.write('start');
    };
  });
  await assert.rejects(
    fetch(`${gateway.url}/rest/v1/slow`, { headers, signal: AbortSignal.timeout(20) }),
    { name: 'TimeoutError' },
  );
  assert.equal(await left, false);

  const leftLate = new Promise((resolve) => {
    onRequest = (_, outgoing) => {
      outgoing.on('close', () => resolve(outgoing.writableFinished));
      outgoing.write('start');
    };
  });
  const controller = new AbortController();
  const response = await fetch(`${gateway.url}/rest/v1/t`, { headers, signal: controller.signal });
  controller.abort();
  await assert.rejects(response.text(), { name: 'AbortError' });
  assert.equal(await leftLate, false);

  const leftSending = new Promise((resolve) => {
    onRequest = (incoming) => void incoming.on('error', resolve).resume();
  });
  const sending = request(`${gateway.url}/rest/v1/t`, { method: 'POST', headers });
  sending.on('error', () => {});
  sending.write('x'.repeat(1000));
  setTimeout(() => sending.destroy(), 20);
  assert.equal(/** @type {any} */ (await leftSending).code, 'ECONNRESET');

  onRequest = (_, outgoing) => void outgoing.end('fine');
  assert.equal(await (await fetch(`${gateway.url}/rest/v1/t`, { headers })).text(), 'fine');
});

test('an answer that breaks off upstream breaks off here: it is never made to look whole', async () => {
  onRequest = (_, outgoing) => {
    outgoing.write('half');
    setTimeout(() => outgoing.destroy(), 10);
  };
  const response = await fetch(`${gateway.url}/rest/v1/t`, { headers });
  await assert.rejects(response.text(), /terminated/);
});

test('no answer at all from upstream is a 502', async () => {
  onRequest = (incoming) => void incoming.socket.destroy();
  const response = await fetch(`${gateway.url}/rest/v1/t`, { headers, method: 'POST', body: 'x' });
  assert.equal(response.status, 502);
  assert.match((await response.json()).message, /^An invalid response was received/);
});

test('a hundred requests in a row use one connection', async () => {
  onRequest = (_, outgoing) => void outgoing.end('{}');
  for (let i = 0; i < 100; i += 1) {
    await (await fetch(`${gateway.url}/rest/v1/t`, { headers })).text();
  }
  assert.equal(connections, 1);
});

test('a refused request with a large body leaves the connection usable', async () => {
  onRequest = (_, outgoing) => void outgoing.end('{}');
  const body = 'x'.repeat(3_000_000);
  const refused = await fetch(`${gateway.url}/rest/v1/t`, { method: 'POST', body });
  assert.equal(refused.status, 401);
  await refused.text();
  assert.equal((await fetch(`${gateway.url}/rest/v1/t`, { headers })).status, 200);
});

/** @type {[string, string | null][]} */
const ROUTES = [
  ['/rest/v1', '/'],
  ['/rest/v1/', '/'],
  ['/rest/v1?select=a', '/?select=a'],
  ['/rest/v1/rpc/f?x=1', '/rpc/f?x=1'],
  [`/rest/v1/t?apikey=${SECRET}`, '/t'],
  [`/rest/v1/t?apikey=${SECRET}&a=eq.1`, '/t?a=eq.1'],
  [`/rest/v1/t?a=eq.1&apikey=${SECRET}&b=eq.2`, '/t?a=eq.1&b=eq.2'],
  ['/rest/v10/t', null],
  ['/rest/v2/t', null],
  ['/storage/v1/object', null],
  ['/', null],
];

for (const [path, expected] of ROUTES) {
  test(`${path} ${expected === null ? 'has no route' : `asks PostgREST for ${expected}`}`, async () => {
    onRequest = (incoming, outgoing) => void outgoing.end(incoming.url);
    const sent = path.includes('apikey=') ? {} : headers;
    const response = await fetch(`${gateway.url}${path}`, { headers: sent });
    assert.equal(response.status, expected === null ? 404 : 200);
    if (expected !== null) assert.equal(await response.text(), expected);
  });
}
