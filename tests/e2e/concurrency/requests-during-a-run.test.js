// Requests that come while a full run is under way: forced, selective and dry ones. Each is
// recorded, each comes to its end, and the full run loses and repeats nothing over it.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import {
  assertSettled,
  assertWrittenOnce,
  beginAnew,
  createInstance,
  finishAll,
  freezeAt,
  logged,
  readFacts,
  request,
  startConcurrencyStack,
  untilFrozen,
} from './support.js';

const SELECTIONS_MAX = 100;
/** So few, so that one invocation opens the circuit. */
const BREAKER_THRESHOLD = 2;

/** @type {import('./support.js').ConcurrencyStack} */
let stack;
/** @type {string[]} */
let keys;
before(async () => {
  const environment = { SYNC_CIRCUIT_BREAKER_THRESHOLD: String(BREAKER_THRESHOLD) };
  stack = await startConcurrencyStack({ environment });
  keys = [...stack.sheet.truth.rows.keys()];
});
beforeEach(() => beginAnew(stack));
after(() => stack?.stop());

/**
 * A full run (or another) that stands still before its n-th commit.
 * @param {number} n @param {Parameters<typeof request>[1]} [fields]
 */
async function beginFrozen(n, fields) {
  const ice = freezeAt('sync_commit', n, 'before');
  const jobs = createInstance(stack, { fetch: ice.fetch });
  const { syncId } = await request(jobs, fields);
  const end = jobs.advance('manual');
  await untilFrozen(ice, end);
  return { syncId, end, wake: ice.wake };
}

/** @param {string} syncId @returns {Promise<any>} */
const status = (syncId) => stack.api.status(syncId);

/** What a full run counts that shares its rows with others. @param {any} stats */
function assertCountsOf({ stats }) {
  const { read, failed, skipped } = stack.sheet.truth.counts;
  const { inserted, updated, unchanged } = stats;
  assert.deepEqual([stats.total, stats.failed, stats.skipped], [read, failed, skipped]);
  assert.equal(inserted + updated + unchanged, keys.length);
}

describe('force during a run', () => {
  test('whose late commit comes after the new run: it changes nothing', async () => {
    const open = await beginFrozen(3);
    const other = createInstance(stack);
    const forced = await request(other, { force: true });
    assert.equal(forced.httpStatus, 202);
    assert.equal((await other.advance('manual')).outcome, 'completed');
    const facts = await readFacts(stack);
    open.wake();
    assert.equal((await open.end).document.cause?.code, 'stale_fence');
    assert.deepEqual(await readFacts(stack), facts);
    const cancelled = await status(open.syncId);
    assert.deepEqual([cancelled.status, cancelled.cause.code], ['cancelled', 'forced']);
    assertCountsOf(await status(forced.syncId));
    await assertWrittenOnce(stack);
    await assertSettled(stack);
  });

  test('whose late commit comes while the new run works: it is fenced off, the new one completes', async () => {
    const open = await beginFrozen(3);
    const ice = freezeAt('sync_commit', 2, 'before');
    const other = createInstance(stack, { fetch: ice.fetch });
    const forced = await request(other, { force: true });
    const end = other.advance('manual');
    await untilFrozen(ice, end);
    const facts = await readFacts(stack);
    open.wake();
    assert.equal((await open.end).outcome, 'busy');
    assert.deepEqual(await readFacts(stack), facts);
    ice.wake();
    assert.equal((await end).outcome, 'completed');
    assertCountsOf(await status(forced.syncId));
    await assertWrittenOnce(stack);
    await assertSettled(stack);
  });

  test('whose worker hears of it first: it drops its run and takes up the new one', async () => {
    const open = await beginFrozen(3);
    const forced = await request(createInstance(stack), { force: true });
    const before = await readFacts(stack);
    open.wake();
    assert.equal((await open.end).outcome, 'completed');
    const ends = logged(stack, 'sync_ended').map(({ status: outcome }) => outcome);
    assert.deepEqual(ends, ['cancelled', 'completed']);
    const { runs } = await readFacts(stack);
    assert.deepEqual(runs[0], before.runs[0], 'the cancelled run was changed afterwards');
    assertCountsOf(await status(forced.syncId));
    await assertWrittenOnce(stack);
    await assertSettled(stack);
  });

  test('twice within a minute: the second is told how long to wait, and cancels nothing', async () => {
    const open = await beginFrozen(2);
    const other = createInstance(stack);
    const first = await request(other, { force: true });
    const facts = await readFacts(stack);
    const second = await request(other, { force: true });
    assert.deepEqual([second.httpStatus, second.body.code], [429, 'force_too_soon']);
    assert.deepEqual(await readFacts(stack), facts);
    open.wake();
    await open.end;
    assert.equal((await status(first.syncId)).status, 'completed');
    await assertSettled(stack);
  });

  test('by two at the same moment: one is recorded, the other told to wait', async () => {
    const open = await beginFrozen(2);
    const force = () => request(createInstance(stack), { force: true });
    const answers = await Promise.all([force(), force()]);
    const statuses = answers.map(({ httpStatus }) => httpStatus).sort();
    assert.deepEqual(statuses, [202, 429]);
    open.wake();
    await open.end;
    const { syncId = '' } = answers.find(({ httpStatus }) => httpStatus === 202) ?? {};
    assert.equal((await status(syncId)).status, 'completed');
    await assertSettled(stack);
  });

  test('leaves queued requests in their places', async () => {
    const open = await beginFrozen(2);
    const other = createInstance(stack);
    const selective = await request(other, { keys: keys.slice(0, 2) });
    const queued = await request(other);
    const forced = await request(other, { force: true });
    open.wake();
    await open.end;
    await finishAll(stack, other);
    for (const { syncId } of [selective, queued, forced]) {
      assert.equal((await status(syncId)).status, 'completed');
    }
    await assertSettled(stack);
  });
});

