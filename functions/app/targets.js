// What a target's name stands for: its address and its credentials. Nothing else knows either.
// The core only ever says `sheets` or `database`; no secret enters it.

/** @typedef {import('./configuration.js').Configuration} Configuration */

/**
 * @typedef {object} Target
 * @property {string} base without a trailing slash
 * @property {(renew: boolean) => Promise<Record<string, string>>} authorize the headers that carry
 *   the credentials; `renew` discards what was cached. Throws CredentialsError.
 */

/** @typedef {Map<string, Target>} Targets */

/**
 * @param {Configuration} configuration
 * @param {{ token(options: { renew: boolean }): Promise<string> }} google
 * @returns {Targets}
 */
export function createTargets(configuration, google) {
  const databaseHeaders = serviceKeyHeaders(configuration.supabase.serviceKey);
  return new Map([
    [
      'sheets',
      {
        base: configuration.google.endpoint,
        authorize: async (/** @type {boolean} */ renew) => ({
          authorization: `Bearer ${await google.token({ renew })}`,
        }),
      },
    ],
    ['database', { base: configuration.supabase.url, authorize: async () => databaseHeaders }],
  ]);
}

/**
 * A legacy key is itself a JWT and goes into both headers; a secret key goes into `apikey` only
 * (the gateway puts the token of its role in its place).
 * @param {string} key
 * @returns {Record<string, string>}
 */
export function serviceKeyHeaders(key) {
  return key.startsWith('sb_') ? { apikey: key } : { apikey: key, authorization: `Bearer ${key}` };
}

/**
 * The address of a path below a target. Null when the path would lead anywhere else: to another
 * origin, into the user part, or above the base's own path.
 * @param {string} base
 * @param {string} path
 * @returns {string | null}
 */
export function resolvePath(base, path) {
  const address = base + path;
  if (!URL.canParse(address)) return null;
  const { href } = new URL(address);
  return href.startsWith(`${base}/`) ? href : null;
}
