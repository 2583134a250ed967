// Who may call: bearer tokens (RFC 6750), compared in constant time.
import { ProblemError } from './problem.js';

/** @typedef {{ api?: string, read?: string, cron?: string }} Tokens */

/**
 * The API token opens everything, the read token what only reads, the scheduler's the tick. Tokens
 * are compared by their SHA-256 digests, byte for byte to the end, so neither content nor length
 * shows in the time taken.
 * @param {Tokens} tokens
 * @returns {(request: Request, scope: 'api' | 'tick') => Promise<'api' | 'read' | 'cron'>} which
 *   of them it was; throws ProblemError `unauthorized` or `forbidden`
 */
export function createAuthorization({ api, read, cron }) {
  const expected = Promise.all([api, read, cron].map(digestOf));
  return async ({ headers, method }, scope) => {
    const given = /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1];
    if (given === undefined) throw unauthorized('Bearer realm="listing-sync"');
    const [digest, digests] = await Promise.all([digestOf(given), expected]);
    const [isApi, isRead, isCron] = digests.map((one) => areEqual(digest, one));
    if (!isApi && !isRead && !isCron) {
      throw unauthorized('Bearer realm="listing-sync", error="invalid_token"');
    }
    const mayRead = isRead && scope === 'api' && (method === 'GET' || method === 'HEAD');
    if (isApi) return 'api';
    if (mayRead) return 'read';
    if (isCron && scope === 'tick') return 'cron';
    throw forbidden();
  };
}

/**
 * @param {string | undefined} token
 * @returns {Promise<Uint8Array>} of no bytes where there is no token: it equals nothing
 */
async function digestOf(token) {
  if (token === undefined) return new Uint8Array(0);
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token)));
}

/**
 * @param {Uint8Array} given 32 bytes
 * @param {Uint8Array} expected 32 bytes, or none
 */
function areEqual(given, expected) {
  let difference = given.length ^ expected.length;
  for (let i = 0; i < given.length; i += 1) difference |= given[i] ^ (expected[i] ?? 0);
  return difference === 0;
}

/** @param {string} challenge */
function unauthorized(challenge) {
  const title = 'A valid bearer token is needed';
  const problem = { status: 401, code: 'unauthorized', title };
  return new ProblemError(problem, { 'www-authenticate': challenge });
}

function forbidden() {
  const title = 'This token may not do that';
  const challenge = 'Bearer realm="listing-sync", error="insufficient_scope"';
  const problem = { status: 403, code: 'forbidden', title };
  return new ProblemError(problem, { 'www-authenticate': challenge });
}
