import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSource, inSession, query, until } from './support.js';

test('force cancels the open run; its worker’s late calls change nothing', async () => {
  const source = await createSource();
  const zombie = await source.begin();
  await zombie.commit([{ k: 'a', price: 1 }]);
  const queued = await source.request();
  const forced = await source.request({ p_force: true });
  assert.deepEqual([forced.outcome, forced.status], ['recorded', 'in_progress']);

  const cancelled = await source.status(zombie.grant.sync_id);
  assert.deepEqual([cancelled.status, cancelled.cause_code], ['cancelled', 'forced']);
  for (const answer of [
    await zombie.commit([{ k: 'a', price: 2 }]),
    await zombie.yield(),
    await zombie.close(),
  ]) {
    assert.deepEqual([answer.outcome, answer.status], ['run_closed', 'cancelled']);
  }
  assert.deepEqual(await source.rows(), [{ k: 'a', price: '1' }]);
  // the zombie's lease is void: nobody waits for its end
  const heir = await source.resume();
  assert.deepEqual([heir.grant.sync_id, heir.grant.run.forced], [forced.sync_id, true]);
  assert.equal((await zombie.commit([{ k: 'a', price: 3 }])).outcome, 'stale_fence');
  await heir.close();
  assert.equal((await source.resume()).grant.sync_id, queued.sync_id);
});

test('force during a commit rolls the whole commit back', async () => {
  const source = await createSource();
  await query(`
    create function pause_${source.name}() returns trigger language plpgsql as $$
    begin perform pg_advisory_xact_lock(301); return new; end $$;
    create trigger pause before insert on ${source.name} for each row
      execute function pause_${source.name}()`);
  const zombie = await source.begin();
  const state = { p_state: { page: 9 }, p_state_version: 1 };
  const answer = await inSession(async (session) => {
    await session`select pg_advisory_lock(301)`;
    const committing = zombie.commit([{ k: 'a', price: 1 }], state);
    await until(`select from pg_locks where locktype = 'advisory' and objid = 301 and not granted`);
    const startedAt = performance.now();
    assert.equal((await source.request({ p_force: true })).outcome, 'recorded');
    assert.ok(performance.now() - startedAt < 1800);
    await session`select pg_advisory_unlock(301)`;
    return committing;
  });
  assert.deepEqual([answer.outcome, answer.status], ['run_closed', 'cancelled']);
  assert.deepEqual(await source.rows(), []);
  const [stored] = await query(`select seq, state from sync_state where source = '${source.name}'`);
  assert.deepEqual([Number(stored.seq), stored.state], [0, null]);
  const { ledger } = await source.status(zombie.grant.sync_id);
  assert.equal(ledger.read, 0);
});

test('at most once a minute, and then nothing changes', async () => {
  const source = await createSource();
  const { sync_id } = await source.request({ p_force: true });
  const soon = await source.request({ p_force: true });
  assert.equal(soon.outcome, 'force_too_soon');
  assert.ok(soon.retry_after_ms > 55_000 && soon.retry_after_ms <= 60_000);
  assert.equal((await source.status(sync_id)).status, 'in_progress');
  await query(`update sync_runs set requested_at = requested_at - interval '61 s'
    where sync_id = '${sync_id}'`);
  assert.equal((await source.request({ p_force: true })).outcome, 'recorded');
});