describe('force with an open circuit', () => {
  test('tries at once, and closes it by succeeding; nothing else would have', async () => {
    const jobs = createInstance(stack);
    const body = { error: { code: 503, status: 'UNAVAILABLE', message: 'as planned' } };
    stack.sheets.failNext({ kind: 'batchGet', status: 503, body, times: BREAKER_THRESHOLD });
    const first = await request(jobs);
    assert.equal((await jobs.advance('manual')).outcome, 'yielded');
    assert.equal((await stack.api.health()).circuitBreakerState, 'open');
    stack.sheets.requests.length = 0;
    assert.equal((await createInstance(stack).advance('scheduled')).outcome, 'waiting');
    assert.equal(stack.sheets.counts().reads, 0);

    const forced = await request(jobs, { force: true });
    assert.equal((await createInstance(stack).advance('manual')).outcome, 'completed');
    assert.equal((await status(first.syncId)).status, 'cancelled');
    assert.equal((await status(forced.syncId)).status, 'completed');
    assert.equal((await stack.api.health()).circuitBreakerState, 'closed');
    await assertWrittenOnce(stack);
    await assertSettled(stack);
  });
});

describe('selective requests during a full run', () => {
  /** @param {string[]} syncIds */
  async function statuses(syncIds) {
    const found = [];
    for (const syncId of syncIds) found.push(await status(syncId));
    return found;
  }

  test('with overlapping keys are served at the next batch boundary; every row is written once', async () => {
    const open = await beginFrozen(3);
    const other = createInstance(stack);
    const wanted = [keys.slice(0, 5), keys.slice(3, 8), [...keys.slice(-5), 'AA99999999']];
    const selections = [];
    for (const chosen of wanted) selections.push((await request(other, { keys: chosen })).syncId);
    open.wake();
    assert.equal((await open.end).outcome, 'completed');

    const full = await status(open.syncId);
    assertCountsOf(full);
    const served = await statuses(selections);
    served.forEach(({ status: end, stats, completedAt }, i) => {
      assert.equal(end, 'completed');
      assert.equal(stats.total, wanted[i].length);
      assert.equal(stats.failed, i === 2 ? 1 : 0);
      assert.ok(completedAt <= full.completedAt, 'the full run went first');
    });
    assert.deepEqual(
      served[2].errors.map((/** @type {any} */ { propertyNumber, code }) => [propertyNumber, code]),
      [['AA99999999', 'not_in_sheet']],
    );
    const claimed = logged(stack, 'run_claimed').map(({ sync_id: id }) => id);
    assert.deepEqual(claimed, [open.syncId, ...selections, open.syncId]);
    const committed = logged(stack, 'batch_committed').map(({ sync_id: id }) => id);
    assert.equal(committed.indexOf(selections[0]), 3, 'not served at the next boundary');
    await assertWrittenOnce(stack);
    await assertSettled(stack);
  });

  test('that come while a selection is served are served as well', async () => {
    const open = await beginFrozen(2);
    const first = await request(createInstance(stack), { keys: keys.slice(0, 3) });
    const ice = freezeAt('sync_commit', 1, 'before');
    open.wake();
    await open.end;
    const later = createInstance(stack, { fetch: ice.fetch });
    const second = await request(later, { keys: keys.slice(2, 6) });
    const end = later.advance('manual');
    await untilFrozen(ice, end);
    const third = await request(createInstance(stack), { keys: keys.slice(4, 9) });
    ice.wake();
    await end;
    for (const { status: end } of await statuses([first, second, third].map((run) => run.syncId))) {
      assert.equal(end, 'completed');
    }
    await assertWrittenOnce(stack);
    await assertSettled(stack);
  });

  test('of which there are 101: a hundred are served, the last is refused and lost to nobody', async () => {
    const open = await beginFrozen(2);
    const other = createInstance(stack);
    const answers = [];
    for (let i = 0; i <= SELECTIONS_MAX; i += 1) {
      answers.push(await request(other, { keys: [keys[i]] }));
    }
    const refused = answers.pop();
    assert.deepEqual([refused?.httpStatus, refused?.body.code], [429, 'queue_full']);
    assert.ok(answers.every(({ httpStatus }) => httpStatus === 202));
    assert.equal((await stack.api.health()).queueSize, SELECTIONS_MAX);
    open.wake();
    await open.end;
    await finishAll(stack, other);
    for (const { status: end, stats } of await statuses(answers.map(({ syncId }) => syncId))) {
      assert.deepEqual([end, stats.total, stats.success], ['completed', 1, 1]);
    }
    assertCountsOf(await status(open.syncId));
    await assertWrittenOnce(stack);
    await assertSettled(stack);
  });
});

