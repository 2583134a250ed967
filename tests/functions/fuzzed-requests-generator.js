// Requests as nobody sane would send them, drawn from a seed: each is a good request with some of
// its parts spoiled, so that most come further than the first check.

/** @typedef {import('../../infra/local/generator/random.js').Random} Random */

/**
 * @typedef {object} FuzzedRequest
 * @property {string} method
 * @property {string} path with the query, as sent
 * @property {[string, string][]} headers
 * @property {Uint8Array<ArrayBuffer> | null} body
 */

/**
 * @typedef {object} Known
 * @property {string[]} tokens that are drawn whole
 * @property {string[]} secrets whose near misses are drawn
 * @property {string[]} syncIds
 * @property {string[]} keys
 */

const BASE = '/api/sync';
const GOOD_METHODS = ['GET', 'GET', 'POST', 'POST', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS'];
const ODD_METHODS = ['PROPFIND', 'QUERY', 'TRACE', 'get', 'Post', 'X', 'M-SEARCH', '$!', 'DELETE2'];
const ENDS = [
  ...['manual', 'status', 'health', 'scheduled', 'continue', 'openapi.json', 'history', 'errors'],
  ...['errors/retry', 'errors/ignore', 'errors/resolve', 'errors/reopen', 'sheet', 'alerts'],
  ...['alerts/test', 'metrics', 'sources', 'dashboard.js', 'events', 'manual', 'manual', 'manual'],
];
const SOURCES = ['property-listings', 'rentals', 'health', 'Property-Listings', '', '*', 'x'];
const PIECES = [
  ...['..', '.', '%2e%2e', '..%2f', '%2F', '//', '\\', '%5c', ';', ';a=b', '%00', '%', '%zz'],
  ...['%ff', '%c0%af', '%E7%89%A9', '物件', '\u202e', '😀', '?', '#', '&', '@evil.example', ':80'],
  ...["'", '"', '<script>', '$' + '{x}', '{{x}}', '%0d%0aset-cookie:x', '~', '+', '%20', 'null'],
  ...['__proto__', 'constructor', 'api/sync', 'rest/v1/rpc/sync_prune', 'v4/spreadsheets'],
];
const TYPES = [
  ...['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON', 'text/plain'],
  ...['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', '', ';', 'json'],
];
const HEADERS = [
  ...['host', 'x-forwarded-host', 'x-forwarded-for', 'x-forwarded-proto', 'x-original-url'],
  ...[
    'x-http-method-override',
    'origin',
    'referer',
    'cookie',
    'accept',
    'accept-encoding',
    'range',
  ],
  ...['if-none-match', 'content-encoding', 'access-control-request-method', 'x-rewrite-url'],
  ...['apikey', 'prefer', 'user-agent', 'x-fuzz', 'forwarded', 'via', 'x-sync-token'],
];
const VALUES = [
  ...['evil.example', 'https://evil.example', 'POST', 'DELETE', '*', 'null', 'gzip', 'bytes=0-1'],
  ...['127.0.0.1', "' or 1=1 --", 'a'.repeat(300), '\xe9\xff', 'https://admin.example.com', ''],
];
const LITERALS = [
  ...['null', 'true', '-1', '0', '1e999', '1.5', '""', '"\\ud800"', '"\\u0000"', '[]', '{}'],
  ...['9007199254740993', '[[[[]]]]', '"AA1"', '{"force":true}', '[null]', '1001', '"物"', 'NaN'],
];
const FIELDS = [
  'ids',
  'force',
  'batchSize',
  'propertyNumbers',
  'dryRun',
  'link',
  'opens',
  '__proto__',
];
const PARAMETERS = [
  ...['access_token', 'token', 'source', 'limit', 'before', 'after', 'state', 'code', 'column'],
  ...['search', 'limit', 'state'],
];
const QUERY_VALUES = [
  ...['open', 'ignored', 'resolved', 'all', '1', '1000', '99999999999999999999', '物件', '%'],
  ...['2026-02-31T00:00:00.000000Z', '9999-12-31T23:59:59.999999Z', '0000-01-01T00:00:00.000000Z'],
];

/**
 * @param {Random} random
 * @param {Known} known
 * @returns {FuzzedRequest}
 */
export function fuzzRequest(random, known) {
  const method = random.chance(0.9) ? random.pick(GOOD_METHODS) : random.pick(ODD_METHODS);
  const mayHaveBody = !/^(GET|HEAD)$/i.test(method);
  return {
    method,
    path: fuzzPath(random, known) + fuzzQuery(random, known),
    headers: fuzzHeaders(random, known),
    body: mayHaveBody && random.chance(0.8) ? fuzzBody(random, known) : null,
  };
}

/** @param {Random} random @param {Known} known */
function fuzzPath(random, { syncIds }) {
  const source = random.chance(0.8) ? SOURCES[0] : random.pick(SOURCES);
  const end = random.pick(ENDS);
  const id = random.chance(0.7) ? random.pick(syncIds) : random.pick(PIECES);
  const rest = end === 'status' ? `/${id}${random.chance(0.3) ? '/events' : ''}` : '';
  let path = `${BASE}/${source}/${end}${rest}`;
  if (random.chance(0.1)) path = `${BASE}/${end}`;
  if (random.chance(0.15)) path = `/${random.pick(PIECES)}${path}`;
  for (let n = random.chance(0.4) ? random.between(1, 3) : 0; n > 0; n -= 1) {
    const at = random.between(1, path.length);
    path = path.slice(0, at) + random.pick(PIECES) + path.slice(at + random.below(3));
  }
  if (random.chance(0.02)) path += '/x'.repeat(random.between(500, 4000));
  return path;
}

/** @param {Random} random @param {Known} known */
function fuzzQuery(random, { tokens }) {
  if (random.chance(0.7)) return '';
  const value = random.pick([random.pick(tokens), random.pick(PIECES), random.pick(QUERY_VALUES)]);
  return `?${random.pick([...FIELDS, ...PARAMETERS])}=${encodeURI(value)}`;
}

/** @param {Random} random @param {Known} known @returns {[string, string][]} */
function fuzzHeaders(random, known) {
  /** @type {[string, string][]} */
  const headers = [];
  if (random.chance(0.85)) headers.push(['authorization', fuzzAuthorization(random, known)]);
  if (random.chance(0.8)) {
    headers.push(['content-type', random.chance(0.7) ? TYPES[0] : random.pick(TYPES)]);
  }
  for (let n = random.chance(0.4) ? random.between(1, 4) : 0; n > 0; n -= 1) {
    headers.push([random.pick(HEADERS), random.pick(VALUES)]);
  }
  if (random.chance(0.01)) headers.push(['x-large', 'x'.repeat(random.between(8_000, 15_000))]);
  return headers;
}

/** @param {Random} random @param {Known} known */
function fuzzAuthorization(random, { tokens, secrets }) {
  if (random.chance(0.7)) return `Bearer ${random.pick(tokens)}`;
  const scheme = random.pick(['Bearer ', 'bearer ', 'Basic ', 'Bearer', 'Token ', '', 'Bearer\t']);
  return scheme + nearMiss(random, random.pick(secrets));
}

/** Never the secret itself. @param {Random} random @param {string} secret */
function nearMiss(random, secret) {
  const at = random.below(secret.length);
  const other = String.fromCharCode((secret.charCodeAt(at) % 90) + 33);
  return random.pick([
    secret.slice(0, at),
    secret.slice(at + 1),
    `${secret}x`,
    `x${secret}`,
    secret + secret,
    `${secret}, Bearer ${secret}`,
    `${secret} ${secret}`,
    secret.toUpperCase(),
    [...secret].reverse().join(''),
    secret.slice(0, at) + (other === secret[at] ? '~' : other) + secret.slice(at + 1),
    btoa(secret),
    encodeURIComponent(`${secret}%`),
    `"${secret}"`,
    'undefined',
    'null',
    '',
  ]);
}

/** @param {Random} random @param {Known} known @returns {Uint8Array<ArrayBuffer>} */
function fuzzBody(random, known) {
  const kind = random.below(100);
  if (kind < 5) return Uint8Array.from({ length: random.below(300) }, () => random.below(256));
  if (kind < 10) return new Uint8Array(random.between(60_000, 140_000)).fill(random.below(256));
  if (kind < 13) return encode(random.pick(['[', '{"a":', '"']).repeat(random.between(1, 13_000)));
  return encode(spoil(random, fuzzJson(random, known)));
}

/** @param {string} text */
const encode = (text) => new Uint8Array(new TextEncoder().encode(text));

/** @param {Random} random @param {Known} known */
function fuzzJson(random, { keys }) {
  const own = {
    force: () => (random.chance(0.5) ? 'true' : 'false'),
    batchSize: () => String(random.between(1, 1000)),
    dryRun: () => (random.chance(0.5) ? 'true' : 'false'),
    link: () => String(random.between(1, 10)),
    opens: () => 'false',
    ids: () => JSON.stringify(Array.from({ length: 3 }, () => random.between(1, 60))),
    propertyNumbers: () =>
      JSON.stringify(Array.from({ length: random.between(1, 5) }, () => random.pick(keys))),
  };
  const names = /** @type {(keyof typeof own)[]} */ (Object.keys(own));
  const kind = random.pick(['run', 'run', 'task', 'ids']);
  const fields = names
    .filter((name) => kindOf(name) === kind && (kind === 'ids' || random.chance(0.5)))
    .map((name) => `"${name}":${random.chance(0.85) ? own[name]() : random.pick(LITERALS)}`);
  if (random.chance(0.1)) fields.push(`"${random.pick(FIELDS)}":${random.pick(LITERALS)}`);
  return `{${fields.join(',')}}`;
}

/** @param {string} field of which body it is */
function kindOf(field) {
  if (field === 'ids') return field;
  return field === 'link' || field === 'opens' ? 'task' : 'run';
}

/** Some bytes of it changed, now and then. @param {Random} random @param {string} text */
function spoil(random, text) {
  if (random.chance(0.7)) return text;
  if (random.chance(0.3)) return random.pick(LITERALS);
  const at = random.below(text.length);
  const piece = random.pick(['', '"', ',', '}', '[', '\u0000', '\ufeff', '物', '\\u', ' ']);
  return text.slice(0, at) + piece + text.slice(at + random.below(4));
}
