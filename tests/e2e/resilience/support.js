// Shared by the resilience tests: a stack whose database remembers every batch that was ever
// committed, invocations as a platform makes them (cold, short of time), and the one check that
// follows every scenario.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { createJobs } from '../../../functions/app/jobs.js';
import { waitUntil } from '../../../infra/local/backend/wait-until.js';
import { SPREADSHEET_ID } from '../../../infra/local/stack.js';
import { loadCore } from '../../../wasm/js/load-node.js';
import { assertWhole, startTestStack } from '../support.js';
import { Editor, drawSheet } from './editor.js';

/** @typedef {import('../support.js').TestStack} TestStack */
/** @typedef {import('../../../wasm/js/protocol.js').FinishEffect} FinishEffect */
/** @typedef {import('../../../infra/local/generator/types.js').Truth} Truth */
/** @typedef {ReturnType<typeof drawSheet>} DrawnSheet */
/** @typedef {TestStack & { sheet: DrawnSheet, editor: Editor,
 *   environment: Record<string, string> }} ResilienceStack `environment`: what the stack was given */

/** Short, so that minutes of trouble pass in moments. */
export const IMPATIENT = { lease_ms: 1000, timeout_ms: 300 };

/** A run's batches are deleted at its end; this keeps what they covered. */
const WITNESS = `
  create schema witness;
  create table witness.batches (sync_id uuid, seq bigint, covered bigint[]);
  create function witness.remember() returns trigger
  language plpgsql security definer set search_path = '' as $$
  begin
    insert into witness.batches values (new.sync_id, new.seq, new.covered);
    return null;
  end $$;
  create trigger remember after insert on public.sync_batches
    for each row execute function witness.remember()`;

/**
 * @param {{ rows?: number, seed: number, environment?: Record<string, string>,
 *   postgresSettings?: Record<string, string> }} options
 * @returns {Promise<ResilienceStack>}
 */
export async function startResilienceStack({ rows = 300, seed, postgresSettings, ...more }) {
  const sheet = drawSheet({ rows, seed });
  const environment = {
    SYNC_BATCH_SIZE: '20',
    SYNC_RETRY_DELAY: '5',
    SYNC_INTERVAL: '0',
    SYNC_RATE_LIMIT: '1000',
    SYNC_SHEETS_RATE_LIMIT: '100000',
    SYNC_CIRCUIT_BREAKER_TIMEOUT: '200',
    ...more.environment,
  };
  const stack = await startTestStack({ tab: sheet.tab, postgresSettings, environment });
  await stack.backend.sql.unsafe(WITNESS);
  const book = stack.sheets.spreadsheet(SPREADSHEET_ID);
  return { ...stack, environment, sheet, editor: new Editor(book, sheet, seed) };
}

/**
 * One function instance: what it does is logged into the stack's lines.
 * @param {TestStack} stack
 * @param {object} [more]
 * @param {Record<string, number>} [more.options] for the core, besides the configured ones
 * @param {Partial<import('../../../functions/app/jobs.js').JobsOptions>} [more.host]
 */
export function createInstance(stack, { options = {}, host = {} } = {}) {
  const { configuration: given, mapping } = stack;
  const configuration = { ...given, options: { ...given.options, ...IMPATIENT, ...options } };
  const log = stack.lines.push.bind(stack.lines);
  return createJobs({ module: loadCore(), configuration, mapping, log, ...host });
}

/** @param {TestStack} stack @param {string} event @returns {Record<string, any>[]} its fields */
export function logged({ lines }, event) {
  return lines.filter((line) => line.event === event).map(({ fields = {} }) => fields);
}

/**
 * The runs a table is told of, the oldest first, as the database has them.
 * @param {TestStack} stack
 * @returns {Promise<any[]>} the status, stats and cause of the API's status document
 */
export async function readRuns({ backend }) {
  return backend.sql`
    select sync_id as "syncId", status, kind, requested_at as "requestedAt", invocations,
      jsonb_build_object('code', cause_code, 'message', cause_message) as cause,
      jsonb_build_object('total', read_count, 'inserted', inserted_count,
        'updated', updated_count, 'unchanged', unchanged_count, 'failed', failed_count,
        'skipped', skipped_count) as stats
    from public.sync_runs order by requested_at`;
}

