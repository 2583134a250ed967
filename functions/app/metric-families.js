// Which metrics there are: their names, kinds and meanings, and how each is read from the facts of
// sync_read_metrics. How they become text is in metrics.js.

/** @typedef {Record<string, string>} Labels */
/** @typedef {{ labels?: Labels, suffix?: '_sum' | '_count', value: number }} Sample */
/**
 * @typedef {object} Family
 * @property {string} name
 * @property {'counter' | 'gauge' | 'summary'} type
 * @property {string} help
 * @property {(facts: SourceFacts) => Sample[]} read nothing where there is nothing to tell yet
 */
/**
 * @typedef {object} SourceFacts as in docs/DATABASE.md; of a source that is not registered the
 *   first two alone
 * @property {string} source
 * @property {'found' | 'unknown_source'} outcome
 * @property {Record<string, number>} runs by status
 * @property {Record<string, number>} rows by result
 * @property {number} run_ms
 * @property {number} timed_runs
 * @property {number | null} last_success_ms
 * @property {{ read: number, failed: number } | null} last_success_rows
 * @property {number} held_open
 * @property {number} held_ignored
 * @property {number} queued
 * @property {boolean} running
 * @property {number} consecutive_failures
 * @property {Record<string, { state?: string }> | null} circuits by target
 * @property {Record<string, number>} alerts_open by rule
 */

/**
 * The alert rules, in the order in which they are judged: a rule that is quiet is told as 0, or
 * nobody could see it go quiet.
 */
export const RULES = [
  'no_success',
  'consecutive_failures',
  'error_rate',
  'circuit_open',
  'header_drift',
  'held_rows',
  'mass_change',
  'mass_disappearance',
  'lease_stuck',
];

const CIRCUIT_STATES = ['closed', 'half-open', 'open'];

/** @type {Family[]} of each registered source */
export const FAMILIES = [
  {
    name: 'listing_sync_runs_total',
    type: 'counter',
    help: 'Runs that have ended, by how they ended; dry runs too.',
    read: ({ runs }) => byLabel('status', runs),
  },
  {
    name: 'listing_sync_rows_total',
    type: 'counter',
    help: 'Rows of the sheet that ended runs dealt with, by what came of them; no dry runs.',
    read: ({ rows }) => byLabel('result', rows),
  },
  {
    name: 'listing_sync_run_duration_seconds',
    type: 'summary',
    help: 'Time from start to end of the runs that completed or failed.',
    read: (facts) => [
      { suffix: '_sum', value: facts.run_ms / 1000 },
      { suffix: '_count', value: facts.timed_runs },
    ],
  },
  {
    name: 'listing_sync_last_success_timestamp_seconds',
    type: 'gauge',
    help: 'When the last full run completed that was not dry, in Unix time; 0 before the first.',
    read: (facts) => only((facts.last_success_ms ?? 0) / 1000),
  },
  {
    name: 'listing_sync_error_ratio',
    type: 'gauge',
    help: 'Share of the rows that the last such run held for review.',
    read: ({ last_success_rows: last }) => (last ? only(last.failed / Math.max(1, last.read)) : []),
  },
  {
    name: 'listing_sync_consecutive_failures',
    type: 'gauge',
    help: 'Full runs that failed since the last one that completed.',
    read: (facts) => only(facts.consecutive_failures),
  },
  {
    name: 'listing_sync_held_rows',
    type: 'gauge',
    help: 'Held rows and cells that await review.',
    read: (facts) => only(facts.held_open),
  },
  {
    name: 'listing_sync_held_rows_ignored',
    type: 'gauge',
    help: 'Held rows and cells that a person lets stay as they are.',
    read: (facts) => only(facts.held_ignored),
  },
  {
    name: 'listing_sync_queued_runs',
    type: 'gauge',
    help: 'Runs that wait for their turn.',
    read: (facts) => only(facts.queued),
  },
  {
    name: 'listing_sync_run_in_progress',
    type: 'gauge',
    help: 'Whether a run is open.',
    read: (facts) => only(Number(facts.running)),
  },
  {
    name: 'listing_sync_circuit_state',
    type: 'gauge',
    help: 'Where the breaker of each target stands: 1 for the state it is in, 0 for the others.',
    read: ({ circuits }) => circuitSamples(circuits ?? {}),
  },
  {
    name: 'listing_sync_alert_open',
    type: 'gauge',
    help: 'Whether the alert of a rule is open.',
    read: (facts) => alertSamples(facts.alerts_open),
  },
];

/** @type {Family} told of every source, registered or not */
export const REGISTERED = {
  name: 'listing_sync_source_registered',
  type: 'gauge',
  help: 'Whether the database knows the source; where it does not, nothing else is told of it.',
  read: ({ outcome }) => only(Number(outcome === 'found')),
};

/** @param {number} value @returns {Sample[]} */
const only = (value) => [{ value }];

/**
 * @param {string} label
 * @param {Record<string, number>} counts
 * @returns {Sample[]} in an order of their own: objects come from the database in none
 */
function byLabel(label, counts) {
  const sorted = Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([word, value]) => ({ labels: { [label]: word }, value }));
}

/**
 * @param {NonNullable<SourceFacts['circuits']>} circuits
 * @returns {Sample[]}
 */
function circuitSamples(circuits) {
  return Object.keys(circuits)
    .sort()
    .flatMap((target) => {
      const now = circuits[target].state ?? 'closed';
      return CIRCUIT_STATES.map((state) => ({
        labels: { target, state },
        value: Number(state === now),
      }));
    });
}

/**
 * @param {SourceFacts['alerts_open']} open
 * @returns {Sample[]} rules of a newer or older core, which may still be open, come last
 */
function alertSamples(open) {
  const others = Object.keys(open).filter((rule) => !RULES.includes(rule));
  return [...RULES, ...others.sort()].map((rule) => ({
    labels: { rule },
    value: Number((open[rule] ?? 0) > 0),
  }));
}
