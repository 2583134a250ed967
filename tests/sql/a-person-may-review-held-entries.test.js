import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, call, createSource, heldEntry, query, rpc } from './support.js';

/** @typedef {import('./support.js').Source} Source */

const price = { key: 'a', column: 'price', kind: 'cell', code: 'not_a_number', value: '応相談' };

/** @param {Source} source @param {object} [fields] */
const read = (source, fields) =>
  call('sync_read_errors', { p_source: source.name, p_with_values: true, ...fields });

/** @param {Source} source @param {string} p_action @param {number[]} p_ids */
const review = async (source, p_action, p_ids) =>
  (await call('sync_resolve_errors', { p_source: source.name, p_action, p_ids })).changed;

/** @param {Source} source @param {string} [p_state] */
const idsOf = async (source, p_state = 'open') =>
  (await read(source, { p_state })).errors.map((/** @type {{ id: number }} */ { id }) => id);

test('an ignored entry stays ignored while what is wrong is the same, wherever its row moves', async () => {
  const source = await createSource();
  const worker = await source.begin();
  await worker.commit([], { p_held: [heldEntry({ ...price, row: 5 })] });
  const ids = await idsOf(source);
  assert.deepEqual(
    [await review(source, 'ignore', ids), await review(source, 'ignore', ids)],
    [1, 0],
  );
  assert.deepEqual([await idsOf(source), await idsOf(source, 'ignored')], [[], ids]);
  const health = await call('sync_read_health', { p_source: source.name });
  assert.deepEqual([health.held_open_count, health.held_ignored_count], [0, 1]);
  await worker.commit([], { p_held: [heldEntry({ ...price, row: 9 })] });
  assert.deepEqual(await idsOf(source, 'ignored'), ids, 'the row moved, nothing else');
  await query(`update sync_errors set last_seen = last_seen - interval '2 hours'`);
  await worker.commit([], { p_held: [heldEntry({ ...price, row: 9 })] });
  assert.deepEqual(await idsOf(source, 'ignored'), ids, 'it was seen again');
  await worker.commit([], { p_held: [heldEntry({ ...price, row: 9, value: '価格未定' })] });
  assert.deepEqual([await idsOf(source), await idsOf(source, 'ignored')], [ids, []]);
});

test('an ignored entry whose value is masked is ignored until the value changes behind the mask', async () => {
  const source = await createSource();
  const worker = await source.begin();
  const phone = { ...price, column: 'phone', value: '***', tag: 4711 };
  await worker.commit([], { p_held: [heldEntry(phone)] });
  const ids = await idsOf(source);
  await review(source, 'ignore', ids);
  await worker.commit([], { p_held: [heldEntry({ ...phone, row: 9 })] });
  assert.deepEqual(await idsOf(source, 'ignored'), ids);
  await worker.commit([], { p_held: [heldEntry({ ...phone, row: 9, tag: 4712 })] });
  assert.deepEqual([await idsOf(source), await idsOf(source, 'ignored')], [ids, []]);
});

test('an ignored entry that was corrected is no longer ignored when it is wrong again', async () => {
  const source = await createSource();
  const worker = await source.begin();
  const p_held = [heldEntry(price)];
  await worker.commit([], { p_held });
  const ids = await idsOf(source);
  await review(source, 'ignore', ids);
  await worker.commit([{ k: 'a', price: 1 }]);
  assert.deepEqual(await idsOf(source, 'resolved'), ids);
  await worker.commit([], { p_held });
  assert.deepEqual(await idsOf(source), ids);
});

test('a person may take a word back, but not what a run has found out', async () => {
  const source = await createSource();
  const worker = await source.begin();
  await worker.commit([], { p_held: [heldEntry(price), heldEntry({ ...price, key: 'b' })] });
  const [a, b] = await idsOf(source);
  await worker.commit([{ k: 'b', price: 1 }]);
  await review(source, 'resolve', [a]);
  assert.equal(await review(source, 'reopen', [a, b]), 1);
  assert.deepEqual(await idsOf(source), [a]);
  await review(source, 'ignore', [a]);
  assert.equal(await review(source, 'reopen', [a]), 1);
  assert.deepEqual(await idsOf(source), [a]);
  const forget = { p_source: source.name, p_ids: [a], p_action: 'forget' };
  await assertRefused(rpc('sync_resolve_errors', forget), 400, 'bad_request');
});

