import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, createSource, query, rpc } from './support.js';

test('a repeated close answers how the run ended', async () => {
  const source = await createSource();
  const worker = await source.begin();
  await worker.commit([{ k: 'a' }]);
  const first = await worker.close({ p_report: { sheets: 3 } });
  assert.deepEqual([first.outcome, first.status, first.ledger.read], ['closed', 'completed', 1]);
  const again = await worker.close({ p_status: 'failed', p_cause: { code: 'late' } });
  assert.deepEqual(
    [again.outcome, again.status, again.ledger.read],
    ['run_closed', 'completed', 1],
  );
  const run = await source.status(worker.grant.sync_id);
  assert.deepEqual([run.status, run.cause_code, run.report], ['completed', null, { sheets: 3 }]);
});

test('closing empties the batches and gives the lease back', async () => {
  const source = await createSource();
  const worker = await source.begin();
  await worker.commit([{ k: 'a' }]);
  await worker.close();
  const of = `where source = '${source.name}'`;
  assert.deepEqual(await query(`select seq from sync_batches ${of}`), []);
  assert.deepEqual(await query(`select owner, lease_until from sync_state ${of}`), [
    { owner: null, lease_until: null },
  ]);
});

test('a failed run keeps its cause, and what was written stays', async () => {
  const source = await createSource();
  const worker = await source.begin();
  await worker.commit([{ k: 'a' }]);
  const close = { p_source: source.name, p_fence: 1, p_sync_id: worker.grant.sync_id };
  await assertRefused(rpc('sync_close_run', { ...close, p_status: 'failed' }), 400, 'bad_request');
  await assertRefused(rpc('sync_close_run', { ...close, p_status: 'queued' }), 400, 'bad_request');
  const cause = { code: 'sheet_unstable', message: 'rows kept moving' };
  assert.equal((await worker.close({ p_status: 'failed', p_cause: cause })).status, 'failed');
  const run = await source.status(worker.grant.sync_id);
  assert.deepEqual([run.cause_code, run.cause_message], ['sheet_unstable', 'rows kept moving']);
  assert.equal((await source.rows()).length, 1);
});

test('a repeated yield keeps the time agreed on first', async () => {
  const source = await createSource();
  const worker = await source.begin();
  const first = await worker.yield({
    p_resume_in_ms: 60_000,
    p_state: { n: 1 },
    p_state_version: 1,
  });
  const again = await worker.yield({ p_resume_in_ms: 5, p_state: { n: 2 }, p_state_version: 1 });
  assert.deepEqual([again.outcome, again.resume_at], ['yielded', first.resume_at]);
  const [{ state }] = await query(`select state from sync_state where source = '${source.name}'`);
  assert.deepEqual(state, { n: 1 });
});

test('a close that comes after a yield is late', async () => {
  const source = await createSource();
  const worker = await source.begin();
  await worker.yield();
  assert.equal((await worker.close()).outcome, 'stale_fence');
  assert.equal((await source.status(worker.grant.sync_id)).status, 'in_progress');
});

test('a run yielded without a time is granted at once', async () => {
  const source = await createSource();
  const worker = await source.begin();
  assert.equal((await worker.yield()).resume_at, null);
  const heir = await source.resume();
  assert.deepEqual([heir.grant.sync_id, heir.grant.run.invocations], [worker.grant.sync_id, 2]);
});
