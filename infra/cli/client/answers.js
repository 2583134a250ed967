// What came back, as a document or as a sentence with a remedy: an answer of the function, of
// something in front of it, or none at all.
import { CommandError, EXIT } from '../exit.js';
import { plain } from '../terminal.js';
import { remedyFor } from './remedies.js';

/**
 * @typedef {object} Answer
 * @property {number} status 304: `document` is null, nothing has changed
 * @property {any} document
 * @property {string | null} etag
 */

/** Refusals of 5xx that only say: not done. */
const NOT_DONE = new Set(['alert_not_delivered', 'alerts_not_configured']);
const TEXT_MAX = 300;

/** @type {[RegExp, string][]} what each document of ours has: other programs answer 200, too */
const MEMBERS = [
  [/\/health$/, 'status'],
  [/\/sources$/, 'sources'],
  [/\/history(\?|$)/, 'runs'],
  [/\/alerts(\?|$)/, 'alerts'],
  [/\/errors(\?|$)/, 'errors'],
  [/\/(manual|errors\/retry|status\/[^/]+)$/, 'syncId'],
];

/**
 * @param {{ status: number, headers: Headers, text: string }} answer
 * @param {string} where the address, for the sentence
 * @param {string} path what was asked for
 * @returns {Answer} throws CommandError for a problem, or an answer that is not the function's
 */
export function understand({ status, headers, text }, where, path) {
  const etag = headers.get('etag');
  if (status === 304) return { status, document: null, etag };
  const type = headers.get('content-type')?.split(';')[0].trim().toLowerCase() ?? '';
  const document = /^application\/(problem\+)?json$/.test(type) ? parse(text) : undefined;
  if (typeof document !== 'object' || document === null) throw stranger(status, headers, where);
  // Health that cannot be read is a document of its own.
  const isUnknownHealth = status === 503 && document.status === 'unknown';
  if ((status >= 200 && status < 300) || isUnknownHealth) {
    const [, member] = MEMBERS.find(([of]) => of.test(path)) ?? [];
    if (member !== undefined && !Object.hasOwn(document, member)) {
      throw stranger(status, headers, where);
    }
    return { status, document, etag };
  }
  if (typeof document.code !== 'string' || typeof document.title !== 'string') {
    throw stranger(status, headers, where, document.message ?? document.msg ?? document.error);
  }
  throw refusal(document, status, headers);
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * @param {any} problem
 * @param {number} status
 * @param {Headers} headers
 */
function refusal(problem, status, headers) {
  const { code, title, detail, errors = [] } = problem;
  const flaws = errors.map(
    (/** @type {any} */ { pointer, parameter, detail: flaw }) => `${pointer ?? parameter} ${flaw}`,
  );
  const parts = [detail ?? title, ...flaws].map((part) => plain(part).slice(0, TEXT_MAX));
  return new CommandError({
    exitCode: exitCodeOf(status, code),
    problem,
    text: `${parts.join('; ')} (${plain(code)})`,
    remedy: remedyFor(code, headers.get('retry-after')),
  });
}

/** @param {number} status @param {string} code */
function exitCodeOf(status, code) {
  if (code === 'invalid_request') return EXIT.usage; // an argument was handed on as it stood there
  const isRefused = status === 401 || status === 403 || status >= 500;
  return isRefused && !NOT_DONE.has(code) ? EXIT.unreachable : EXIT.failed;
}

/**
 * An answer that no function of ours gives.
 * @param {number} status
 * @param {Headers} headers
 * @param {string} where
 * @param {unknown} [said]
 */
function stranger(status, headers, where, said) {
  const told = said === undefined ? '' : `: ${plain(said).slice(0, TEXT_MAX)}`;
  const location = headers.get('location');
  if (location !== null && status >= 300 && status < 400) {
    const remedy = `it leads to ${plain(location).slice(0, TEXT_MAX)}; if you trust that, give it as --url`;
    return foreign(status, `${where} answers with a redirect (HTTP ${status})`, remedy);
  }
  if (status === 401 || status === 403) {
    const text = `${where} refuses before the function is reached (HTTP ${status}${told})`;
    return foreign(status, text, 'the platform in front asks for an access of its own: open it');
  }
  const isPage = headers.get('content-type')?.includes('html') === true;
  const what = isPage ? 'a web page, not the function' : 'something that is not the function';
  const remedy = 'check --url: a portal, a proxy or another program may stand there';
  return foreign(status, `${where} answers as ${what} (HTTP ${status}${told})`, remedy);
}

/**
 * @param {number} status
 * @param {string} text
 * @param {string} remedy
 */
function foreign(status, text, remedy) {
  const problem = { code: 'foreign_answer', title: text, status };
  return new CommandError({ exitCode: EXIT.unreachable, problem, text, remedy });
}

/**
 * @param {import('../../../functions/app/exchange.js').NoAnswer} none
 * @param {string} where
 */
export function unreachable({ why, message }, where) {
  const text = sentence(why, message, where);
  const problem = { code: 'unreachable', title: text, why };
  const remedy = 'check --url (or SYNC_URL), this network, and whether the function runs';
  return new CommandError({ exitCode: EXIT.unreachable, problem, text, remedy });
}

/**
 * @param {string} why
 * @param {string} message
 * @param {string} where
 */
function sentence(why, message, where) {
  if (why === 'timeout') return `${where} did not answer in time`;
  if (why === 'cut_off') return `the answer of ${where} broke off (${message})`;
  if (why === 'too_large') return `the answer of ${where} is too large`;
  if (message === 'ECONNREFUSED') return `nobody answers at ${where} (ECONNREFUSED)`;
  if (/^(ENOTFOUND|EAI_AGAIN)$/.test(message))
    return `there is no such host: ${where} (${message})`;
  if (/CERT|SELF_SIGNED|ISSUER|UNABLE_TO_VERIFY/.test(message)) {
    return `the certificate of ${where} is not to be trusted (${message})`;
  }
  if (/SSL|TLS|EPROTO/.test(message)) return `no https is spoken at ${where} (${plain(message)})`;
  return `${where} cannot be reached (${plain(message)})`;
}
