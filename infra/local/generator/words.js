// Texts, labels, marks, links and telephone numbers: what is stored, and the ways they are typed.

import { toFullWidth, toHalfKatakana } from './width.js';

/** @import { PhoneValue, SheetCell } from './types.js' */
/** @import { Random } from './random.js' */

const YES = [
  true,
  true,
  true,
  '○',
  '○',
  '◯',
  '〇',
  '有',
  '有り',
  'あり',
  '済',
  '済み',
  'はい',
  'Y',
  'Ｙ',
  'YES',
  'TRUE',
  1,
  '1',
  '１',
];
const NO = [
  false,
  false,
  false,
  '×',
  '×',
  '✕',
  '無',
  '無し',
  'なし',
  '未',
  'いいえ',
  'N',
  'Ｎ',
  'NO',
  'FALSE',
  0,
  '0',
  '０',
];

/**
 * Text is stored as typed but for the white space around it; digits that Sheets took for a number
 * come as one.
 *
 * @param {Random} random
 * @param {string} text
 * @returns {SheetCell}
 */
export function writeText(random, text) {
  if (/^[1-9]\d{0,14}$/.test(text) && random.chance(0.7)) return Number(text);
  const roll = random.below(200);
  if (roll < 3) return ` ${text}`;
  if (roll < 6) return `${text}\u3000`;
  if (roll < 8) return `${text}\n`;
  if (roll < 9) return `\u00a0${text}\u200b`;
  return text;
}

/**
 * @param {Random} random
 * @param {string} label
 * @returns {SheetCell}
 */
export function writeLabel(random, label) {
  const roll = random.below(100);
  if (roll < 4) return toHalfKatakana(label);
  if (roll < 8) return toFullWidth(label);
  if (roll < 11) return ` ${label}\u3000`;
  return label;
}

/**
 * @param {Random} random
 * @param {boolean} yes
 * @returns {SheetCell}
 */
export const writeBoolean = (random, yes) => random.pick(yes ? YES : NO);

/**
 * @param {Random} random
 * @param {string} url
 * @returns {SheetCell}
 */
export const writeUrl = (random, url) => (random.chance(0.03) ? ` ${url}\n` : url);

/**
 * @param {Random} random
 * @param {string} address
 * @returns {SheetCell}
 */
export function writeEmail(random, address) {
  const roll = random.below(100);
  if (roll < 5) return toFullWidth(address);
  if (roll < 10) return `${address} `;
  return address;
}

/** @param {PhoneValue} phone */
export function storedPhone({ groups, marks }) {
  const [area, exchange, line] = groups;
  if (marks === 'hyphens') return `${area}-${exchange}-${line}`;
  if (marks === 'brackets') return `${area}(${exchange})${line}`;
  if (marks === 'blanks') return `${area} ${exchange} ${line}`;
  return groups.join('');
}

/**
 * @param {Random} random
 * @param {PhoneValue} phone
 * @returns {SheetCell}
 */
export function writePhone(random, phone) {
  const text = storedPhone(phone);
  // Digits alone are a number to Sheets: the leading zero is lost.
  if (phone.marks === 'none') return random.chance(0.8) ? Number(text) : text;
  const roll = random.below(100);
  if (roll < 10) return toFullWidth(text);
  if (roll < 15 && phone.marks === 'hyphens')
    return text.replaceAll('-', random.pick(['ー', '‐', '–', '−']));
  if (roll < 20) return `${text} `;
  return text;
}
