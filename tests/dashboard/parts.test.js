// The parts of the page that need no browser: pace, numbers, addresses, the overall sentence, live
// reading with its fallbacks.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { ApiError, createApi } from '../../functions/dashboard/api.js';
import { explainCause } from '../../functions/dashboard/causes.js';
import { createFacts } from '../../functions/dashboard/facts.js';
import { createFormat } from '../../functions/dashboard/format.js';
import { createTexts } from '../../functions/dashboard/i18n.js';
import { createFollow } from '../../functions/dashboard/live.js';
import { createPace } from '../../functions/dashboard/pace.js';
import { parseNumbers } from '../../functions/dashboard/property-numbers.js';
import { parseRoute } from '../../functions/dashboard/router.js';
import { parseAddress } from '../../functions/dashboard/session.js';
import { overallOf } from '../../functions/dashboard/views/overall.js';

const texts = createTexts('en');
const words = { ...texts, format: createFormat('en', texts.t) };
const SUCCESS = {
  syncId: 'a',
  completedAt: new Date(Date.now() - 125_000).toISOString(),
  stats: { success: 1000, failed: 0, heldCells: 0 },
};
const WELL = { status: 'healthy', reasons: [], lastSuccess: SUCCESS, heldOpen: 0, alertsOpen: 0 };

test('a state without flaw is told in one sentence, with the number and the time', () => {
  const { kind, sentence, todo } = overallOf(WELL, false, words);
  assert.equal(kind, 'good');
  assert.equal(sentence, 'All 1,000 listings match the sheet, checked 2 minutes ago.');
  assert.deepEqual(todo, []);
});

test('held rows and cells are both told', () => {
  const stats = { success: 977, failed: 11, heldCells: 60 };
  const health = { ...WELL, lastSuccess: { ...SUCCESS, stats }, heldOpen: 71 };
  const { kind, sentence } = overallOf(health, false, words);
  assert.equal(kind, 'warn');
  assert.match(sentence, /^11 of 988 listings and 60 single cells are held for review/);
});

test('what a person has let be, or a smaller run has mended, is not told as held', () => {
  const stats = { success: 977, failed: 11, heldCells: 60 };
  const then = { ...WELL, lastSuccess: { ...SUCCESS, stats } };
  const ignored = overallOf({ ...then, heldOpen: 1, heldIgnored: 70 }, false, words);
  assert.match(ignored.sentence, /^1 entry is held for review/);
  assert.match(ignored.todo.join(' '), /70 entries are left out because they are ignored/);
  const mended = overallOf({ ...then, heldOpen: 4 }, false, words);
  assert.match(mended.sentence, /^4 entries are held for review/);
});

test('an empty sheet is not told as one that all is well with', () => {
  const stats = { success: 0, failed: 0, heldCells: 0 };
  const health = { ...WELL, lastSuccess: { ...SUCCESS, stats } };
  const { kind, sentence } = overallOf(health, false, words);
  assert.equal(kind, 'idle');
  assert.equal(sentence, 'There are no listings in the sheet, checked 2 minutes ago.');
});

test('an open alert never hides behind a good state', () => {
  const { kind, todo } = overallOf({ ...WELL, alertsOpen: 1 }, false, words);
  assert.equal(kind, 'warn');
  assert.match(todo.join(), /alert is open/);
});

test('a failed run is told with its cause and what to do', () => {
  const reasons = [{ code: 'failing', message: '' }];
  const lastEnded = { cause: { code: 'PERMISSION_DENIED', message: '' } };
  const health = { ...WELL, status: 'unhealthy', reasons, lastEnded, consecutiveFailures: 3 };
  const { kind, sentence, todo } = overallOf(health, false, words);
  assert.equal(kind, 'bad');
  assert.match(sentence, /The last 3 syncs have failed/);
  assert.match(todo.join(' '), /Share the sheet .* as it was 2 minutes ago/);
});

test('a reason this page does not know is told in the words of the server', () => {
  const health = { ...WELL, status: 'degraded', reasons: [{ code: 'new_one', message: 'Odd.' }] };
  assert.equal(overallOf(health, false, words).sentence, 'Odd.');
});

