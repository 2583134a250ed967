// A receiver of webhooks as a real HTTP server, an application that sends to it, and an event of
// every rule.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { ROOT, startApp } from './security-support.js';
import { textOf } from './support.js';

/** @typedef {import('../../functions/app/alerts/event.js').AlertEvent} AlertEvent */

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

/** @type {Record<string, Record<string, any>>} as core/src/alerts/rules.cpp gives them */
export const FACTS = {
  no_success: { minutes: 71, limitMinutes: 60, ever: true },
  consecutive_failures: { failures: 3, limit: 3, code: 'NOT_FOUND' },
  error_rate: { failed: 51, rows: 1000, percent: 5.1, limitPercent: 5 },
  circuit_open: { minutes: 6, target: 'sheets' },
  header_drift: { code: 'header_missing' },
  held_rows: { held: 101, limit: 100 },
  mass_change: { updated: 11, rows: 20, percent: 55, limitPercent: 50 },
  mass_disappearance: { gone: 21, rows: 79, rowsBefore: 100, percent: 21, limitPercent: 20 },
  lease_stuck: { minutes: 16, invocations: 0 },
  test: {},
};

/** @param {Partial<AlertEvent>} [changes] @returns {AlertEvent} */
export const eventOf = (changes = {}) => ({
  id: '7-2',
  event: 'opened',
  source: 'property-listings',
  rule: 'held_rows',
  severity: 'critical',
  summary: '101 held rows and cells await review (limit 100).',
  facts: FACTS.held_rows,
  openedAt: '2026-11-24T05:00:00.123Z',
  at: '2026-11-24T06:00:00.123Z',
  reminders: 0,
  ...changes,
});
