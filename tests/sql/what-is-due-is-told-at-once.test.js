import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, call, createSource, query, rpc } from './support.js';

/** @typedef {import('./support.js').Source} Source */

const FIVE_MINUTES = 300_000;

/**
 * @param {Source | string} source
 * @param {object} [fields]
 */
async function dueOf(source, fields) {
  const name = typeof source === 'string' ? source : source.name;
  const { sources } = await call('sync_read_due', { p_sources: [name], ...fields });
  return sources[0];
}

/**
 * Lets time pass for the runs of a source.
 * @param {Source} source
 * @param {number} seconds
 */
async function pass({ name }, seconds) {
  const past = (/** @type {string} */ column) =>
    `${column} = ${column} - interval '${seconds} seconds'`;
  const runs = ['requested_at', 'started_at', 'completed_at', 'resume_at'].map(past).join(', ');
  await query(`update sync_runs set ${runs} where source = '${name}';
    update sync_state set ${past('lease_until')}, ${past('granted_at')} where source = '${name}'`);
}

test('a new source is due, and a full run is to be opened', async () => {
  const source = await createSource();
  const { due, opens, registered } = await dueOf(source);
  assert.deepEqual({ due, opens, registered }, { due: true, opens: true, registered: true });
});

test('after a run nothing is due until four fifths of the interval have passed', async () => {
  const source = await createSource();
  await (await source.begin()).close();
  assert.equal((await dueOf(source)).due, false);
  await pass(source, 235);
  assert.equal((await dueOf(source)).due, false);
  await pass(source, 10);
  const { due, opens, waiting_ms: waiting } = await dueOf(source);
  assert.deepEqual([due, opens], [true, true]);
  assert.ok(waiting >= 5_000 && waiting < 60_000, String(waiting));
  assert.equal((await dueOf(source, { p_interval_ms: 3_600_000 })).due, false);
});

test('a claim that comes late, or twice, opens no run that is not due any more', async () => {
  const source = await createSource();
  const tick = { p_open_scheduled: true, p_interval_ms: FIVE_MINUTES };
  const worker = await source.resume(tick);
  await worker.commit([{ k: 'a' }]);
  await worker.close();
  assert.equal((await source.claim(tick)).outcome, 'idle');
  await pass(source, 235);
  assert.equal((await source.claim(tick)).outcome, 'idle');
  await pass(source, 10);
  assert.equal((await source.claim(tick)).outcome, 'granted');
  await assert.rejects(
    source.claim({ ...tick, p_interval_ms: -1 }),
    /p_interval_ms is not negative/,
  );
});

test('a clock that was set back holds up no run', async () => {
  const source = await createSource();
  await (await source.begin()).close();
  await pass(source, -3600);
  const { due, opens, waiting_ms: waiting } = await dueOf(source);
  assert.deepEqual([due, opens], [true, true]);
  assert.ok(waiting < 30_000, String(waiting));
  const claim = { p_open_scheduled: true, p_interval_ms: FIVE_MINUTES };
  assert.equal((await source.claim(claim)).outcome, 'granted');
  assert.equal((await dueOf(source)).opens, false, 'one is open');
});

test('with an interval of 0 each tick opens a run', async () => {
  const source = await createSource();
  await (await source.begin()).close();
  assert.equal((await dueOf(source, { p_interval_ms: 0 })).opens, true);
});

test('a failed run is tried again after the interval, a dry one counts as none', async () => {
  const source = await createSource();
  await (await source.begin({ p_dry_run: true })).close();
  assert.equal((await dueOf(source)).opens, true);
  await (await source.begin()).close({ p_status: 'failed', p_cause: { code: 'x', message: '' } });
  assert.equal((await dueOf(source)).opens, false);
  await pass(source, 300);
  assert.equal((await dueOf(source)).opens, true);
});

