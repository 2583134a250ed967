// A deploy in mid-run: another mapping, another version of the stored state, both versions at work
// at once. What was begun under the old one ends or begins anew; no request is lost.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import {
  BATCH,
  advanceUntilKilled,
  assertSettled,
  beginAnew,
  bookOf,
  createInstance,
  expireLease,
  finishAll,
  freezeAt,
  killAfter,
  narrowMapping,
  readFacts,
  request,
  startConcurrencyStack,
  untilFrozen,
} from './support.js';

/** @typedef {import('../../../infra/local/generator/types.js').MappingFile} MappingFile */
/** @typedef {import('../../../infra/local/generator/types.js').MappingColumn} MappingColumn */

/** So few, so that one invocation opens the circuit. */
const BREAKER_THRESHOLD = 2;

/** @type {import('./support.js').ConcurrencyStack} */
let stack;
before(async () => {
  const environment = { SYNC_CIRCUIT_BREAKER_THRESHOLD: String(BREAKER_THRESHOLD) };
  stack = await startConcurrencyStack({ environment });
});
beforeEach(() => beginAnew(stack));
after(() => stack?.stop());

/** @param {string} syncId @returns {Promise<any>} */
const status = (syncId) => stack.api.status(syncId);

/**
 * @param {MappingFile} mapping
 * @param {Parameters<typeof createInstance>[1]} [host]
 */
const deployed = (mapping, host) =>
  createInstance(stack, { mapping: new TextEncoder().encode(JSON.stringify(mapping)), ...host });

/**
 * The mapping with one column changed.
 * @param {string} name @param {Partial<MappingColumn>} change
 */
function withColumn(name, change) {
  const mapping = narrowMapping();
  const columns = mapping.columns.map((column) =>
    column.column === name ? { ...column, ...change } : column,
  );
  return { ...mapping, columns };
}

