// Rows that did not change are not touched: judged by what PostgreSQL wrote, not by what was said.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { editCell, generateListings } from '../../infra/local/generator/index.js';
import { readVersions, runToEnd, startTestStack } from './support.js';
import { readFileSync } from 'node:fs';
import { EXAMPLE_MAPPING } from '../../infra/local/stack.js';

const WAL_BYTES_MAX = 64 * 1024;

describe('a sheet of 1,000 sound listings, synced again', () => {
  /** @type {import('./support.js').TestStack} */
  let stack;
  const mapping = JSON.parse(readFileSync(EXAMPLE_MAPPING, 'utf8'));
  const sheet = generateListings({ rows: 1000, seed: 11, mapping, faults: 'none' });

  /** @returns {Promise<number>} */
  const position = async () => {
    const [{ at }] = await stack.backend.sql`
      select (pg_current_wal_insert_lsn() - '0/0')::bigint as at`;
    return Number(at);
  };

  before(async () => {
    const postgresSettings = { autovacuum: 'off', full_page_writes: 'on' };
    stack = await startTestStack({ tab: sheet.tab, postgresSettings, durable: true });
    const first = await runToEnd(stack);
    assert.equal(first.stats.inserted, 1000);
  });
  after(() => stack?.stop());

  test('every row is what it was, all are unchanged, and WAL grows by less than 64 KiB', async (t) => {
    const versions = await readVersions(stack);
    const { default: postgres } = await import('postgres');
    const admin = postgres(stack.backend.adminUrl, { max: 1 });
    await admin`checkpoint`;
    await admin.end();
    const start = await position();
    const again = await runToEnd(stack);
    const grown = (await position()) - start;
    t.diagnostic(`WAL grew by ${grown} bytes`);
    assert.equal(again.stats.unchanged, 1000);
    assert.deepEqual(await readVersions(stack), versions);
    assert.ok(grown < WAL_BYTES_MAX, `${grown} bytes of WAL`);
  });

  test('one changed cell rewrites exactly one row and leaves created_at alone', async () => {
    const before = await readVersions(stack);
    const [old] = await stack.backend.sql`
      select property_number, created_at, updated_at from property_listings order by id offset 500 limit 1`;
    const key = old.property_number;
    editCell(sheet, { key, column: 'price', cell: '1億2,345万円', expected: '123450000' });
    const row = sheet.truth.rowOf.get(key) ?? 0;
    const column = sheet.truth.cellOf.get('price') ?? 0;
    stack.sheets
      .spreadsheet('local-spreadsheet')
      .setCell(sheet.tab.title, row, column + 1, '1億2,345万円');
    const status = await runToEnd(stack);
    assert.deepEqual([status.stats.updated, status.stats.unchanged], [1, 999]);
    const changed = [...(await readVersions(stack))].filter(([k, v]) => before.get(k) !== v);
    assert.deepEqual(
      changed.map(([k]) => k),
      [key],
    );
    const [now] = await stack.backend.sql`
      select price::text, created_at, updated_at from property_listings where property_number = ${key}`;
    assert.equal(now.price, '123450000');
    assert.deepEqual(now.created_at, old.created_at);
    assert.ok(now.updated_at > old.updated_at);
  });
});
