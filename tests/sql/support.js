// Shared by the SQL tests: one real backend per process, a table and source of its own per test,
// and
// the calls of a worker. Every call goes through PostgREST as service_role unless it says
// otherwise.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after } from 'node:test';
import postgres from 'postgres';
import { startBackend, supabaseMigrations } from '../../infra/local/backend/index.js';

/** @typedef {import('../../infra/local/backend/index.js').Backend} Backend */
/** @typedef {Record<string, any>} Json */

/** Nothing but the test writes: WAL and row versions are compared. */
const QUIET = { autovacuum: 'off', full_page_writes: 'on' };

let starting = /** @type {Promise<Backend> | null} */ (null);

/** The backend of this process, started by whoever asks first. */
export function backend() {
  starting ??= startBackend({ migrations: supabaseMigrations(), postgresSettings: QUIET });
  return starting;
}

after(async () => {
  if (starting) await (await starting).stop();
});

/**
 * One call, whatever its answer.
 * @param {string} name a function of docs/DATABASE.md
 * @param {Json | string} args a string is sent as it is
 * @param {Record<string, string>} [headers]
 * @returns {Promise<{ status: number, body: any }>}
 */
export async function rpc(name, args, headers) {
  const { url, secretKey } = await backend();
  const response = await fetch(`${url}/rest/v1/rpc/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', apikey: secretKey, ...headers },
    body: typeof args === 'string' ? args : JSON.stringify(args),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}

/**
 * A call that is answered: the answer.
 * @param {string} name
 * @param {Json | string} args
 * @returns {Promise<Json>}
 */
export async function call(name, args) {
  const { status, body } = await rpc(name, args);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

/**
 * Asserts that a call is refused with this status and stable word.
 * @param {Promise<{ status: number, body: any }>} refused
 * @param {number} status
 * @param {string} word
 */
export async function assertRefused(refused, status, word) {
  const { status: actual, body } = await refused;
  assert.deepEqual(
    { status: actual, code: body.code, word: body.details },
    { status, code: `PT${status}`, word },
    JSON.stringify(body),
  );
}

/**
 * Runs SQL as the database's owner.
 * @param {string} text
 * @returns {Promise<Json[]>}
 */
export async function query(text) {
  const { sql } = await backend();
  return [...(await sql.unsafe(text).simple())];
}

/**
 * A session of its own (staff at work beside the sync); `work` ends it by returning.
 * @template T
 * @param {(session: import('postgres').Sql) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function inSession(work) {
  const { dbUrl } = await backend();
  const session = postgres(dbUrl, { max: 1, onnotice: () => {} });
  try {
    return await work(session);
  } finally {
    await session.end({ timeout: 1 });
  }
}

/**
 * Settles once the query returns a row.
 * @param {string} text
 */
export async function until(text) {
  for (let i = 0; i < 500; i += 1) {
    if ((await query(text)).length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`never true: ${text}`);
}

let tables = 0;

/**
 * A table with these columns and a source that writes it.
 * @param {string} [columns] as in `create table`
 * @param {{ key?: string, updatedAt?: string, searchPath?: string }} [registration]
 */
export async function createSource(
  columns = 'k text primary key, price bigint',
  registration = {},
) {
  tables += 1;
  const name = `table_${tables}`;
  await query(`create table public.${name} (${columns})`);
  const { sql } = await backend();
  await sql`select public.sync_register_source(${name}, ${`public.${name}`}::regclass,
    ${registration.key ?? 'k'}, ${registration.searchPath ?? 'public, extensions'},
    ${registration.updatedAt ?? null})`;
  return new Source(name);
}

/** A source under test; its table has the same name. */
export class Source {
  /** @param {string} name */
  constructor(name) {
    this.name = name;
  }

  /** @param {Json} [fields] */
  request(fields) {
    return call('sync_request_run', { p_source: this.name, p_trigger: 'manual', ...fields });
  }

  /** @param {Json} [fields] */
  claim(fields) {
    return call('sync_claim', {
      p_source: this.name,
      p_owner: randomUUID(),
      p_lease_ms: 60_000,
      p_mapping_hash: 'mapping',
      p_state_version: 1,
      ...fields,
    });
  }

  /**
   * Requests a run and claims it.
   * @param {Json} [request]
   * @param {Json} [claim]
   */
  async begin(request, claim) {
    await this.request(request);
    return this.resume(claim);
  }

  /** @param {Json} [claim] */
  async resume(claim) {
    const grant = await this.claim(claim);
    assert.equal(grant.outcome, 'granted');
    return new Worker(this, grant);
  }

  /** The table's rows by key. */
  async rows() {
    return query(`select * from public.${this.name} order by 1`);
  }

  /** Where each row physically lies: a rewritten row moves. */
  async versions() {
    return query(`select xmin::text, ctid::text from public.${this.name} order by ctid`);
  }

  /** The held entries, the oldest first. */
  async held() {
    return query(`select * from public.sync_errors where source = '${this.name}' order by id`);
  }

  /** @param {string} syncId */
  async status(syncId) {
    return (await call('sync_read_status', { p_sync_id: syncId })).run;
  }
}

/** Whoever was granted a run: sends what the engine would send. */
export class Worker {
  /** @param {Source} source @param {Json} grant */
  constructor(source, grant) {
    this.source = source;
    this.grant = grant;
    this.seq = grant.seq;
  }

  /**
   * The arguments of the next commit.
   * @param {Json[]} rows
   * @param {Json} [fields]
   * @returns {Json}
   */
  batch(rows, fields = {}) {
    const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const covered = rows.map((row) => keyHash(Object.values(row)[0]));
    const held = /** @type {Json[]} */ (fields.p_held ?? []);
    return {
      p_source: this.source.name,
      p_fence: this.grant.fence,
      p_seq: this.seq + 1,
      p_sync_id: this.grant.sync_id,
      p_digest: `digest ${this.seq + 1}`,
      p_columns: columns.length > 0 ? columns : ['k'],
      p_insert_only: [],
      p_rows: rows,
      p_row_numbers: rows.map((_, i) => i + 2),
      p_covered: [...covered, ...held.filter(isRow).map(({ hash }) => hash)],
      p_counts: { failed: held.filter(isRow).length, skipped: 0, held_cells: 0, expected: null },
      p_lease_ms: 60_000,
      ...fields,
    };
  }

  /** @param {Json[]} rows @param {Json} [fields] */
  async commit(rows, fields) {
    const answer = await call('sync_commit', this.batch(rows, fields));
    if (answer.outcome === 'committed') this.seq = answer.seq;
    return answer;
  }

  /** @param {Json[]} rows @param {Json} [fields] */
  commitRefused(rows, fields) {
    return rpc('sync_commit', this.batch(rows, fields));
  }

  /** @param {Json} [fields] */
  close(fields) {
    return call('sync_close_run', { ...this.#lease(), p_status: 'completed', ...fields });
  }

  /** @param {Json} [fields] */
  yield(fields) {
    return call('sync_yield', { ...this.#lease(), p_resume_in_ms: 0, ...fields });
  }

  #lease() {
    const { fence, sync_id } = this.grant;
    return { p_source: this.source.name, p_fence: fence, p_sync_id: sync_id };
  }
}

/** @param {Json} held */
const isRow = (held) => (held.kind ?? 'row') === 'row';

/**
 * A held entry as the core sends it.
 * @param {Json} fields
 */
export function heldEntry(fields) {
  const hash = keyHash(fields.key ?? fields.digest);
  return {
    key: null,
    digest: null,
    column: null,
    kind: 'row',
    code: 'not_a_date',
    hash,
    ...fields,
  };
}

/**
 * Stands in for the core's 64-bit hash; small enough for a JSON number of JavaScript.
 * @param {unknown} key
 */
export function keyHash(key) {
  let hash = 7;
  for (const letter of String(key)) hash = (hash * 31 + letter.charCodeAt(0)) % 9_007_199_254_741;
  return hash;
}

/**
 * The counts of an answer or ledger that are not zero.
 * @param {Json} answer
 */
export function counts(answer) {
  const names = ['read', 'inserted', 'updated', 'unchanged', 'failed', 'skipped', 'held_cells'];
  return Object.fromEntries(
    names.filter((name) => answer[name] > 0).map((name) => [name, answer[name]]),
  );
}
