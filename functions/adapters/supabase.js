// Supabase Edge Functions (Deno): one function, its name in front of every path. The platform
// itself provides the project's address and keys.
import { boot } from '../app/boot.js';

/** @typedef {import('../app/environment.js').Environment} Environment */
/** @typedef {(work: Promise<unknown>) => void} WaitUntil */
/** @typedef {(request: Request) => Promise<Response>} Handler */

/**
 * `EdgeRuntime` is not there when the function runs under plain Deno, which lives on anyway.
 * @typedef {{ Deno: { env: { toObject: () => Environment }, serve: (handler: Handler) => unknown },
 *   EdgeRuntime?: { waitUntil: WaitUntil } }} Globals
 */

/** @param {Pick<import('../app/boot.js').BootOptions, 'core' | 'mappings' | 'log'>} options */
export function serve(options) {
  const { Deno, EdgeRuntime } = /** @type {Globals} */ (/** @type {unknown} */ (globalThis));
  const app = boot({
    ...options,
    environment: withServiceKey(Deno.env.toObject()),
    platform: 'supabase',
    waitUntil: (work) => EdgeRuntime?.waitUntil(work),
  });
  return Deno.serve((request) => app.fetch(request));
}

/**
 * Projects without legacy keys have their secret keys in a dictionary instead, by name.
 * @param {Environment} environment
 * @returns {Environment}
 */
function withServiceKey({ SUPABASE_SECRET_KEYS: keys = '{}', ...environment }) {
  if (environment.SUPABASE_SERVICE_ROLE_KEY) return environment;
  try {
    return { ...environment, SUPABASE_SERVICE_ROLE_KEY: JSON.parse(keys).default };
  } catch {
    return environment; // as if there were none: the configuration says that the key is missing
  }
}