/**
 * Cold invocations, one after the other, until a run that was asked for after this call completes.
 * Nobody helps: only scheduled ticks.
 * @param {ResilienceStack} stack
 * @param {{ tick?: () => Promise<unknown>, pauseMs?: number, withinMs?: number }} [options]
 * @returns {Promise<any>} the run
 */
export async function tickUntilCompleted(stack, options = {}) {
  const { pauseMs = 20, withinMs = 60_000 } = options;
  const tick = options.tick ?? (() => createInstance(stack).advance('scheduled'));
  const known = new Set((await readRuns(stack)).map(({ syncId }) => syncId));
  const deadline = performance.now() + withinMs;
  for (;;) {
    const finish = await tick();
    assert.notEqual(/** @type {any} */ (finish)?.outcome, 'rejected', JSON.stringify(finish));
    const runs = await readRuns(stack);
    const run = runs.find(({ syncId, status }) => status === 'completed' && !known.has(syncId));
    if (run) return run;
    if (performance.now() > deadline) {
      assert.fail(`no run completed in ${withinMs} ms: ${JSON.stringify(runs.slice(-5))}`);
    }
    await pause(pauseMs);
  }
}

/**
 * Settles once PostgREST has found its database again: as a caller sees it.
 * @param {ResilienceStack} stack
 */
export function untilAnswering({ backend }) {
  const headers = { apikey: backend.secretKey, 'content-type': 'application/json' };
  const body = JSON.stringify({ p_source: 'property-listings' });
  const url = `${backend.url}/rest/v1/rpc/sync_read_health`;
  const isBack = async () => (await fetch(url, { method: 'POST', headers, body })).ok;
  return waitUntil(isBack, { what: 'PostgREST answers again', timeoutMs: 60_000, intervalMs: 50 });
}

/**
 * After every scenario: the table equals the sheet column by column, what must be held is held,
 * every ledger balances, and no run ever counted a key twice. `run` began after the last edit.
 * @param {ResilienceStack} stack
 * @param {any} run
 */
export async function assertSound(stack, run) {
  const { truth } = stack.sheet;
  await assertWhole(stack, run, truth);
  assert.equal(run.stats.failed, truth.counts.failed, 'held rows');
  await assertHeld(stack);
  await assertNothingTwice(stack);
}

/** @param {ResilienceStack} stack */
async function assertHeld({ backend, sheet }) {
  const held = await backend.sql`
    select key, code from public.sync_errors where resolved_at is null and kind = 'row'`;
  assert.equal(held.length, sheet.truth.counts.failed, JSON.stringify(held));
  const expected = sheet.truth.heldRows.map(({ key }) => key).sort();
  const keys = held.flatMap(({ key }) => (key === null ? [] : [key])).sort();
  assert.deepEqual(keys, expected);
}

/**
 * Of all runs so far, however they ended: each key in one committed batch at most, and as many read
 * as are accounted for.
 * @param {ResilienceStack} stack
 */
export async function assertNothingTwice({ backend }) {
  const twice = await backend.sql`
    select b.sync_id, h.hash::text, count(*)::int as times
    from witness.batches b cross join unnest(b.covered) as h (hash)
    group by 1, 2 having count(*) > 1 limit 5`;
  assert.deepEqual([...twice], [], 'a key was counted twice in one run');
  const unbalanced = await backend.sql`
    select r.sync_id, r.status, r.read_count, r.skipped_count, c.keys
    from public.sync_runs r cross join lateral (
      select coalesce(sum(cardinality(covered)), 0)::int as keys
      from witness.batches where sync_id = r.sync_id) c
    where r.read_count <> r.inserted_count + r.updated_count + r.unchanged_count
        + r.failed_count + r.skipped_count
      or r.read_count - r.skipped_count <> c.keys`;
  assert.deepEqual([...unbalanced], [], 'a ledger and its batches disagree');
}
