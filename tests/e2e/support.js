// Shared by the end-to-end tests: a stack of real components, and looks at the table from outside.
import assert from 'node:assert/strict';
import { startStack } from '../../infra/local/stack.js';
import { createApi } from '../../infra/local/client.js';
import { compareTable } from '../../infra/local/generator/index.js';

/** @typedef {import('../../infra/local/stack.js').Stack} Stack */
/** @typedef {import('../../functions/app/log.js').LogLine} LogLine */
/**
 * @typedef {Stack & { backend: NonNullable<Stack['backend']>, sheets: NonNullable<Stack['sheets']>,
 *   api: ReturnType<typeof createApi>, lines: LogLine[] }} TestStack
 */

/**
 * Everything embedded, on free ports; back-off is short, so that giving up is quick.
 * @param {import('../../infra/local/stack.js').StackOptions} [options]
 * @returns {Promise<TestStack>}
 */
export async function startTestStack(options = {}) {
  /** @type {LogLine[]} */
  const lines = [];
  const stack = await startStack({
    port: 0,
    log: (line) => lines.push(line),
    ...options,
    environment: {
      SYNC_RETRY_DELAY: '5',
      SYNC_INTERVAL: '0',
      SYNC_RATE_LIMIT: '1000',
      SYNC_SHEETS_RATE_LIMIT: '100000',
      ...options.environment,
    },
  });
  const { backend, sheets } = stack;
  if (!backend || !sheets) throw new Error('the test stack uses embedded services only');
  return { ...stack, backend, sheets, api: createApi(stack), lines };
}

/**
 * Triggers a run and follows it to its end.
 * @param {TestStack} stack
 * @param {object} [body]
 */
export async function runToEnd({ api }, body) {
  const { syncId } = await api.trigger(body);
  return api.follow(syncId);
}

/**
 * The target table as PostgREST shows it.
 * @param {TestStack} stack
 * @returns {Promise<Record<string, any>[]>}
 */
export async function readTable({ backend }) {
  const rows = await backend.sql`
    select to_jsonb(t) as row from public.property_listings t order by property_number`;
  return rows.map(({ row }) => row);
}

/**
 * Where each row physically lies: a rewritten row moves.
 * @param {TestStack} stack
 * @returns {Promise<Map<string, string>>}
 */
export async function readVersions({ backend }) {
  const rows = await backend.sql`
    select property_number as key, xmin::text || ' ' || ctid::text as version
    from public.property_listings`;
  return new Map(rows.map(({ key, version }) => [key, version]));
}

/**
 * Requests to the sync functions as the database saw them, and to the sheet.
 * @param {LogLine[]} lines
 * @returns {{ sheets: number, database: number }} of the invocations logged since, status polls
 *   aside
 */
export function countRequests(lines) {
  const total = { sheets: 0, database: 0 };
  for (const { event, fields } of lines) {
    if (event !== 'sync_ended') continue;
    const requests = /** @type {{ sheets: number, database: number }} */ (fields?.requests);
    total.sheets += requests.sheets;
    total.database += requests.database;
  }
  return total;
}

/** @param {any} stats @returns {number} zero where the ledger balances */
export function imbalance(stats) {
  const { total, inserted, updated, unchanged, failed, skipped } = stats;
  return total - inserted - updated - unchanged - failed - skipped;
}

/**
 * What must hold after any fault: the run completed, the table is the truth, the ledger balances
 * and has counted each row of the table once.
 * @param {TestStack} stack
 * @param {any} status
 * @param {import('../../infra/local/generator/types.js').Truth | null} truth
 */
export async function assertWhole(stack, status, truth) {
  assert.ok(truth);
  assert.equal(status.status, 'completed', JSON.stringify(status.cause));
  const rows = await readTable(stack);
  assert.deepEqual(compareTable(truth, rows, 'property_number'), []);
  assert.equal(imbalance(status.stats), 0);
  const { inserted, updated, unchanged } = status.stats;
  assert.equal(
    inserted + updated + unchanged,
    rows.length,
    'a key was counted twice, or not at all',
  );
}
