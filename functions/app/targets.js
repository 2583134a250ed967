// What a target's name stands for: its address and its credentials. Nothing else knows either.
// The core only ever says `sheets`, `database` or `alerts`; no secret enters it.
import { createAlertTarget } from './alerts/index.js';

/** @typedef {import('./configuration.js').Configuration} Configuration */

/**
 * @typedef {object} Target
 * @property {string} base without a trailing slash
 * @property {boolean} [isWhole] `base` is the whole address, whatever path the core says
 * @property {(renew: boolean) => Promise<Record<string, string>>} authorize the headers that carry
 *   the credentials; `renew` discards what was cached. Throws CredentialsError.
 * @property {Shape} [shape] where the target wants another form than the core's
 */

/** @typedef {Uint8Array<ArrayBuffer> | string | null} Body */
/**
 * @typedef {(headers: Record<string, string>, body: Uint8Array | null) =>
 *   Promise<{ headers: Record<string, string>, body: Body }>} Shape
 */

/** @typedef {Map<string, Target>} Targets */

/**
 * @param {Configuration} configuration
 * @param {{ token(options: { renew: boolean }): Promise<string> }} google
 * @returns {Targets}
 */
export function createTargets(configuration, google) {
  const databaseHeaders = serviceKeyHeaders(configuration.supabase.serviceKey);
  /** @type {Targets} */
  const targets = new Map([
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
  const alerts = createAlertTarget(configuration);
  if (alerts !== null) targets.set('alerts', alerts);
  return targets;
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
 * Where a request of the core goes; null where nowhere.
 * @param {Target | undefined} target
 * @param {string} path
 */
export function addressOf(target, path) {
  if (target?.isWhole) return target.base;
  return target === undefined ? null : resolvePath(target.base, path);
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