describe('a dry run and a full run', () => {
  test('a dry one requested meanwhile waits, finds everything unchanged and writes nothing', async () => {
    const open = await beginFrozen(3);
    const dry = await request(createInstance(stack), { dry_run: true });
    open.wake();
    await open.end;
    assertCountsOf(await status(open.syncId));
    const { status: end, dryRun, stats } = await status(dry.syncId);
    assert.deepEqual([end, dryRun, stats.unchanged], ['completed', true, keys.length]);
    await assertWrittenOnce(stack);
    await assertSettled(stack);
  });

  test('a full one requested during a dry one waits, and writes everything', async () => {
    const open = await beginFrozen(3, { dry_run: true });
    const full = await request(createInstance(stack));
    assert.equal((await readFacts(stack)).writes, 0);
    open.wake();
    await open.end;
    const [dry, real] = [await status(open.syncId), await status(full.syncId)];
    assert.deepEqual([dry.status, real.status], ['completed', 'completed']);
    assert.deepEqual(dry.stats, real.stats);
    assert.equal(real.stats.inserted, keys.length);
    await assertWrittenOnce(stack);
    await assertSettled(stack);
  });

  test('a dry one that is queued stands in for no full one', async () => {
    const open = await beginFrozen(2);
    const other = createInstance(stack);
    const dry = await request(other, { dry_run: true });
    const full = await request(other);
    const again = await request(other);
    assert.notEqual(full.syncId, dry.syncId);
    assert.equal(again.syncId, full.syncId, 'one queued full run is enough');
    open.wake();
    await open.end;
    await finishAll(stack, other);
    assert.equal((await status(full.syncId)).stats.unchanged, keys.length);
    assert.equal((await status(dry.syncId)).status, 'completed');
    await assertSettled(stack);
  });
});
