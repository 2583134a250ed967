import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, createSource, query, rpc } from './support.js';

const engine = { p_state: { page: 3 }, p_state_version: 2, p_circuits: { sheets: 'open' } };

test('another mapping closes the open run as superseded and begins the same request anew', async () => {
  const source = await createSource();
  const old = await source.begin({ p_batch_size: 50 });
  await old.commit([{ k: 'a' }], { ...engine, p_state_version: 1 });
  await old.yield();
  const heir = await source.resume({ p_mapping_hash: 'other' });
  const { run } = heir.grant;
  assert.notEqual(heir.grant.sync_id, old.grant.sync_id);
  assert.deepEqual(
    [run.trigger, run.kind, run.batch_size, run.ledger.read],
    ['manual', 'full', 50, 0],
  );
  assert.deepEqual([heir.grant.covered_count, heir.grant.state], [0, null]);
  assert.deepEqual(heir.grant.circuits, { sheets: 'open' });
  const closed = await source.status(old.grant.sync_id);
  assert.deepEqual([closed.status, closed.cause_code], ['superseded', 'mapping_changed']);
  assert.match(closed.cause_message, new RegExp(heir.grant.sync_id));
  assert.deepEqual(
    await query(`select seq from sync_batches where sync_id = '${old.grant.sync_id}'`),
    [],
  );
  assert.equal((await old.commit([{ k: 'b' }])).outcome, 'stale_fence');
});

test('a selection begun under another mapping is begun anew too', async () => {
  const source = await createSource();
  const old = await source.begin({ p_kind: 'selective', p_keys: ['a'] });
  await old.yield();
  const heir = await source.resume({ p_mapping_hash: 'other' });
  assert.deepEqual([heir.grant.run.kind, heir.grant.run.keys], ['selective', ['a']]);
  assert.notEqual(heir.grant.sync_id, old.grant.sync_id);
});

test('a run nobody has worked on yet just takes the new mapping', async () => {
  const source = await createSource();
  const { sync_id } = await source.request({ p_mapping_hash: 'mapping' });
  const worker = await source.resume({ p_mapping_hash: 'other' });
  assert.equal(worker.grant.sync_id, sync_id);
});

test('state of an older core is dropped, its circuits and covered keys are kept', async () => {
  const source = await createSource();
  const old = await source.begin();
  await old.commit([{ k: 'a' }], { ...engine, p_state_version: 1 });
  await old.yield();
  const heir = await source.resume({ p_state_version: 2 });
  assert.equal(heir.grant.sync_id, old.grant.sync_id);
  assert.deepEqual([heir.grant.state, heir.grant.circuits], [null, { sheets: 'open' }]);
  assert.equal(heir.grant.covered_count, 1);
});

test('state of a newer core is left alone by an older one', async () => {
  const source = await createSource();
  const newer = await source.begin(undefined, { p_state_version: 2, p_lease_ms: 1 });
  await newer.yield(engine);
  const before = await query(`select * from sync_state where source = '${source.name}'`);
  const answer = await source.claim({ p_state_version: 1, p_open_scheduled: true });
  assert.deepEqual([answer.outcome, answer.state_version], ['state_too_new', 2]);
  assert.deepEqual(await query(`select * from sync_state where source = '${source.name}'`), before);
});

test('an older core that still holds the lease cannot write over newer state', async () => {
  const source = await createSource();
  const worker = await source.begin();
  await worker.commit([], engine);
  const older = { p_state: { page: 0 }, p_state_version: 1 };
  await assertRefused(worker.commitRefused([{ k: 'a' }], older), 409, 'state_too_new');
  const lease = {
    p_source: source.name,
    p_fence: worker.grant.fence,
    p_sync_id: worker.grant.sync_id,
  };
  await assertRefused(rpc('sync_yield', { ...lease, ...older }), 409, 'state_too_new');
  const close = { ...lease, ...older, p_status: 'completed' };
  await assertRefused(rpc('sync_close_run', close), 409, 'state_too_new');
  assert.deepEqual(await source.rows(), []);
});

test('state that is not sent stays as it is', async () => {
  const source = await createSource();
  const worker = await source.begin();
  await worker.commit([], { ...engine, p_state_version: 1 });
  await worker.commit([{ k: 'a' }]);
  await worker.yield();
  const heir = await source.resume();
  assert.deepEqual([heir.grant.state, heir.grant.circuits], [{ page: 3 }, { sheets: 'open' }]);
});
