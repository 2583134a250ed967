import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSource, inSession, query, until } from './support.js';

/**
 * A table whose inserts wait for an advisory lock: between finding the changed rows and locking
 * them,
 * the commit stands still as long as the test holds that lock.
 * @param {number} lock
 */
async function pausingSource(lock) {
  const source = await createSource('k text primary key, price bigint, memo text');
  await query(`
    create function pause_${source.name}() returns trigger language plpgsql as $$
    begin perform pg_advisory_xact_lock(${lock}); return new; end $$;
    create trigger pause before insert on ${source.name} for each row
      when (new.k = 'new') execute function pause_${source.name}()`);
  return source;
}

/**
 * Commits `rows`; what `meanwhile` does is committed after the changed rows were found, before they
 * are locked.
 * @param {import('./support.js').Worker} worker
 * @param {Record<string, any>[]} rows
 * @param {number} lock
 * @param {string} meanwhile
 */
function commitWhile(worker, rows, lock, meanwhile) {
  return inSession(async (session) => {
    await session`select pg_advisory_lock(${lock})`;
    const committing = worker.commit([...rows, { k: 'new', price: 0 }]);
    await until(
      `select from pg_locks where locktype = 'advisory' and objid = ${lock} and not granted`,
    );
    await session.unsafe(meanwhile);
    await session`select pg_advisory_unlock(${lock})`;
    return committing;
  });
}

test('an edit of an absent column, committed in mid-commit, survives the update', async () => {
  const source = await pausingSource(101);
  const worker = await source.begin();
  await query(`insert into ${source.name} values ('a', 1, 'old')`);
  const answer = await commitWhile(
    worker,
    [{ k: 'a', price: 2 }],
    101,
    `update ${source.name} set memo = 'typed by staff' where k = 'a'`,
  );
  assert.equal(answer.updated, 1);
  assert.deepEqual((await source.rows())[0], { k: 'a', price: '2', memo: 'typed by staff' });
});

test('a row that others made equal in mid-commit is unchanged and not written again', async () => {
  const source = await pausingSource(102);
  const worker = await source.begin();
  await query(`insert into ${source.name} values ('a', 1, 'old')`);
  const answer = await commitWhile(
    worker,
    [{ k: 'a', price: 2 }],
    102,
    `update ${source.name} set price = 2 where k = 'a'`,
  );
  assert.deepEqual([answer.updated, answer.unchanged, answer.inserted], [0, 1, 1]);
});

test('a row that others deleted in mid-commit is left for later, not counted', async () => {
  const source = await pausingSource(103);
  const worker = await source.begin();
  await query(`insert into ${source.name} values ('a', 1, 'old')`);
  const answer = await commitWhile(
    worker,
    [{ k: 'a', price: 2 }],
    103,
    `delete from ${source.name} where k = 'a'`,
  );
  assert.deepEqual(answer.row_locked, ['a']);
  assert.equal(answer.ledger.read, 1);
});

test('a key that others inserted in mid-commit is updated, not lost', async () => {
  const source = await createSource('k text primary key, price bigint, memo text');
  const worker = await source.begin();
  const answer = await inSession(async (session) => {
    await session.unsafe(`begin; insert into ${source.name} values ('a', 1, 'theirs')`);
    const committing = worker.commit([{ k: 'a', price: 2 }]);
    await until(`select from pg_stat_activity where wait_event = 'transactionid'`);
    await session.unsafe('commit');
    return committing;
  });
  assert.deepEqual([answer.inserted, answer.updated], [0, 1]);
  assert.deepEqual(await source.rows(), [{ k: 'a', price: '2', memo: 'theirs' }]);
});

test('keys present are written, null clears, absent keys keep', async () => {
  const source = await createSource('k text primary key, price bigint, memo text');
  const worker = await source.begin();
  await query(`insert into ${source.name} values ('a', 1, 'm'), ('b', 1, 'm'), ('c', 1, 'm')`);
  const rows = [{ k: 'a', price: 2 }, { k: 'b', memo: null }, { k: 'c' }];
  const answer = await worker.commit(rows);
  assert.deepEqual([answer.updated, answer.unchanged], [2, 1]);
  assert.deepEqual(await source.rows(), [
    { k: 'a', price: '2', memo: 'm' },
    { k: 'b', price: '1', memo: null },
    { k: 'c', price: '1', memo: 'm' },
  ]);
});
