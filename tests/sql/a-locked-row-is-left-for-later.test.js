import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSource, inSession, keyHash, query } from './support.js';

test('a changed row that others hold locked is left out, named, and not covered', async () => {
  const source = await createSource();
  const worker = await source.begin();
  await worker.commit([
    { k: 'a', price: 1 },
    { k: 'b', price: 1 },
  ]);
  const edited = [
    { k: 'a', price: 2 },
    { k: 'b', price: 2 },
    { k: 'c', price: 2 },
  ];
  const answer = await inSession(async (session) => {
    await session.unsafe(`begin; select * from ${source.name} where k = 'a' for update`);
    return worker.commit(edited);
  });
  assert.deepEqual([answer.row_locked, answer.updated, answer.inserted], [['a'], 1, 1]);
  assert.equal(answer.ledger.read, 4);
  const [{ covered }] = await query(`select covered::text from sync_batches
    where sync_id = '${worker.grant.sync_id}' order by seq desc limit 1`);
  assert.equal(covered, `{${keyHash('b')},${keyHash('c')}}`);
  // tried again when the lock is gone
  assert.equal((await worker.commit([edited[0]])).updated, 1);
});

test('a locked row does not resolve its held entry', async () => {
  const source = await createSource();
  const worker = await source.begin();
  await worker.commit([{ k: 'a', price: 1 }]);
  await worker.commit([{ k: 'a', price: 'x' }]);
  await inSession(async (session) => {
    await session.unsafe(`begin; select * from ${source.name} where k = 'a' for update`);
    assert.deepEqual((await worker.commit([{ k: 'a', price: 2 }])).row_locked, ['a']);
  });
  assert.equal((await source.held())[0].resolved_at, null);
  await worker.commit([{ k: 'a', price: 2 }]);
  assert.equal((await source.held())[0].resolved_by, 'commit');
});
