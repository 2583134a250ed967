// One question to Google or to the database, the way the function itself asks: the same addresses,
// credentials and limits.
import { CredentialsError } from '../../functions/app/credentials.js';
import { exchange } from '../../functions/app/exchange.js';
import { resolvePath } from '../../functions/app/targets.js';

const TIMEOUT_MS = 15_000;
const BYTES_MAX = 32 << 20;

/**
 * `status` 0: no answer came. `why`: which way, or which status. `body`: parsed JSON, or null.
 * @typedef {object} Reply
 * @property {number} status
 * @property {string} why
 * @property {any} body
 * @property {string | null} date the server's clock, as it wrote it
 */

/**
 * Never throws.
 * @param {import('../../functions/app/targets.js').Targets} targets
 * @param {'sheets' | 'database'} name
 * @param {string} path
 * @param {{ body?: object, fetch?: typeof globalThis.fetch }} [options]
 * @returns {Promise<Reply>}
 */
export async function ask(targets, name, path, { body, fetch } = {}) {
  const target = targets.get(name);
  const url = target === undefined ? null : resolvePath(target.base, path);
  if (target === undefined || url === null) throw new Error(`no address for ${name}`);
  let credentials;
  try {
    credentials = await target.authorize(false);
  } catch (error) {
    if (!(error instanceof CredentialsError)) throw error;
    return { status: 0, why: error.message, body: null, date: null };
  }
  const answer = await exchange({
    url,
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...credentials, ...(body && { 'content-type': 'application/json' }) },
    body: body === undefined ? null : JSON.stringify(body),
    timeoutMs: TIMEOUT_MS,
    bytesMax: BYTES_MAX,
    fetch,
  });
  if (!answer.ok)
    return { status: 0, why: `${answer.why}: ${answer.message}`, body: null, date: null };
  const date = answer.headers.get('date');
  return { status: answer.status, why: `HTTP ${answer.status}`, body: parse(answer.body), date };
}

/** @param {Uint8Array} bytes */
function parse(bytes) {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

/** @param {string} tab in A1 notation @returns {string} */
export const quoteTab = (tab) => `'${tab.replaceAll("'", "''")}'`;
