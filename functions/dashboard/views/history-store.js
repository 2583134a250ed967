// The runs the page has: the youngest page asked for again when something has happened, older ones
// when somebody scrolls to them.

/**
 * @typedef {object} Run as GET /history tells it
 * @property {string} syncId @property {string} status @property {'full' | 'selective'} kind
 * @property {string} trigger @property {boolean} dryRun @property {boolean} forced
 * @property {string} requestedAt
 * @property {string | null} startedAt @property {string | null} completedAt
 * @property {number | null} durationMs
 * @property {Record<string, number>} stats
 * @property {{ done: number, expected: number, percent: number }} progress
 * @property {{ code: string, message: string } | null} cause
 * @property {number | null} numbers @property {number} errorsTotal @property {number} invocations
 */

const PAGE_LENGTH = 200;

/** @param {import('../api.js').Api} api */
export function createHistoryStore(api) {
  /** @type {Run[]} */
  let runs = [];
  /** @type {string | null} */
  let nextBefore = null;
  /** @type {any} */
  let firstPage = null;
  let isRead = false;

  /**
   * One after the other: two answers at once would not know of each other.
   * @type {Promise<unknown>}
   */
  let turn = Promise.resolve();
  /** @param {() => Promise<boolean>} step @returns {Promise<boolean>} */
  const inTurn = (step) => {
    const result = turn.then(step);
    turn = result.catch(() => false);
    return result;
  };

  /** @param {AbortSignal} signal */
  async function readFirst(signal) {
    const page = await api.get(`/history?limit=${PAGE_LENGTH}`, { signal, conditional: true });
    if (page === firstPage) return false;
    firstPage = page;
    const ids = new Set(page.runs.map((/** @type {Run} */ { syncId }) => syncId));
    const older = runs.slice(lastKnown(ids) + 1);
    const joins = older.length < runs.length;
    runs = joins ? [...page.runs, ...older] : page.runs;
    if (!joins || older.length === 0) nextBefore = page.nextBefore;
    isRead = true;
    return true;
  }

  /** Where among the known runs the last of these stands. @param {Set<string>} ids */
  function lastKnown(ids) {
    for (let i = Math.min(runs.length, PAGE_LENGTH) - 1; i >= 0; i--) {
      if (ids.has(runs[i].syncId)) return i;
    }
    return -1;
  }

  /** @param {AbortSignal} signal */
  async function readMore(signal) {
    if (nextBefore === null) return false;
    const query = new URLSearchParams({ limit: String(PAGE_LENGTH), before: nextBefore });
    const page = await api.get(`/history?${query}`, { signal });
    runs = [...runs, ...page.runs];
    nextBefore = page.nextBefore;
    return true;
  }

  return {
    get runs() {
      return runs;
    },
    /** Whether anything has been read. */
    get isRead() {
      return isRead;
    },
    get isWhole() {
      return isRead && nextBefore === null;
    },
    /** The youngest. Resolves with whether anything is new. @param {AbortSignal} signal */
    refresh: (signal) => inTurn(() => readFirst(signal)),
    /** A page more. Resolves with whether there was one. @param {AbortSignal} signal */
    more: (signal) => inTurn(() => readMore(signal)),
  };
}
