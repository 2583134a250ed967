import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSource, query } from './support.js';

test('with nothing asked for a claim is idle, unless it may open the scheduled run', async () => {
  const source = await createSource();
  assert.equal((await source.claim()).outcome, 'idle');
  const worker = await source.resume({ p_open_scheduled: true });
  assert.deepEqual([worker.grant.run.trigger, worker.grant.run.kind], ['scheduled', 'full']);
  await worker.close();
  assert.equal((await source.claim()).outcome, 'idle');
});

test('selections come first, the oldest before, then the open full run, then the queued one', async () => {
  const source = await createSource();
  const open = await source.request();
  const queued = await source.request();
  const first = await source.request({ p_kind: 'selective', p_keys: ['a'] });
  const second = await source.request({ p_kind: 'selective', p_keys: ['b'] });
  assert.deepEqual(
    [open, queued, first, second].map(({ status }) => status),
    ['in_progress', 'queued', 'queued', 'queued'],
  );
  for (const [{ sync_id: expected }, next] of /** @type {[any, boolean][]} */ ([
    [first, true],
    [second, true],
    [open, true],
    [queued, false],
  ])) {
    const worker = await source.resume();
    assert.equal(worker.grant.sync_id, expected);
    assert.equal((await worker.close()).next, next);
  }
});

test('a commit tells of selections that wait, and they are served at its boundary', async () => {
  const source = await createSource();
  const full = await source.begin();
  assert.equal((await full.commit([{ k: 'a' }])).selective_waiting, 0);
  await source.request({ p_kind: 'selective', p_keys: ['z'] });
  assert.equal((await full.commit([{ k: 'b' }])).selective_waiting, 1);
  await full.yield({ p_state: { page: 2 }, p_state_version: 1 });
  const selection = await source.resume();
  assert.deepEqual(selection.grant.run.keys, ['z']);
  assert.deepEqual(selection.grant.state, { page: 2 });
  assert.equal(selection.grant.covered_count, 0);
  await selection.commit([{ k: 'z' }]);
  await selection.close();
  const again = await source.resume();
  assert.equal(again.grant.sync_id, full.grant.sync_id);
  assert.equal(again.grant.covered_count, 2);
});

test('a run that asked not to be resumed yet waits, pressing claims and a newly forced run do not', async () => {
  const source = await createSource();
  const worker = await source.begin();
  const { resume_at } = await worker.yield({ p_resume_in_ms: 60_000 });
  const waiting = await source.claim({ p_open_scheduled: true });
  assert.deepEqual([waiting.outcome, waiting.resume_at], ['waiting', resume_at]);
  const pressing = await source.resume({ p_ignore_resume_at: true });
  await pressing.yield({ p_resume_in_ms: 60_000 });
  const { sync_id } = await source.request({ p_force: true });
  const forced = await source.resume();
  assert.equal(forced.grant.sync_id, sync_id);
  await forced.yield({ p_resume_in_ms: 60_000 });
  assert.equal((await source.claim()).outcome, 'waiting');
});

test('a selection is served while the full run waits, and the wait goes on after it', async () => {
  const source = await createSource();
  const full = await source.begin();
  await full.yield({ p_resume_in_ms: 60_000 });
  await source.request({ p_kind: 'selective', p_keys: ['a'] });
  const selection = await source.resume();
  assert.equal(selection.grant.run.kind, 'selective');
  await selection.close();
  assert.equal((await source.claim()).outcome, 'waiting');
});

test('the schedule opens no second full run, and does not take a dry run for one', async () => {
  const source = await createSource();
  const dry = await source.begin({ p_dry_run: true });
  await dry.yield();
  const tick = await source.resume({ p_open_scheduled: true });
  assert.equal(tick.grant.sync_id, dry.grant.sync_id);
  assert.equal((await tick.close()).next, true);
  const real = await source.resume({ p_open_scheduled: true });
  assert.deepEqual([real.grant.run.trigger, real.grant.run.dry_run], ['scheduled', false]);
  const runs = await query(`select from sync_runs where source = '${source.name}'`);
  assert.equal(runs.length, 2);
});
