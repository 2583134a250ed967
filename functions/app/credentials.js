// Google's credentials: a service-account key in, access tokens out (RFC 7523, RS256 by WebCrypto).
// Nothing here prints a key or a token; every message names what is wrong, never what it was.
import { exchange } from './exchange.js';
import { isTrustworthy } from './endpoints.js';

/**
 * `not_json` `incomplete` `private_key_unreadable`: the key as given. `token_refused`: the endpoint
 * said no. `token_unreachable`: it gave no answer, or asked to come later. `token_answer_invalid`:
 * what came is no answer of it.
 * @typedef {'not_json' | 'incomplete' | 'private_key_unreadable' | 'token_refused'
 *   | 'token_unreachable' | 'token_answer_invalid'} CredentialsErrorCode
 */

export class CredentialsError extends Error {
  /**
   * @param {CredentialsErrorCode} code
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.name = 'CredentialsError';
    this.code = code;
    /** Whether the same request may succeed later. */
    this.transient = code === 'token_unreachable' || code === 'token_answer_invalid';
  }
}

/**
 * @typedef {object} ServiceAccount
 * @property {string} clientEmail
 * @property {string | undefined} keyId
 * @property {CryptoKey} privateKey
 * @property {string} tokenUri
 */

const SCOPE = 'https://www.googleapis.com/auth/spreadsheets.readonly';
const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const DEFAULT_TOKEN_URI = 'https://oauth2.googleapis.com/token';
const ASSERTION_SECONDS = 3600;
/** Renewed this long before its end: no request sets out with a token that expires on its way. */
const MARGIN_MS = 120_000;
const TOKEN_TIMEOUT_MS = 10_000;
const TOKEN_BYTES_MAX = 65_536;

/**
 * Reads a service-account key: its JSON, base64 of it, with line breaks of the private key as `\n`
 * written once, twice, or as real ones (all three are common in environment variables).
 * Throws CredentialsError `not_json`, `incomplete` or `private_key_unreadable`.
 * @param {string} text
 * @returns {Promise<ServiceAccount>}
 */
export async function readServiceAccount(text) {
  const fields = parseKeyFile(text);
  const { type, client_email: email, private_key: pem, private_key_id: keyId } = fields;
  if (type !== undefined && type !== 'service_account') {
    throw new CredentialsError('incomplete', 'its "type" is not "service_account"');
  }
  for (const name of ['client_email', 'private_key']) {
    if (typeof fields[name] !== 'string' || fields[name] === '') {
      throw new CredentialsError('incomplete', `it has no "${name}"`);
    }
  }
  const tokenUri = fields.token_uri ?? DEFAULT_TOKEN_URI;
  if (typeof tokenUri !== 'string' || !isTrustworthy(tokenUri)) {
    throw new CredentialsError('incomplete', 'its "token_uri" is not an https address');
  }
  return {
    clientEmail: /** @type {string} */ (email),
    keyId: typeof keyId === 'string' ? keyId : undefined,
    privateKey: await importPrivateKey(/** @type {string} */ (pem)),
    tokenUri,
  };
}

/**
 * @param {string} text
 * @returns {Record<string, unknown>}
 */
function parseKeyFile(text) {
  const trimmed = text.trim();
  const json = trimmed.startsWith('{') ? trimmed : decodeBase64Text(trimmed);
  const value = parseJson(json) ?? parseJson(escapeLineBreaks(json));
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new CredentialsError('not_json', 'it is neither the JSON of a key file nor base64 of it');
  }
  return /** @type {Record<string, unknown>} */ (value);
}

/**
 * Line breaks inside the private key are not JSON, yet dotenv and the like put them there.
 * @param {string} json
 */
function escapeLineBreaks(json) {
  return json.replace(/"private_key"\s*:\s*"[^"]*"/, (pair) =>
    pair.replaceAll('\r', '').replaceAll('\n', '\\n'),
  );
}

/**
 * @param {string} text
 * @returns {unknown} null where it is not JSON
 */
function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param {string} text */
function decodeBase64Text(text) {
  const bytes = decodeBase64(text.replaceAll('-', '+').replaceAll('_', '/'));
  return bytes === null ? '' : new TextDecoder().decode(bytes);
}

/**
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer> | null} null where it is not base64
 */
