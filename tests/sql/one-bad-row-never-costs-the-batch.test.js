import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSource, query } from './support.js';

const columns = `k text primary key check (k <> 'forbidden'), price bigint, area numeric(5, 2),
  built date, memo varchar(5), status text not null default 'open', code int unique,
  kind text constraint kind_known check (kind in ('house', 'flat')), low int, high int,
  constraint low_below_high check (low < high), parent text references parents (k)`;

const good = Array.from({ length: 40 }, (_, i) => ({ k: `good${i}`, price: i, code: i }));

/**
 * A bad row, and what the answer must say of it.
 * @type {[Record<string, any>, string, string | null, string | null][]}
 */
const bad = [
  [{ k: 'b1', price: 'abc' }, '22P02', 'price', null],
  [{ k: 'b2', price: 1e30 }, '22003', 'price', null],
  [{ k: 'b3', area: 12345.6 }, '22003', 'area', null],
  [{ k: 'b4', built: '2026-02-31' }, '22008', 'built', null],
  [{ k: 'b5', built: 'soon' }, '22007', 'built', null],
  [{ k: 'b6', memo: 'too long' }, '22001', 'memo', null],
  [{ k: 'b7', status: null }, '23502', 'status', null],
  [{ k: 'b8', code: 7 }, '23505', 'code', '_code_key'],
  [{ k: 'b9', kind: 'boat' }, '23514', 'kind', 'kind_known'],
  [{ k: 'b10', low: 2, high: 1 }, '23514', null, 'low_below_high'],
  [{ k: 'b11', parent: 'nobody' }, '23503', 'parent', '_parent_fkey'],
  [{ k: 'forbidden' }, '23514', 'k', '_k_check'],
];

test('each class of bad row is isolated with SQLSTATE, column, constraint and row', async () => {
  await query('create table if not exists parents (k text primary key)');
  const source = await createSource(columns);
  const worker = await source.begin();
  // bad rows between good ones, first and last included
  const rows = [
    ...bad.flatMap(([row], i) => [row, ...good.slice(i * 3, i * 3 + 3)]),
    ...good.slice(36),
  ];
  const answer = await worker.commit([...rows.slice(1), rows[0]]);
  assert.deepEqual([answer.inserted, answer.failed.length], [40, bad.length]);
  assert.deepEqual([answer.ledger.read, answer.ledger.failed], [52, 12]);
  for (const [row, code, column, constraint] of bad) {
    const found = answer.failed.find((/** @type {any} */ f) => f.key === row.k);
    assert.ok(found, `${row.k} is not among the failed`);
    const named = constraint?.startsWith('_') ? `${source.name}${constraint}` : constraint;
    assert.deepEqual([found.code, found.column, found.constraint], [code, column, named], row.k);
    assert.equal([...rows.slice(1), rows[0]][found.i - 1].k, row.k);
    assert.equal(found.row, found.i + 1);
  }
});

test('held rows tell the cause, never the values', async () => {
  const source = await createSource('k text primary key, price bigint, phone text');
  await query(`
    create function gossip_${source.name}() returns trigger language plpgsql as $$
    begin raise exception 'nobody answers %', new.phone; end $$;
    create trigger gossip before insert on ${source.name} for each row
      when (new.phone is not null) execute function gossip_${source.name}()`);
  const worker = await source.begin();
  const rows = [
    { k: 'a', price: 'say "secret" twice' },
    { k: 'b', phone: '090-1234-5678' },
  ];
  const { failed } = await worker.commit(rows);
  assert.deepEqual(
    failed.map((/** @type {any} */ f) => [f.key, f.code, f.message]),
    [
      ['a', '22P02', 'invalid input syntax for type bigint: "…"'],
      ['b', 'P0001', 'nobody answers …'],
    ],
  );
  const stored = JSON.stringify([await source.held(), await source.status(worker.grant.sync_id)]);
  assert.doesNotMatch(stored, /secret|5678/);
});

test('bad rows among stored ones: good changes arrive, bad rows keep what is stored', async () => {
  const source = await createSource();
  const worker = await source.begin();
  const rows = Array.from({ length: 100 }, (_, i) => ({ k: `k${i}`, price: i }));
  await worker.commit(rows);
  const edited = rows.map((row, i) => ({ ...row, price: i % 33 === 0 ? 'x' : i % 2 ? i : i + 1 }));
  const answer = await worker.commit(edited);
  assert.deepEqual([answer.failed.length, answer.updated, answer.unchanged], [4, 48, 48]);
  const stored = new Map((await source.rows()).map((row) => [row.k, Number(row.price)]));
  for (const [i, row] of edited.entries()) {
    assert.equal(stored.get(row.k), row.price === 'x' ? i : row.price);
  }
});

test('swapped values of a second unique column are both held, the rest is written', async () => {
  const source = await createSource('k text primary key, slot int unique');
  const worker = await source.begin();
  await worker.commit([
    { k: 'a', slot: 1 },
    { k: 'b', slot: 2 },
  ]);
  const answer = await worker.commit([
    { k: 'a', slot: 2 },
    { k: 'b', slot: 1 },
    { k: 'c', slot: 3 },
  ]);
  assert.deepEqual(
    answer.failed.map((/** @type {any} */ f) => f.code),
    ['23505', '23505'],
  );
  assert.equal(answer.inserted, 1);
});

test('a NUL in a cell is that row’s fault', async () => {
  const source = await createSource('k text primary key, memo jsonb');
  const worker = await source.begin();
  const { status } = await worker.commitRefused([{ k: 'a', memo: 'a\u0000b' }, { k: 'b' }]);
  // jsonb cannot hold it at all: the core drops NULs, and the call is refused before any row is
  // seen
  assert.equal(status, 400);
  assert.deepEqual(await source.rows(), []);
});
