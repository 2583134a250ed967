// How much is asked of others: requests to the database and to Google are counted where they
// arrive.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { generateListings } from '../../infra/local/generator/index.js';
import { createJobs } from '../../functions/app/jobs.js';
import { loadCore } from '../../wasm/js/load-node.js';
import { EXAMPLE_MAPPING } from '../../infra/local/stack.js';
import { countRequests, readTable, runToEnd, startTestStack } from './support.js';

const DATABASE_REQUESTS_MAX = 8;
const SHEETS_REQUESTS_MAX = 4;
/** The run is recorded by one request of its own, before any invocation. */
const REQUEST_RUN = 1;

const mapping = JSON.parse(readFileSync(EXAMPLE_MAPPING, 'utf8'));

/** @param {number} badRows */
const sheetWith = (badRows) =>
  generateListings({ rows: 1000, seed: 21, mapping, faults: 'none', badRows });

/**
 * Requests of one run, the token's included, status polls left out.
 * @param {import('./support.js').TestStack} stack
 */
async function countedRun(stack) {
  stack.lines.length = 0;
  stack.sheets.requests.length = 0;
  const status = await runToEnd(stack);
  const requests = countRequests(stack.lines);
  const { token, reads } = stack.sheets.counts();
  assert.equal(reads, requests.sheets, 'the log and the server disagree');
  return { status, sheets: reads + token, database: requests.database + REQUEST_RUN };
}

describe('1,000 rows of 117 columns in batches of 500', () => {
  /** @type {import('./support.js').TestStack} */
  let stack;
  before(async () => {
    stack = await startTestStack({ tab: sheetWith(0).tab });
  });
  after(() => stack?.stop());

  test('a first run takes at most 8 database and 5 Sheets requests', async (t) => {
    const { status, sheets, database } = await countedRun(stack);
    t.diagnostic(`${database} database requests, ${sheets} Sheets requests`);
    assert.equal(status.stats.inserted, 1000);
    assert.ok(database <= DATABASE_REQUESTS_MAX, `${database} database requests`);
    assert.ok(sheets <= SHEETS_REQUESTS_MAX + 1, `${sheets} Sheets requests`);
  });

  test('a later run takes at most 8 and 4', async (t) => {
    stack.sheets.revokeTokens();
    const { sheets, database } = await countedRun(stack);
    t.diagnostic(`${database} database requests, ${sheets} Sheets requests`);
    assert.ok(database <= DATABASE_REQUESTS_MAX, `${database} database requests`);
    // The revoked token costs one refused read; a fresh process would not have had it.
    assert.ok(sheets - 1 <= SHEETS_REQUESTS_MAX, `${sheets} Sheets requests`);
  });
});

describe('three bad rows among 1,000', () => {
  test('cost not one request more: 997 rows are stored, 3 are held with code, column and row', async () => {
    const sound = await startTestStack({ tab: sheetWith(0).tab });
    const base = await countedRun(sound);
    await sound.stop();
    const sheet = sheetWith(3);
    const stack = await startTestStack({ tab: sheet.tab });
    try {
      const { status, sheets, database } = await countedRun(stack);
      assert.deepEqual([sheets, database], [base.sheets, base.database]);
      assert.equal((await readTable(stack)).length, 997);
      assert.equal(status.stats.failed, 3);
      const held = await stack.backend.sql`
        select row_number, code, column_name, kind, message from public.sync_errors
        order by row_number`;
      assert.equal(held.length, 3);
      assert.deepEqual(
        held.map(({ row_number: row, code }) => [row, code]),
        sheet.truth.heldRows.map(({ row, code }) => [row, code]).sort(([a], [b]) => +a - +b),
      );
      for (const { column_name: column, message } of held) {
        assert.ok(column !== null || /constraint/.test(message), 'neither column nor constraint');
      }
    } finally {
      await stack.stop();
    }
  });
});

test('a tick with nothing due makes one request to the database and none to Google', async () => {
  const stack = await startTestStack({ rows: 20 });
  try {
    await runToEnd(stack);
    stack.lines.length = 0;
    stack.sheets.requests.length = 0;
    const jobs = createJobs({
      module: loadCore(),
      configuration: stack.configuration,
      mapping: stack.mapping,
      log: () => {},
    });
    const finish = await jobs.advance('manual');
    assert.equal(finish.outcome, 'idle');
    assert.deepEqual(finish.document.requests, { sheets: 0, database: 1 });
    assert.equal(stack.sheets.requests.length, 0);
  } finally {
    await stack.stop();
  }
});