test('an open run is due once nobody holds its lease and its rest is over', async () => {
  const source = await createSource();
  const worker = await source.begin();
  assert.equal((await dueOf(source)).due, false, 'somebody works on it');
  await pass(source, 61);
  const killed = await dueOf(source);
  assert.deepEqual([killed.due, killed.opens], [true, false], 'the lease has expired');
  assert.ok(killed.waiting_ms >= 1_000 && killed.waiting_ms < 30_000, 'since then');
  await worker.commit([{ k: 'a' }]);
  await worker.yield({ p_resume_in_ms: 60_000 });
  assert.equal((await dueOf(source)).due, false, 'it rests');
  await pass(source, 61);
  assert.equal((await dueOf(source)).due, true);
});

test('a run that was laid down for an instant is due since its last grant', async () => {
  const source = await createSource();
  await (await source.begin()).yield();
  const { due, waiting_ms: waiting } = await dueOf(source);
  assert.equal(due, true);
  assert.ok(waiting >= 0 && waiting < 30_000);
  await pass(source, 1200);
  assert.ok((await dueOf(source)).waiting_ms >= 1_200_000);
});

test('a queued selection is due, and does not open a full run before its time', async () => {
  const source = await createSource();
  await (await source.begin()).close();
  await source.request({ p_kind: 'selective', p_keys: ['a'] });
  const { due, opens } = await dueOf(source);
  assert.deepEqual([due, opens], [true, false]);
});

test('the source that was worked on least recently comes first', async () => {
  const [a, b, c] = [await createSource(), await createSource(), await createSource()];
  for (const source of [b, c, a]) await (await source.begin()).close();
  const names = [a.name, b.name, c.name];
  const { sources } = await call('sync_read_due', { p_sources: names, p_interval_ms: 0 });
  assert.deepEqual(
    sources.map((/** @type {any} */ { source }) => source),
    [b.name, c.name, a.name],
  );
});

test('a source that is not registered is told, and is not due', async () => {
  const { registered, due, opens } = await dueOf('nobody');
  assert.deepEqual({ registered, due, opens }, { registered: false, due: false, opens: false });
});

test('what is old enough to be pruned is told, a day late', async () => {
  const source = await createSource();
  await (await source.begin()).close();
  await (await source.begin()).close();
  const old = { p_keep_days: 30 };
  assert.equal((await dueOf(source, old)).prunable, false);
  await pass(source, 30.5 * 86_400);
  assert.equal((await dueOf(source, old)).prunable, false);
  await pass(source, 86_400);
  assert.equal((await dueOf(source, old)).prunable, true);
  assert.equal((await dueOf(source)).prunable, false, 'nobody asked');
  await call('sync_prune', { p_source: source.name, ...old });
  assert.equal((await dueOf(source, old)).prunable, false, 'the newest completed run is kept');
});

test('asking changes nothing and takes no lock', async () => {
  const source = await createSource();
  await source.begin();
  const before = await query(`select xmin::text from sync_state where source = '${source.name}'`);
  await dueOf(source);
  const after = await query(`select xmin::text from sync_state where source = '${source.name}'`);
  assert.deepEqual(after, before);
});

test('health tells for how long nobody has come', async () => {
  const source = await createSource();
  await (await source.begin()).close();
  const waiting = async () =>
    (await call('sync_read_health', { p_source: source.name, p_interval_ms: FIVE_MINUTES }))
      .waiting_ms;
  assert.equal(await waiting(), null);
  await pass(source, 1_200);
  assert.ok((await waiting()) > 900_000);
});

test('the overview has the facts of each source, also of one that is not registered', async () => {
  const source = await createSource();
  const { sources } = await call('sync_read_overview', { p_sources: ['nobody', source.name] });
  assert.deepEqual(
    sources.map((/** @type {any} */ one) => [one.source, one.outcome]),
    [
      ['nobody', 'unknown_source'],
      [source.name, 'found'],
    ],
  );
});

test('arguments out of range are refused', async () => {
  for (const args of [
    { p_sources: [] },
    { p_sources: null },
    { p_sources: ['a'], p_interval_ms: -1 },
  ]) {
    await assertRefused(rpc('sync_read_due', args), 400, 'bad_request');
  }
  await assertRefused(rpc('sync_read_overview', { p_sources: [] }), 400, 'bad_request');
});
