// The database cannot be reached: every invocation makes a bounded number of calls and says so,
// every question gets an answer, nothing is begun that is not finished, and the next tick makes it
// good.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startFunctionProcess } from './function-process.js';
import {
  IMPATIENT,
  assertSound,
  createInstance,
  logged,
  readRuns,
  startResilienceStack,
  tickUntilCompleted,
  untilAnswering,
} from './support.js';

const ATTEMPTS = 3;
const CALLS_MAX = 1 + ATTEMPTS;
const BUDGET = { wall_ms: 4000, requests: 50 };
const FULL = { force: false, batch_size: null, keys: null, dry_run: false };

/** @type {import('./support.js').ResilienceStack} */
let stack;

before(async () => {
  const environment = { SYNC_RETRY_ATTEMPTS: String(ATTEMPTS) };
  stack = await startResilienceStack({
    rows: 120,
    seed: 31,
    environment,
    postgresSettings: { synchronous_commit: 'on' },
  });
  await tickUntilCompleted(stack);
});
beforeEach(() => {
  stack.lines.length = 0;
});
after(() => stack?.stop());

/**
 * A cold instance that counts what it asks of the database.
 * @param {Record<string, number>} [options] @param {string} [url] of the database
 */
function countingInstance(options = {}, url = stack.backend.url) {
  const counted = { calls: 0 };
  const { configuration: given } = stack;
  const configuration = {
    ...given,
    supabase: { ...given.supabase, url },
    options: { ...given.options, ...IMPATIENT, ...options },
  };
  /** @type {typeof globalThis.fetch} */
  const countingFetch = (input, init) => {
    if (String(input).startsWith(url)) counted.calls += 1;
    return fetch(input, init);
  };
  const host = { configuration, budgets: BUDGET, fetch: countingFetch };
  return { jobs: createInstance(stack, { host }), counted };
}

/** The address of a port nobody listens on. */
async function closedAddress() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}

/**
 * Ways to be away: how it begins, how it ends, what is special about the instance.
 * @type {Record<string, { begin?: () => Promise<void> | void, end?: () => Promise<void> | void,
 *   url?: () => Promise<string>, options?: Record<string, number> }>}
 */
const WAYS = {
  'nobody listens on its port': { url: closedAddress },
  'every connection is cut': {
    begin: () => stack.backend.spoil(() => ({ drop: true })),
    end: () => stack.backend.spoil(null),
  },
  'it takes requests and never answers': {
    begin: () => stack.backend.spoil(() => ({ delayMs: 60_000 })),
    end: () => stack.backend.spoil(null),
    options: { timeout_ms: 30_000 },
  },
  'the edge answers 522 in HTML': {
    begin: () => stack.backend.spoil(() => ({ status: 522, body: '<html>timed out</html>' })),
    end: () => stack.backend.spoil(null),
  },
  'PostgreSQL is down behind PostgREST': {
    begin: () => stack.backend.crashPostgres(),
    end: async () => {
      await stack.backend.startPostgres();
      await untilAnswering(stack);
    },
  },
};

describe('an outage', () => {
  for (const [name, { begin, end, url, options }] of Object.entries(WAYS)) {
    test(`${name}: at most ${CALLS_MAX} calls, a clear outcome, and nothing half-begun`, async () => {
      const runsBefore = await readRuns(stack);
      const address = await url?.();
      await begin?.();
      try {
        for (const trigger of /** @type {const} */ (['scheduled', 'manual'])) {
          await assertGivesUp(countingInstance(options, address), trigger);
        }
        await assertAnswered(countingInstance({ ...options, timeout_ms: 500 }, address));
      } finally {
        await end?.();
      }
      assert.deepEqual([...(await readRuns(stack))], [...runsBefore], 'a run was begun');
      const finish = await createInstance(stack).advance('scheduled');
      assert.equal(finish.outcome, 'completed', JSON.stringify(finish));
      await assertSound(stack, (await readRuns(stack)).at(-1));
    });
  }

  /**
   * @param {ReturnType<typeof countingInstance>} instance
   * @param {'scheduled' | 'manual'} trigger
   */
  async function assertGivesUp({ jobs, counted }, trigger) {
    const begun = performance.now();
    const finish = await jobs.advance(trigger);
    const ms = performance.now() - begun;
    assert.equal(finish.outcome, 'unavailable', JSON.stringify(finish));
    assert.ok(counted.calls >= 1 && counted.calls <= CALLS_MAX, `${counted.calls} calls`);
    assert.ok(ms < BUDGET.wall_ms + 1000, `${Math.round(ms)} ms`);
    const { cause } = /** @type {any} */ (finish.document);
    assert.match(cause.code, /^[a-zA-Z0-9_]+$/);
    assert.ok(cause.message.length > 0);
  }

  /** What callers are told meanwhile. @param {ReturnType<typeof countingInstance>} instance */
  async function assertAnswered({ jobs, counted }) {
    const { document: refused } = /** @type {any} */ (await jobs.request(FULL));
    assert.equal(refused.http_status, 503);
    assert.equal(refused.content_type, 'application/problem+json');
    assert.equal(refused.body.code, 'database_unavailable');
    assert.ok(counted.calls <= CALLS_MAX, `${counted.calls} calls for a request`);
    const { document: health } = /** @type {any} */ (await jobs.health());
    assert.deepEqual([health.http_status, health.body.status], [503, 'unknown']);
  }
});

