// The table as init looks at it: its columns and what could be the key.
import { ask } from '../ask.js';

/**
 * @typedef {object} TableColumn
 * @property {string} name
 * @property {string} type as PostgreSQL writes it, without length
 * @property {string} kind `b` base type, `e` enum, `d` domain
 * @property {string | null} base of a domain
 * @property {number | null} max_length
 * @property {boolean} not_null
 * @property {boolean} has_default
 * @property {boolean} generated cannot be written
 * @property {string | null} comment
 */

/**
 * @typedef {object} Table
 * @property {string} name qualified and quoted where needed, as SQL wants it
 * @property {TableColumn[]} columns
 * @property {string[]} unique_columns what could be the key
 * @property {string | null} refusal why the asked column cannot be the key
 * @property {{ select: boolean, insert: boolean, update: boolean }} privileges of service_role
 */

/**
 * Throws Error: what is wrong and what to do.
 * @param {{ targets: import('../../../functions/app/targets.js').Targets, table: string,
 *   key?: string, fetch?: typeof globalThis.fetch }} options
 * @returns {Promise<{ table: Table, sources: string[] }>} `sources`: registered already
 */
export async function readTable({ targets, table: name, key, fetch }) {
  const body = { p_table: name, p_key_column: key ?? null };
  const path = '/rest/v1/rpc/sync_inspect';
  const reply = await ask(targets, 'database', path, { body, fetch });
  if (reply.status !== 200 || reply.body === null) throw new Error(explain(reply));
  const { table, sources } = reply.body;
  if (table !== null) return { table, sources };
  throw new Error(
    `the database has no table "${name}" that service_role can see: write schema.name for a ` +
      'table outside of public',
  );
}

/** @param {import('../ask.js').Reply} reply */
function explain({ status, why, body }) {
  if (status === 0) return `Supabase gave no answer (${why}); look at SUPABASE_URL`;
  if (body?.code === 'PGRST202') {
    return 'the database has no sync_inspect: apply infra/supabase/migrations (README.md)';
  }
  return `Supabase: ${body?.message ?? `HTTP ${status}`}; listing-sync doctor says more`;
}
