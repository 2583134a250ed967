// The held entries the page has: read page after page, kept as the same objects while they are the
// same, searched in slices so that the page stays answerable.

/** @typedef {import('./held-words.js').HeldEntry} HeldEntry */
/** @typedef {'open' | 'ignored' | 'resolved'} State */
/** @typedef {{ code: string, column: string | null, count: number }} Group */
/**
 * @typedef {object} Held
 * @property {HeldEntry[]} entries in the order in which they are shown
 * @property {boolean} isWhole false: there are more than are kept, or they are still being read
 * @property {number} total as the server counts them
 * @property {Group[]} groups the most frequent first
 * @property {number} openCount @property {number} ignoredCount
 */
/** @typedef {{ state: State, code?: string, column?: string, search?: string }} Question */

export const PAGE_LENGTH = 1_000;
export const LOADED_MAX = 20_000;
const SLICE_MS = 8;

/**
 * Reads all that is kept of a state, or of a search on the server.
 * @param {import('../api.js').Api} api
 * @param {Question} question
 * @param {object} options
 * @param {AbortSignal} options.signal
 * @param {Map<number, HeldEntry>} [options.known] entries of before: one that is the same stays the
 *   same object
 * @param {(held: Held) => void} [options.onPage] told after each page but the last
 * @returns {Promise<Held>}
 */
export async function readHeld(api, question, { signal, known = new Map(), onPage = () => {} }) {
  /** @type {HeldEntry[]} */
  const entries = [];
  /** @type {any} */
  let first = null;
  let after = null;
  for (;;) {
    const page = await api.get(`/errors?${queryOf(question, after)}`, { signal });
    first ??= page;
    for (const entry of page.errors) entries.push(kept(known.get(entry.id), entry));
    after = page.nextAfter;
    const isWhole = after === null;
    const held = heldOf({ question, first, page, entries, isWhole });
    if (isWhole || entries.length >= LOADED_MAX) return held;
    onPage(held);
  }
}

/** @param {Question} question @param {number | null} after */
function queryOf({ state, code, column, search }, after) {
  const query = new URLSearchParams({ state, limit: String(PAGE_LENGTH) });
  if (code !== undefined) query.set('code', code);
  if (column !== undefined) query.set('column', column);
  if (search) query.set('search', search);
  if (after !== null) query.set('after', String(after));
  return query;
}

/**
 * @param {{ question: Question, first: any, page: any, entries: HeldEntry[], isWhole: boolean }}
 *   facts
 * @returns {Held}
 */
function heldOf({ question: { state }, first, page, entries, isWhole }) {
  const { openCount, ignoredCount } = page;
  const groups = isWhole ? groupsOf(entries) : first.groups;
  const counted = { open: openCount, ignored: ignoredCount, resolved: sum(first.groups) }[state];
  const total = isWhole ? entries.length : Math.max(counted, entries.length);
  return { entries: inOrder(entries, state), isWhole, total, groups, openCount, ignoredCount };
}

/** @param {Group[]} groups */
const sum = (groups) => groups.reduce((total, { count }) => total + count, 0);

/**
 * As one walks through the sheet; what was resolved, the latest first.
 * @param {HeldEntry[]} entries
 * @param {State} state
 */
function inOrder(entries, state) {
  const byRow = (/** @type {HeldEntry} */ a, /** @type {HeldEntry} */ b) =>
    (a.row ?? Infinity) - (b.row ?? Infinity) || a.id - b.id;
  const byResolution = (/** @type {HeldEntry} */ a, /** @type {HeldEntry} */ b) =>
    compare(b.resolvedAt ?? '', a.resolvedAt ?? '') || b.id - a.id;
  return [...entries].sort(state === 'resolved' ? byResolution : byRow);
}

/** @param {string} a @param {string} b */
const compare = (a, b) => (a < b ? -1 : Number(a > b));

/**
 * @param {HeldEntry | undefined} old
 * @param {HeldEntry} entry
 */
function kept(old, entry) {
  if (old === undefined) return entry;
  const names = /** @type {(keyof HeldEntry)[]} */ (Object.keys(entry));
  return names.every((name) => old[name] === entry[name]) ? old : entry;
}

/**
 * @param {HeldEntry[]} entries
 * @returns {Group[]}
 */
export function groupsOf(entries) {
  /** @type {Map<string, Group>} */
  const groups = new Map();
  for (const { code, column } of entries) {
    const name = groupName({ code, column });
    const group = groups.get(name);
    if (group) group.count += 1;
    else groups.set(name, { code, column, count: 1 });
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || compare(a.code, b.code));
}

/** @param {{ code: string, column: string | null }} group */
export const groupName = ({ code, column }) => `${code} ${column ?? ''}`;

/**
 * The entries that match, found a few milliseconds at a time.
 * @param {HeldEntry[]} entries
 * @param {(entry: HeldEntry) => boolean} matches
 * @param {AbortSignal} signal
 * @returns {Promise<HeldEntry[]>} rejects when aborted
 */
export async function filterInSlices(entries, matches, signal) {
  /** @type {HeldEntry[]} */
  const found = [];
  let until = performance.now() + SLICE_MS;
  for (const entry of entries) {
    if (matches(entry)) found.push(entry);
    if (performance.now() < until) continue;
    await new Promise((resolve) => setTimeout(resolve));
    signal.throwIfAborted();
    until = performance.now() + SLICE_MS;
  }
  return found;
}
