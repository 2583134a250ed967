import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counts, createSource, inSession, query } from './support.js';

const columns = `k text primary key, price bigint, memo text,
  created_at timestamptz not null default now(), updated_at timestamptz not null default now()`;
const rows = Array.from({ length: 20 }, (_, i) => ({ k: `k${i}`, price: i, memo: `m${i}` }));

test('an unchanged row gets no new tuple, no lock, no trigger and keeps its times', async () => {
  const source = await createSource(columns, { updatedAt: 'updated_at' });
  const worker = await source.begin();
  await worker.commit(rows);
  await query(`
    create function forbid_${source.name}() returns trigger language plpgsql as $$
    begin raise exception using errcode = 'XX000', message = 'a trigger fired'; end $$;
    create trigger forbid_row before insert or update on ${source.name}
      for each row execute function forbid_${source.name}();
    create trigger forbid_statement before insert or update on ${source.name}
      for each statement execute function forbid_${source.name}()`);
  const versions = await source.versions();
  const content = await source.rows();
  // others may even hold every row locked: nothing here needs a lock
  const answer = await inSession(async (session) => {
    await session.unsafe(`begin; select * from ${source.name} for update`);
    return worker.commit(rows);
  });
  assert.deepEqual(counts(answer), { unchanged: 20 });
  assert.deepEqual(await source.rows(), content);
  assert.deepEqual(
    (await source.versions()).map((v) => v.ctid),
    versions.map((v) => v.ctid),
  );
  assert.deepEqual(await source.versions(), versions);
});

test('one changed cell rewrites one row and its updated_at alone', async () => {
  const source = await createSource(columns, { updatedAt: 'updated_at' });
  const worker = await source.begin();
  await worker.commit(rows);
  const before = new Map((await source.rows()).map((row) => [row.k, row]));
  const edited = rows.map((row) => (row.k === 'k7' ? { ...row, price: 700 } : row));
  assert.deepEqual(counts(await worker.commit(edited)), { updated: 1, unchanged: 19 });
  for (const row of await source.rows()) {
    const old = before.get(row.k);
    assert.ok(old);
    if (row.k !== 'k7') assert.deepEqual(row, old);
    else {
      assert.equal(row.price, '700');
      assert.deepEqual(row.created_at, old.created_at);
      assert.ok(row.updated_at > old.updated_at);
    }
  }
});

test('a registered updated_at column cannot be sent', async () => {
  const source = await createSource(columns, { updatedAt: 'updated_at' });
  const worker = await source.begin();
  const { status, body } = await worker.commitRefused([{ k: 'a', updated_at: '2026-01-01' }]);
  assert.deepEqual([status, body.details], [400, 'column_not_writable']);
});

test('insert-only columns are written once and belong to the database afterwards', async () => {
  const source = await createSource(columns, { updatedAt: 'updated_at' });
  const worker = await source.begin();
  const own = { p_insert_only: ['memo'] };
  await worker.commit([{ k: 'a', price: 1, memo: 'from the sheet' }], own);
  await query(`update ${source.name} set memo = 'typed by staff'`);
  const same = await worker.commit([{ k: 'a', price: 1, memo: 'from the sheet' }], own);
  assert.equal(same.unchanged, 1);
  const changed = await worker.commit([{ k: 'a', price: 2, memo: 'from the sheet' }], own);
  assert.equal(changed.updated, 1);
  const [{ price, memo }] = await source.rows();
  assert.deepEqual([price, memo], ['2', 'typed by staff']);
});

test('a table of which only the key comes from the sheet is never updated', async () => {
  const source = await createSource();
  const worker = await source.begin();
  assert.equal((await worker.commit([{ k: 'a' }])).inserted, 1);
  assert.equal((await worker.commit([{ k: 'a' }])).unchanged, 1);
});
