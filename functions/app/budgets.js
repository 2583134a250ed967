// What one function call may use up: each platform's limits (FACTS of their documentation, with
// room left for the answer and the end of a run), and how they combine with what is configured.

/** @typedef {import('../../wasm/js/protocol.js').Budgets} Budgets */
/** @typedef {'supabase' | 'cloudflare' | 'lambda' | 'gcp' | 'vercel' | 'node'} Platform */

/** With fewer requests an invocation could commit nothing; the core refuses such a budget. */
export const REQUESTS_MIN = 5;

/** A tick asks first what is due. With fewer it would begin nothing, for ever. */
export const TICK_REQUESTS_MIN = REQUESTS_MIN + 1;

/**
 * Rows follow from the processor time where a platform limits it: reading, converting and sending
 * 1,000 rows of 117 columns takes about 40 ms of it.
 * @type {Record<Platform, Budgets>}
 */
export const PRESETS = {
  // 150 s of time, 2 s of processor, 256 MB (the free plan; paid: 400 s)
  supabase: { wall_ms: 140_000, rows: 40_000, memory_mb: 256 },
  // 50 requests out, 10 ms of processor, 128 MB (the free plan: SYNC_BUDGET_* for a paid one)
  cloudflare: { wall_ms: 25_000, requests: 45, rows: 250, memory_mb: 128 },
  // the adapter knows the time that is left; 512 MB in the template
  lambda: { memory_mb: 512 },
  // the deploy guide sets --timeout=540s and --memory=512Mi
  gcp: { wall_ms: 520_000, memory_mb: 512 },
  // maxDuration 300 in vercel.json
  vercel: { wall_ms: 285_000, memory_mb: 1_024 },
  node: {},
};

/**
 * @param {Budgets | (() => Budgets)} [budgets]
 * @returns {() => Budgets}
 */
export function asFunction(budgets = {}) {
  return typeof budgets === 'function' ? budgets : () => budgets;
}

/**
 * The narrowest of each bound; what is 0 or absent bounds nothing.
 * @param {Budgets[]} budgets
 * @returns {Budgets}
 */
export function narrowest(budgets) {
  /** @type {Budgets} */
  const result = {};
  for (const one of budgets) {
    for (const [name, value] of Object.entries(one)) {
      const key = /** @type {keyof Budgets} */ (name);
      if (value > 0) result[key] = Math.min(result[key] ?? Infinity, value);
    }
  }
  return result;
}

/**
 * What is left of a budget.
 * @param {Budgets} budgets
 * @param {{ ms: number, requests: number, rows: number }} used
 * @param {number} [requestsMin] with fewer there is nothing to be done
 * @returns {Budgets | null} null when one of its bounds is reached
 */
export function remaining(budgets, used, requestsMin = REQUESTS_MIN) {
  const { wall_ms = 0, requests = 0, rows = 0, ...fixed } = budgets;
  const left = {
    wall_ms: wall_ms && Math.floor(wall_ms - used.ms),
    requests: requests && requests - used.requests,
    rows: rows && rows - used.rows,
  };
  if ((wall_ms > 0 && left.wall_ms <= 0) || (rows > 0 && left.rows <= 0)) return null;
  if (requests > 0 && left.requests < requestsMin) return null;
  return { ...fixed, ...left };
}