test('a retry asks for the rows of the entries, each once', async () => {
  const source = await createSource();
  const worker = await source.begin();
  const area = { ...price, column: 'area' };
  await worker.commit([], {
    p_held: [heldEntry(price), heldEntry(area), heldEntry({ ...price, key: 'b' })],
  });
  const p_ids = await idsOf(source);
  const retry = { p_source: source.name, p_ids };
  const answer = await call('sync_retry_errors', retry);
  assert.equal(answer.outcome, 'recorded');
  const run = await source.status(answer.sync_id);
  assert.deepEqual(
    [run.kind, run.trigger, [...run.keys].sort()],
    ['selective', 'retry', ['a', 'b']],
  );
  await review(source, 'resolve', p_ids);
  assert.equal((await call('sync_retry_errors', retry)).outcome, 'nothing_to_retry');
  assert.equal(
    (await call('sync_retry_errors', { ...retry, p_ids: [9e9] })).outcome,
    'nothing_to_retry',
  );
  await assertRefused(rpc('sync_retry_errors', { ...retry, p_ids: [] }), 400, 'bad_request');
});

test('a retry of a row without a key reads all of them, once', async () => {
  const source = await createSource();
  const worker = await source.begin();
  await worker.commit([], { p_held: [heldEntry({ digest: 'd1', code: 'missing_key' })] });
  const retry = { p_source: source.name, p_ids: await idsOf(source) };
  const first = await call('sync_retry_errors', retry);
  const second = await call('sync_retry_errors', retry);
  assert.deepEqual([first.status, second.outcome], ['queued', 'already_queued']);
  assert.equal(first.sync_id, second.sync_id);
  assert.equal((await source.status(first.sync_id)).kind, 'full');
});

test('entries are found by code, by column and by any part of what is seen', async () => {
  const source = await createSource();
  const worker = await source.begin();
  const p_held = [
    heldEntry(price),
    heldEntry({ ...price, key: 'b', value: '100%_' }),
    heldEntry({ key: 'c', column: 'area', kind: 'cell', code: 'not_a_date', value: 'Ａ' }),
  ];
  await worker.commit([], { p_held });
  const found = async (/** @type {object} */ fields) =>
    (await read(source, fields)).errors.map((/** @type {{ key: string }} */ { key }) => key);
  assert.deepEqual(await found({ p_code: 'not_a_date' }), ['c']);
  assert.deepEqual(await found({ p_column: 'price' }), ['a', 'b']);
  assert.deepEqual(await found({ p_search: '相談' }), ['a']);
  assert.deepEqual(await found({ p_search: '%_' }), ['b'], 'no wildcard');
  assert.deepEqual(await found({ p_search: 'NOT_A_DATE' }), ['c']);
  assert.deepEqual(await found({ p_search: '相談', p_with_values: false }), [], 'no oracle');
  const { groups } = await read(source, { p_limit: 1 });
  assert.deepEqual(groups, [
    { code: 'not_a_number', column: 'price', count: 2 },
    { code: 'not_a_date', column: 'area', count: 1 },
  ]);
  const [first] = await idsOf(source);
  assert.equal((await read(source, { p_after_id: first })).groups, null);
});

test('values are for those who ask for them', async () => {
  const source = await createSource();
  const worker = await source.begin();
  await worker.commit([], { p_held: [heldEntry(price)] });
  const seen = await read(source);
  const hidden = await call('sync_read_errors', { p_source: source.name });
  assert.deepEqual([seen.errors[0].value, hidden.errors[0].value], ['応相談', null]);
});
