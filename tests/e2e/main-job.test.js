// The main job on real components: a generated sheet reaches the table, value by value.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { compareTable } from '../../infra/local/generator/index.js';
import { imbalance, readTable, runToEnd, startTestStack } from './support.js';

/** @typedef {import('./support.js').TestStack} TestStack */

describe('a sheet of 1,000 listings with every kind of cell', () => {
  /** @type {TestStack} */
  let stack;
  /** @type {any} */
  let status;
  /** @type {NonNullable<TestStack['truth']>} */
  let truth;

  before(async () => {
    stack = await startTestStack({ rows: 1000, seed: 7 });
    assert.ok(stack.truth);
    truth = stack.truth;
    status = await runToEnd(stack);
  });
  after(() => stack?.stop());

  test('the run completes with a balanced ledger and the counts the generator planted', () => {
    assert.equal(status.status, 'completed');
    assert.equal(imbalance(status.stats), 0);
    const { total, inserted, updated, unchanged, failed, skipped, heldCells } = status.stats;
    assert.deepEqual(
      { read: total, inserted, failed, skipped, heldCells },
      truth.counts,
      'the ledger is not what the generator planted',
    );
    assert.deepEqual([updated, unchanged], [0, 0]);
    assert.equal(status.progress.percent, 100);
  });

  test('the table holds exactly the expected rows, column by column', async () => {
    const rows = await readTable(stack);
    assert.equal(rows.length, truth.rows.size);
    assert.deepEqual(compareTable(truth, rows, 'property_number'), []);
  });

  test('every held row and cell is stored with its code, row number and column', async () => {
    const stored = await stack.backend.sql`
      select kind, key, row_number, column_name, code from public.sync_errors
      where resolved_at is null`;
    const cells = new Set(
      stored
        .filter(({ kind }) => kind === 'cell')
        .map((held) => `${held.row_number} ${held.key} ${held.column_name} ${held.code}`),
    );
    const expectedCells = truth.heldCells.map(
      ({ row, key, column, code }) => `${row} ${key} ${column} ${code}`,
    );
    assert.deepEqual([...cells].sort(), [...new Set(expectedCells)].sort());
    const heldRows = stored.filter(({ kind }) => kind === 'row');
    for (const held of truth.heldRows) {
      const found = heldRows.find(
        ({ row_number: row, key, code }) =>
          code === held.code && (row === held.row || (key !== null && key === held.key)),
      );
      assert.ok(found, `held row ${held.row} (${held.key}, ${held.code}) is not stored`);
      if (held.column) assert.equal(found.column_name, held.column);
    }
  });

  test('the rows of a duplicated key name each other', async () => {
    const duplicated = truth.heldRows.filter(({ code }) => code === 'duplicate_key');
    assert.ok(duplicated.length >= 2, 'the generator planted no duplicates');
    for (const { key, row, others = [] } of duplicated) {
      const [held] = await stack.backend.sql`
        select message from public.sync_errors where key = ${key} and code = 'duplicate_key'`;
      for (const number of [row, ...others])
        assert.match(held.message, new RegExp(`\\b${number}\\b`));
    }
  });

  test('headers nobody mapped are reported', () => {
    assert.deepEqual(status.report.unmapped_headers, truth.unmapped);
  });

  test('a second run finds everything unchanged and holds the same rows', async () => {
    const again = await runToEnd(stack);
    const { inserted, updated, unchanged, failed } = again.stats;
    assert.deepEqual([inserted, updated, unchanged], [0, 0, status.stats.inserted]);
    assert.equal(failed, status.stats.failed);
    assert.equal(again.errorsTotal, status.errorsTotal);
  });

  test('health is computed from what is stored', async () => {
    const health = await stack.api.health();
    assert.equal(health.status, 'healthy');
    assert.equal(health.circuitBreakerState, 'closed');
    assert.equal(health.queueSize, 0);
    assert.ok(health.lastSync);
    assert.ok(Math.abs(health.errorRate - status.stats.failed / status.stats.total) < 1e-9);
  });

  test('sensitive values are stored masked', async () => {
    const mapping = JSON.parse(new TextDecoder().decode(stack.mapping));
    const sensitive = mapping.columns
      .filter((/** @type {any} */ column) => column.sensitive)
      .map((/** @type {any} */ { column }) => column);
    assert.ok(sensitive.length > 0);
    const values = await stack.backend.sql`
      select value from public.sync_errors
      where column_name in ${stack.backend.sql(sensitive)} and value is not null`;
    for (const { value } of values) assert.equal(value, '***');
  });
});

describe('selective runs', () => {
  /** @type {TestStack} */
  let stack;
  before(async () => {
    stack = await startTestStack({ rows: 120, seed: 3 });
  });
  after(() => stack?.stop());

  test('only the chosen rows are written; a number not in the sheet is held', async () => {
    const keys = [...(stack.truth?.rows.keys() ?? [])].slice(10, 13);
    const status = await runToEnd(stack, { propertyNumbers: [...keys, 'AA99999999'] });
    assert.equal(status.status, 'completed');
    assert.equal(status.kind, 'selective');
    assert.deepEqual(
      (await readTable(stack)).map((row) => row.property_number),
      [...keys].sort(),
    );
    assert.equal(status.stats.total, 4);
    assert.equal(status.stats.inserted, 3);
    const absent = status.errors.filter((/** @type {any} */ { code }) => code === 'not_in_sheet');
    assert.deepEqual(
      absent.map((/** @type {any} */ { propertyNumber, row }) => [propertyNumber, row]),
      [['AA99999999', null]],
    );
  });

  test('numbers are matched as keys are: trimmed and width-folded', async () => {
    const [key] = [...(stack.truth?.rows.keys() ?? [])].slice(20, 21);
    const fullWidth = [...key].map((c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).join('');
    const status = await runToEnd(stack, { propertyNumbers: [`　${fullWidth} `] });
    assert.equal(status.stats.inserted, 1);
  });
});

describe('a dry run', () => {
  test('reports what would happen and writes nothing', async () => {
    const stack = await startTestStack({ rows: 200, seed: 5 });
    try {
      const dry = await runToEnd(stack, { dryRun: true });
      assert.equal(dry.status, 'completed');
      assert.equal(dry.dryRun, true);
      assert.equal((await readTable(stack)).length, 0);
      const [{ held }] = await stack.backend.sql`select count(*)::int as held from sync_errors`;
      assert.equal(held, 0);
      const real = await runToEnd(stack);
      assert.deepEqual(real.stats, dry.stats);
    } finally {
      await stack.stop();
    }
  });
});
