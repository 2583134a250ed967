// Two invocations at the same moment: a platform that starts twice, a cron that fires twice, before
// and after a crash. One works; the other leaves everything alone.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { createApp } from '../../../functions/app/app.js';
import { loadCore } from '../../../wasm/js/load-node.js';
import {
  advanceUntilKilled,
  assertSettled,
  assertWrittenOnce,
  beginAnew,
  createInstance,
  expireLease,
  logged,
  readFacts,
  request,
  startConcurrencyStack,
} from './support.js';

const REPETITIONS = 20;
/** A run of these tests takes several times as long: the second always comes in the middle. */
const OFFSET_MS_MAX = 30;

/** @type {import('./support.js').ConcurrencyStack} */
let stack;
before(async () => {
  stack = await startConcurrencyStack();
});
beforeEach(() => beginAnew(stack));
after(() => stack?.stop());

/** @returns {Promise<any[]>} */
const readRuns = async () => [...(await stack.backend.sql`select * from public.sync_runs`)];

describe('two ticks at the same moment', () => {
  for (let i = 0; i < REPETITIONS; i += 1) {
    const offsetMs = Math.floor(Math.random() * OFFSET_MS_MAX);
    test(`${offsetMs} ms apart: one does the run, the other is busy and writes nothing`, async () => {
      const tick = () => createInstance(stack).advance('scheduled');
      const first = tick();
      await pause(offsetMs);
      const ends = await Promise.all([first, tick()]);
      assert.deepEqual(ends.map(({ outcome }) => outcome).sort(), ['busy', 'completed']);
      assert.equal((await readRuns()).length, 1);
      assert.equal(logged(stack, 'run_claimed').length, 1);
      await assertWrittenOnce(stack);
      await assertSettled(stack);
    });
  }
});

describe('a cron that fires twice', () => {
  /** An app as it is deployed, and the work it does after its answers. */
  function deploy() {
    const { configuration, mapping, lines } = stack;
    /** @type {Promise<unknown>[]} */
    const working = [];
    const app = createApp({
      module: loadCore(),
      configuration,
      mappings: [mapping],
      log: lines.push.bind(lines),
      waitUntil: (work) => working.push(work),
    });
    const post = () =>
      app.fetch(
        new Request(`${stack.url}/api/sync/property-listings/scheduled`, {
          method: 'POST',
          headers: { authorization: `Bearer ${stack.token}` },
        }),
      );
    return { post, settled: () => Promise.all(working) };
  }

  /** @param {ReturnType<typeof deploy>[]} apps one post each, a few milliseconds apart */
  async function fire(apps) {
    for (const app of apps) {
      assert.equal((await app.post()).status, 202);
      await pause(3);
    }
    await Promise.all(apps.map((app) => app.settled()));
  }

  test('at one instance does one run', async () => {
    const app = deploy();
    await fire([app, app]);
    assert.deepEqual(
      (await readRuns()).map(({ status }) => status),
      ['completed'],
    );
    await assertWrittenOnce(stack);
    await assertSettled(stack);
  });

  test('at two instances does one run', async () => {
    await fire([deploy(), deploy()]);
    assert.deepEqual(
      (await readRuns()).map(({ status }) => status),
      ['completed'],
    );
    assert.equal(logged(stack, 'run_claimed').length, 1);
    await assertWrittenOnce(stack);
    await assertSettled(stack);
  });

  test('after a crash leaves the dead one its lease; then one of two goes on with its run', async () => {
    await advanceUntilKilled(stack, 6, 'scheduled');
    const facts = await readFacts(stack);
    await fire([deploy(), deploy()]);
    assert.deepEqual(await readFacts(stack), facts, 'a live lease was not respected');

    await expireLease(stack);
    await fire([deploy(), deploy()]);
    const runs = await readRuns();
    assert.deepEqual(
      runs.map(({ status, invocations }) => [status, invocations]),
      [['completed', 2]],
    );
    await assertWrittenOnce(stack);
    await assertSettled(stack);
  });

  test('while a request waits serves the request and opens no run of its own', async () => {
    const { syncId } = await request(createInstance(stack));
    await fire([deploy(), deploy()]);
    assert.deepEqual(
      (await readRuns()).map(({ sync_id: id, status }) => [id, status]),
      [[syncId, 'completed']],
    );
    await assertSettled(stack);
  });
});
