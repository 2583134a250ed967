// An invocation that stands still (a suspended container, a laptop's lid) and wakes when its lease
// is long over and somebody else has gone on: nothing it does then changes anything.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import {
  assertSettled,
  assertWrittenOnce,
  beginAnew,
  createInstance,
  expireLease,
  freezeAt,
  readFacts,
  request,
  startConcurrencyStack,
  untilFrozen,
} from './support.js';

/** @type {import('./support.js').ConcurrencyStack} */
let stack;
before(async () => {
  stack = await startConcurrencyStack();
});
beforeEach(() => beginAnew(stack));
after(() => stack?.stop());

/**
 * Requests a run and lets an instance work on it until it freezes.
 * @param {ReturnType<typeof freezeAt>} ice
 */
async function beginFrozen(ice) {
  const jobs = createInstance(stack, { fetch: ice.fetch });
  const { syncId } = await request(jobs);
  const end = jobs.advance('manual');
  await untilFrozen(ice, end);
  await expireLease(stack);
  return { syncId, end };
}

/** @param {Promise<import('../../../wasm/js/protocol.js').FinishEffect>} end */
async function assertFencedOff(end) {
  const { outcome, document } = await end;
  assert.deepEqual([outcome, document.cause?.code], ['busy', 'stale_fence']);
}

/** @param {string} syncId */
async function assertCompleted(syncId) {
  const { status, stats } = await stack.api.status(syncId);
  const { read, failed, skipped, inserted } = stack.sheet.truth.counts;
  assert.equal(status, 'completed');
  assert.deepEqual(
    [stats.total, stats.failed, stats.skipped, stats.inserted],
    [read, failed, skipped, inserted],
  );
  await assertWrittenOnce(stack);
  await assertSettled(stack);
}

describe('frozen before its commit leaves', () => {
  for (const n of [1, 3]) {
    test(`commit ${n}, woken after another finished the run: nothing changes, it ends busy`, async () => {
      const ice = freezeAt('sync_commit', n, 'before');
      const { syncId, end } = await beginFrozen(ice);
      assert.equal((await createInstance(stack).advance('manual')).outcome, 'completed');
      const facts = await readFacts(stack);
      ice.wake();
      await assertFencedOff(end);
      assert.deepEqual(await readFacts(stack), facts);
      await assertCompleted(syncId);
    });
  }

  test('woken while another is in the middle: nothing changes, and the other completes', async () => {
    const ice = freezeAt('sync_commit', 3, 'before');
    const { syncId, end } = await beginFrozen(ice);
    const later = freezeAt('sync_commit', 2, 'before');
    const other = createInstance(stack, { fetch: later.fetch }).advance('manual');
    await untilFrozen(later, other);
    const facts = await readFacts(stack);
    ice.wake();
    await assertFencedOff(end);
    assert.deepEqual(await readFacts(stack), facts);
    later.wake();
    assert.equal((await other).outcome, 'completed');
    await assertCompleted(syncId);
  });

  test('woken after its lease when nobody came: it goes on, for its fence is the last', async () => {
    const ice = freezeAt('sync_commit', 3, 'before');
    const { syncId, end } = await beginFrozen(ice);
    ice.wake();
    assert.equal((await end).outcome, 'completed');
    await assertCompleted(syncId);
  });
});

describe('frozen after its commit was carried out, before the answer', () => {
  for (const lost of [false, true]) {
    const fate = lost ? 'is lost' : 'arrives late';
    test(`which ${fate} when another finished the run: nothing is counted twice`, async () => {
      const ice = freezeAt('sync_commit', 3, 'after');
      const { syncId, end } = await beginFrozen(ice);
      assert.equal((await createInstance(stack).advance('manual')).outcome, 'completed');
      const facts = await readFacts(stack);
      ice.wake({ lost });
      await assertFencedOff(end);
      assert.deepEqual(await readFacts(stack), facts);
      await assertCompleted(syncId);
    });

    test(`which ${fate} while another is in the middle: nothing is counted twice`, async () => {
      const ice = freezeAt('sync_commit', 3, 'after');
      const { syncId, end } = await beginFrozen(ice);
      const later = freezeAt('sync_commit', 1, 'after');
      const other = createInstance(stack, { fetch: later.fetch }).advance('manual');
      await untilFrozen(later, other);
      const facts = await readFacts(stack);
      ice.wake({ lost });
      await assertFencedOff(end);
      assert.deepEqual(await readFacts(stack), facts);
      later.wake();
      assert.equal((await other).outcome, 'completed');
      await assertCompleted(syncId);
    });
  }
});

describe('frozen at its first or last call', () => {
  test('after its claim, woken when another finished the run: it ends busy', async () => {
    const ice = freezeAt('sync_claim', 1, 'after');
    const { syncId, end } = await beginFrozen(ice);
    assert.equal((await createInstance(stack).advance('manual')).outcome, 'completed');
    const facts = await readFacts(stack);
    ice.wake();
    await assertFencedOff(end);
    assert.deepEqual(await readFacts(stack), facts);
    await assertCompleted(syncId);
  });

  for (const when of /** @type {const} */ (['before', 'after'])) {
    test(`${when} its close: another finds everything covered, and the run is closed once`, async () => {
      const ice = freezeAt('sync_close_run', 1, when);
      const { syncId, end } = await beginFrozen(ice);
      const { outcome } = await createInstance(stack).advance('manual');
      assert.equal(outcome, when === 'before' ? 'completed' : 'idle');
      const facts = await readFacts(stack);
      ice.wake();
      assert.ok(['completed', 'busy'].includes((await end).outcome));
      assert.deepEqual(await readFacts(stack), facts);
      await assertCompleted(syncId);
    });
  }
});
