// Text out of the sheet, for the eye: cut where it is long, with a sign in place of every character
// that cannot be seen or would change the direction of what stands beside it.
import { h } from './dom.js';

// Controls, soft hyphen, zero-width and bidirectional characters, invisible operators, the byte
// order mark. A joiner inside an emoji is part of a picture. More accents on one letter than any
// script needs would grow over what stands above and below.
const INVISIBLE = new RegExp(
  [
    String.raw`[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b\u200c\u200e\u200f]`,
    String.raw`[\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb]`,
    String.raw`(?<!\p{Extended_Pictographic}|\ufe0f|\p{Emoji_Modifier})\u200d`,
    String.raw`(?<=\p{M}{6})\p{M}+`,
  ].join('|'),
  'gu',
);
const MARKS = new Map([
  ['\n', '⏎'],
  ['\r', '␍'],
  ['\t', '⇥'],
]);

/**
 * @param {string} text
 * @param {number} [max] characters; what is left out is not told
 * @returns {HTMLElement} isolated: it reorders nothing outside
 */
export function visibleText(text, max = Infinity) {
  const shown = text.length > max ? `${cut(text, max)}…` : text;
  const element = h('bdi', { class: 'user-text' });
  let end = 0;
  for (const { 0: character, index } of shown.matchAll(INVISIBLE)) {
    element.append(shown.slice(end, index), mark(character));
    end = index + character.length;
  }
  element.append(shown.slice(end));
  return element;
}

/**
 * Where such a text has to be plain, as in a label: the invisible is left out.
 * @param {string} text
 * @param {number} [max]
 */
export const plainText = (text, max = 80) =>
  (text.length > max ? `${cut(text, max)}…` : text).replace(INVISIBLE, ' ');

/**
 * The same beside other texts, which it does not reorder.
 * @param {string} text
 * @param {number} [max]
 */
export const isolatedText = (text, max) => `\u2068${plainText(text, max)}\u2069`;

/** @param {string} character or accents beyond count */
function mark(character) {
  const known = /^\p{M}/u.test(character) ? '…' : MARKS.get(character);
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return h('span', { class: 'invisible-character' }, known ?? `U+${code}`);
}

/** Never in the middle of a character. @param {string} text @param {number} max */
const cut = (text, max) => text.slice(0, max).replace(/[\uD800-\uDBFF]$/, '');
