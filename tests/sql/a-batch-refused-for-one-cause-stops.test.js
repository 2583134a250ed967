import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSource, query } from './support.js';

/** @param {number} count @param {Record<string, any>} fields */
const rows = (count, fields) =>
  Array.from({ length: count }, (_, i) => ({ k: `k${i}`, ...fields }));

test('more than 10 rows, all refused alike: nothing is stored and the cause is named', async () => {
  const source = await createSource('k text primary key, price bigint');
  const worker = await source.begin();
  const answer = await worker.commit(rows(11, { price: 'x' }));
  assert.deepEqual([answer.outcome, answer.code, answer.column], ['all_refused', '22P02', 'price']);
  assert.match(answer.message, /bigint/);
  assert.deepEqual(await source.held(), []);
  const run = await source.status(worker.grant.sync_id);
  assert.deepEqual([run.status, run.ledger.read, run.errors], ['in_progress', 0, []]);
  // the sequence has not moved: the next batch has the same number
  assert.equal((await worker.commit(rows(2, { price: 1 }))).seq, 1);
});

test('10 rows, or rows refused for two causes, are held one by one', async () => {
  const source = await createSource('k text primary key, price bigint, area int');
  const worker = await source.begin();
  assert.equal((await worker.commit(rows(10, { price: 'x' }))).failed.length, 10);
  const mixed = rows(12, {}).map((row, i) => ({ ...row, price: i ? 'x' : 1, area: i ? 1 : 'y' }));
  assert.equal((await worker.commit(mixed)).failed.length, 12);
});

test('one good row among many bad ones keeps the batch', async () => {
  const source = await createSource('k text primary key, price bigint');
  const worker = await source.begin();
  const answer = await worker.commit([...rows(50, { price: 'x' }), { k: 'good', price: 1 }]);
  assert.deepEqual([answer.inserted, answer.failed.length], [1, 50]);
});

for (const [cause, ddl, value] of [
  ['a value that cannot be read', '', 'x'],
  ['a check', 'check (price > 0)', -1],
]) {
  test(`1,000 rows refused for ${cause} are answered far below the 8 s limit`, async (t) => {
    const names = Array.from({ length: 100 }, (_, i) => `c${i}`);
    const source = await createSource(
      `k text primary key, price bigint ${ddl}, ${names.map((name) => `${name} text`).join()}`,
    );
    const worker = await source.begin();
    const cells = Object.fromEntries(names.map((name) => [name, 'value']));
    const startedAt = performance.now();
    const answer = await worker.commit(rows(1000, { price: value, ...cells }));
    const elapsed = Math.round(performance.now() - startedAt);
    t.diagnostic(`${elapsed} ms`);
    assert.equal(answer.outcome, 'all_refused');
    assert.ok(elapsed < 6000, `${elapsed} ms`);
    assert.deepEqual(await query(`select * from ${source.name}`), []);
  });
}

test('a dry run in which all rows are refused alike says so too', async () => {
  const source = await createSource('k text primary key, price bigint');
  const worker = await source.begin({ p_dry_run: true });
  assert.equal((await worker.commit(rows(11, { price: 'x' }))).outcome, 'all_refused');
});
