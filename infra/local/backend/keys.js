// The API keys of a Supabase project, and what a request that carries one is allowed to be.
import { SignJWT, errors, jwtVerify } from 'jose';

const NO_KEY = {
  message: 'No API key found in request',
  hint: 'No `apikey` request header or url param was found.',
};
const WRONG_KEY = {
  message: 'Invalid API key',
  hint: 'Double check your Supabase `anon` or `service_role` API key.',
};

/**
 * @typedef {{ authorization: string | undefined } | { refused: Record<string, string> }} Admission
 * `authorization`: the header PostgREST gets (undefined: none, the role is anon)
 */

/**
 * @typedef {object} Keys
 * @property {(claims: import('jose').JWTPayload) => Promise<string>} signJwt
 * @property {(apikey: string | undefined, authorization: string | undefined)
 *            => Admission | Promise<Admission>} admit
 */

/**
 * @param {{ jwtSecret: string, secretKey: string, publishableKey: string }} options
 * @returns {Promise<Keys>}
 */
export async function createKeys({ jwtSecret, secretKey, publishableKey }) {
  const secret = new TextEncoder().encode(jwtSecret);
  const signJwt = (/** @type {import('jose').JWTPayload} */ claims) => {
    const jwt = new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT' });
    if (claims.iat === undefined) jwt.setIssuedAt();
    if (claims.exp === undefined) jwt.setExpirationTime('10y');
    return jwt.sign(secret);
  };
  /** Key -> the JWT that replaces it; null for a legacy key, which is itself a JWT. */
  const known = /** @type {Map<string, string | null>} */ (
    new Map([
      [secretKey, await signJwt({ role: 'service_role' })],
      [publishableKey, await signJwt({ role: 'anon' })],
    ])
  );
  const verifyLegacy = async (/** @type {string} */ apikey) => {
    if (!(await isSigned(apikey, secret))) return false;
    known.set(apikey, null);
    return true;
  };
  return {
    signJwt,
    admit(apikey, authorization) {
      if (apikey === undefined) return { refused: NO_KEY };
      const jwt = known.get(apikey);
      if (jwt !== undefined) return admitKnown(apikey, jwt, authorization);
      return verifyLegacy(apikey).then((valid) =>
        valid ? { authorization } : { refused: WRONG_KEY },
      );
    },
  };
}

/**
 * A `sb_…` key stands for a role's JWT unless the request brings a user's. It is no JWT itself: as
 * a bearer token it is tolerated only beside the same `apikey`; else PostgREST refuses it.
 *
 * @param {string} apikey
 * @param {string | null} jwt
 * @param {string | undefined} authorization
 * @returns {Admission}
 */
function admitKnown(apikey, jwt, authorization) {
  const isOwn = authorization === undefined || authorization === `Bearer ${apikey}`;
  return { authorization: jwt !== null && isOwn ? `Bearer ${jwt}` : authorization };
}

/** @param {string} jwt @param {Uint8Array} secret */
async function isSigned(jwt, secret) {
  try {
    await jwtVerify(jwt, secret, { algorithms: ['HS256'] });
    return true;
  } catch (error) {
    if (error instanceof errors.JOSEError) return false;
    throw error;
  }
}
