// The mappings a command works with: those named on its command line, or else SYNC_MAPPING's.
import { readMappings } from '../../functions/adapters/node/mapping-files.js';
import { findMappings } from '../../functions/app/boot.js';

/**
 * Throws ConfigurationError.
 * @param {string[]} files of --mapping: files, or folders of them
 * @param {string | undefined} variable SYNC_MAPPING
 * @returns {Uint8Array[]}
 */
export function chosenMappings(files, variable) {
  const texts = files.flatMap(readMappings);
  const given = texts.length > 0 ? undefined : variable;
  return findMappings(given, { mappings: texts, readMappings });
}
