// Every way an answer can fail, drawn at random: what a spoilt server of the harness does to the
// requests it gets. Only faults that pass by themselves; what a person must mend is in
// ../bad-input.test.js, and a 413 about a single row is no passing fault either.
import { createRandom } from '../../../infra/local/generator/index.js';

/** @typedef {import('../../../infra/local/faults.js').Fault} Fault */

/** Longer than any request of these tests may take. */
const TOO_LATE_MS = 1000;
const PAGE = '<!DOCTYPE html><html><body><h1>We are sorry</h1></body></html>';
const RETRY_AFTER = ['0', '0', '0', '1'];
const HTML = [500, 502, 503, 504, 520, 522];

/** @param {string} code @param {number} status @returns {Fault} as PostgREST words it */
const postgrest = (code, status) => ({
  status,
  body: { code, message: 'as drawn', details: null, hint: null },
});

/** @param {number} status @param {string} word @returns {Fault} as Google words it */
const google = (status, word) => ({
  status,
  body: { error: { code: status, status: word, message: 'as drawn' } },
});

/** Of both targets. Several of a name: one is drawn. @type {Record<string, Fault[]>} */
const ANY = {
  'done, answer lost': [{ loseAnswer: true }],
  'done, hidden by an error page': [502, 504, 520].map((status) => ({
    status,
    body: PAGE,
    done: true,
  })),
  'done, answer too late': [{ lateMs: TOO_LATE_MS }],
  'never arrived': [{ drop: true }],
  'too slow, not done': [{ delayMs: TOO_LATE_MS }],
  'connection cut in the body': [{ cutAfter: 0 }, { cutAfter: 20 }],
  'truncated, well-formed HTTP': [{ truncateTo: 0 }, { truncateTo: 1 }, { truncateTo: 20 }],
  'HTML with status 200': [{ status: 200, body: PAGE }],
  'HTML with 5xx': HTML.map((status) => ({ status, body: PAGE })),
};

/** @type {Record<string, Fault[]>} */
const DATABASE = {
  ...ANY,
  '404 {}': [{ status: 404, body: {} }],
  '429 with Retry-After': RETRY_AFTER.map((after) => ({
    status: 429,
    headers: { 'retry-after': after },
    body: { message: 'API rate limit exceeded' },
  })),
  'PGRST002, no schema cache': [postgrest('PGRST002', 503)],
  'PGRST003, no connection free': [postgrest('PGRST003', 504)],
  'PT503, a lock conflict': [postgrest('PT503', 503)],
  '57014, statement timeout': [postgrest('57014', 500)],
};

/** @type {Record<string, Fault[]>} */
const SHEETS = {
  ...ANY,
  '{}': [{ status: 200, body: {} }],
  '429 with Retry-After': RETRY_AFTER.map((after) => ({
    ...google(429, 'RESOURCE_EXHAUSTED'),
    headers: { 'retry-after': after },
  })),
  '5xx': [google(500, 'INTERNAL'), google(503, 'UNAVAILABLE')],
};

/** What only a statement that takes long can suffer. */
const OF_BATCHES_ONLY = '57014, statement timeout';

/**
 * A chooser for `spoil`, and what it has done. Which requests fail is drawn; the ways take turns, so
 * that some dozen faults have all of them among them.
 * @param {'database' | 'sheets'} target
 * @param {{ seed: number, share: number, turn?: number }} options `turn`: where an earlier one ended
 */
export function drawFaults(target, { seed, share, turn = 0 }) {
  const random = createRandom(seed, target === 'database' ? 101 : 102);
  const ways = Object.entries(target === 'database' ? DATABASE : SHEETS);
  /** @type {Record<string, number>} how often each has struck */
  const struck = Object.fromEntries(ways.map(([name]) => [name, 0]));
  const drawn = { struck, requests: 0, faults: 0, turn };
  const choose = (/** @type {string} */ kind) => {
    drawn.requests += 1;
    if (!random.chance(share)) return null;
    const isBatch = kind === 'sync_commit';
    if (!isBatch && ways[drawn.turn % ways.length][0] === OF_BATCHES_ONLY) drawn.turn += 1;
    const [name, variants] = ways[drawn.turn % ways.length];
    drawn.turn += 1;
    struck[name] += 1;
    drawn.faults += 1;
    return random.pick(variants);
  };
  return { choose, drawn };
}
