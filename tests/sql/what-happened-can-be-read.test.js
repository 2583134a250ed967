import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, call, createSource, query, rpc } from './support.js';

test('status shows a run from request to end', async () => {
  const source = await createSource();
  const { sync_id } = await source.request({ p_batch_size: 50 });
  const early = await source.status(sync_id);
  assert.deepEqual([early.status, early.ledger.read, early.completed_at], ['in_progress', 0, null]);
  const worker = await source.resume();
  await worker.commit([{ k: 'a' }, { k: 'b', price: 'x' }], { p_counts: { expected: 2 } });
  const running = await source.status(sync_id);
  assert.deepEqual([running.ledger.read, running.ledger.expected, running.batch_size], [2, 2, 50]);
  assert.deepEqual([running.errors_count, running.errors[0].code], [1, '22P02']);
  await worker.close();
  const done = await source.status(sync_id);
  assert.equal(done.status, 'completed');
  assert.ok(done.duration_ms >= 0 && Date.parse(done.completed_at) >= Date.parse(done.started_at));
});

test('status of an unknown run says so', async () => {
  const answer = await call('sync_read_status', {
    p_sync_id: '00000000-0000-4000-8000-000000000000',
  });
  assert.equal(answer.outcome, 'unknown_run');
});

test('health tells the last success, what is open, what failed since, what waits', async () => {
  const source = await createSource();
  const read = () => call('sync_read_health', { p_source: source.name });
  const fresh = await read();
  assert.deepEqual(
    [fresh.outcome, fresh.last_success, fresh.last_run, fresh.open_run, fresh.queued_count],
    ['found', null, null, null, 0],
  );
  const good = await source.begin();
  await good.commit([{ k: 'a' }, { k: 'b', price: 'x' }], { p_circuits: { database: 'closed' } });
  await good.close();
  for (let i = 0; i < 2; i += 1) {
    const bad = await source.begin();
    await bad.close({ p_status: 'failed', p_cause: { code: 'sheet_unstable' } });
  }
  const open = await source.begin();
  await source.request();
  const health = await read();
  assert.equal(health.last_success.sync_id, good.grant.sync_id);
  assert.equal(health.last_success.ledger.failed, 1);
  assert.deepEqual(
    [health.last_run.status, health.last_run.cause_code],
    ['failed', 'sheet_unstable'],
  );
  assert.equal(health.open_run.sync_id, open.grant.sync_id);
  assert.deepEqual(
    [health.consecutive_failures, health.queued_count, health.held_open_count],
    [2, 1, 1],
  );
  assert.equal(health.lease_until, open.grant.lease_until);
  assert.deepEqual(health.circuits, { database: 'closed' });
  assert.ok(Number.isInteger(health.average_duration_ms));
  await open.commit([]);
  await open.close();
  assert.equal((await read()).consecutive_failures, 0);
});

test('health of an unknown source says so', async () => {
  assert.equal((await call('sync_read_health', { p_source: 'nobody' })).outcome, 'unknown_source');
});

test('history goes back page by page, every run once, even within one millisecond', async () => {
  const source = await createSource();
  await query(`insert into sync_runs (source, kind, trigger, status, requested_at, started_at, completed_at)
    select '${source.name}', 'full', 'scheduled', 'completed', t, t, t + interval '1 s'
    from generate_series(1, 25) i
    cross join lateral (select timestamptz '2026-01-01' + i * interval '1 microsecond') as at (t)`);
  const seen = [];
  let before = null;
  do {
    /** @type {any} */
    const page = await call('sync_read_history', {
      p_source: source.name,
      p_before: before,
      p_limit: 10,
    });
    seen.push(...page.runs);
    before = page.next_before;
  } while (before);
  assert.equal(new Set(seen.map((run) => run.sync_id)).size, 25);
  assert.equal(seen.length, 25);
  assert.equal('errors' in seen[0], false);
});

test('held entries are read page by page, open and resolved apart, and a person may resolve them', async () => {
  const source = await createSource();
  const worker = await source.begin();
  await worker.commit(Array.from({ length: 5 }, (_, i) => ({ k: `k${i}`, price: 'x' })));
  const read = (/** @type {object} */ fields) =>
    call('sync_read_errors', { p_source: source.name, p_limit: 3, ...fields });
  const first = await read({});
  const second = await read({ p_after_id: first.next_after });
  assert.deepEqual([first.errors.length, second.errors.length, second.next_after], [3, 2, null]);
  assert.equal(first.open_count, 5);
  const ids = first.errors.map((/** @type {any} */ e) => e.id);
  const resolve = { p_source: source.name, p_ids: [...ids, 1e9] };
  assert.equal((await call('sync_resolve_errors', resolve)).changed, 3);
  assert.equal((await call('sync_resolve_errors', resolve)).changed, 0);
  const resolved = await read({ p_state: 'resolved' });
  assert.deepEqual([resolved.open_count, resolved.errors.length], [2, 3]);
  assert.equal(resolved.errors[0].resolved_by, 'person');
});

test('pages over the limit are refused', async () => {
  const source = await createSource();
  for (const [name, p_limit] of /** @type {[string, number][]} */ ([
    ['sync_read_history', 201],
    ['sync_read_errors', 1001],
    ['sync_prune', 0],
  ])) {
    await assertRefused(rpc(name, { p_source: source.name, p_limit }), 400, 'bad_request');
  }
});

test('health and history stay fast with 10,000 runs', async (t) => {
  const source = await createSource();
  await query(`insert into sync_runs (source, kind, trigger, status, requested_at, started_at, completed_at)
    select '${source.name}', 'full', 'scheduled', 'completed', t, t, t + interval '1 s'
    from generate_series(1, 10000) i
    cross join lateral (select now() - i * interval '5 minutes') as at (t)`);
  for (const name of ['sync_read_health', 'sync_read_history']) {
    const startedAt = performance.now();
    await call(name, { p_source: source.name });
    const elapsed = Math.round(performance.now() - startedAt);
    t.diagnostic(`${name}: ${elapsed} ms`);
    assert.ok(elapsed < 500, `${elapsed} ms`);
  }
});
