// How fast the API answers for a source with a hard year behind it, and with how many requests to
// the database.
import { startStack } from '../../infra/local/stack.js';
import { fillStock } from './api-stock.js';
import { quantile, round } from './measure.js';

/** @typedef {import('../../infra/local/stack.js').Stack} Stack */

const ROOT = '/api/sync/property-listings';
const STOCK = { runs: 10_000, errors: 100_000 };
const P99_MS_MAX = 100;
/** What an administrator's page and a monitor ask again and again. */
const PROMISED = ['status', 'health', 'history'];

/** @param {string} syncId of any run @returns {Record<string, string>} */
export const apiPaths = (syncId) => ({
  status: `${ROOT}/status/${syncId}`,
  health: `${ROOT}/health`,
  history: `${ROOT}/history`,
  errors: `${ROOT}/errors`,
  alerts: `${ROOT}/alerts`,
  metrics: `${ROOT}/metrics`,
  overview: '/api/sync/health',
});

/**
 * A stack whose source has all this behind it.
 * @param {import('./api-stock.js').Stock} [stock]
 */
export async function startStocked(stock = STOCK) {
  const stack = await startStack({ rows: 1, port: 0, log: () => {}, environment: {} });
  const { backend } = stack;
  if (!backend) throw new Error('the bench runs on the embedded database');
  const syncId = await fillStock(backend.sql, 'property-listings', stock);
  return { ...stack, backend, paths: apiPaths(syncId) };
}

/**
 * Milliseconds of each answer, and the requests to the database they took in all. Throws for an
 * answer that is not 200.
 * @param {Awaited<ReturnType<typeof startStocked>>} stack
 * @param {string} path
 * @param {number} times
 */
export async function askAgain({ url, token, backend }, path, times) {
  const headers = { authorization: `Bearer ${token}` };
  const ms = [];
  backend.requests.length = 0;
  for (let i = 0; i < times; i += 1) {
    const begun = performance.now();
    const response = await fetch(`${url}${path}`, { headers });
    const text = await response.text();
    ms.push(performance.now() - begun);
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${text}`);
  }
  return { ms, requests: backend.requests.length };
}

/**
 * Throws where an answer took a second request to the database, or longer than promised.
 * @param {number} times
 * @returns {Promise<Record<string, number>>}
 */
export async function benchApi(times) {
  const stack = await startStocked();
  try {
    /** @type {Record<string, number>} */
    const figures = {};
    for (const [name, path] of Object.entries(stack.paths)) {
      const { ms, requests } = await askAgain(stack, path, times);
      const [p50, p99] = [quantile(ms, 0.5), quantile(ms, 0.99)];
      Object.assign(figures, { [`${name}_p50_ms`]: round(p50), [`${name}_p99_ms`]: round(p99) });
      if (requests > times) throw new Error(`${name}: ${requests} requests for ${times} answers`);
      if (PROMISED.includes(name) && p99 > P99_MS_MAX) {
        throw new Error(`${name}: ${round(p99)} ms at p99, promised are ${P99_MS_MAX}`);
      }
    }
    return figures;
  } finally {
    await stack.stop();
  }
}
