// A receiver of webhooks as a real HTTP server, and an application that sends to it.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { ROOT, startApp } from './security-support.js';
import { textOf } from './support.js';

/**
 * @typedef {object} Received
 * @property {string | undefined} method
 * @property {string | undefined} path
 * @property {import('node:http').IncomingHttpHeaders} headers
 * @property {string} body
 */

/**
 * Notes each message; `answer` ends the response, 200 by default.
 * @param {import('node:test').TestContext | null} t null: the caller closes it
 * @param {(response: import('node:http').ServerResponse, nth: number) => void} [answer]
 */
export async function startReceiver(t, answer = (response) => void response.end('ok')) {
  /** @type {Received[]} */
  const received = [];
  const server = createServer(async (request, response) => {
    const { method, url: path, headers } = request;
    received.push({ method, path, headers, body: await textOf(request) });
    answer(response, received.length);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  t?.after(close);
  return {
    received,
    close,
    url: `http://127.0.0.1:${port}/hooks/secret-path?key=secret-key`,
    /** @returns {any[]} */
    messages: () => received.map(({ body }) => JSON.parse(body)),
  };
}

/**
 * POST …/alerts/test of an application whose database and sheet do not answer.
 * @param {Record<string, string | undefined>} variables
 */
export async function testAlert(variables) {
  const app = await startApp({ variables });
  const begun = performance.now();
  const response = await app.call(`${ROOT}/alerts/test`, { method: 'POST' });
  const body = await response.json();
  return { status: response.status, body, ms: performance.now() - begun, ...app };
}
