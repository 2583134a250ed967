import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSource, query } from './support.js';

test('a deferred constraint is checked at its row, not at the end of the transaction', async () => {
  await query("create table owners (k text primary key); insert into owners values ('known')");
  const source = await createSource(`k text primary key,
    owner text references owners (k) deferrable initially deferred,
    slot int unique deferrable initially deferred`);
  const worker = await source.begin();
  const answer = await worker.commit([
    { k: 'a', owner: 'known', slot: 1 },
    { k: 'b', owner: 'unknown', slot: 2 },
    { k: 'c', owner: 'known', slot: 1 },
    { k: 'd', owner: 'known', slot: 3 },
  ]);
  assert.deepEqual(
    answer.failed.map((/** @type {any} */ f) => [f.key, f.code]),
    [
      ['b', '23503'],
      ['c', '23505'],
    ],
  );
  assert.deepEqual(
    (await source.rows()).map((row) => row.k),
    ['a', 'd'],
  );
});
