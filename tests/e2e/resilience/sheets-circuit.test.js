// Google Sheets is away for long, and the function is called as rarely as once a minute: the
// breaker counts across processes, stops asking, probes, and closes. All times are shrunk, none is
// mocked.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
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
} from './support.js';

/** @typedef {import('./function-process.js').FunctionProcess} FunctionProcess */

const THRESHOLD = 5;
const TIMEOUT_MS = 600;
/** One call a tick: nothing is repeated within an invocation. */
const OPTIONS = { ...IMPATIENT, retry_attempts: 0 };
const AWAY = {
  status: 503,
  body: { error: { code: 503, status: 'UNAVAILABLE', message: 'away' } },
};

/** @type {import('./support.js').ResilienceStack} */
let stack;
/** @type {FunctionProcess[]} two instances of one deployment, called in turn */
let processes;
/** When Sheets was asked for rows. @type {number[]} */
const readsAt = [];

before(async () => {
  const environment = {
    SYNC_CIRCUIT_BREAKER_TIMEOUT: String(TIMEOUT_MS),
    SYNC_CIRCUIT_BREAKER_THRESHOLD: String(THRESHOLD),
  };
  stack = await startResilienceStack({ rows: 60, seed: 41, environment });
  const settings = { options: OPTIONS, serve: true };
  processes = await Promise.all([1, 2].map(() => startFunctionProcess(stack, settings)));
  await tickUntilCompleted(stack, { tick });
  stack.sheets.beforeEach(({ kind }) => void (kind === 'batchGet' && readsAt.push(Date.now())));
});
after(async () => {
  for (const process of processes ?? []) await process.kill();
  await stack?.stop();
});

let ticks = 0;

/** The scheduler calls one instance, then the other. */
const tick = () => processes[ticks++ % processes.length].tick();

/** @returns {Promise<any>} what is stored of the circuit of Sheets */
async function circuit() {
  const [{ circuits }] = await stack.backend.sql`select circuits from public.sync_state`;
  return circuits.sheets;
}

/** @param {string} state what each instance must show in its health document */
async function assertBothShow(state) {
  const headers = { authorization: `Bearer ${stack.token}` };
  for (const { url } of processes) {
    const health = await fetch(`${url}/api/sync/property-listings/health`, { headers });
    assert.equal((await health.json()).circuitBreakerState, state);
  }
}

/** Ticks until `n` reads have been made in all; how many ticks it took. @param {number} n */
async function tickUntilReads(n) {
  const deadline = performance.now() + 20_000;
  let made = 0;
  while (readsAt.length < n) {
    assert.ok(performance.now() < deadline, `${readsAt.length} of ${n} reads`);
    await tick();
    made += 1;
    await pause(10);
  }
  return made;
}

/** @param {any} stored @returns {string[]} "from > to: cause" of the transitions, the oldest first */
const changes = ({ transitions }) =>
  transitions.map((/** @type {any} */ { from, to, cause }) => `${from} > ${to}: ${cause}`);

describe('Sheets away at one call a tick', () => {
  before(() => stack.sheets.spoil((kind) => (kind === 'batchGet' ? AWAY : null)));
  after(() => stack.sheets.spoil(null));

  test(`each failure counts, whichever process saw it; the ${THRESHOLD}th opens the circuit`, async () => {
    const begun = ticks;
    for (let stored = await circuit(); stored.state === 'closed'; stored = await circuit()) {
      assert.equal(stored.failures, readsAt.length, 'failures are forgotten between processes');
      assert.ok(stored.failures < THRESHOLD && ticks - begun < 200, 'it does not open');
      await tick();
      await pause(10);
    }
    assert.ok(ticks - begun >= 3, 'it was not one call a tick');
    const { state, failures, opened_at_ms: openedAt, ...stored } = await circuit();
    assert.deepEqual([state, failures, readsAt.length], ['open', THRESHOLD, THRESHOLD]);
    assert.ok(Math.abs(openedAt - readsAt[THRESHOLD - 1]) < 1000, 'not when it happened');
    assert.deepEqual(changes(stored), ['closed > open: UNAVAILABLE']);
    await assertBothShow('open');
  });

  test('while it is open no tick asks Sheets anything', async () => {
    const { opened_at_ms: openedAt } = await circuit();
    const outcomes = new Set();
    for (let tried = 0; tried < 8; tried += 1) outcomes.add((await tick()).outcome);
    const asked = readsAt.slice(THRESHOLD).filter((at) => at < openedAt + TIMEOUT_MS);
    assert.deepEqual(asked, []);
    for (const outcome of outcomes) assert.match(outcome, /^(waiting|yielded)$/);
  });

  test('after the timeout one probe goes out; it fails, and the wait doubles', async () => {
    await tickUntilReads(THRESHOLD + 1);
    const [probe] = readsAt.slice(THRESHOLD);
    assert.ok(probe - readsAt[THRESHOLD - 1] >= TIMEOUT_MS, 'the probe came early');
    const stored = await circuit();
    assert.deepEqual([stored.state, stored.open_for_ms], ['open', 2 * TIMEOUT_MS]);
    assert.deepEqual(changes(stored).slice(1), [
      'open > half-open: probe',
      'half-open > open: UNAVAILABLE',
    ]);
    for (let tried = 0; tried < 8; tried += 1) await tick();
    assert.equal(readsAt.length, THRESHOLD + 1, 'more than one probe');
    await assertBothShow('open');
  });

  test('a probe that is answered closes it, and the run completes', async () => {
    stack.sheets.spoil(null);
    await tickUntilReads(THRESHOLD + 2);
    const [first, second] = readsAt.slice(THRESHOLD);
    assert.ok(second - first >= 2 * TIMEOUT_MS, 'the second probe came early');
    const run = await nextCompleted();
    const stored = await circuit();
    assert.deepEqual([stored.state, stored.failures], ['closed', 0]);
    assert.deepEqual(changes(stored).slice(3), [
      'open > half-open: probe',
      'half-open > closed: answered',
    ]);
    await assertBothShow('closed');
    await assertSound(stack, run);
    assert.equal(logged(stack, 'circuit_changed').length, 5);
  });
});

test('force tries an open circuit at once', async () => {
  readsAt.length = 0;
  stack.sheets.spoil((kind) => (kind === 'batchGet' ? AWAY : null));
  await tickUntilReads(THRESHOLD);
  assert.equal((await circuit()).state, 'open');
  stack.sheets.spoil(null);
  const request = { force: true, batch_size: null, keys: null, dry_run: false };
  const { document } = await createInstance(stack).request(request);
  assert.equal(document.http_status, 202);
  assert.equal((await tick()).outcome, 'completed');
  assert.ok(readsAt[THRESHOLD] - readsAt[THRESHOLD - 1] < TIMEOUT_MS, 'it waited all the same');
  const run = (await readRuns(stack)).at(-1);
  assert.equal(run.syncId, /** @type {any} */ (document.body).syncId);
  await assertSound(stack, run);
  assert.equal(
    changes(await circuit())
      .at(-1)
      ?.split(':')[0],
    'open > closed',
  );
});

/** @returns {Promise<any>} the last run, once it has completed */
async function nextCompleted() {
  for (let tried = 0; tried < 100; tried += 1) {
    const run = (await readRuns(stack)).at(-1);
    if (run.status === 'completed') return run;
    await tick();
    await pause(10);
  }
  assert.fail('the run did not complete');
}
