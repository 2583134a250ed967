// Held entries of a source: filters as options, pages, and what is done with entries by their ids.
import { UsageError } from './usage-error.js';

/** @typedef {import('./client/index.js').Client} Client */

/** What one request may name. */
const IDS_MAX = 1000;
const PAGE = 1000;
const STATES = ['open', 'ignored', 'resolved'];

const text = { type: /** @type {const} */ ('string') };

export const FILTER_OPTIONS = { code: text, column: text, search: text };

export const FILTER_USAGE = `  --code CODE     of this cause: error_cell, not_a_date, duplicate_key…
  --column NAME   of this column of the table
  --search TEXT   in property number, column, code or value`;

/** @typedef {{ code?: string, column?: string, search?: string }} Filters */

/**
 * @param {Filters} filters
 * @param {{ state?: string, limit?: number }} options
 */
export function queryOf({ code, column, search }, { state = 'open', limit = PAGE }) {
  if (!STATES.includes(state)) throw new UsageError(`--state is one of ${STATES.join(', ')}`);
  const query = new URLSearchParams({ state, limit: String(limit) });
  for (const [name, value] of Object.entries({ code, column, search })) {
    if (value) query.set(name, value);
  }
  return query;
}

/**
 * Page after page.
 * @param {Client} client
 * @param {URLSearchParams} query
 * @returns {AsyncGenerator<any>} the documents
 */
export async function* pages(client, query) {
  for (;;) {
    const { document } = await client.get(`/errors?${query}`);
    yield document;
    if (document.nextAfter === null) return;
    query.set('after', String(document.nextAfter));
  }
}

/** @typedef {Filters & { all?: boolean }} Chosen */

/**
 * The ids that are meant: named one by one, or all that a filter lets through.
 * @param {string[]} named
 * @param {Chosen} chosen
 * @returns {(client: Client) => Promise<number[]>} throws UsageError at once, not when asked
 */
export function chooseIds(named, { all, ...filters }) {
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  if (named.length > 0 && (all || isFiltered)) {
    throw new UsageError('either ids, or --all, --code, --column, --search');
  }
  const ids = named.flatMap((one) => one.split(',')).filter((one) => one !== '');
  const wrong = ids.find((id) => !/^[1-9]\d{0,15}$/.test(id));
  if (wrong !== undefined) throw new UsageError(`"${wrong}" is no id: \`errors\` lists them`);
  if (ids.length > 0) return async () => [...new Set(ids.map(Number))];
  if (!all && !isFiltered) throw new UsageError('which ones? Give ids, or --all, --code …');
  const query = queryOf(filters, {});
  return async (client) => {
    const found = [];
    for await (const { errors } of pages(client, query)) {
      found.push(...errors.map((/** @type {{ id: number }} */ { id }) => id));
    }
    return found;
  };
}

/** @param {number[]} ids @returns {number[][]} as many as one request takes */
export function portions(ids) {
  const count = Math.ceil(ids.length / IDS_MAX);
  return Array.from({ length: count }, (_, i) => ids.slice(i * IDS_MAX, (i + 1) * IDS_MAX));
}
