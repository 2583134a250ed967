// The mappings a command works with: those named on its command line, or else SYNC_MAPPING's.
import { readMappings } from '../../functions/adapters/node/mapping-files.js';
import { findMappings } from '../../functions/app/boot.js';
import { ConfigurationError } from '../../functions/app/configuration.js';

/**
 * Throws ConfigurationError.
 * @param {string[]} files of --mapping: files, or folders of them
 * @param {string | undefined} variable SYNC_MAPPING
 * @returns {Uint8Array[]}
 */
export function chosenMappings(files, variable) {
  const texts = files.flatMap(readNamed);
  const given = texts.length > 0 ? undefined : variable;
  return findMappings(given, { mappings: texts, readMappings });
}

/** @param {string} file what is wrong is said of the option, not of the variable */
function readNamed(file) {
  try {
    return readMappings(file);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const told = error.problems.map((one) =>
      one.replace(/^SYNC_MAPPING/, () => `--mapping ${file}`),
    );
    throw new ConfigurationError(told);
  }
}
