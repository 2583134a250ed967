import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, createSource, query } from './support.js';

test('64-bit hashes come back little-endian, the smallest and largest included', async () => {
  const source = await createSource();
  const worker = await source.begin();
  const hashes = [
    0n,
    -1n,
    1n,
    -(2n ** 63n),
    2n ** 63n - 1n,
    0x0123456789abcdefn,
    -0x123456789abcdefn,
  ];
  const text = JSON.stringify(worker.batch([], { p_covered: 'H', p_counts: { skipped: 7 } }));
  await call('sync_commit', text.replace('"H"', `[${hashes.join()}]`));
  await worker.yield();
  const { grant } = await source.resume();
  const bytes = Buffer.from(grant.covered, 'base64');
  assert.equal(grant.covered_count, hashes.length);
  assert.deepEqual(
    hashes.map((_, i) => bytes.readBigInt64LE(i * 8)),
    hashes,
  );
});

test('80,000 covered keys are handed over in a fraction of a second', async (t) => {
  const source = await createSource();
  const worker = await source.begin();
  await query(`insert into sync_batches (sync_id, seq, source, digest, answer, covered)
    select '${worker.grant.sync_id}', b, '${source.name}', 'd', '{}',
      (select array_agg(hashtextextended(b || '-' || i, 0)) from generate_series(1, 500) i)
    from generate_series(1, 160) b`);
  await worker.yield();
  const startedAt = performance.now();
  const { grant } = await source.resume();
  const elapsed = Math.round(performance.now() - startedAt);
  t.diagnostic(`${elapsed} ms`);
  assert.equal(grant.covered_count, 80_000);
  assert.equal(Buffer.from(grant.covered, 'base64').length, 640_000);
  assert.ok(elapsed < 2000, `${elapsed} ms`);
});

test('closing a run of 80,000 keys finds the vanished among its held entries quickly', async (t) => {
  const source = await createSource();
  const worker = await source.begin();
  await query(`insert into sync_batches (sync_id, seq, source, digest, answer, covered)
    select '${worker.grant.sync_id}', b, '${source.name}', 'd', '{}',
      (select array_agg(b * 1000 + i) from generate_series(1, 500) i)
    from generate_series(1, 160) b;
    insert into sync_errors (source, key, kind, code, key_hash, sync_id)
    select '${source.name}', 'k' || i, 'row', 'x', 1000 + i * 50, '${worker.grant.sync_id}'
    from generate_series(1, 2000) i`);
  const startedAt = performance.now();
  const { held_open: open } = await worker.close();
  const elapsed = Math.round(performance.now() - startedAt);
  t.diagnostic(`${elapsed} ms`);
  assert.ok(open > 0 && open < 2000);
  assert.ok(elapsed < 2000, `${elapsed} ms`);
});
