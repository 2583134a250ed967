// The two that are compared: the real database behind PostgREST, and the model's program. Both are
// given the same operations (tests/sim/model_main.cpp lists them) and answer in plain form.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import postgres from 'postgres';
import { fileURLToPath } from 'node:url';
import { backend, query, rpc } from '../support.js';
import { identityOf, Names, plain } from './plain.js';

/** @typedef {import('./plain.js').Json} Json */

/** Another one may be named, to see that what is wrong with it is found. */
const program =
  process.env.LISTING_SYNC_MODEL ??
  fileURLToPath(new URL('../../../build/native/model', import.meta.url));

/**
 * What sync_prune, sync_read_errors and others answer is compared whole; but the ids of errors are
 * each side's own, and so is their order within one batch.
 * @param {Json} answer
 * @param {Json} operation
 * @param {Names} names
 */
function plainAnswer({ status, body }, operation, names) {
  if (operation.call === 'sync_read_errors' && Array.isArray(body.errors)) {
    const errors = plain(body.errors, names, body.now).sort(byIdentity);
    const isWhole = operation.arguments.p_limit === undefined || body.next_after === null;
    const more = body.next_after !== null;
    return { status, errors: isWhole ? errors : errors.length, more, open: body.open_count };
  }
  return { status, body: plain(body, names, body.now) };
}

/** @param {Json} a @param {Json} b */
const byIdentity = (a, b) =>
  JSON.stringify([a.key, a.column, a]) < JSON.stringify([b.key, b.column, b]) ? -1 : 1;

/**
 * @param {Json} dump
 * @param {Names} names
 */
function plainDump(dump, names) {
  const { now, ...tables } = dump;
  tables.errors.sort((/** @type {Json} */ a, /** @type {Json} */ b) =>
    identityOf(a) < identityOf(b) ? -1 : 1,
  );
  tables.batches.sort((/** @type {Json} */ a, /** @type {Json} */ b) => a.seq - b.seq);
  // the runs first: the order in which they were asked for names them
  const runs = plain(tables.runs, names, now);
  return { ...plain(tables, names, now), runs };
}

/** PostgREST, PostgreSQL and a session of the staff. */
export class RealSide {
  names = new Names();
  #sources = new Set();
  #staff;

  /** @param {import('postgres').Sql} staff */
  constructor(staff) {
    this.#staff = staff;
  }

  static async start() {
    const { dbUrl } = await backend();
    // what the migrations registered would be counted among the sources
    await query(`delete from sync_sources;
      create function public.model_trigger() returns trigger language plpgsql as $$
      begin
        if new.note = 'swallow' then return null; end if;
        if new.note = 'raise' then raise exception 'not %', new.k; end if;
        return new;
      end $$`);
    return new RealSide(postgres(dbUrl, { max: 1, onnotice: () => {} }));
  }

  /** A new sequence: runs are named from the first again. */
  forget() {
    this.names = new Names();
  }

  async stop() {
    await this.#staff.end({ timeout: 1 });
  }

  /** @param {Json} operation @returns {Promise<Json>} */
  async perform(operation) {
    if (operation.create) return this.#create(operation.create, operation.updated_at);
    if (operation.drop) return this.#drop(operation.drop);
    if (operation.pass_ms) return this.#pass(operation.pass_ms);
    if (operation.staff) return this.#edit(operation);
    if (operation.unlock) return this.#run(['commit']);
    if (operation.lock_state)
      return this.#lock(`sync_state where source = '${operation.lock_state}'`);
    if (operation.lock) {
      return this.#lock(`${operation.lock} where k = any ('{${operation.keys.join(',')}}')`);
    }
    const args = await withOwnIds(operation, this.names, (source) => this.#errors(source));
    return plainAnswer(await rpc(operation.call, args), operation, this.names);
  }

  /** @param {string} source */
  async dump(source) {
    const where = `where source = '${source}'`;
    const [row] = await query(`select floor(extract(epoch from clock_timestamp()) * 1000) as now,
      (select coalesce(jsonb_agg(to_jsonb(t) order by k), '[]') from public.${source} t) as rows,
      (select coalesce(jsonb_agg(
         (to_jsonb(r) || jsonb_build_object('ledger', listing_sync.ledger(r)))
         - array['read_count', 'inserted_count', 'updated_count', 'unchanged_count', 'failed_count',
                 'skipped_count', 'held_cells_count', 'expected_count']
         order by requested_at), '[]') from sync_runs r ${where}) as runs,
      (select to_jsonb(s) - 'source' from sync_state s ${where}) as state,
      (select coalesce(jsonb_agg(to_jsonb(b) - array['source', 'answer']), '[]')
         from sync_batches b ${where}) as batches,
      (select coalesce(jsonb_agg(to_jsonb(e) - array['source', 'subject', 'place']), '[]')
         from sync_errors e ${where}) as errors`);
    return plainDump({ ...row, now: Number(row.now) }, this.names);
  }

  /** @param {string} source */
  #errors(source) {
    return query(`select id::integer, key, row_digest, column_name from sync_errors
      where source = '${source}'`);
  }