function decodeBase64(text) {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

/**
 * @param {string} pem PKCS#8, as Google gives it
 * @returns {Promise<CryptoKey>}
 */
async function importPrivateKey(pem) {
  const lines = pem.replaceAll('\\n', '\n').replaceAll('\\r', '').trim();
  const unreadable = (/** @type {string} */ why) =>
    new CredentialsError('private_key_unreadable', `its "private_key" ${why}`);
  const label = /^-----BEGIN ([A-Z0-9 ]+)-----/.exec(lines)?.[1];
  if (label === undefined) throw unreadable('does not begin with -----BEGIN PRIVATE KEY-----');
  if (label !== 'PRIVATE KEY') throw unreadable(`is a ${label}, not a PRIVATE KEY (PKCS#8)`);
  const end = lines.indexOf('-----END PRIVATE KEY-----');
  if (end < 0) throw unreadable('has no -----END PRIVATE KEY-----: it was cut off');
  const der = decodeBase64(lines.slice('-----BEGIN PRIVATE KEY-----'.length, end));
  if (der === null) throw unreadable('is not base64 between its BEGIN and END lines');
  try {
    const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
    return await crypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']);
  } catch {
    throw unreadable('is not an RSA key in PKCS#8 form: it is damaged or of another kind');
  }
}

/**
 * Tokens for one service account, cached until shortly before they end. However many ask at once,
 * one request is under way.
 * @param {ServiceAccount} account
 * @param {{ fetch?: typeof globalThis.fetch, now?: () => number }} [host] `now`: epoch milliseconds
 */
export function createGoogleCredentials(account, { fetch, now = Date.now } = {}) {
  /** @type {{ token: string, endsAt: number } | null} */
  let cached = null;
  /** @type {Promise<string> | null} */
  let pending = null;
  let pendingSince = 0;

  async function request() {
    const assertion = await signAssertion(account, Math.floor(now() / 1000));
    const { token, lifetimeMs } = await requestToken(account.tokenUri, assertion, fetch);
    cached = { token, endsAt: now() + lifetimeMs - Math.min(MARGIN_MS, lifetimeMs / 2) };
    return token;
  }

  return {
    /**
     * Throws CredentialsError `token_refused`, `token_unreachable` or `token_answer_invalid`.
     * @param {{ renew?: boolean }} [options] `renew`: the cached token was refused, forget it
     * @returns {Promise<string>}
     */
    async token({ renew = false } = {}) {
      if (renew) cached = null;
      if (cached !== null && now() < cached.endsAt) return cached.token;
      // Where a platform ends a request in the middle, what it waited for never settles.
      if (pending !== null && now() - pendingSince <= 2 * TOKEN_TIMEOUT_MS) return pending;
      const asked = request().finally(() => {
        if (pending === asked) pending = null;
      });
      pendingSince = now();
      return (pending = asked);
    },
  };
}

/**
 * @param {ServiceAccount} account
 * @param {number} issuedAt epoch seconds
 */
async function signAssertion(account, issuedAt) {
  const { clientEmail, keyId, privateKey, tokenUri } = account;
  const header = { alg: 'RS256', typ: 'JWT', kid: keyId };
  const lifetime = { iat: issuedAt, exp: issuedAt + ASSERTION_SECONDS };
  const claims = { iss: clientEmail, scope: SCOPE, aud: tokenUri, ...lifetime };
  const encoder = new TextEncoder();
  const [head, body] = [header, claims].map((part) =>
    base64Url(encoder.encode(JSON.stringify(part))),
  );
  const signed = encoder.encode(`${head}.${body}`);
  const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', privateKey, signed);
  return `${head}.${body}.${base64Url(new Uint8Array(signature))}`;
}

/** @param {Uint8Array} bytes */
function base64Url(bytes) {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/**
 * @param {string} tokenUri
 * @param {string} assertion
 * @param {typeof globalThis.fetch} [fetch]
 */
async function requestToken(tokenUri, assertion, fetch) {
  const answer = await exchange({
    url: tokenUri,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: GRANT, assertion }).toString(),
    timeoutMs: TOKEN_TIMEOUT_MS,
    bytesMax: TOKEN_BYTES_MAX,
    fetch,
  });
  if (!answer.ok) {
    const message = `Google's token endpoint gave no answer (${answer.why}: ${answer.message})`;
    throw new CredentialsError('token_unreachable', message);
  }
  const document = /** @type {Record<string, unknown>} */ (
    parseJson(new TextDecoder().decode(answer.body)) ?? {}
  );
  if (answer.status !== 200) throw refusal(answer.status, document);
  return readToken(document);
}

/** @param {Record<string, unknown>} document */
function readToken({ access_token: token, expires_in: seconds }) {
  const usable = typeof token === 'string' && /^[\x21-\x7e]+$/.test(token);
  if (!usable || typeof seconds !== 'number' || !(seconds > 0)) {
    const message = "Google's token endpoint answered without a usable token";
    throw new CredentialsError('token_answer_invalid', message);
  }
  return { token, lifetimeMs: seconds * 1000 };
}

/**
 * @param {number} status
 * @param {Record<string, unknown>} document
 */
function refusal(status, { error, error_description: description }) {
  if (status === 429 || status >= 500) {
    return new CredentialsError('token_unreachable', `Google's token endpoint answered ${status}`);
  }
  // Google refuses with an OAuth error (RFC 6749, 5.2); anything else is no answer of it.
  if (typeof error !== 'string') {
    const message = `Google's token endpoint answered ${status} without an OAuth error`;
    return new CredentialsError('token_answer_invalid', message);
  }
  const said = [error, description].filter((part) => typeof part === 'string').join(': ');
  // An endpoint that quotes the assertion back must not bring it into the log.
  const quoted = said.replace(/eyJ[\w.-]+/g, '[token]').slice(0, 200);
  const advice =
    error === 'invalid_grant'
      ? '; the key was revoked or its account deleted, or the clock of this machine is wrong'
      : '';
  const message = `Google refused the service account (${status} ${quoted})${advice}`;
  return new CredentialsError('token_refused', message);
}
