// Finds and compiles core.wasm on Deno (needs --allow-read for that file; to go without, import the
// module and use load-module.js).
import { CoreError, toModule } from './core.js';

/** @typedef {{ readFileSync(file: string | URL): Uint8Array }} DenoFiles */

/**
 * Throws CoreError `not_loadable`.
 * @param {string | URL} [file]
 * @returns {WebAssembly.Module}
 */
export function loadCore(file = new URL('../../build/wasm/core.wasm', import.meta.url)) {
  const { Deno } = /** @type {{ Deno: DenoFiles }} */ (/** @type {unknown} */ (globalThis));
  let bytes;
  try {
    bytes = Deno.readFileSync(file);
  } catch (error) {
    throw new CoreError('not_loadable', `cannot read ${file}`, error);
  }
  return toModule(bytes);
}
