// SYNC_MAPPING as a path: of a file, or of a folder.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError } from '../../app/configuration.js';

/**
 * Throws ConfigurationError.
 * @param {string} path a folder's *.json are taken in order of name
 * @returns {string[]} their texts
 */
export function readMappings(path) {
  try {
    if (!statSync(path).isDirectory()) return [readFileSync(path, 'utf8')];
    const names = readdirSync(path).filter((name) => name.endsWith('.json'));
    return names.sort().map((name) => readFileSync(join(path, name), 'utf8'));
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    throw new ConfigurationError([`SYNC_MAPPING names a file that cannot be read (${code})`]);
  }
}
