// Shared by the concurrency tests: instances of the function as a platform makes them (cold, each
// with a fetch that can be frozen or killed), and the one check that follows every scenario.
import assert from 'node:assert/strict';
import { createJobs } from '../../../functions/app/jobs.js';
import {
  compareTable,
  generateListings,
  readExampleMapping,
} from '../../../infra/local/generator/index.js';
import { SPREADSHEET_ID } from '../../../infra/local/stack.js';
import { loadCore } from '../../../wasm/js/load-node.js';
import { readTable, startTestStack } from '../support.js';

/** @typedef {import('../support.js').TestStack} TestStack */
/** @typedef {import('../../../functions/app/jobs.js').Jobs} Jobs */
/** @typedef {import('../../../infra/local/generator/types.js').Truth} Truth */
/** @typedef {import('../../../infra/local/generator/types.js').MappingFile} MappingFile */
/** @typedef {ReturnType<typeof generateListings>} Sheet */
/** @typedef {TestStack & { sheet: Sheet }} ConcurrencyStack */
/** @typedef {typeof globalThis.fetch} Fetch */

export const BATCH = 40;
const ROWS = 240;
/** In the first, in a middle and in the last batch. */
const BLANK_ROWS = [5, 100, 238];
const SEED = 8;
const BAD_ROWS = 4;
/** Enough columns of the example for every type; runs over all 117 would take minutes here. */
const COLUMNS = 24;

/** The mapping most of these tests use: the first columns of the example. @returns {MappingFile} */
export function narrowMapping() {
  const example = readExampleMapping();
  return { ...example, columns: example.columns.slice(0, COLUMNS) };
}

/**
 * Sound listings, some rows that must be held, one of them without a key, and blank rows between.
 * @param {MappingFile} mapping
 */
function drawSheet(mapping) {
  const faults = /** @type {const} */ ('none');
  const sheet = generateListings({ rows: ROWS, seed: SEED, mapping, faults, badRows: BAD_ROWS });
  const { rows } = sheet.tab;
  rows.splice(
    ROWS >> 1,
    0,
    rows[0].map((_, place) => (place === 1 ? '公開中' : '')),
  );
  for (const row of BLANK_ROWS) rows.splice(row, 0, []);
  sheet.tab.rowCount = rows.length;
  const { counts } = sheet.truth;
  counts.failed += 1;
  counts.skipped += BLANK_ROWS.length;
  counts.read += 1 + BLANK_ROWS.length;
  return sheet;
}

/** Keeps what a run's batches covered (they are deleted at its end), and every write of a row. */
const WITNESS = `
  create schema witness;
  create table witness.batches (sync_id uuid, seq bigint, covered bigint[]);
  create table witness.writes (key text);
  create function witness.remember_batch() returns trigger
  language plpgsql security definer set search_path = '' as $$
  begin
    insert into witness.batches values (new.sync_id, new.seq, new.covered);
    return null;
  end $$;
  create function witness.remember_write() returns trigger
  language plpgsql security definer set search_path = '' as $$
  begin
    insert into witness.writes values (new.property_number);
    return null;
  end $$;
  create trigger remember after insert on public.sync_batches
    for each row execute function witness.remember_batch();
  create trigger remember after insert or update on public.property_listings
    for each row execute function witness.remember_write()`;

/**
 * A stack whose own instance is idle unless a test calls it; its first run is behind it.
 * @param {{ environment?: Record<string, string> }} [options]
 * @returns {Promise<ConcurrencyStack>}
 */
export async function startConcurrencyStack({ environment } = {}) {
  const mapping = narrowMapping();
  const sheet = drawSheet(mapping);
  const started = await startTestStack({
    tab: sheet.tab,
    mapping: JSON.stringify(mapping),
    environment: { SYNC_BATCH_SIZE: String(BATCH), ...environment },
  });
  const stack = { ...started, sheet };
  try {
    await stack.backend.sql.unsafe(WITNESS);
    await finishAll(stack, createInstance(stack), 'scheduled'); // the headers are known from now on
  } catch (error) {
    await stack.stop();
    throw error;
  }
  return stack;
}

/** Every test begins with the whole sheet and an empty table. @param {ConcurrencyStack} stack */
export async function beginAnew(stack) {
  const { sql } = stack.backend;
  await sql`truncate public.property_listings, public.sync_errors, public.sync_batches,
    public.sync_runs, witness.batches, witness.writes`;
  await sql`update public.sync_state
    set circuits = default, lease_until = null, owner = null, sync_id = null`;
  stack.sheets.clearFaults();
  bookOf(stack).replaceRows(stack.sheet.tab.title, stack.sheet.tab.rows);
  stack.lines.length = 0;
}

