// The project's own files, by folder and ending; build products and node_modules are not among
// them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const foreign = new Set(['node_modules', 'build', 'dist', '.git', '.cache']);

/**
 * Paths below `folder` (relative to root, sorted) that end in one of `endings`.
 * @param {string} root
 * @param {string} folder
 * @param {string[]} endings e.g. ['.js', '.mjs']; [''] is every file
 * @returns {string[]}
 */
export function filesBelow(root, folder, endings) {
  const here = join(root, folder);
  if (!existsSync(here)) return [];
  return readdirSync(here, { withFileTypes: true })
    .flatMap((entry) => {
      if (foreign.has(entry.name)) return [];
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesBelow(root, path, endings);
      return entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)) ? [path] : [];
    })
    .sort();
}

/**
 * The project files that a C++ file includes by name ("…"), each by its path below root.
 * @param {string} root
 * @param {string} file
 * @returns {string[]}
 */
function includedFiles(root, file) {
  const text = readFileSync(join(root, file), 'utf8');
  const names = [...text.matchAll(/^\s*#\s*include\s+"([^"]+)"/gm)].map((match) => match[1]);
  const folders = ['core/include', 'core/src', 'tests', dirname(file)];
  return names.flatMap((name) => {
    const found = folders
      .map((folder) => join(folder, name))
      .find((path) => existsSync(join(root, path)));
    return found ? [found] : [];
  });
}

/**
 * A C++ file and every project file that it includes, directly or not.
 * @param {string} root
 * @param {string} file
 * @param {Set<string>} [seen]
 */
export function withIncludes(root, file, seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const included of includedFiles(root, file)) withIncludes(root, included, seen);
  return seen;
}
