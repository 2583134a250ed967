// Finds and compiles core.wasm on Node: the only loader that knows the file system of Node.
import { readFileSync } from 'node:fs';
import { CoreError, toModule } from './core.js';

/** Where `npm run build:wasm` leaves the module. */
export const BUILT_CORE = new URL('../../build/wasm/core.wasm', import.meta.url);

/**
 * Reads and compiles the core once per process. Throws CoreError `not_loadable`.
 * @param {string | URL} [file]
 * @returns {WebAssembly.Module}
 */
export function loadCore(file = BUILT_CORE) {
  let bytes;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const name = file instanceof URL ? file.pathname : file;
    throw new CoreError(
      'not_loadable',
      `cannot read ${name}: run "npm run build:wasm" first`,
      error,
    );
  }
  return toModule(bytes);
}
