import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, createSource, inSession, rpc } from './support.js';

test('the first full run is open at once, the second queued, the third is the second', async () => {
  const source = await createSource();
  const first = await source.request();
  const second = await source.request();
  const third = await source.request();
  assert.deepEqual([first.outcome, first.status], ['recorded', 'in_progress']);
  assert.deepEqual([second.outcome, second.status], ['recorded', 'queued']);
  assert.deepEqual([third.outcome, third.sync_id], ['already_queued', second.sync_id]);
  for (const { started_at } of [first, second]) assert.match(started_at, /^\d{4}-.*\.\d{3}Z$/);
});

test('a dry run is queued beside a real one, one of each', async () => {
  const source = await createSource();
  await source.request();
  const real = await source.request();
  const dry = await source.request({ p_dry_run: true });
  assert.deepEqual([dry.outcome, dry.status], ['recorded', 'queued']);
  assert.equal((await source.request({ p_dry_run: true })).sync_id, dry.sync_id);
  assert.equal((await source.request()).sync_id, real.sync_id);
});

test('selections are all recorded, up to 100 in the queue', async () => {
  const source = await createSource();
  const ids = new Set();
  for (let i = 0; i < 101; i += 1) {
    const answer = await source.request({ p_kind: 'selective', p_keys: [`k${i}`] });
    assert.equal(answer.outcome, 'recorded');
    ids.add(answer.sync_id);
  }
  assert.equal(ids.size, 101);
  const full = await source.request({ p_kind: 'selective', p_keys: ['one more'] });
  assert.equal(full.outcome, 'queue_full');
});

test('many requests at once make one open and one queued run', async () => {
  const source = await createSource();
  const answers = await Promise.all(Array.from({ length: 12 }, () => source.request()));
  const of = (/** @type {string} */ status) =>
    new Set(answers.filter((a) => a.status === status).map((a) => a.sync_id)).size;
  assert.deepEqual([of('in_progress'), of('queued')], [1, 1]);
});

test('a request does not wait for the rows and the state that a commit holds', async () => {
  const source = await createSource();
  await source.begin();
  await inSession(async (session) => {
    await session.unsafe(`begin; lock table ${source.name} in access exclusive mode;
      select * from sync_state where source = '${source.name}' for update`);
    const startedAt = performance.now();
    assert.equal((await source.request()).outcome, 'recorded');
    assert.ok(performance.now() - startedAt < 1800);
  });
});

for (const [what, fields] of /** @type {[string, object][]} */ ([
  ['of an unknown kind', { p_kind: 'other' }],
  ['for a selection without keys', { p_kind: 'selective' }],
  ['for a selection of nothing', { p_kind: 'selective', p_keys: [] }],
  ['with a key that is null', { p_kind: 'selective', p_keys: [null] }],
  ['for a full run with keys', { p_keys: ['a'] }],
  ['with a batch size of 0', { p_batch_size: 0 }],
  ['with a batch size over 1,000', { p_batch_size: 1001 }],
  ['without a trigger', { p_trigger: '' }],
])) {
  test(`a request ${what} is refused`, async () => {
    const source = await createSource();
    const args = { p_source: source.name, p_trigger: 'manual', ...fields };
    await assertRefused(rpc('sync_request_run', args), 400, 'bad_request');
    assert.equal((await source.claim()).outcome, 'idle');
  });
}
