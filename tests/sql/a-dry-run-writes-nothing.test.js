import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSource, heldEntry, query } from './support.js';

const rows = [
  { k: 'same', price: 1 },
  { k: 'changed', price: 2 },
  { k: 'new', price: 3 },
  { k: 'bad', price: 'x' },
];

test('a dry run reports what would happen and leaves rows and entries as they are', async () => {
  const source = await createSource();
  const real = await source.begin();
  await real.commit([
    { k: 'same', price: 1 },
    { k: 'changed', price: 1 },
    { k: 'well', price: 'x' },
  ]);
  await real.close();
  const [content, versions, held] = [
    await source.rows(),
    await source.versions(),
    await source.held(),
  ];

  const dry = await source.begin({ p_dry_run: true });
  const answer = await dry.commit([...rows, { k: 'well', price: 5 }], {
    p_dry_run: true,
    p_held: [heldEntry({ key: 'held', row: 7 })],
  });
  assert.deepEqual(
    [answer.inserted, answer.updated, answer.unchanged, answer.failed.length],
    [2, 1, 1, 1],
  );
  assert.deepEqual([answer.ledger.read, answer.ledger.failed], [6, 2]);
  const closed = await dry.close();
  assert.equal(closed.ledger.inserted, 2);

  assert.deepEqual(await source.rows(), content);
  assert.deepEqual(await source.versions(), versions);
  assert.deepEqual(await source.held(), held);
  const run = await source.status(dry.grant.sync_id);
  assert.deepEqual(
    run.errors.map((/** @type {any} */ e) => e.key),
    ['held', 'bad'],
  );
});

test('a repeated dry batch is answered from memory too', async () => {
  const source = await createSource();
  const dry = await source.begin({ p_dry_run: true });
  await dry.commit(rows);
  const again = await dry.commit(rows, { p_seq: 1, p_digest: 'digest 1' });
  assert.deepEqual([again.repeated, again.inserted, again.ledger.read], [true, 3, 4]);
});

test('a run recorded as dry stays dry whatever its commits say', async () => {
  const source = await createSource();
  const dry = await source.begin({ p_dry_run: true });
  assert.equal((await dry.commit([{ k: 'a' }], { p_dry_run: false })).inserted, 1);
  assert.deepEqual(await source.rows(), []);
});

test('a dry run is no success that health could point to', async () => {
  const source = await createSource();
  const dry = await source.begin({ p_dry_run: true });
  await dry.close();
  const [{ health }] = await query(`select sync_read_health('${source.name}') as health`);
  assert.deepEqual([health.last_success, health.last_run.dry_run], [null, true]);
});
