// JSON whose numbers keep all their digits: 9007199254740993 and 1e-7 stay as they were typed,
// where JSON.parse would make doubles of them.
import { randomUUID } from 'node:crypto';

/** A number of the document, as text. No document can hold it by chance or by intent. */
const NUMBER = `number ${randomUUID()}`;
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;

/**
 * What JSON.parse gives, but each number is an object that textOf() makes the same digits of.
 * Throws SyntaxError.
 * @param {string} text
 * @returns {any}
 */
export function parseExact(text) {
  JSON.parse(text); // is it JSON at all? Afterwards every token is what it looks like
  const marked = text.replace(TOKEN, (token) =>
    token.startsWith('"') ? token : `{"${NUMBER}":"${token}"}`,
  );
  return JSON.parse(marked);
}

/**
 * JSON of a cell that parseExact() read: a text, number, boolean or null.
 * @param {any} value
 * @returns {string}
 */
export function textOf(value) {
  const number = typeof value === 'object' && value !== null ? value[NUMBER] : undefined;
  return typeof number === 'string' ? number : JSON.stringify(value);
}
