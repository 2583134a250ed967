import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, call, counts, createSource, query, rpc } from './support.js';

const rows = [
  { k: 'a', price: 1 },
  { k: 'b', price: 2 },
];

test('a repeated batch is answered as the first time and changes nothing', async () => {
  const source = await createSource();
  const worker = await source.begin();
  const batch = worker.batch(rows);
  const first = await call('sync_commit', batch);
  const versions = await source.versions();

  const again = await call('sync_commit', batch);
  assert.equal(again.repeated, true);
  assert.equal(again.inserted, 2);
  assert.deepEqual(again.ledger, first.ledger);
  assert.deepEqual(await source.versions(), versions);
  assert.deepEqual(counts((await source.status(worker.grant.sync_id)).ledger), {
    read: 2,
    inserted: 2,
  });
});

test('a repeated batch is answered even after a yield', async () => {
  const source = await createSource();
  const worker = await source.begin();
  const batch = worker.batch(rows);
  await call('sync_commit', batch);
  await worker.yield();
  assert.equal((await call('sync_commit', batch)).repeated, true);
});

test('the same number with another content is refused', async () => {
  const source = await createSource();
  const worker = await source.begin();
  const batch = worker.batch(rows);
  await call('sync_commit', batch);
  await assertRefused(rpc('sync_commit', { ...batch, p_digest: 'other' }), 409, 'batch_reused');
});

test('any other number is out of order and nothing is written', async () => {
  const source = await createSource();
  const worker = await source.begin();
  for (const seq of [0, 2, 7]) {
    const answer = await worker.commit(rows, { p_seq: seq });
    assert.deepEqual([answer.outcome, answer.seq], ['out_of_order', 0]);
  }
  assert.deepEqual(await source.rows(), []);
});

test('the sequence goes on from run to run', async () => {
  const source = await createSource();
  const first = await source.begin();
  await first.commit(rows);
  await first.close();
  const second = await source.begin();
  assert.equal(second.grant.seq, 1);
  assert.equal((await second.commit(rows)).seq, 2);
});

test('two copies of one batch at once are one batch', async () => {
  const source = await createSource();
  const worker = await source.begin();
  const batch = worker.batch(rows);
  const answers = await Promise.all([1, 2, 3, 4].map(() => call('sync_commit', batch)));
  assert.equal(answers.filter((answer) => answer.repeated).length, 3);
  assert.deepEqual(counts(answers[0].ledger), { read: 2, inserted: 2 });
});

test('the ledger of a run balances by constraint', async () => {
  const source = await createSource();
  const worker = await source.begin();
  await assert.rejects(
    query(`update sync_runs set read_count = 1 where sync_id = '${worker.grant.sync_id}'`),
    { constraint_name: 'sync_runs_ledger_balances' },
  );
});

test('a commit whose arguments are named in the path is the same commit', async () => {
  const source = await createSource();
  const worker = await source.begin();
  const batch = worker.batch(rows);
  const named = `sync_commit?columns=${Object.keys(batch).join()},p_held,p_state,p_dry_run`;
  assert.deepEqual(counts(await call(named, batch)), { inserted: 2 });
  assert.equal((await call('sync_commit', batch)).repeated, true);
});
