// Asks the core about the mappings of a bundle before anything is made of them.
import { createCore } from '../../../wasm/js/core.js';
import { BuildError } from './build-error.mjs';

/** @typedef {import('../../../wasm/js/protocol.js').Fault} Fault */
/** @typedef {{ name: string, bytes: Uint8Array }} GivenMapping `name`: for messages */

/**
 * Throws BuildError with every fault of every mapping.
 * @param {Uint8Array} wasm
 * @param {GivenMapping[]} given
 * @returns {import('./platforms.mjs').CheckedMapping[]}
 */
export function checkMappings(wasm, given) {
  const core = createCore(wasm);
  /** @type {string[]} */
  const problems = [];
  /** @type {Map<string, string>} file by source */
  const seen = new Map();
  const checked = given.flatMap(({ name, bytes }) => {
    const { answer } = core.query({ query: 'mapping' }, bytes);
    if (answer.faults !== undefined) {
      problems.push(...answer.faults.map((/** @type {Fault} */ fault) => describe(name, fault)));
      return [];
    }
    const { source, table, hash } = answer;
    const other = seen.get(source);
    if (other !== undefined) problems.push(`${name}: source "${source}" is ${other}'s already`);
    seen.set(source, name);
    return [{ source, table, hash, text: asWritten(bytes) }];
  });
  if (problems.length > 0) throw new BuildError(problems);
  return checked;
}

/**
 * @param {string} name
 * @param {Fault} fault
 */
function describe(name, { code, where, message }) {
  return `${name}${where ? ` ${where}` : ''}: ${message} (${code})`;
}

/**
 * To the byte: an open run may go on only under the mapping it was begun with.
 * @param {Uint8Array} bytes
 */
function asWritten(bytes) {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}
