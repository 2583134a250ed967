// What sync_read_metrics answers of one source, for the tests of the metrics.

/** @typedef {import('../../functions/app/metric-families.js').SourceFacts} SourceFacts */

/**
 * @param {Partial<SourceFacts>} [changes]
 * @returns {SourceFacts}
 */
export function facts(changes = {}) {
  return {
    source: 'property-listings',
    outcome: 'found',
    runs: { completed: 12, failed: 3, cancelled: 2, superseded: 1 },
    rows: { inserted: 1000, updated: 20, unchanged: 9_007_199_254_740_991, held: 16, skipped: 4 },
    run_ms: 12_345,
    timed_runs: 15,
    last_success_ms: 1_795_500_000_123,
    last_success_rows: { read: 1000, failed: 16 },
    held_open: 14,
    held_ignored: 2,
    queued: 1,
    running: true,
    consecutive_failures: 0,
    circuits: { sheets: { state: 'half-open' }, database: { state: 'closed' } },
    alerts_open: { held_rows: 1 },
    ...changes,
  };
}
