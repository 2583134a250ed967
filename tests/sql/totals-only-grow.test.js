import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, call, createSource, heldEntry, query, rpc } from './support.js';

/** @typedef {import('./support.js').Source} Source */

/** @param {Source | string} source */
async function metricsOf(source) {
  const name = typeof source === 'string' ? source : source.name;
  const { sources } = await call('sync_read_metrics', { p_sources: [name] });
  return sources[0];
}

/**
 * A run with one row inserted, one held, one skipped.
 * @param {Source} source
 * @param {string} key
 * @param {object} [request]
 */
async function workOn(source, key, request) {
  const worker = await source.begin(request);
  await worker.commit([{ k: key, price: 1 }], {
    p_held: [heldEntry({ key: `held ${key}` })],
    p_counts: { failed: 1, skipped: 1, held_cells: 0, expected: 3 },
  });
  return worker;
}

const FAILED = { p_status: 'failed', p_cause: { code: 'x', message: '' } };
const NO_RUNS = { completed: 0, failed: 0, cancelled: 0, superseded: 0 };
const NO_ROWS = { inserted: 0, updated: 0, unchanged: 0, held: 0, skipped: 0 };

test('before the first run every counter is 0, and there is no success', async () => {
  const source = await createSource();
  const found = await metricsOf(source);
  assert.deepEqual(found, {
    ...{ source: source.name, outcome: 'found', runs: NO_RUNS, rows: NO_ROWS },
    ...{ run_ms: 0, timed_runs: 0, last_success_ms: null, last_success_rows: null },
    ...{ held_open: 0, held_ignored: 0, queued: 0, running: false, consecutive_failures: 0 },
    ...{ circuits: null, alerts_open: {} },
  });
});

test('a run counts once it has ended, its rows with it', async () => {
  const source = await createSource();
  const worker = await workOn(source, 'a');
  const open = await metricsOf(source);
  assert.deepEqual([open.runs, open.rows, open.running], [NO_RUNS, NO_ROWS, true]);
  await worker.close({ p_circuits: { sheets: { state: 'open' } } });
  await worker.close(); // repeated: it has ended already
  const closed = await metricsOf(source);
  assert.deepEqual(closed.runs, { ...NO_RUNS, completed: 1 });
  assert.deepEqual(closed.rows, { ...NO_ROWS, inserted: 1, held: 1, skipped: 1 });
  assert.deepEqual([closed.timed_runs, closed.running], [1, false]);
  assert.deepEqual(closed.last_success_rows, { read: 3, failed: 1 });
  assert.deepEqual(closed.circuits, { sheets: { state: 'open' } });
  assert.equal(closed.held_open, 1);
});

test('each way to end is counted: failed, cancelled by force, superseded by a mapping', async () => {
  const source = await createSource();
  await (await workOn(source, 'a')).close(FAILED);
  await workOn(source, 'b');
  await source.request({ p_force: true });
  await (await workOn(source, 'c')).yield();
  const next = await source.resume({ p_mapping_hash: 'another' });
  await next.close();
  const { runs, rows, timed_runs: timed } = await metricsOf(source);
  assert.deepEqual(runs, { completed: 1, failed: 1, cancelled: 1, superseded: 1 });
  assert.deepEqual(rows, { ...NO_ROWS, inserted: 3, held: 3, skipped: 3 });
  assert.equal(timed, 2, 'a run that was ended from outside says nothing about how long one takes');
});

test('a dry run is a run, but its rows count nowhere', async () => {
  const source = await createSource();
  await (await workOn(source, 'a', { p_dry_run: true })).close();
  const { runs, rows } = await metricsOf(source);
  assert.deepEqual([runs.completed, rows], [1, NO_ROWS]);
});

test('the duration is that of the run', async () => {
  const source = await createSource();
  const worker = await workOn(source, 'a');
  await query(`update sync_runs set started_at = started_at - interval '90 seconds'
    where sync_id = '${worker.grant.sync_id}'`);
  await worker.close();
  const { run_ms: ms } = await metricsOf(source);
  assert.ok(ms >= 90_000 && ms < 100_000, String(ms));
});

test('a run that seems to end before it began takes nothing away', async () => {
  const source = await createSource();
  const worker = await workOn(source, 'a');
  await query(`update sync_runs set started_at = started_at + interval '1 hour'
    where sync_id = '${worker.grant.sync_id}'`);
  await worker.close();
  assert.equal((await metricsOf(source)).run_ms, 0);
});

test('pruning lowers no counter', async () => {
  const source = await createSource();
  for (const key of ['a', 'b', 'c']) await (await workOn(source, key)).close();
  const before = await metricsOf(source);
  const pruned = await call('sync_prune', { p_source: source.name, p_keep_days: 0 });
  assert.equal(pruned.runs, 2);
  const after = await metricsOf(source);
  assert.deepEqual([after.runs, after.rows], [before.runs, before.rows]);
  assert.deepEqual([after.run_ms, after.timed_runs], [before.run_ms, before.timed_runs]);
});

test('queue, failures in a row, open alerts and ignored entries are told', async () => {
  const source = await createSource();
  await (await workOn(source, 'a')).close(FAILED);
  await (await workOn(source, 'b')).close(FAILED);
  const { name } = source;
  await source.begin();
  await source.request({ p_kind: 'selective', p_keys: ['a'] });
  await query(`update sync_errors set ignored_at = now() where source = '${name}' and key = 'held a';
    insert into sync_alerts (source, rule, status, resolved_at) values
      ('${name}', 'held_rows', 'open', null), ('${name}', 'no_success', 'resolved', now())`);
  const told = await metricsOf(source);
  assert.deepEqual([told.consecutive_failures, told.queued, told.running], [2, 1, true]);
  assert.deepEqual([told.held_open, told.held_ignored], [1, 1]);
  assert.deepEqual(told.alerts_open, { held_rows: 1 });
});

test('several sources are answered in the order asked, unknown ones too', async () => {
  const [a, b] = [await createSource(), await createSource()];
  const names = [b.name, 'nobody', a.name];
  const { sources, now } = await call('sync_read_metrics', { p_sources: names });
  assert.deepEqual(
    sources.map((/** @type {any} */ one) => [one.source, one.outcome]),
    [
      [b.name, 'found'],
      ['nobody', 'unknown_source'],
      [a.name, 'found'],
    ],
  );
  assert.ok(Math.abs(now - Date.now()) < 60_000);
  await assertRefused(rpc('sync_read_metrics', { p_sources: [] }), 400, 'bad_request');
});

test('two runs of a source that end at once are both counted', async () => {
  const source = await createSource();
  const worker = await source.begin();
  const selective = await source.request({ p_kind: 'selective', p_keys: ['a'] });
  await Promise.all([
    worker.close(),
    query(`update sync_runs set status = 'cancelled', completed_at = now()
      where sync_id = '${selective.sync_id}'`),
  ]);
  assert.deepEqual((await metricsOf(source)).runs, { ...NO_RUNS, completed: 1, cancelled: 1 });
});
