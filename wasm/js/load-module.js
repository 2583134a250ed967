// Takes the core as a bundler or platform hands it over: a compiled module (Workers), bytes, or
// base64 text.
import { CoreError, toModule } from './core.js';

/**
 * Workers forbid compiling from bytes and import a WebAssembly.Module; esbuild's binary loader
 * gives bytes; Supabase gets base64 inlined. Throws CoreError `not_loadable`.
 * @param {WebAssembly.Module | Uint8Array | ArrayBuffer | string} given
 * @returns {WebAssembly.Module}
 */
export function loadCore(given) {
  return toModule(typeof given === 'string' ? fromBase64(given) : given);
}

/**
 * A plain loop: Uint8Array.from(text, fn) takes twice as long.
 * @param {string} text
 */
function fromBase64(text) {
  let characters;
  try {
    characters = atob(text);
  } catch (error) {
    throw new CoreError('not_loadable', 'the inlined core is not base64', error);
  }
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = characters.charCodeAt(i);
  return bytes;
}