describe('another mapping in mid-run', () => {
  const current = narrowMapping();
  const isLate = (/** @type {MappingColumn} */ { column }) => ['title', 'price'].includes(column);
  const withoutTwo = { ...current, columns: current.columns.filter((column) => !isLate(column)) };
  // Under this one most keys are skipped: a run that inherited them would never bring them.
  const fewKeys = { ...current, key_pattern: '^AA\\d*[0-6]$' };
  const phonesAsTyped = withColumn('agent_phone', { type: 'text' });

  /**
   * A run of the old deployment that stands still, half-way.
   * @param {MappingFile} mapping @param {Parameters<typeof request>[1]} [fields]
   */
  async function beginUnder(mapping, fields) {
    const ice = freezeAt('sync_commit', fields?.keys ? 1 : 3, 'before');
    const jobs = deployed(mapping, { fetch: ice.fetch });
    const { syncId } = await request(jobs, fields);
    const end = jobs.advance('manual');
    await untilFrozen(ice, end);
    await expireLease(stack);
    return { syncId, end, wake: ice.wake };
  }

  /** The run that took the place of a superseded one. @param {string} syncId */
  async function successorOf(syncId) {
    const old = await status(syncId);
    assert.deepEqual([old.status, old.cause.code], ['superseded', 'mapping_changed']);
    const [, next] = /run ([0-9a-f-]{36}) begins again/.exec(old.cause.message) ?? [];
    assert.ok(next, `${old.cause.message} names no run`);
    return { old, next: await status(next) };
  }

  /** @type {Record<string, MappingFile>} */
  const changes = {
    'two columns more': withoutTwo,
    "a column's type changed": phonesAsTyped,
    'a wider key pattern': fewKeys,
  };
  for (const [change, before] of Object.entries(changes)) {
    test(`${change}: the run is superseded and begun anew; the old instance is fenced off`, async () => {
      const open = await beginUnder(before);
      assert.ok((await readFacts(stack)).writes > 0, 'nothing was written under the old mapping');
      assert.equal((await createInstance(stack).advance('manual')).outcome, 'completed');
      const facts = await readFacts(stack);
      open.wake();
      assert.equal((await open.end).outcome, 'busy');
      assert.deepEqual(await readFacts(stack), facts);

      const { next } = await successorOf(open.syncId);
      const { inserted, updated, unchanged, total, skipped } = next.stats;
      const { counts } = stack.sheet.truth;
      assert.equal(next.status, 'completed');
      assert.deepEqual([total, skipped], [counts.read, counts.skipped]);
      assert.equal(inserted + updated + unchanged, stack.sheet.truth.rows.size);
      await assertSettled(stack);
    });
  }

  test('a narrower key pattern: what it leaves out is skipped, and stays as it was', async () => {
    const open = await beginUnder(current);
    const { versions } = await readFacts(stack);
    await deployed(fewKeys).advance('manual');
    open.wake();
    assert.equal((await open.end).outcome, 'busy');
    const { next } = await successorOf(open.syncId);
    assert.ok(next.stats.skipped > stack.sheet.truth.counts.skipped);
    const rows = new Map(
      [...stack.sheet.truth.rows].filter(([key]) => key in versions || /^AA\d*[0-6]$/.test(key)),
    );
    const now = (await readFacts(stack)).versions;
    for (const [key, version] of Object.entries(versions)) assert.equal(now[key], version, key);
    await assertSettled(stack, { ...stack.sheet.truth, rows });
  });

  test('a header renamed in the sheet and in the mapping: nothing of the column is lost', async () => {
    const open = await beginUnder(current);
    const place = (stack.sheet.truth.cellOf.get('title') ?? 0) + 1;
    bookOf(stack).setCell(stack.sheet.tab.title, 1, place, '名称');
    await deployed(withColumn('title', { header: '名称' })).advance('manual');
    open.wake();
    await open.end;
    const { next } = await successorOf(open.syncId);
    assert.equal(next.stats.success, stack.sheet.truth.rows.size);
    await assertSettled(stack);
  });

  test('a selective run: the same keys are asked for again', async () => {
    const keys = [...stack.sheet.truth.rows.keys()].slice(5, 9);
    const open = await beginUnder(withoutTwo, { keys });
    await createInstance(stack).advance('manual');
    open.wake();
    assert.equal((await open.end).outcome, 'busy');
    const { next } = await successorOf(open.syncId);
    assert.deepEqual([next.kind, next.status, next.stats.success], ['selective', 'completed', 4]);
    const rows = new Map([...stack.sheet.truth.rows].filter(([key]) => keys.includes(key)));
    await assertSettled(stack, { ...stack.sheet.truth, rows });
  });

  test('a dry run: it is dry again', async () => {
    const open = await beginUnder(withoutTwo, { dry_run: true });
    await createInstance(stack).advance('manual');
    open.wake();
    await open.end;
    const { next } = await successorOf(open.syncId);
    assert.deepEqual([next.dryRun, next.status], [true, 'completed']);
    assert.equal(next.stats.inserted, stack.sheet.truth.rows.size);
    await assertSettled(stack, { ...stack.sheet.truth, rows: new Map() });
  });

  test('a request nobody has worked on yet keeps its number', async () => {
    const { syncId } = await request(deployed(withoutTwo));
    await createInstance(stack).advance('manual');
    assert.equal((await status(syncId)).status, 'completed');
    await assertSettled(stack);
  });

  test('both deployments ticking in turn: nothing is counted twice, and the one that stays completes', async () => {
    const budgets = { rows: BATCH };
    await request(deployed(withoutTwo));
    for (let i = 0; i < 3; i += 1) {
      await deployed(withoutTwo, { budgets }).advance('scheduled');
      await deployed(current, { budgets }).advance('scheduled');
    }
    await finishAll(stack);
    const { runs } = await readFacts(stack);
    const ends = runs.map((/** @type {any} */ run) => run.status);
    assert.deepEqual(ends, [...Array(5).fill('superseded'), 'completed']);
    await assertSettled(stack);
  });
});

