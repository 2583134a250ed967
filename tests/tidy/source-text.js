// What the tidy tests share: how they report, and what they look at — the project's files, C++
// without comments and literals, imports and includes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesBelow } from '../../infra/tools/source-files.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const SHOWN_MAX = 40;

/**
 * Fails with the list of what was found (its beginning, where it is long).
 * @param {string[]} found
 */
export function assertNone(found) {
  if (found.length === 0) return;
  const more = found.length > SHOWN_MAX ? [`… and ${found.length - SHOWN_MAX} more`] : [];
  assert.fail([`${found.length} found:`, ...found.slice(0, SHOWN_MAX), ...more].join('\n'));
}

/** @param {string} file path below the root */
export const textOf = (file) => readFileSync(join(root, file), 'utf8');

/**
 * @param {string[]} folders
 * @param {string[]} endings
 */
export const filesIn = (folders, endings) =>
  folders.flatMap((folder) => filesBelow(root, folder, endings));

/**
 * C++ with its comments and string literals blanked out, line by line as before.
 * @param {string} text
 */
export function codeOnly(text) {
  const blank = (/** @type {string} */ match) => match.replace(/[^\n]/g, ' ');
  const literals = /R"(\w*)\([\s\S]*?\)\1"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])'/;
  const comments = /\/\/[^\n]*|\/\*[\s\S]*?\*\//;
  return text.replace(new RegExp(`${comments.source}|${literals.source}`, 'g'), blank);
}

/**
 * The includes of a C++ text: "a/b.h" with its quotes, <vector> with its brackets.
 * @param {string} text
 */
export function includesOf(text) {
  return [...text.matchAll(/^[ \t]*#[ \t]*include[ \t]*(["<][^">]+[">])/gm)].map(
    (match) => match[1],
  );
}

/**
 * What a JavaScript file imports (statically, dynamically, or for a JSDoc type): relative ones as
 * paths below the root, packages by name.
 * @param {string} file
 */
export function importsOf(file) {
  const statement = /(?:\bfrom\s*|\bimport\s*\(?\s*)(['"])([^'"\n]+)\1/g;
  return [...textOf(file).matchAll(statement)].map((match) =>
    match[2].startsWith('.') ? posix.join(dirname(file), match[2]) : match[2],
  );
}

/**
 * "file:line" of every line that `isBad` accepts, followed by the line.
 * @param {string} file
 * @param {string} text
 * @param {(line: string) => boolean} isBad
 */
export function linesWhere(file, text, isBad) {
  return text
    .split('\n')
    .flatMap((line, index) => (isBad(line) ? [`${file}:${index + 1}: ${line.trim()}`] : []));
}
