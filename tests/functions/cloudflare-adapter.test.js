// The adapter of Cloudflare Workers: bindings, messages, and events that share nothing.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createWorker } from '../../functions/adapters/cloudflare.js';
import { readVariables, workOnMessages } from '../../functions/adapters/cloudflare/bindings.js';
import { API_TOKEN, MAPPING, closedAddress, environment } from './support.js';

const core = new WebAssembly.Module(
  readFileSync(new URL('../../build/wasm/core.wasm', import.meta.url)),
);
const mappings = [new TextDecoder().decode(MAPPING)];
const HEALTH = 'http://worker/api/sync/health';
const headers = { authorization: `Bearer ${API_TOKEN}` };

test('variables may be numbers and booleans; other bindings are none', () => {
  const bindings = { TEXT: 'a', SYNC_BUDGET_ROWS: 900, IS: true, BUCKET: { get() {} }, NONE: null };
  assert.deepEqual(readVariables(bindings), { TEXT: 'a', SYNC_BUDGET_ROWS: '900', IS: 'true' });
});

test('each message is taken or given back by itself', async () => {
  /** @type {string[]} */
  const told = [];
  /** @type {object[]} */
  const worked = [];
  /** @type {import('../../functions/app/log.js').LogLine[]} */
  const lines = [];
  const message = (/** @type {string} */ id, /** @type {unknown} */ body) => ({
    id,
    body,
    ack: () => void told.push(`${id} taken`),
    retry: () => void told.push(`${id} given back`),
  });
  const messages = [
    message('a', { source: 'rentals', link: 2, opens: true }),
    message('b', { source: 'broken', link: 1 }),
    message('c', { source: 'rentals', link: 99 }),
    message('d', 'no task at all'),
    message('e', { source: null, link: 1 }),
  ];
  const work = async (/** @type {import('../../functions/app/work.js').Task} */ task) => {
    worked.push(task);
    if (task.source === 'broken') throw new Error('it failed');
  };
  await workOnMessages(messages, work, (line) => lines.push(line));
  assert.deepEqual(told, ['a taken', 'b given back', 'c given back', 'd given back', 'e taken']);
  assert.deepEqual(worked, [
    { source: 'rentals', link: 2, opens: true },
    { source: 'broken', link: 1, opens: false },
    { source: null, link: 1, opens: false },
  ]);
  assert.deepEqual(
    lines.map(({ event, fields }) => [event, fields?.message_id]),
    ['b', 'c', 'd'].map((id) => ['task_failed', id]),
  );
});

test('each event sees the variables as they are now', async () => {
  /** @type {import('../../functions/app/log.js').LogLine[]} */
  const lines = [];
  const worker = createWorker({ core, mappings, log: (line) => lines.push(line) });
  const context = { waitUntil: () => undefined };
  const call = (/** @type {object} */ env) =>
    worker.fetch(new Request(HEALTH, { headers }), /** @type {any} */ (env), context);
  assert.equal((await call({})).status, 503);
  assert.ok(lines.some(({ event }) => event === 'not_configured'));
  const SUPABASE_URL = await closedAddress();
  const given = environment({ SUPABASE_URL, SYNC_SPREADSHEET_ID: 'a', SYNC_RETRY_ATTEMPTS: '1' });
  const answer = await (await call(given)).json();
  assert.equal(answer.status, 'unknown', 'it is configured, and has no database');
  await assert.rejects(worker.scheduled({}, {}), { name: 'ConfigurationError' });
});