test('while the database is away nobody is told to repair the sheet', () => {
  const health = { status: 'unknown', reasons: [{ code: 'network' }] };
  const { kind, sentence, todo } = overallOf(health, false, words);
  assert.equal(kind, 'bad');
  assert.match(sentence, /database cannot be reached/);
  assert.match(todo.join(' '), /goes on by itself/);
});

test('every code has an explanation: its own, its family, or that of all others', () => {
  assert.match(explainCause('header_missing', texts).what, /header/);
  assert.equal(explainCause('53300', texts).what, explainCause('PGRST001', texts).what);
  assert.match(explainCause('never_heard_of', texts).what, /never_heard_of/);
});

test('pace is told as soon as it can be, and begins anew with another run', () => {
  const pace = createPace();
  const expected = 1000;
  assert.deepEqual(pace({ nowMs: 0, done: 0, expected }), { perSecond: null, leftMs: null });
  assert.deepEqual(pace({ nowMs: 2000, done: 200, expected }), { perSecond: 100, leftMs: 8000 });
  assert.deepEqual(pace({ nowMs: 3000, done: 10, expected }), { perSecond: null, leftMs: null });
});

test('property numbers come in whatever way they are pasted', () => {
  const { numbers, tooLong } = parseNumbers(' AA1, AA2、AA3\n\nAA1\tAA4;AA5\u3000AA6 ');
  assert.deepEqual(numbers, ['AA1', 'AA2', 'AA3', 'AA4', 'AA5', 'AA6']);
  assert.deepEqual(tooLong, []);
  assert.deepEqual(parseNumbers('x'.repeat(65)).numbers, []);
  assert.equal(parseNumbers('x'.repeat(65)).tooLong.length, 1);
});

test('a token is sent to https or to this machine only', () => {
  assert.equal(parseAddress('https://a.example/api/sync/x/health'), 'https://a.example/');
  assert.equal(
    parseAddress('https://a.example/functions/v1/ls'),
    'https://a.example/functions/v1/ls/',
  );
  assert.equal(parseAddress('http://localhost:8787'), 'http://localhost:8787/');
  for (const bad of ['http://a.example', 'javascript:alert(1)', 'a.example', '']) {
    assert.equal(parseAddress(bad), null, bad);
  }
});

test('an address of the page is a view, its path and its question', () => {
  const { name, path, query } = parseRoute('#/history/a%20b?code=x&code=y');
  assert.deepEqual([name, path, query.getAll('code')], ['history', ['a b'], ['x', 'y']]);
  assert.equal(parseRoute('').name, '');
  assert.deepEqual(parseRoute('#/held/%E0%A4%A').path, ['%E0%A4%A']);
});

/** @param {string[]} chunks */
const streamOf = (...chunks) =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });
const event = (/** @type {string} */ id, /** @type {object} */ status) =>
  `id: ${id}\ndata: ${JSON.stringify(status)}\n\n`;
const OPEN = { status: 'in_progress', done: 1 };
const CLOSED = { status: 'completed' };

/**
 * Follows with what the server does at each question, in order.
 * @param {{ events?: (() => ReadableStream)[], status?: (() => any)[] }} script
 */
async function followScript({ events = [], status = [] }) {
  /** @type {(string | null)[]} */
  const asked = [];
  /** @type {any[]} */
  const told = [];
  /** @type {any} */
  const api = {
    /** @param {string} _id @param {{ lastEventId: string | null }} options */
    events: async (_id, { lastEventId }) => {
      asked.push(lastEventId);
      return /** @type {() => ReadableStream} */ (events.shift())();
    },
    get: async () => /** @type {() => any} */ (status.shift())(),
  };
  const follow = createFollow(api, { pause: async () => {} });
  const { signal } = new AbortController();
  return { ended: await follow('id', (one) => told.push(one), { signal }), asked, told };
}

const refuse = (/** @type {number} */ status, /** @type {string} */ code) => () => {
  throw new ApiError({ status, code });
};

test('a stream that breaks is taken up where it was', async () => {
  const { ended, asked } = await followScript({
    events: [
      () => streamOf('retry: 2000\n\n', event('1', OPEN)),
      refuse(0, 'unreachable'),
      () => streamOf('retry: 2000\n\n', event('2', CLOSED)),
    ],
  });
  assert.deepEqual(ended, CLOSED);
  assert.deepEqual(asked, [null, '1', '1']);
});

