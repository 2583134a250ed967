// A run is followed as it goes: events that name what has been done, readers that come back, and an
// end in every case.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import { createApp } from '../../functions/app/app.js';
import { loadCore } from '../../wasm/js/load-node.js';
import { startTestStack } from './support.js';

/** @typedef {{ id?: string, event?: string, data: string }} Message */

const ROOT = '/api/sync/property-listings';

/** @type {import('./support.js').TestStack} */
let stack;

before(async () => {
  // fourteen batches, at most five requests a second: some seconds to watch
  const environment = { SYNC_RATE_LIMIT: '5', SYNC_BATCH_SIZE: '20' };
  stack = await startTestStack({ rows: 280, environment });
});
after(() => stack?.stop());

/**
 * @param {string} syncId
 * @param {{ headers?: Record<string, string>, signal?: AbortSignal, token?: string,
 *   fetch?: (request: Request) => Promise<Response> }} [options]
 */
function open(syncId, { headers = {}, signal, token = stack.token, fetch } = {}) {
  const request = new Request(`${stack.url}${ROOT}/status/${syncId}/events`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
    signal,
  });
  return (fetch ?? globalThis.fetch)(request);
}

/**
 * All that comes until the stream ends, or until `enough` is so.
 * @param {Response} response
 * @param {(messages: Message[]) => boolean} [enough]
 */
async function read(response, enough = () => false) {
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
  /** @type {Message[]} */
  const messages = [];
  let retryMs = 0;
  const parser = createParser({
    onEvent: (message) => messages.push(message),
    onRetry: (ms) => (retryMs = ms),
  });
  const decoder = new TextDecoder();
  for await (const bytes of /** @type {any} */ (response.body)) {
    parser.feed(decoder.decode(bytes, { stream: true }));
    if (enough(messages)) break;
  }
  return { messages, retryMs };
}

/** @param {Message} message */
const bodyOf = ({ data }) => JSON.parse(data);

test('a reader sees the run move, and its end is the last event', async () => {
  const { syncId } = await stack.api.trigger({});
  const response = await open(syncId);
  assert.equal(response.headers.get('cache-control'), 'no-store');
  const { messages, retryMs } = await read(response);
  assert.equal(retryMs, 2000);
  const done = messages.map((message) => bodyOf(message).progress.done);
  assert.ok(new Set(done).size >= 3, `it moved: ${done}`);
  assert.deepEqual(
    done,
    [...done].sort((a, b) => a - b),
    'and never back',
  );
  const last = messages.pop();
  assert.ok(last);
  assert.equal(last.event, 'end');
  assert.equal(bodyOf(last).status, 'completed');
  assert.ok(messages.every(({ event }) => event === 'progress'));
  assert.equal(new Set(messages.map(({ id }) => id)).size, messages.length, 'nothing said twice');
});

test('a reader that comes back gets no document a second time, and hears the end', async () => {
  const { syncId } = await stack.api.trigger({});
  const abort = new AbortController();
  const first = await open(syncId, { signal: abort.signal });
  const { messages } = await read(first, (all) => all.length >= 2);
  const seen = messages[messages.length - 1].id ?? '';
  const again = await read(await open(syncId, { headers: { 'last-event-id': seen } }));
  assert.ok(again.messages.every(({ id }) => id !== seen));
  assert.equal(again.messages[again.messages.length - 1].event, 'end');
  const closed = await read(await open(syncId, { headers: { 'last-event-id': 'of-old' } }));
  assert.deepEqual(
    closed.messages.map(({ event }) => event),
    ['end'],
    'of a run that is over, its end alone',
  );
});

test('a stream ends with the budget of the call, and its reader may come back', async () => {
  const { syncId } = await stack.api.trigger({});
  const app = createApp({
    module: loadCore(),
    configuration: stack.configuration,
    mappings: [stack.mapping],
    budgets: { requests: 2 },
    log: () => undefined,
  });
  const { messages } = await read(await open(syncId, { fetch: app.fetch }));
  assert.ok(messages.length <= 2);
  assert.ok(messages.every(({ event }) => event === 'progress'));
  assert.equal((await stack.api.follow(syncId)).status, 'completed');
});

test('an outage in the middle is outlasted', async () => {
  const { syncId } = await stack.api.trigger({});
  const app = createApp({
    module: loadCore(),
    configuration: stack.configuration,
    mappings: [stack.mapping],
    log: () => undefined,
  });
  const response = await open(syncId, { fetch: app.fetch });
  let isAway = false;
  const { messages } = await read(response, (all) => {
    if (all.length === 1 && !isAway) {
      isAway = true;
      stack.backend.failNext({ status: 503, body: {}, times: 3, kind: 'sync_read_status' });
    }
    return false;
  });
  assert.ok(isAway);
  assert.equal(messages[messages.length - 1].event, 'end', 'it went on after the outage');
});

test('an outage that lasts ends the stream: whoever reads knows how to wait', async () => {
  const { syncId } = await stack.api.trigger({});
  const response = await open(syncId);
  const { messages } = await read(response, () => {
    stack.backend.spoil((kind) => (kind === 'sync_read_status' ? { status: 503, body: {} } : null));
    return false;
  });
  stack.backend.spoil(null);
  assert.ok(messages.every(({ event }) => event === 'progress'));
  assert.equal((await stack.api.follow(syncId)).status, 'completed');
});

test('nobody asks the database for a reader that has left', async () => {
  const { syncId } = await stack.api.trigger({});
  const leave = new AbortController();
  const response = await open(syncId, { signal: leave.signal });
  await read(response, (all) => all.length >= 1);
  leave.abort();
  await setTimeout(1500); // the question that was under way, and the pause behind it
  const asked = () => stack.backend.requests.filter(({ kind }) => kind === 'sync_read_status');
  const before = asked().length;
  await setTimeout(2500);
  assert.equal(asked().length, before);
  await stack.api.follow(syncId);
});

test('without a token, for a run that is none, or where nothing can stream, it is a problem', async () => {
  const { syncId } = await stack.api.trigger({});
  const noToken = await open(syncId, { token: 'x' });
  assert.equal(noToken.status, 401);
  const unknown = await open('00000000-0000-4000-8000-000000000000');
  assert.equal(unknown.status, 404);
  const app = createApp({
    module: loadCore(),
    configuration: stack.configuration,
    mappings: [stack.mapping],
    streams: false,
    log: () => undefined,
  });
  const refused = await open(syncId, { fetch: app.fetch });
  assert.deepEqual([refused.status, (await refused.json()).code], [406, 'no_stream']);
  await stack.api.follow(syncId);
});
