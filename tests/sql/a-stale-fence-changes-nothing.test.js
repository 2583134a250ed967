import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, createSource, query } from './support.js';

test('a stale fence changes nothing, whatever the zombie calls', async () => {
  const source = await createSource();
  const zombie = await source.begin(undefined, { p_lease_ms: 1 });
  await zombie.commit([{ k: 'a', price: 1 }], { p_lease_ms: 1 });
  const heir = await source.resume();
  assert.equal(heir.grant.fence, zombie.grant.fence + 1);
  const before = await query(`select * from sync_state where source = '${source.name}'`);

  const late = [{ k: 'a', price: 9 }];
  const state = { p_state: { by: 'zombie' }, p_state_version: 1 };
  for (const answer of [
    await zombie.commit(late, state),
    await zombie.yield(state),
    await zombie.close(state),
  ]) {
    assert.equal(answer.outcome, 'stale_fence');
    assert.equal(answer.fence, heir.grant.fence);
  }
  assert.deepEqual(await source.rows(), [{ k: 'a', price: '1' }]);
  assert.deepEqual(await query(`select * from sync_state where source = '${source.name}'`), before);
  assert.equal((await heir.commit(late)).updated, 1);
});

test('an expired lease with the current fence is renewed by a commit', async () => {
  const source = await createSource();
  const worker = await source.begin(undefined, { p_lease_ms: 1 });
  const answer = await worker.commit([{ k: 'a', price: 1 }]);
  assert.equal(answer.outcome, 'committed');
  assert.ok(Date.parse(answer.lease_until) > answer.now + 50_000);
  assert.equal((await source.claim()).outcome, 'busy');
});

test('a lease that was given back is not taken up by a late commit', async () => {
  const source = await createSource();
  const worker = await source.begin();
  await worker.yield();
  const answer = await call('sync_commit', worker.batch([{ k: 'a', price: 1 }]));
  assert.equal(answer.outcome, 'stale_fence');
  assert.deepEqual(await source.rows(), []);
});
