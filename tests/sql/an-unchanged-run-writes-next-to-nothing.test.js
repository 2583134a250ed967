import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, createSource, heldEntry, query } from './support.js';

const names = Array.from({ length: 116 }, (_, i) => `c${i}`);
const columns = `k text primary key, ${names.map((name) => `${name} text`).join()}`;
const rows = Array.from({ length: 1000 }, (_, r) => ({
  k: `AA${r}`,
  ...Object.fromEntries(names.map((name, c) => [name, `値 ${r} ${c}`])),
}));
/** 64-bit hashes as the core makes them: nothing in them to compress. */
const covered = rows.map((_, i) => (BigInt(i + 1) * 0x9e3779b97f4a7c15n) % 2n ** 63n);
const held = Array.from({ length: 16 }, (_, i) =>
  heldEntry({ key: `held ${i}`, row: 2000 + i, value: '2026/02/31', message: 'no such day' }),
);

/**
 * Request, claim, two commits, close: what one run sends.
 * @param {import('./support.js').Source} source
 */
async function run(source) {
  const worker = await source.begin();
  const engine = { p_state: { header: names }, p_state_version: 1, p_circuits: { database: {} } };
  for (const half of [0, 500]) {
    const batch = worker.batch(rows.slice(half, half + 500), {
      ...engine,
      p_held: half === 0 ? held : [],
      p_covered: 'COVERED',
    });
    const hashes = covered
      .slice(half, half + 500)
      .concat(half === 0 ? held.map((h) => BigInt(h.hash)) : []);
    const text = JSON.stringify(batch).replace('"COVERED"', `[${hashes.join()}]`);
    const answer = await call('sync_commit', text);
    assert.equal(answer.outcome, 'committed');
    worker.seq = answer.seq;
  }
  const closed = await worker.close({ ...engine, p_report: { sheets: 4, database: 4 } });
  return closed.ledger;
}

const walPosition = async () => (await query('select pg_current_wal_insert_lsn() as lsn'))[0].lsn;

test('a run of 1,000 unchanged rows writes less than 30 KB of WAL in all', async (t) => {
  const source = await createSource(columns);
  assert.equal((await run(source)).inserted, 1000);
  const versions = await source.versions();
  await query('checkpoint');
  const before = await walPosition();
  const ledger = await run(source);
  const after = await walPosition();
  assert.deepEqual([ledger.unchanged, ledger.failed], [1000, 16]);
  assert.deepEqual(await source.versions(), versions);
  const [{ bytes }] = await query(`select '${after}'::pg_lsn - '${before}'::pg_lsn as bytes`);
  t.diagnostic(`${bytes} bytes of WAL`);
  assert.ok(Number(bytes) < 30_000, `${bytes} bytes`);
});
