// The methods of the API that are emulated: from a URL to a document, or to the documented error.
import {
  invalidArgument,
  invalidEnum,
  notFound,
  notShared,
  quotaExceeded,
  unknownParameter,
} from './errors.js';
import { applyFieldMask, parseFieldMask } from './field-mask.js';
import { valueRange } from './values.js';

/** @typedef {'token' | 'spreadsheet' | 'values' | 'batchGet' | 'other'} RequestKind */

/**
 * @typedef {object} Call
 * @property {RequestKind} kind
 * @property {string} id of the spreadsheet; '' where there is none
 * @property {string[]} ranges
 * @property {URLSearchParams} query
 */

const SYSTEM_PARAMETERS = [
  ...['$.xgafv', 'access_token', 'alt', '$alt', 'callback', 'fields', 'key', 'oauth_token'],
  ...['prettyPrint', '$prettyPrint', 'quotaUser', 'uploadType', 'upload_protocol'],
];
const VALUE_PARAMETERS = ['majorDimension', 'valueRenderOption', 'dateTimeRenderOption'];
/** @type {Record<RequestKind, Set<string>>} */
const PARAMETERS = {
  token: new Set(),
  spreadsheet: new Set([...SYSTEM_PARAMETERS, 'ranges', 'includeGridData']),
  values: new Set([...SYSTEM_PARAMETERS, ...VALUE_PARAMETERS]),
  batchGet: new Set([...SYSTEM_PARAMETERS, ...VALUE_PARAMETERS, 'ranges']),
  other: new Set(),
};

/**
 * Which method a request means.
 *
 * @param {string} method
 * @param {string} url path and query
 * @returns {Call}
 */
export function parseCall(method, url) {
  const { pathname, searchParams: query } = new URL(url, 'http://sheets');
  const call = (/** @type {RequestKind} */ kind, id = '', /** @type {string[]} */ ranges = []) => ({
    kind,
    id,
    ranges,
    query,
  });
  if (method === 'POST' && pathname === '/token') return call('token');
  const match = /^\/v4\/spreadsheets\/([^/]+?)(?:\/values(?:\/(.+)|(?::|%3A)(batchGet)))?$/.exec(
    pathname,
  );
  if (method !== 'GET' || !match) return call('other');
  const id = decodeURIComponent(match[1]);
  if (match[3]) return call('batchGet', id, query.getAll('ranges'));
  if (match[2]) return call('values', id, [decodeURIComponent(match[2])]);
  return call('spreadsheet', id);
}

/** @param {URLSearchParams} query */
export function wantsPretty(query) {
  return !['false', '0'].includes(query.get('prettyPrint') ?? query.get('$prettyPrint') ?? 'true');
}

/**
 * The document a call of an authorised caller gets. Throws ApiError.
 *
 * @param {Call} call
 * @param {Map<string, import('./spreadsheet.js').Spreadsheet>} spreadsheets
 */
export function answerCall(call, spreadsheets) {
  for (const name of call.query.keys()) {
    if (!PARAMETERS[call.kind].has(name)) throw unknownParameter(name);
  }
  const options = valueOptions(call.query);
  const spreadsheet = spreadsheets.get(call.id);
  if (!spreadsheet) throw notFound();
  if (!spreadsheet.shared) throw notShared();
  const fields = call.query.get('fields');
  const document = describe(call, spreadsheet, options);
  return fields === null ? document : applyFieldMask(document, parseFieldMask(fields));
}

/**
 * @param {Call} call
 * @param {import('./spreadsheet.js').Spreadsheet} spreadsheet
 * @param {ReturnType<typeof valueOptions>} options
 */
function describe(call, spreadsheet, options) {
  if (call.kind === 'spreadsheet') {
    if (call.query.get('includeGridData') === 'true') {
      throw invalidArgument('includeGridData is not part of this emulator: read the values.');
    }
    return spreadsheet.resource();
  }
  const valueRanges = call.ranges.map((range) => valueRange(spreadsheet, range, options));
  if (call.kind === 'values') return valueRanges[0];
  return {
    spreadsheetId: spreadsheet.id,
    valueRanges: valueRanges.length > 0 ? valueRanges : undefined,
  };
}

/** @param {URLSearchParams} query */
function valueOptions(query) {
  return {
    majorDimension: oneOf(query, 'majorDimension', 'Dimension', ['ROWS', 'COLUMNS']),
    valueRenderOption: oneOf(query, 'valueRenderOption', 'ValueRenderOption', [
      'FORMATTED_VALUE',
      'UNFORMATTED_VALUE',
      'FORMULA',
    ]),
    dateTimeRenderOption: oneOf(query, 'dateTimeRenderOption', 'DateTimeRenderOption', [
      'SERIAL_NUMBER',
      'FORMATTED_STRING',
    ]),
  };
}

/**
 * @template {string} T
 * @param {URLSearchParams} query
 * @param {string} name
 * @param {string} type
 * @param {T[]} values the first is the default
 * @returns {T}
 */
function oneOf(query, name, type, values) {
  const given = query.get(name);
  const found = given === null ? values[0] : values.find((value) => value === given);
  if (found !== undefined) return found;
  const field = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  throw invalidEnum(field, type, given ?? '');
}

/** Counts reads in minutes of the clock, all refilled at once, as the documented quota is. */
export class ReadQuota {
  #minute = -1;
  #used = 0;

  /** @param {number | null} perMinute null: no limit @param {() => number} now */
  constructor(perMinute, now) {
    this.perMinute = perMinute;
    this.now = now;
  }

  /** Counts one read; throws the 429 when the minute's are used up. */
  take() {
    if (this.perMinute === null) return;
    const minute = Math.floor(this.now() / 60_000);
    if (minute !== this.#minute) this.#used = 0;
    this.#minute = minute;
    if (this.#used >= this.perMinute) throw quotaExceeded(this.perMinute);
    this.#used += 1;
  }
}
