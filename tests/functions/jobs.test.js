// One process advances a source once at a time, hears everyone, and stays within its budget.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigurationError, readConfiguration } from '../../functions/app/configuration.js';
import { createAdvance, createJobs } from '../../functions/app/jobs.js';
import { CoreError } from '../../wasm/js/core.js';
import { loadCore } from '../../wasm/js/load-node.js';
import { MAPPING, environment } from './support.js';

/** @typedef {import('../../wasm/js/protocol.js').Budgets} Budgets */
/** @typedef {import('../../wasm/js/protocol.js').FinishEffect} FinishEffect */

/**
 * @param {string} name
 * @param {import('../../wasm/js/protocol.js').SyncDocument} [document]
 * @returns {FinishEffect}
 */
const finishOf = (name, document = {}) => ({
  type: 'finish',
  outcome: 'completed',
  document: { sync_id: name, ...document },
});

/** Invocations that end when the test says so, each with the trigger and budget it was given. */
function handDriven() {
  /** @type {{ trigger: string, budgets: Budgets, end: (finish: FinishEffect) => void }[]} */
  const begun = [];
  const run = (/** @type {any} */ trigger, /** @type {Budgets} */ budgets) =>
    /** @type {Promise<FinishEffect>} */ (
      new Promise((end) => void begun.push({ trigger, budgets, end }))
    );
  return { begun, run };
}

/** Lets everything that is ready to run, run. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('two calls at once share one invocation, and the second makes it look again', async () => {
  const { begun, run } = handDriven();
  const advance = createAdvance({}, run);
  const [first, second, third] = [advance('scheduled'), advance('manual'), advance('manual')];
  assert.equal(first, second);
  assert.equal(first, third);
  assert.equal(begun.length, 1);
  begun[0].end(finishOf('a'));
  await settle();
  assert.deepEqual(
    begun.map(({ trigger }) => trigger),
    ['scheduled', 'manual'],
  );
  begun[1].end(finishOf('b'));
  assert.equal((await first).document.sync_id, 'b');
  assert.equal(begun.length, 2);
});

test('a call is heard in whichever moment of the end it comes', async () => {
  for (let moment = 0; moment < 8; moment += 1) {
    const { begun, run } = handDriven();
    const advance = createAdvance({}, run);
    void advance('manual');
    begun[0].end(finishOf('a'));
    for (let tick = 0; tick < moment; tick += 1) await Promise.resolve();
    void advance('manual');
    await settle();
    assert.equal(begun.length, 2, `after ${moment} ticks`);
  }
});

test('it goes on while more is waiting', async () => {
  const { begun, run } = handDriven();
  const advance = createAdvance({}, run);
  const done = advance('scheduled');
  begun[0].end(finishOf('a', { more: true }));
  await settle();
  begun[1].end(finishOf('b', { more: false }));
  assert.equal((await done).document.sync_id, 'b');
  assert.deepEqual(
    begun.map(({ trigger }) => trigger),
    ['scheduled', 'manual'],
  );
});

test('a call that its platform ended in the middle is not waited for for ever', async (t) => {
  const { begun, run } = handDriven();
  const advance = createAdvance({ wall_ms: 1_000 }, run);
  void advance('manual');
  let now = performance.now() + 30_000;
  t.mock.method(performance, 'now', () => now);
  void advance('manual');
  assert.equal(begun.length, 1, 'it may still be laying its run down');
  now += 2_000;
  const later = advance('scheduled');
  assert.equal(begun.length, 2);
  begun[0].end(finishOf('dead'));
  await settle();
  const joined = advance('manual');
  assert.equal(joined, later, 'the end of the dead one changes nothing');
  begun[1].end(finishOf('b'));
  await settle();
  begun[2].end(finishOf('c'));
  assert.equal((await later).document.sync_id, 'c');
});

test('the next invocation gets what is left of the requests', async () => {
  const { begun, run } = handDriven();
  const done = createAdvance({ requests: 20 }, run)('manual');
  assert.deepEqual(begun[0].budgets, { requests: 20 });
  begun[0].end(finishOf('a', { more: true, requests: { sheets: 2, database: 4 } }));
  await settle();
  assert.deepEqual(begun[1].budgets, { wall_ms: 0, requests: 14, rows: 0 });
  begun[1].end(finishOf('b', { more: true, requests: { sheets: 0, database: 10 } }));
  assert.equal((await done).document.sync_id, 'b');
});

test('it stops when the time is used up', async () => {
  const { begun, run } = handDriven();
  const done = createAdvance({ wall_ms: 30 }, run)('manual');
  await new Promise((resolve) => setTimeout(resolve, 40));
  begun[0].end(finishOf('a', { more: true }));
  assert.equal((await done).document.sync_id, 'a');
  assert.equal(begun.length, 1);
});

test('the next invocation gets what is left of the rows, and none when they are used up', async () => {
  const { begun, run } = handDriven();
  const done = createAdvance({ rows: 1000, memory_mb: 128 }, run)('manual');
  begun[0].end(finishOf('a', { more: true, rows: 600 }));
  await settle();
  assert.deepEqual(begun[1].budgets, { wall_ms: 0, requests: 0, rows: 400, memory_mb: 128 });
  begun[1].end(finishOf('b', { more: true, rows: 400 }));
  assert.equal((await done).document.sync_id, 'b');
  assert.equal(begun.length, 2);
});

test('a mapping with faults is one message with all of them', async () => {
  const configuration = await readConfiguration(environment());
  const mapping = new TextEncoder().encode('{"source":"a","columns":[{"type":"colour"}],"x":1}');
  const create = () => createJobs({ module: loadCore(), configuration, mapping });
  assert.throws(create, (/** @type {ConfigurationError} */ error) => {
    assert.ok(error instanceof ConfigurationError);
    assert.ok(error.problems.length >= 3, error.message);
    assert.ok(error.problems.every((problem) => /^mapping \$/.test(problem)));
    return true;
  });
});

test('a spreadsheet must be named, by the mapping or by the environment', async () => {
  const module = loadCore();
  const jobs = async (/** @type {Record<string, string>} */ changes) =>
    createJobs({
      module,
      mapping: MAPPING,
      configuration: await readConfiguration(environment(changes)),
    });
  await assert.rejects(jobs({}), /SYNC_SPREADSHEET_ID is not set/);
  await jobs({ SYNC_SPREADSHEET_ID: 'sheet' });
});

test('a module that is no core is told at once', async () => {
  const configuration = await readConfiguration(environment());
  const module = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
  assert.throws(() => createJobs({ module, configuration, mapping: MAPPING }), CoreError);
});