/** @param {TestStack} stack */
export const bookOf = ({ sheets }) => sheets.spreadsheet(SPREADSHEET_ID);

/**
 * One function instance, cold; what it does is logged into the stack's lines.
 * @param {TestStack} stack
 * @param {Partial<import('../../../functions/app/jobs.js').JobsOptions>} [host]
 */
export function createInstance(stack, host = {}) {
  const { configuration, mapping } = stack;
  const log = stack.lines.push.bind(stack.lines);
  return createJobs({ module: loadCore(), configuration, mapping, log, ...host });
}

/**
 * Records a run and nothing more.
 * @param {Jobs} jobs
 * @param {Partial<import('../../../wasm/js/protocol.js').RunRequest>} [fields]
 * @returns {Promise<{ syncId: string, httpStatus: number, body: any }>}
 */
export async function request(jobs, fields) {
  const plain = { force: false, batch_size: null, keys: null, dry_run: false };
  const { document } = await jobs.request({ ...plain, ...fields });
  const body = /** @type {any} */ (document.body);
  return { syncId: String(body?.syncId), httpStatus: Number(document.http_status), body };
}

/** @param {TestStack} stack @param {string} event @returns {Record<string, any>[]} its fields */
export function logged({ lines }, event) {
  return lines.filter((line) => line.event === event).map(({ fields = {} }) => fields);
}

/** What a killed or frozen holder would cost a minute of waiting. @param {TestStack} stack */
export async function expireLease({ backend }) {
  await backend.sql`update public.sync_state
    set lease_until = clock_timestamp() - interval '1 second' where lease_until is not null`;
}

/**
 * Advances until nothing is open or queued.
 * @param {TestStack} stack
 * @param {Jobs} [jobs]
 * @param {import('../../../wasm/js/protocol.js').Trigger} [trigger]
 */
export async function finishAll(stack, jobs = createInstance(stack), trigger = 'manual') {
  for (let i = 0; i < 200; i += 1) {
    const { outcome, document } = await jobs.advance(i === 0 ? trigger : 'manual');
    assert.notEqual(outcome, 'unavailable', JSON.stringify(document));
    if ((await openRuns(stack)).length === 0) return;
  }
  assert.fail(`still open: ${JSON.stringify(await openRuns(stack))}`);
}

/** @param {TestStack} stack */
async function openRuns({ backend }) {
  return [
    ...(await backend.sql`select sync_id, kind, status, invocations, cause_code
      from public.sync_runs where status in ('queued', 'in_progress')`),
  ];
}

/** The last part of a request's path: `sync_commit`, `values:batchGet`. @param {unknown} input */
export const kindOf = (input) => new URL(String(input)).pathname.split('/').pop() ?? '';

/**
 * A process that stands still at the n-th request of a kind, `before` it leaves or `after` it was
 * carried out but unheard; nothing else leaves it either until it wakes. Woken with `lost`, that
 * answer never arrives.
 * @param {string} kind @param {number} n @param {'before' | 'after'} when
 */
export function freezeAt(kind, n, when) {
  const frozen = signal();
  const awake = signal();
  let seen = 0;
  let isFrozen = false;
  let isLost = false;
  /** @type {Fetch} */
  const frozenFetch = async (input, init) => {
    if (isFrozen) await awake.promise;
    const isPlace = kindOf(input) === kind && ++seen === n;
    if (!isPlace) return fetch(input, init);
    isFrozen = true;
    if (when === 'before') {
      frozen.resolve();
      await awake.promise;
      return fetch(input, init);
    }
    const answer = await fetch(input, init);
    const body = await answer.arrayBuffer();
    frozen.resolve();
    await awake.promise;
    if (isLost) throw new TypeError('the connection is gone');
    return new Response(body, answer);
  };
  const wake = ({ lost = false } = {}) => {
    isLost = lost;
    isFrozen = false;
    awake.resolve();
  };
  return { fetch: frozenFetch, frozen: frozen.promise, wake };
}

/**
 * Settles once the instance stands still; fails if its work ends without coming to that place.
 * @param {ReturnType<typeof freezeAt>} ice @param {Promise<unknown>} end
 */
export async function untilFrozen(ice, end) {
  await Promise.race([
    ice.frozen,
    end.then((finish) => assert.fail(`ended before it froze: ${JSON.stringify(finish)}`)),
  ]);
}

function signal() {
  let resolve = () => {};
  const promise = /** @type {Promise<void>} */ (new Promise((done) => (resolve = done)));
  return { promise, resolve };
}

/**
 * A process that dies once its n-th request was carried out: it never hears the answer. What else
 * was on its way then is carried out as well.
 * @param {number} n 0: it lives
 */
