// What callers ask for behind the `?`, checked to the letter: parameters in, plain values out, or
// ProblemError with every flaw listed.
import { invalidRequest } from './problem.js';

/** @typedef {import('./problem.js').Flaw} Flaw */
/** @typedef {import('../../wasm/js/protocol.js').ListRequest} ListRequest */

const TEXT_LENGTH_MAX = 200;
/** As sync_read_history tells it: UTC, to the microsecond. */
const CURSOR = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

/**
 * Reads one value of its text, or throws RangeError that says what it must be.
 * @typedef {(text: string) => unknown} Read
 */

/** @param {number} max @returns {Read} */
const wholeNumber = (max) => (text) => {
  const value = Number(text);
  if (/^\d{1,16}$/.test(text) && value >= 1 && value <= max) return value;
  throw new RangeError(`must be a whole number from 1 to ${max}`);
};

/** @param {string[]} words @returns {Read} */
const oneOf = (words) => (text) => {
  if (words.includes(text)) return text;
  throw new RangeError(`must be ${words.join(' or ')}`);
};

/** @type {Read} */
const plainText = (text) => {
  const isPlain = !/[\p{Cc}\p{Cs}]/u.test(text) && [...text].length <= TEXT_LENGTH_MAX;
  if (isPlain && text !== '') return text;
  throw new RangeError(`must be a text of 1 to ${TEXT_LENGTH_MAX} printable characters`);
};

/** @type {Read} */
const cursor = (text) => {
  if (CURSOR.test(text) && isTime(text)) return text;
  throw new RangeError('must be the nextBefore of an answer');
};

/**
 * Whether there is such a time: Date takes 30 February for 2 March, and has a year 0, unlike the
 * database.
 * @param {string} text
 */
function isTime(text) {
  const ms = Date.parse(text);
  const isSame = !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 19) === text.slice(0, 19);
  return isSame && !text.startsWith('0000');
}

/** @type {Record<string, Read>} */
const HISTORY = { limit: wholeNumber(200), before: cursor };

/** @type {Record<string, Read>} */
const ERRORS = {
  limit: wholeNumber(1000),
  after: wholeNumber(Number.MAX_SAFE_INTEGER),
  state: oneOf(['open', 'ignored', 'resolved']),
  code: plainText,
  column: plainText,
  search: plainText,
};

/** @type {Record<string, Read>} */
const ALERTS = { limit: wholeNumber(500), state: oneOf(['open', 'all']) };

/** Throws ProblemError `invalid_request`. @param {URLSearchParams} query @returns {ListRequest} */
export const parseHistoryQuery = (query) => parse(query, HISTORY, { limit: 20 });

/** Throws ProblemError `invalid_request`. @param {URLSearchParams} query @returns {ListRequest} */
export const parseErrorsQuery = (query) => parse(query, ERRORS, { limit: 100, state: 'open' });

/** Throws ProblemError `invalid_request`. @param {URLSearchParams} query @returns {ListRequest} */
export const parseAlertsQuery = (query) => parse(query, ALERTS, { limit: 100, state: 'open' });

/**
 * @param {URLSearchParams} query
 * @param {Record<string, Read>} known
 * @param {ListRequest} standard
 * @returns {ListRequest}
 */
function parse(query, known, standard) {
  /** @type {Record<string, unknown>} */
  const values = { ...standard };
  /** @type {Flaw[]} */
  const flaws = [];
  for (const name of new Set(query.keys())) {
    const texts = query.getAll(name);
    try {
      values[name] = readOnce(known, name, texts);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      flaws.push({ parameter: name.slice(0, 100), detail: error.message });
    }
  }
  if (flaws.length > 0) throw invalidRequest(flaws.slice(0, 100));
  return values;
}

/**
 * @param {Record<string, Read>} known
 * @param {string} name
 * @param {string[]} texts
 */
function readOnce(known, name, texts) {
  if (!Object.hasOwn(known, name)) throw new RangeError('is not a known parameter');
  if (texts.length > 1) throw new RangeError('must stand there once');
  return known[name](texts[0]);
}