describe('another version of the stored state in mid-run', () => {
  /** @param {number} version */
  const storeVersion = (version) =>
    stack.backend.sql`update public.sync_state set state_version = ${version}`;
  /** What this core writes. */
  let version = 0;
  before(async () => {
    version = Number((await readFacts(stack)).state.state_version);
  });
  afterEach(() => storeVersion(version));

  /** A run whose worker died after some commits. */
  async function beginKilled() {
    const { syncId } = await request(createInstance(stack));
    await advanceUntilKilled(stack, 6);
    await expireLease(stack);
    return { syncId };
  }

  test('newer: nothing is written, the cause is clear, and the newer deployment finds its run', async () => {
    const { syncId } = await beginKilled();
    await storeVersion(version + 1);
    const facts = await readFacts(stack);
    for (const trigger of /** @type {const} */ (['manual', 'scheduled'])) {
      const { outcome, document } = await createInstance(stack).advance(trigger);
      assert.deepEqual([outcome, document.cause?.code], ['failed', 'state_too_new']);
    }
    assert.deepEqual(await readFacts(stack), facts);
    await storeVersion(version); // stands in for the newer deployment
    await finishAll(stack);
    assert.equal((await status(syncId)).stats.inserted, stack.sheet.truth.rows.size);
    await assertSettled(stack);
  });

  test('newer while an older invocation works: its next commit changes nothing', async () => {
    const ice = freezeAt('sync_commit', 3, 'before');
    const jobs = createInstance(stack, { fetch: ice.fetch });
    const { syncId } = await request(jobs);
    const end = jobs.advance('manual');
    await untilFrozen(ice, end);
    await storeVersion(version + 1);
    const facts = await readFacts(stack);
    ice.wake();
    const { outcome, document } = await end;
    assert.equal(outcome, 'failed');
    assert.match(document.cause?.message ?? '', new RegExp(`version ${version + 1}`));
    assert.deepEqual(await readFacts(stack), facts);
    await storeVersion(version);
    await expireLease(stack);
    await finishAll(stack);
    assert.equal((await status(syncId)).stats.inserted, stack.sheet.truth.rows.size);
    await assertSettled(stack);
  });

  test('older: the run goes on, and no covered row is sent again', async () => {
    const { syncId } = await beginKilled();
    await storeVersion(version - 1);
    const { batches } = await readFacts(stack);
    const covered = batches.flatMap((/** @type {any} */ batch) => batch.covered).length;
    assert.ok(covered > 0);
    const next = killAfter(0);
    const { outcome } = await createInstance(stack, { fetch: next.fetch }).advance('manual');
    assert.equal(outcome, 'completed');
    const { read, skipped } = stack.sheet.truth.counts;
    assert.equal(next.rowsSent, read - skipped - covered);
    assert.equal((await status(syncId)).stats.inserted, stack.sheet.truth.rows.size);
    await assertSettled(stack);
  });

  test('older: an open circuit stays open', async () => {
    const body = { error: { code: 503, status: 'UNAVAILABLE', message: 'as planned' } };
    stack.sheets.failNext({ kind: 'batchGet', status: 503, body, times: BREAKER_THRESHOLD });
    const { syncId } = await request(createInstance(stack));
    assert.equal((await createInstance(stack).advance('manual')).outcome, 'yielded');
    await storeVersion(version - 1);
    await stack.backend.sql`update public.sync_runs set resume_at = null`;
    stack.sheets.requests.length = 0;
    const { outcome, document } = await createInstance(stack).advance('manual');
    assert.deepEqual([outcome, document.cause?.code], ['yielded', 'circuit_open']);
    assert.equal(stack.sheets.counts().reads, 0);

    await stack.backend.sql`update public.sync_state set circuits = null`; // its wait is over
    await stack.backend.sql`update public.sync_runs set resume_at = null`;
    await finishAll(stack);
    assert.equal((await status(syncId)).status, 'completed');
    await assertSettled(stack);
  });
});
