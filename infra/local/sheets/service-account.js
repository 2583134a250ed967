// The service account of the emulated project: its key file, and the tokens given for assertions
// signed with it (RFC 7523, as documented for Google service accounts).
import { createPublicKey, generateKeyPair, randomBytes, verify } from 'node:crypto';
import { promisify } from 'node:util';
import { badToken, insufficientScope, noCredentials } from './errors.js';

const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const GOOGLE_AUDIENCES = [
  'https://oauth2.googleapis.com/token',
  'https://www.googleapis.com/oauth2/v4/token',
];
const SCOPE_PREFIX = 'https://www.googleapis.com/auth/';
const READING_SCOPES = new Set(
  ['spreadsheets', 'spreadsheets.readonly', 'drive', 'drive.readonly', 'drive.file'].map(
    (name) => SCOPE_PREFIX + name,
  ),
);
const LIFETIME_S = 3600;
/** How far the caller's clock may be ahead of ours. */
const SKEW_S = 300;

/** A key as Google's console lets one download it. */
/** @typedef {Record<'type' | 'project_id' | 'private_key_id' | 'private_key' | 'client_email' |
 *   'client_id' | 'auth_uri' | 'token_uri' | 'universe_domain', string>} ServiceAccountKey */

/** @typedef {{ status: number, body: Record<string, unknown> }} TokenAnswer */

/**
 * @param {string} clientEmail
 * @returns {Promise<ServiceAccountKey>} with an empty token_uri
 */
export async function createServiceAccount(clientEmail) {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return {
    type: 'service_account',
    project_id: 'listing-sync-local',
    private_key_id: randomBytes(20).toString('hex'),
    private_key: privateKey,
    client_email: clientEmail,
    client_id: '100000000000000000001',
    auth_uri: 'https://accounts.google.com/o/oauth2/auth',
    token_uri: '',
    universe_domain: 'googleapis.com',
  };
}

/** Gives and checks access tokens. `now` is epoch milliseconds, an argument for tests. */
export class TokenIssuer {
  /** @type {Map<string, { scopes: string[], expiresAt: number }>} */
  #tokens = new Map();
  #key;

  /**
   * @param {ServiceAccountKey} account
   * @param {{ now: () => number, lifetimeS?: number }} options
   */
  constructor(account, { now, lifetimeS = LIFETIME_S }) {
    this.account = account;
    this.now = now;
    this.lifetimeS = lifetimeS;
    this.#key = createPublicKey(account.private_key);
  }

  /**
   * Answers POST /token.
   *
   * @param {URLSearchParams} form
   * @returns {TokenAnswer}
   */
  answer(form) {
    const grant = form.get('grant_type') ?? '';
    if (grant !== GRANT) {
      return refuse('unsupported_grant_type', `Invalid grant_type: ${grant}`);
    }
    const assertion = decodeAssertion(form.get('assertion') ?? '');
    if (!assertion) return refuse('invalid_grant', 'Bad Request');
    return this.#refusal(assertion) ?? this.#grant(String(assertion.claims.scope));
  }

  /** Every token given so far is refused from now on, as if revoked. */
  revokeAll() {
    this.#tokens.clear();
  }

  /**
   * Throws the ApiError for a request that may not read spreadsheets.
   *
   * @param {string | undefined} authorization
   */
  authorize(authorization) {
    if (authorization === undefined) throw noCredentials();
    const token = /^Bearer (\S+)$/i.exec(authorization)?.[1];
    const known = token === undefined ? undefined : this.#tokens.get(token);
    if (!known) throw badToken('ACCESS_TOKEN_TYPE_UNSUPPORTED');
    if (known.expiresAt <= this.now()) throw badToken('ACCESS_TOKEN_EXPIRED');
    if (!known.scopes.some((scope) => READING_SCOPES.has(scope))) throw insufficientScope();
  }

  /** @param {string} scope @returns {TokenAnswer} */
  #grant(scope) {
    const token = `ya29.c.${randomBytes(96).toString('base64url')}`;
    const expiresAt = this.now() + this.lifetimeS * 1000;
    this.#tokens.set(token, { scopes: scope.split(' '), expiresAt });
    const expires_in = this.lifetimeS - 1;
    return { status: 200, body: { access_token: token, expires_in, token_type: 'Bearer' } };
  }

  /** @param {Assertion} assertion @returns {TokenAnswer | null} */
  #refusal({ header, claims, signed, signature }) {
    const { iss, aud, scope, iat, exp } = claims;
    if (iss !== this.account.client_email) {
      return refuse('invalid_grant', 'Invalid grant: account not found');
    }
    const isOurKey = header.kid === undefined || header.kid === this.account.private_key_id;
    const isSigned = header.alg === 'RS256' && verify('sha256', signed, this.#key, signature);
    if (!isOurKey || !isSigned) return refuse('invalid_grant', 'Invalid JWT Signature.');
    if (![this.account.token_uri, ...GOOGLE_AUDIENCES].includes(String(aud))) {
      return refuse('invalid_grant', 'Invalid JWT: Failed audience check.');
    }
    if (!isShortLived(iat, exp, this.now() / 1000)) {
      const rule = 'Token must be a short-lived token (60 minutes) and in a reasonable timeframe.';
      const hint = 'Check your iat and exp values in the JWT claim.';
      return refuse('invalid_grant', `Invalid JWT: ${rule} ${hint}`);
    }
    if (typeof scope !== 'string' || scope.trim() === '') {
      return refuse('invalid_scope', 'Empty or missing scope not allowed.');
    }
    if (!scope.split(' ').every((one) => one.startsWith(SCOPE_PREFIX))) {
      return refuse('invalid_scope', 'Invalid OAuth scope or ID token audience provided.');
    }
    return null;
  }
}

/** @param {unknown} iat @param {unknown} exp @param {number} now epoch seconds */
function isShortLived(iat, exp, now) {
  if (typeof iat !== 'number' || typeof exp !== 'number') return false;
  return iat <= now + SKEW_S && exp > now && exp > iat && exp - iat <= LIFETIME_S;
}

/**
 * @typedef {object} Assertion
 * @property {Record<string, unknown>} header
 * @property {Record<string, unknown>} claims
 * @property {Buffer} signed
 * @property {Buffer} signature
 */

/** @param {string} jwt @returns {Assertion | null} */
function decodeAssertion(jwt) {
  const parts = jwt.split('.');
  if (parts.length !== 3) return null;
  const [header, claims] = parts.slice(0, 2).map(decodeObject);
  if (!header || !claims) return null;
  const signed = Buffer.from(`${parts[0]}.${parts[1]}`);
  return { header, claims, signed, signature: Buffer.from(parts[2], 'base64url') };
}

/** @param {string} part @returns {Record<string, unknown> | null} */
function decodeObject(part) {
  try {
    const value = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null; // not JSON: the caller's assertion is malformed, and is told so
  }
}

/** @param {string} error @param {string} description @returns {TokenAnswer} */
function refuse(error, description) {
  return { status: 400, body: { error, error_description: description } };
}
