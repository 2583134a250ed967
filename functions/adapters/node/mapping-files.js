// SYNC_MAPPING as a path: of a file, or of a folder.
import { ConfigurationError } from '../../app/configuration.js';

// Importing node:fs costs each cold start a millisecond: all of it is made into a module.
const { readFileSync, readdirSync, statSync } = process.getBuiltinModule('node:fs');

/**
 * Throws ConfigurationError.
 * @param {string} path a folder's *.json are taken in order of name
 * @returns {string[]} their texts
 */
export function readMappings(path) {
  try {
    if (!statSync(path).isDirectory()) return [readFileSync(path, 'utf8')];
    const names = readdirSync(path).filter((name) => name.endsWith('.json'));
    return names.sort().map((name) => readFileSync(`${path}/${name}`, 'utf8'));
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    throw new ConfigurationError([`SYNC_MAPPING names a file that cannot be read (${code})`]);
  }
}