  /** @param {string[]} statements */
  async #run(statements) {
    for (const statement of statements) await this.#staff.unsafe(statement);
    return {};
  }

  /** @param {string} source @param {boolean} hasUpdatedAt */
  async #create(source, hasUpdatedAt) {
    this.#sources.add(source);
    await query(`create table public.${source} (k text primary key,
        price bigint default 7 constraint price_is_positive check (price >= 0), note text,
        grade text not null default 'A', memo text ${hasUpdatedAt ? ', updated_at timestamptz' : ''});
      create trigger opinion before insert or update on public.${source}
        for each row execute function public.model_trigger();
      select sync_register_source('${source}', 'public.${source}', 'k', 'public, extensions',
        ${hasUpdatedAt ? "'updated_at'" : 'null'})`);
    return {};
  }

  /** @param {string} source */
  async #drop(source) {
    this.#sources.delete(source);
    await query(`drop table public.${source}; delete from sync_sources where source = '${source}'`);
    return {};
  }

  /** Time goes by: everything that was becomes older. @param {number} ms */
  async #pass(ms) {
    const ago = (/** @type {string[]} */ names) =>
      names.map((name) => `${name} = ${name} - interval '${ms} ms'`).join(', ');
    const where = `where source = any ('{${[...this.#sources].join(',')}}')`;
    await query(`update sync_state set ${ago(['lease_until'])} ${where};
      update sync_runs set ${ago(['requested_at', 'started_at', 'completed_at', 'resume_at'])} ${where};
      update sync_errors set ${ago(['first_seen', 'last_seen', 'ignored_at', 'resolved_at'])} ${where}`);
    return {};
  }

  /** @param {Json} operation */
  async #edit({ staff, key, cells }) {
    if (cells === null) return this.#run([`delete from public.${staff} where k = '${key}'`]);
    const { sql } = await backend();
    await sql`insert into ${sql(staff)} ${sql({ k: key, ...cells })}
      on conflict (k) do update set ${sql(cells)}`;
    return {};
  }

  /** @param {string} rows */
  #lock(rows) {
    return this.#run(['begin', `select from public.${rows} for update`]);
  }
}

/** tests/sim/model_main.cpp */
export class ModelSide {
  names = new Names();
  #child = spawn(program, [], { stdio: ['pipe', 'pipe', 'inherit'] });
  #lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();

  stop() {
    this.#child.stdin.end();
  }

  /** @param {Json} operation @returns {Promise<Json>} */
  async perform(operation) {
    if (!operation.call) return this.#ask(operation);
    const args = await withOwnIds(operation, this.names, async (source) => {
      const { errors } = await this.#ask({ dump: source });
      return errors;
    });
    return plainAnswer(await this.#ask({ ...operation, arguments: args }), operation, this.names);
  }

  /** @param {string} source */
  async dump(source) {
    return plainDump(await this.#ask({ dump: source }), this.names);
  }

  /** @param {Json} operation @returns {Promise<Json>} */
  async #ask(operation) {
    this.#child.stdin.write(`${JSON.stringify(operation)}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`the model ended at ${JSON.stringify(operation)}`);
    return JSON.parse(value);
  }
}

/**
 * The arguments of a call with this side's ids of runs and errors.
 * @param {Json} operation
 * @param {Names} names
 * @param {(source: string) => Promise<Json[]>} readErrors
 */
async function withOwnIds(operation, names, readErrors) {
  const args = JSON.parse(names.withIds(JSON.stringify(operation.arguments)));
  if (operation.call !== 'sync_resolve_errors' || !Array.isArray(args.p_ids)) return args;
  const errors = await readErrors(args.p_source);
  const ids = new Map(errors.map((error) => [identityOf(error), error.id]));
  const known = args.p_ids.filter((/** @type {string} */ identity) => ids.has(identity));
  return { ...args, p_ids: known.map((/** @type {string} */ identity) => ids.get(identity)) };
}
