// The fenced blocks of a document: what people copy from it.
import { textOf } from '../tidy/source-text.js';

/**
 * @param {string} file
 * @param {string} language as it stands after the opening fence
 * @returns {string[]} the blocks' texts, without the indentation a list gives them
 */
export function fencesOf(file, language) {
  const fence = new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^\\1\`\`\`$`, 'gm');
  return [...textOf(file).matchAll(fence)].map(([, indent, text]) =>
    text.replace(new RegExp(`^${indent}`, 'gm'), ''),
  );
}