test('an event that comes in pieces, in the middle of a character, is one event', async () => {
  const bytes = new TextEncoder().encode(event('1', { ...CLOSED, word: '物件' }));
  const stream = () =>
    new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(new Uint8Array([byte]));
        controller.close();
      },
    });
  assert.equal((await followScript({ events: [stream] })).ended.word, '物件');
});

test('where there are no streams the status is asked for, and told when it differs', async () => {
  const { ended, told } = await followScript({
    events: [refuse(406, 'no_stream')],
    status: [() => OPEN, () => OPEN, refuse(503, 'database_unavailable'), () => CLOSED],
  });
  assert.deepEqual([ended, told], [CLOSED, [OPEN, CLOSED]]);
});

test('streams that bring nothing are given up, for all runs at once', async () => {
  for (const nothing of [() => streamOf(), refuse(406, 'no_stream')]) {
    let tries = 0;
    /** @type {any} */
    const api = { events: async () => (tries++, nothing()), get: async () => CLOSED };
    const follow = createFollow(api, { pause: async () => {} });
    const { signal } = new AbortController();
    for (const id of ['a', 'b']) {
      assert.deepEqual(await follow(id, () => {}, { signal }), CLOSED);
    }
    assert.equal(tries, 1);
  }
});

test('what will not get better is no reason to ask again', async () => {
  await assert.rejects(followScript({ events: [refuse(404, 'unknown_run')] }), {
    code: 'unknown_run',
  });
});

test('one run is followed by a stream at a time: connections are few', async () => {
  let streams = 0;
  let most = 0;
  /** @type {(() => void)[]} */
  const waiting = [];
  /** @type {any} */
  const api = {
    events: async () => {
      most = Math.max(most, (streams += 1));
      await new Promise((resolve) => waiting.push(() => resolve(undefined)));
      streams -= 1;
      return streamOf('retry: 2000\n\n', event('1', CLOSED));
    },
    get: async () => CLOSED,
  };
  const follow = createFollow(api, { pause: async () => {} });
  const { signal } = new AbortController();
  const runs = ['a', 'b', 'c'].map((id) => follow(id, () => {}, { signal }));
  assert.deepEqual(await Promise.all(runs.slice(1)), [CLOSED, CLOSED], 'asked for instead');
  waiting.forEach((go) => go());
  assert.deepEqual(await runs[0], CLOSED);
  assert.equal(most, 1);
});

test('of answers that may be asked for again the latest are kept, not all', async (t) => {
  /** @type {[path: string, condition: string | undefined][]} */
  const asked = [];
  const server = createServer(({ url = '', headers }, response) => {
    asked.push([url.slice(url.lastIndexOf('/')), headers['if-none-match']]);
    response.statusCode = headers['if-none-match'] === '"1"' ? 304 : 200;
    response.setHeader('etag', '"1"').end(response.statusCode === 200 ? '{}' : undefined);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => void server.close());
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const api = createApi({ base: `http://127.0.0.1:${port}/`, token: 'x', source: 'y' });
  const get = (/** @type {string} */ path) => api.get(path, { conditional: true });
  for (let i = 0; i < 50; i += 1) {
    await get(`/${i}`);
    await get('/health');
  }
  await get('/0');
  const conditions = asked.filter(([path]) => path === '/health').map(([, condition]) => condition);
  assert.deepEqual(new Set(conditions.slice(1)), new Set(['"1"']), 'asked for each time: kept');
  assert.deepEqual(asked.at(-1), ['/0', undefined]);
});

test('a page that stands open for months does not remember every run', async () => {
  Object.assign(globalThis, { document: { visibilityState: 'hidden' } });
  const facts = createFacts({
    api: /** @type {any} */ ({ get: () => new Promise(() => {}) }),
    follow: async () => CLOSED,
  });
  for (let i = 0; i < 100; i += 1) {
    facts.watch(String(i));
    await setImmediate();
  }
  const kept = Array.from({ length: 100 }, (_, i) => facts.runOf(String(i))).filter(Boolean);
  assert.ok(kept.length <= 20, `${kept.length}`);
  assert.equal(facts.runOf('99')?.status, null, 'the last is there');
});
