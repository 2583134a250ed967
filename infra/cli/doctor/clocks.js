// Time: this machine's clock against Google's and the database's, and whether anybody ticks.
import { exchange } from '../../../functions/app/exchange.js';
import { ask } from '../ask.js';
import { failed, ok, warning } from './finding.js';
import { required } from './sheet.js';
import { INSPECT } from './supabase.js';

/** @typedef {import('./checks.js').Patient} Patient */
/** @typedef {import('./checks.js').SourceFacts} SourceFacts */
/** @typedef {import('./finding.js').Finding} Finding */

/** Google refuses an assertion that is that far off. */
const FAIL_MS = 60_000;
const WARN_MS = 5_000;
/** A Date header has whole seconds. */
const DATE_GRAIN_MS = 1_000;
const MINUTE_MS = 60_000;
const LATE_INTERVALS = 3;
const STANDARD_INTERVAL_MS = 5 * MINUTE_MS;
const DATE_TIMEOUT_MS = 15_000;
const DATE_BYTES_MAX = 1 << 20;
const TRY_AGAIN = 'mend what the checks above have found, then try again';
const REMEDY = 'let the clock of this machine be set by NTP (timedatectl set-ntp true)';

/** @param {Patient} patient @returns {Promise<Finding[]>} */
export async function checkClocks({ targets, configuration, fetch, now }) {
  const google = await ahead(now, async () => {
    const date = await readDate(required(configuration).google.endpoint, fetch);
    return date === null ? null : Date.parse(date) + DATE_GRAIN_MS / 2;
  });
  const database = await ahead(now, async () => {
    const { body } = await ask(required(targets), 'database', INSPECT, { body: {}, fetch });
    return typeof body?.now === 'number' ? body.now : null;
  });
  const found = [...judge('Google', google, DATE_GRAIN_MS), ...judge('the database', database, 0)];
  if (found.length > 0) return found;
  const silent = [google === null ? 'Google' : '', database === null ? 'the database' : ''];
  const unknown = silent.filter((name) => name !== '');
  if (unknown.length === 2) return [warning('no clock to compare with answered', TRY_AGAIN)];
  if (unknown.length === 1) return [ok(`right within 5 s; ${unknown[0]} gave no time`)];
  return [ok('this machine, Google and the database agree within 5 s')];
}

/**
 * Asked without credentials: where the clock is wrong Google gives none. Its refusal has a date.
 * @param {string} endpoint
 * @param {typeof globalThis.fetch} [fetch]
 */
async function readDate(endpoint, fetch) {
  const limits = { timeoutMs: DATE_TIMEOUT_MS, bytesMax: DATE_BYTES_MAX };
  const url = `${endpoint}/v4/spreadsheets/clock`;
  const answer = await exchange({ url, method: 'GET', headers: {}, body: null, ...limits, fetch });
  return answer.ok ? answer.headers.get('date') : null;
}

/**
 * How far the other clock is ahead; half of the journey is taken off.
 * @param {() => number} now
 * @param {() => Promise<number | null>} read
 * @returns {Promise<{ ms: number, journeyMs: number } | null>}
 */
async function ahead(now, read) {
  const sent = now();
  const there = await read();
  const received = now();
  if (there === null || Number.isNaN(there)) return null;
  return { ms: Math.round(there - (sent + received) / 2), journeyMs: received - sent };
}

/**
 * @param {string} name
 * @param {{ ms: number, journeyMs: number } | null} skew
 * @param {number} grainMs
 * @returns {Finding[]}
 */
function judge(name, skew, grainMs) {
  if (skew === null) return [];
  const certain = Math.abs(skew.ms) - (skew.journeyMs + grainMs) / 2;
  if (certain <= WARN_MS) return [];
  const direction = skew.ms > 0 ? 'behind' : 'ahead of';
  const text = `this machine is ${Math.round(Math.abs(skew.ms) / 1000)} s ${direction} ${name}`;
  if (certain > FAIL_MS) return [failed(text, REMEDY)];
  return [warning(text, REMEDY)];
}

/** @param {Patient} patient @param {SourceFacts} source @returns {Promise<Finding[]>} */
export async function checkSchedule({ targets, fetch, configuration }, { name }) {
  const intervalMs = configuration?.intervalMs || STANDARD_INTERVAL_MS;
  const body = { p_source: name, p_interval_ms: intervalMs };
  const path = '/rest/v1/rpc/sync_read_health';
  const reply = await ask(required(targets), 'database', path, { body, fetch });
  const facts = reply.body ?? {};
  if (reply.status !== 200) return [failed(facts.message ?? reply.why, 'see the checks above')];
  const lateMs = LATE_INTERVALS * intervalMs;
  const remedy =
    'let a scheduler call POST …/scheduled (docs/deploy/schedules.md), and look at what it is answered';
  if (facts.waiting_ms > lateMs) {
    return [
      warning(`work has been due for ${minutes(facts.waiting_ms)}, and nobody has come`, remedy),
    ];
  }
  const { last_success: success } = facts;
  if (success === null) return [warning('no full run has completed yet', remedy)];
  if (success.age_ms <= lateMs) return [ok(`last completed ${minutes(success.age_ms)} ago`)];
  const cause = facts.last_run?.cause_message;
  const why = cause ? `; the last run: ${cause}` : '';
  return [warning(`no full run has completed for ${minutes(success.age_ms)}${why}`, remedy)];
}

/** @param {number} ms */
const minutes = (ms) => `${Math.round(ms / MINUTE_MS)} min`;
