import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, createSource, heldEntry, query } from './support.js';

/** @typedef {import('./support.js').Source} Source */

/** @param {Source} source */
const watch = ({ name }) => call('sync_watch', { p_source: name, p_interval_ms: 300_000 });

/** @param {Source} source @param {object} [fields] */
async function alertsDue({ name }, fields) {
  const { sources } = await call('sync_read_due', { p_sources: [name], ...fields });
  return sources[0].alerts_due;
}

/** @param {Source} source @param {number} seconds */
async function pass({ name }, seconds) {
  const past = (/** @type {string} */ column) =>
    `${column} = ${column} - interval '${seconds} seconds'`;
  const runs = ['requested_at', 'started_at', 'completed_at', 'resume_at'].map(past).join(', ');
  await query(`update sync_runs set ${runs} where source = '${name}';
    update sync_state set ${past('lease_until')}, ${past('granted_at')} where source = '${name}'`);
}

const FAILED = { p_status: 'failed', p_cause: { code: 'header_missing', message: 'x' } };

test('a new source is silent for nobody, and nothing is stuck', async () => {
  const facts = await watch(await createSource());
  assert.equal(facts.outcome, 'found');
  assert.equal(facts.silent_ms, null);
  assert.deepEqual([facts.successes, facts.alerts], [[], []]);
  assert.deepEqual([facts.last_full_end, facts.open_progress], [null, null]);
});

test('silence is counted from the last success, before it from the first request', async () => {
  const source = await createSource();
  await (await source.begin()).close(FAILED);
  await pass(source, 600);
  await (await source.begin()).close(FAILED);
  const never = await watch(source);
  assert.ok(never.silent_ms >= 600_000 && never.silent_ms < 630_000, String(never.silent_ms));
  assert.equal(never.consecutive_failures, 2);
  assert.deepEqual(never.last_full_end, { status: 'failed', cause_code: 'header_missing' });
  await (await source.begin()).close();
  assert.ok((await watch(source)).silent_ms < 30_000);
});

test('the ledgers of the last two successes come, neither dry nor selective nor failed', async () => {
  const source = await createSource();
  const run = async (/** @type {object[]} */ rows, /** @type {object} */ request = {}) => {
    const worker = await source.begin(request);
    await worker.commit(rows);
    await worker.close();
  };
  await run([{ k: 'a' }, { k: 'b' }, { k: 'c' }]);
  await run([{ k: 'a' }, { k: 'b' }]);
  await run([{ k: 'a' }], { p_dry_run: true });
  await run([{ k: 'a' }], { p_kind: 'selective', p_keys: ['a'] });
  await (await source.begin()).close(FAILED);
  const { successes } = await watch(source);
  assert.deepEqual(
    successes.map((/** @type {any} */ { read }) => read),
    [2, 3],
  );
});

test('a cancelled run says nothing of the sheet', async () => {
  const source = await createSource();
  await (await source.begin()).close(FAILED);
  await source.begin();
  await source.begin({ p_force: true });
  assert.equal((await watch(source)).last_full_end.cause_code, 'header_missing');
});

test('an open run tells how long nobody came, and how often in vain', async () => {
  const source = await createSource();
  const worker = await source.begin();
  assert.deepEqual((await watch(source)).open_progress, { stalled: 1, stuck_ms: 0 });
  await worker.commit([{ k: 'a' }]);
  await worker.yield({ p_resume_in_ms: 600_000 });
  await pass(source, 300);
  assert.deepEqual((await watch(source)).open_progress, { stalled: 0, stuck_ms: 0 });
  await pass(source, 1_200);
  const { stalled, stuck_ms: stuck } = (await watch(source)).open_progress;
  assert.equal(stalled, 0);
  assert.ok(stuck >= 900_000 && stuck < 930_000, String(stuck));
});

test('held entries are counted', async () => {
  const source = await createSource();
  const worker = await source.begin();
  await worker.commit([], { p_held: [heldEntry({ key: 'x' }), heldEntry({ key: 'y' })] });
  assert.equal((await watch(source)).held_open_count, 2);
});

test('a tick is told of silence beyond the limit, until there is an alert of it', async () => {
  const source = await createSource();
  await (await source.begin()).close();
  await pass(source, 3_700);
  assert.equal(await alertsDue(source), false, 'nobody asked');
  assert.equal(await alertsDue(source, { p_silent_ms: 0 }), false, 'the rule is off');
  assert.equal(await alertsDue(source, { p_silent_ms: 3_800_000 }), false);
  assert.equal(await alertsDue(source, { p_silent_ms: 3_600_000 }), true);
  const change = { do: 'opened', rule: 'no_success', severity: 'critical', summary: 's' };
  const changes = [{ ...change, facts: {}, remind_in_ms: 3_600_000 }];
  await call('sync_record_alerts', { p_source: source.name, p_changes: changes });
  assert.equal(await alertsDue(source, { p_silent_ms: 3_600_000 }), false);
});

test('the watch changes nothing, and shows open alerts with their times', async () => {
  const source = await createSource();
  const change = { do: 'opened', rule: 'held_rows', severity: 'warning', summary: 's' };
  const changes = [{ ...change, facts: {}, remind_in_ms: 60_000 }];
  await call('sync_record_alerts', { p_source: source.name, p_changes: changes });
  const before = await query(`select xmin::text from sync_alerts where source = '${source.name}'`);
  const { alerts, now } = await watch(source);
  assert.deepEqual(
    [alerts.length, alerts[0].rule, alerts[0].event_number, alerts[0].delivery],
    [1, 'held_rows', 1, 'none'],
  );
  assert.ok(alerts[0].remind_at_ms > now && alerts[0].remind_at_ms <= now + 60_000);
  const after = await query(`select xmin::text from sync_alerts where source = '${source.name}'`);
  assert.deepEqual(after, before);
});
