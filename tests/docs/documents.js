// What the tests of the documents share: which documents there are, and their parts.
import { filesIn, textOf } from '../tidy/source-text.js';

/** Every document a person is meant to read, as paths below the root. */
export const documents = [
  ...['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'wasm/README.md'],
  ...filesIn(['docs'], ['.md']),
];

/**
 * A document without its fenced blocks, line by line as before.
 * @param {string} text
 */
export function proseOf(text) {
  return text.replace(/^```[\s\S]*?^```/gm, (block) => block.replace(/[^\n]/g, ''));
}

/**
 * The texts between backticks in a document's prose.
 * @param {string} file
 */
export function codeSpansOf(file) {
  return [...proseOf(textOf(file)).matchAll(/`([^`\n]+)`/g)].map((match) => match[1]);
}
