// The function process dies by SIGKILL, again and again, at moments nobody chose, while people edit
// the sheet. The next process takes over what the last one held.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { createRandom } from '../../../infra/local/generator/index.js';
import { createWarmPool, startFunctionProcess } from './function-process.js';
import {
  IMPATIENT,
  assertSound,
  readRuns,
  startResilienceStack,
  tickUntilCompleted,
} from './support.js';

const SEED = 21;
const KILLS = 200;
/** A life in requests, so that a slow machine kills no earlier; and how long after the last one. */
const REQUESTS_MAX = 12;
const AFTER_MS_MAX = 15;
const EDIT_CHANCE = 0.2;

/** @type {import('./support.js').ResilienceStack} */
let stack;
/** @type {ReturnType<typeof createWarmPool>} */
let pool;

before(async () => {
  stack = await startResilienceStack({ rows: 400, seed: SEED });
  pool = createWarmPool(() => startFunctionProcess(stack, { options: IMPATIENT }), 3);
});
after(async () => {
  await pool?.drain();
  await stack?.stop();
});

/** @type {() => void} */
let onRequest = () => {};

/**
 * Settles at the n-th request to either server from now.
 * @param {number} n @returns {Promise<void>}
 */
function nthRequest(n) {
  let seen = 0;
  return new Promise((resolve) => {
    onRequest = () => void (++seen === n && resolve());
  });
}

/**
 * One life: a process works until its death.
 * @param {number} requests @param {number} afterMs
 * @returns {Promise<boolean>} whether it died in the middle of a run
 */
async function liveAndDie(requests, afterMs) {
  const worker = await pool.take();
  const moment = nthRequest(requests);
  worker.work();
  await moment;
  await pause(afterMs);
  await worker.kill();
  // Its lease would be over in a second. Time passes: this is all that is done for the next one.
  const held = await stack.backend.sql`
    update public.sync_state set lease_until = clock_timestamp() where owner is not null
    returning sync_id`;
  return held.length > 0;
}

test(`${KILLS} processes killed in mid-run: nothing lost, nothing twice (seed ${SEED})`, async (t) => {
  const random = createRandom(SEED);
  stack.backend.spoil(() => {
    onRequest();
    return null;
  });
  stack.sheets.beforeEach(({ kind }) => {
    if (kind === 'batchGet' && random.chance(EDIT_CHANCE)) stack.editor.edit();
    onRequest();
  });
  const begun = performance.now();
  let inRun = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const [requests, afterMs] = [random.between(1, REQUESTS_MAX), random.below(AFTER_MS_MAX)];
    if (await liveAndDie(requests, afterMs)) inRun += 1;
  }
  const ms = Math.round(performance.now() - begun);
  stack.sheets.beforeEach(null);
  const runs = await readRuns(stack);
  const [{ batches }] = await stack.backend.sql`
    select count(*)::int as batches from witness.batches`;
  const ends = runs.map(({ status, cause }) => cause.code ?? status);
  const invocations = Math.max(...runs.map((run) => run.invocations));
  t.diagnostic(
    `${inRun} of ${KILLS} kills in mid-run, ${batches} batches, ${runs.length} runs ` +
      `(${ends.join()}), up to ${invocations} invocations a run, ` +
      `edits ${JSON.stringify(stack.editor.made)}, ${ms} ms`,
  );
  assert.ok(inRun >= KILLS * 0.6, `only ${inRun} kills hit a run`);
  assert.ok(batches >= KILLS / 2 && invocations >= 3, 'too little was done between the kills');
  assert.ok(ends.includes('completed'), 'no run ever got through');

  stack.editor.settle();
  await tickUntilCompleted(stack); // what the last one left open
  await assertSound(stack, await tickUntilCompleted(stack));
});
