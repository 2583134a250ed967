// The parts of a document that people follow: its sections, and the fenced blocks they copy.
import { textOf } from '../tidy/source-text.js';

/**
 * @param {string} file
 * @param {string} language as it stands after the opening fence
 * @returns {string[]} the blocks' texts, without the indentation a list gives them
 */
export const fencesOf = (file, language) => fencesIn(textOf(file), language);

/**
 * @param {string} text
 * @param {string} language
 */
export function fencesIn(text, language) {
  const fence = new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^\\1\`\`\`$`, 'gm');
  return [...text.matchAll(fence)].map(([, indent, block]) =>
    block.replace(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

/**
 * @param {string} file
 * @returns {Map<string, string>} texts below the headings of the second level, in their order
 */
export function sectionsOf(file) {
  const parts = textOf(file).split(/^## /m).slice(1);
  return new Map(parts.map((part) => [part.slice(0, part.indexOf('\n')), part]));
}