export function killAfter(n) {
  const stop = new AbortController();
  /** @type {Promise<unknown>[]} */
  const sent = [];
  let rowsSent = 0;
  /** @param {Parameters<Fetch>} call */
  const carryOut = async (...[input, init]) => {
    const answer = await fetch(input, { ...init, signal: null });
    return new Response(await answer.arrayBuffer(), answer);
  };
  /** @type {Fetch} */
  const fetchUntilKilled = async (input, init) => {
    if (stop.signal.aborted) throw new TypeError('this process is dead');
    if (kindOf(input) === 'sync_commit') rowsSent += rowsOf(init?.body);
    const carriedOut = carryOut(input, init);
    const isLast = sent.push(carriedOut) === n;
    const answer = await carriedOut;
    if (isLast) stop.abort();
    return answer;
  };
  return {
    fetch: fetchUntilKilled,
    signal: stop.signal,
    settled: () => Promise.all(sent),
    get requests() {
      return sent.length;
    },
    get rowsSent() {
      return rowsSent;
    },
  };
}

/**
 * An instance that is killed once its n-th request was carried out. Its lease stays.
 * @param {TestStack} stack @param {number} n
 * @param {import('../../../wasm/js/protocol.js').Trigger} [trigger]
 */
export async function advanceUntilKilled(stack, n, trigger = 'manual') {
  const killed = killAfter(n);
  const { outcome, document } = await createInstance(stack, killed).advance(trigger);
  assert.deepEqual([outcome, document.cause?.code], ['failed', 'host_stopped']);
  await killed.settled();
  return killed;
}

/** @param {unknown} body of a commit @returns {number} rows it brings to an end */
function rowsOf(body) {
  const text = new TextDecoder().decode(/** @type {Uint8Array} */ (body));
  const covered = /"p_covered":\[([^\]]*)\]/.exec(text)?.[1] ?? '';
  return covered === '' ? 0 : covered.split(',').length;
}

/**
 * Everything the source's rows of state say, to be compared: what a late call may not change.
 * @param {TestStack} stack
 */
export async function readFacts({ backend: { sql } }) {
  const [facts] = await sql`select
    (select to_jsonb(s) from public.sync_state s) as state,
    (select jsonb_agg(to_jsonb(r) order by r.requested_at) from public.sync_runs r) as runs,
    (select jsonb_agg(to_jsonb(b) order by b.seq) from public.sync_batches b) as batches,
    (select count(*)::int from witness.writes) as writes,
    (select jsonb_object_agg(property_number, xmin::text || ctid::text)
      from public.property_listings) as versions`;
  return facts;
}

/**
 * What must hold after every scenario: the table is the sheet, every request has come to an end,
 * every ledger balances, and no run has counted a key twice.
 * @param {ConcurrencyStack} stack
 * @param {Truth} [truth]
 */
export async function assertSettled(stack, truth = stack.sheet.truth) {
  assert.deepEqual(compareTable(truth, await readTable(stack), 'property_number'), []);
  assert.deepEqual(await openRuns(stack), [], 'a request has no end');
  await assertNothingTwice(stack);
}

/**
 * Each key stands in one committed batch of a run at most, and as many rows were read as the
 * batches account for (only blank rows are counted without a key).
 * @param {TestStack} stack
 */
async function assertNothingTwice({ backend: { sql } }) {
  const twice = await sql`
    select b.sync_id, h.hash::text, count(*)::int as times
    from witness.batches b cross join unnest(b.covered) as h (hash)
    group by 1, 2 having count(*) > 1 limit 5`;
  assert.deepEqual([...twice], [], 'a key was counted twice in one run');
  const unbalanced = await sql`
    select r.sync_id, r.status, r.read_count, r.skipped_count, c.keys
    from public.sync_runs r cross join lateral (
      select coalesce(sum(cardinality(covered)), 0)::int as keys
      from witness.batches where sync_id = r.sync_id) c
    where r.read_count <> r.inserted_count + r.updated_count + r.unchanged_count
        + r.failed_count + r.skipped_count
      or c.keys not between r.read_count - r.skipped_count and r.read_count`;
  assert.deepEqual([...unbalanced], [], 'a ledger and its batches disagree');
}

/**
 * Every sound listing was written exactly once, whoever was at it.
 * @param {ConcurrencyStack} stack
 */
export async function assertWrittenOnce({ backend: { sql }, sheet }) {
  const [{ keys, writes }] = await sql`
    select count(distinct key)::int as keys, count(*)::int as writes from witness.writes`;
  assert.deepEqual({ keys, writes }, { keys: sheet.truth.rows.size, writes: keys });
}
