import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, createSource, inSession, query } from './support.js';

/** @param {import('./support.js').Source} source @param {number} count */
async function closeRuns(source, count) {
  const ids = [];
  for (let i = 0; i < count; i += 1) {
    const worker = await source.begin();
    await worker.close();
    ids.push(worker.grant.sync_id);
  }
  return ids;
}

/** @param {import('./support.js').Source} source @param {object} [fields] */
const prune = (source, fields) =>
  call('sync_prune', { p_source: source.name, p_keep_days: 0, ...fields });

/** @param {import('./support.js').Source} source */
const runIds = async (source) =>
  (
    await query(
      `select sync_id from sync_runs where source = '${source.name}' order by requested_at`,
    )
  ).map((run) => run.sync_id);

test('old closed runs go; open, queued and the newest completed one stay', async () => {
  const source = await createSource();
  const closed = await closeRuns(source, 3);
  const failed = await source.begin();
  await failed.close({ p_status: 'failed', p_cause: { code: 'x' } });
  const open = await source.begin();
  await open.commit([{ k: 'a' }]);
  const queued = await source.request();
  assert.equal((await prune(source)).runs, 3);
  assert.deepEqual(await runIds(source), [closed[2], open.grant.sync_id, queued.sync_id]);
  assert.equal((await open.commit([{ k: 'b' }])).outcome, 'committed');
});

test('what is younger than the days to keep stays', async () => {
  const source = await createSource();
  await closeRuns(source, 3);
  assert.equal((await prune(source, { p_keep_days: 1 })).runs, 0);
  assert.equal((await runIds(source)).length, 3);
});

test('a call deletes at most its limit, the oldest first', async () => {
  const source = await createSource();
  const closed = await closeRuns(source, 4);
  assert.equal((await prune(source, { p_limit: 2 })).runs, 2);
  assert.deepEqual(await runIds(source), closed.slice(2));
});

test('a locked run is left for later, not waited for', async () => {
  const source = await createSource();
  const closed = await closeRuns(source, 4);
  await inSession(async (session) => {
    await session.unsafe(
      `begin; select * from sync_runs where sync_id = '${closed[1]}' for update`,
    );
    const startedAt = performance.now();
    assert.equal((await prune(source)).runs, 2);
    assert.ok(performance.now() - startedAt < 1800);
  });
  assert.deepEqual(await runIds(source), [closed[1], closed[3]]);
});

test('resolved entries and alerts go, open ones stay', async () => {
  const source = await createSource();
  const worker = await source.begin();
  await worker.commit([
    { k: 'a', price: 'x' },
    { k: 'b', price: 'x' },
  ]);
  await worker.commit([{ k: 'a', price: 1 }]);
  await query(`insert into sync_alerts (source, rule, status, resolved_at) values
    ('${source.name}', 'failing', 'resolved', now() - interval '1 day'),
    ('${source.name}', 'failing', 'open', null)`);
  const { errors, alerts } = await prune(source);
  assert.deepEqual([errors, alerts], [1, 1]);
  assert.deepEqual(
    (await source.held()).map((entry) => entry.key),
    ['b'],
  );
});
