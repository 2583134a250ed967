// What callers send, checked to the letter: bodies and parameters in, plain values out, or
// ProblemError with every flaw listed.
import { ProblemError, invalidRequest } from './problem.js';
import { TooLargeError, readBody } from './read-body.js';
import { LINKS_MAX } from './work.js';

/** @typedef {import('./problem.js').Flaw} Flaw */
/** @typedef {import('../../wasm/js/protocol.js').RunRequest} RunRequest */

export const BODY_BYTES_MAX = 65_536;
const BATCH_SIZE_MAX = 1000;
const NUMBERS_MAX = 1000;
const IDS_MAX = 1000;
const NUMBER_LENGTH_MAX = 64;
const FLAWS_MAX = 100;
const NO_BOOLEAN = 'must be true or false';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The JSON body of a request; an empty one is `{}`. Throws ProblemError `body_too_large`,
 * `unsupported_media_type` or `invalid_request`.
 * @param {Request} request
 * @returns {Promise<unknown>}
 */
export async function readJsonBody(request) {
  const bytes = await readLimited(request);
  if (bytes.byteLength === 0) return {};
  const mediaType = request.headers.get('content-type')?.split(';')[0].trim().toLowerCase();
  if (mediaType !== 'application/json') {
    const title = 'The body must be application/json';
    throw new ProblemError({ status: 415, code: 'unsupported_media_type', title });
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw invalidRequest([{ pointer: '', detail: 'is not JSON in UTF-8' }]);
  }
}

/** @param {Request} request */
async function readLimited(request) {
  try {
    return await readBody(request.body, BODY_BYTES_MAX);
  } catch (error) {
    if (!(error instanceof TooLargeError)) throw error;
    const title = `The body is larger than ${BODY_BYTES_MAX} bytes`;
    throw new ProblemError({ status: 413, code: 'body_too_large', title });
  }
}

/**
 * The body of POST …/manual as the core wants it. Throws ProblemError `invalid_request`.
 * @param {unknown} body
 * @returns {RunRequest}
 */
export function parseRunRequest(body) {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalidRequest([{ pointer: '', detail: 'must be an object' }]);
  }
  const flaws = Object.entries(body).flatMap(([name, value]) => flawsOf(name, value));
  if (flaws.length > 0) throw invalidRequest(flaws.slice(0, FLAWS_MAX));
  const {
    force = false,
    batchSize = null,
    propertyNumbers = null,
    dryRun = false,
  } = /** @type {Record<string, any>} */ (body);
  return { force, batch_size: batchSize, keys: propertyNumbers, dry_run: dryRun };
}

/**
 * @param {string} name
 * @param {unknown} value
 * @returns {Flaw[]}
 */
function flawsOf(name, value) {
  const flaw = (/** @type {string} */ detail) => [{ pointer: pointerTo(name), detail }];
  switch (name) {
    case 'force':
    case 'dryRun':
      return typeof value === 'boolean' ? [] : flaw(NO_BOOLEAN);
    case 'batchSize':
      if (Number.isInteger(value) && inRange(Number(value), 1, BATCH_SIZE_MAX)) return [];
      return flaw(`must be a whole number from 1 to ${BATCH_SIZE_MAX}`);
    case 'propertyNumbers':
      if (Array.isArray(value) && inRange(value.length, 1, NUMBERS_MAX)) return numberFlaws(value);
      return flaw(`must be a list of 1 to ${NUMBERS_MAX} property numbers`);
    default:
      return [unknownField(name)];
  }
}

/**
 * @param {string} name
 * @returns {Flaw}
 */
const unknownField = (name) => ({ pointer: pointerTo(name), detail: 'is not a known field' });

/**
 * @param {unknown[]} numbers
 * @returns {Flaw[]}
 */
function numberFlaws(numbers) {
  const detail = `must be a text of 1 to ${NUMBER_LENGTH_MAX} printable characters`;
  return numbers.flatMap((number, i) =>
    isPropertyNumber(number) ? [] : [{ pointer: `/propertyNumbers/${i}`, detail }],
  );
}

/** @param {unknown} value */
function isPropertyNumber(value) {
  if (typeof value !== 'string' || value.trim() === '') return false;
  // Cs: half of a surrogate pair, which no UTF-8 text and no database can hold.
  return [...value].length <= NUMBER_LENGTH_MAX && !/[\p{Cc}\p{Cs}]/u.test(value);
}

/**
 * @param {number} value
 * @param {number} min
 * @param {number} max
 */
function inRange(value, min, max) {
  return value >= min && value <= max;
}

/**
 * A JSON pointer (RFC 6901) to a field of the body.
 * @param {string} name
 */
function pointerTo(name) {
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1').slice(0, 100)}`;
}

/**
 * The body of POST …/errors/{retry,ignore,resolve,reopen}. Throws ProblemError `invalid_request`.
 * @param {unknown} body
 * @returns {number[]}
 */
export function parseIds(body) {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalidRequest([{ pointer: '', detail: 'must be an object' }]);
  }
  const { ids, ...rest } = /** @type {Record<string, unknown>} */ (body);
  /** @type {Flaw[]} */
  const flaws = Object.keys(rest).map((name) => unknownField(name));
  if (!Array.isArray(ids) || !inRange(ids.length, 1, IDS_MAX)) {
    flaws.push({ pointer: '/ids', detail: `must be a list of 1 to ${IDS_MAX} ids of entries` });
  } else {
    flaws.push(...ids.flatMap((id, i) => (isId(id) ? [] : [badId(i)])));
  }
  if (flaws.length > 0) throw invalidRequest(flaws.slice(0, FLAWS_MAX));
  return /** @type {number[]} */ (ids);
}

/** @param {unknown} id */
const isId = (id) => Number.isSafeInteger(id) && Number(id) > 0;
/** @param {number} i @returns {Flaw} */
const badId = (i) => ({ pointer: `/ids/${i}`, detail: 'must be the id of an entry' });

/**
 * The body of POST …/continue. Throws ProblemError `invalid_request`.
 * @param {unknown} body
 * @returns {{ link: number, opens: boolean }}
 */
export function parseTask(body) {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalidRequest([{ pointer: '', detail: 'must be an object' }]);
  }
  const { link, opens = false, ...rest } = /** @type {Record<string, unknown>} */ (body);
  /** @type {Flaw[]} */
  const flaws = Object.keys(rest).map((name) => unknownField(name));
  if (!Number.isInteger(link) || !inRange(Number(link), 1, LINKS_MAX)) {
    flaws.push({ pointer: '/link', detail: `must be a whole number from 1 to ${LINKS_MAX}` });
  }
  if (typeof opens !== 'boolean') flaws.push({ pointer: '/opens', detail: NO_BOOLEAN });
  if (flaws.length > 0) throw invalidRequest(flaws.slice(0, FLAWS_MAX));
  return { link: Number(link), opens: opens === true };
}

/**
 * A task as a queue, or an invocation of our own, delivers it. Throws ProblemError
 * `invalid_request`.
 * @param {unknown} message
 * @returns {import('./work.js').Task}
 */
export function parseMessage(message) {
  const { source = null, ...task } = Object(message);
  return { source: source === null ? null : String(source), ...parseTask(task) };
}

/**
 * Throws ProblemError `invalid_request`.
 * @param {string} syncId
 * @returns {string} in lower case
 */
export function parseSyncId(syncId) {
  if (UUID.test(syncId)) return syncId.toLowerCase();
  throw invalidRequest([{ parameter: 'syncId', detail: 'must be a uuid' }]);
}