describe('an outage in mid-run', () => {
  const moments = ['sync_claim', 'sync_commit', 'sync_close_run'];
  for (const kind of moments) {
    for (const done of [true, false]) {
      const fate = done ? 'done unheard' : 'never done';
      test(`beginning with a ${kind} that is ${fate}: bounded calls, the run resumes`, async () => {
        const known = (await readRuns(stack)).length;
        stack.editor.do('type');
        let callsSince = 0;
        let seen = 0;
        const from = kind === 'sync_commit' ? 3 : 1;
        stack.backend.spoil((asked) => {
          if (asked === kind) seen += 1;
          if (seen < from) return null;
          callsSince += 1;
          return done ? { loseAnswer: true } : { drop: true };
        });
        const finish = await createInstance(stack).advance('scheduled');
        assert.equal(finish.outcome, 'unavailable', JSON.stringify(finish));
        assert.ok(callsSince >= 1 && callsSince <= CALLS_MAX, `${callsSince} calls`);
        stack.backend.spoil(null);
        const run = await resumed(known);
        await assertSound(stack, run);
        assert.equal((await readRuns(stack)).length, known + 1, 'more than one run was needed');
      });
    }
  }

  /**
   * @param {number} known runs there were before
   * @returns {Promise<any>} the next, once complete
   */
  async function resumed(known) {
    for (let tick = 0; tick < 200; tick += 1) {
      const run = (await readRuns(stack))[known];
      if (run?.status === 'completed') return run;
      await createInstance(stack).advance('scheduled');
      await pause(20);
    }
    assert.fail('the run was not resumed');
  }
});

test('a request that was recorded unheard is told as unavailable, and is not lost', async () => {
  const known = (await readRuns(stack)).length;
  stack.backend.spoil((kind) => (kind === 'sync_request_run' ? { loseAnswer: true } : null));
  const { document } = /** @type {any} */ (await createInstance(stack).request(FULL));
  assert.equal(document.body.code, 'database_unavailable');
  stack.backend.spoil(null);
  const recorded = (await readRuns(stack)).slice(known);
  assert.ok(recorded.length >= 1 && recorded.length <= 2, `${recorded.length} runs recorded`);
  await createInstance(stack).advance('scheduled');
  for (const run of (await readRuns(stack)).slice(known)) assert.equal(run.status, 'completed');
  await assertSound(stack, (await readRuns(stack)).at(-1));
});

test('two processes: both say 503 while it is away, and the same breaker state when it is back', async () => {
  const settings = { options: IMPATIENT, serve: true };
  const processes = await Promise.all([1, 2].map(() => startFunctionProcess(stack, settings)));
  const headers = { authorization: `Bearer ${stack.token}`, 'content-type': 'application/json' };
  const PATH = '/api/sync/property-listings';
  try {
    await stack.backend.crashPostgres();
    for (const { url, tick } of processes) {
      const manual = await fetch(`${url}${PATH}/manual`, { method: 'POST', headers, body: '{}' });
      assert.equal(manual.status, 503);
      assert.match(String(manual.headers.get('content-type')), /^application\/problem\+json/);
      assert.equal((await manual.json()).code, 'database_unavailable');
      const health = await fetch(`${url}${PATH}/health`, { headers });
      assert.equal(health.status, 503);
      assert.equal((await health.json()).status, 'unknown');
      assert.equal((await tick()).outcome, 'unavailable');
    }
    await stack.backend.startPostgres();
    await untilAnswering(stack);
    assert.equal((await processes[0].tick()).outcome, 'completed');
    await assertSound(stack, (await readRuns(stack)).at(-1));
    const states = [];
    for (const { url } of processes) {
      const health = await fetch(`${url}${PATH}/health`, { headers });
      assert.equal(health.status, 200);
      const { circuitBreakerState, circuits } = await health.json();
      states.push({ circuitBreakerState, circuits });
    }
    assert.deepEqual(states[0], states[1]);
    assert.equal(states[0].circuitBreakerState, 'closed');
  } finally {
    for (const process of processes) await process.kill();
  }
  assert.ok(logged(stack, 'request_failed').length > 0);
});
