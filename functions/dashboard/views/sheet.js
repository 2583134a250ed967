// What the page knows of the sheet: its address, its columns, where they stand. Asking makes the
// server read the sheet, so an answer is kept for a while.
/** @typedef {import('./held-words.js').Sheet} Sheet */

const KEPT_MS = 60_000;
/** @type {WeakMap<object, { atMs: number, sheet: Promise<Sheet | null> }>} */
const known = new WeakMap();

/**
 * @param {import('../api.js').Api} api
 * @returns {Promise<Sheet | null>} null: it cannot be said; links to cells are left out then
 */
export function readSheet(api) {
  const last = known.get(api);
  if (last && performance.now() - last.atMs < KEPT_MS) return last.sheet;
  const sheet = api.get('/sheet').catch(() => {
    known.delete(api); // the next to ask tries again
    return null;
  });
  known.set(api, { atMs: performance.now(), sheet });
  return sheet;
}
