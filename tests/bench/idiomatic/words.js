// Booleans, labels, links, addresses and telephone numbers.

import { Invalid } from './invalid.js';
import { textOf } from './numbers.js';
import { fold, foldLabel } from './text.js';

/** @import { Column } from '../idiomatic.js' */

const BOOLEANS = new Map([
  ...['TRUE', '1', 'Y', 'YES', 'はい', '有', '有り', 'あり', '済', '済み', '○', '◯', '〇'].map(
    (word) => /** @type {const} */ ([word, true]),
  ),
  ...['FALSE', '0', 'N', 'NO', 'いいえ', '無', '無し', 'なし', '未', '×', '✕'].map(
    (word) => /** @type {const} */ ([word, false]),
  ),
]);

/** @param {unknown} cell */
export function convertBoolean(cell) {
  if (typeof cell === 'boolean') return cell;
  return BOOLEANS.get(fold(String(cell))) ?? Invalid.notABoolean;
}

/**
 * @param {unknown} cell
 * @param {Column} column
 */
export function convertEnum(cell, { values }) {
  const label = textOf(cell);
  return values.get(label) ?? values.get(foldLabel(label)) ?? Invalid.notInValues;
}

const LABEL = String.raw`[\w\u0080-\u{10ffff}](?:[\w\u0080-\u{10ffff}-]*[\w\u0080-\u{10ffff}])?`;
const HOST = String.raw`(?:${LABEL}(?:\.${LABEL})*\.?|\[[\da-zA-Z:.]*:[\da-zA-Z:.]*\])`;
const URL_FORM = new RegExp(
  String.raw`^https?://(?:[^/?#]*@)?${HOST}(?::(\d*))?(?:[/?#].*)?$`,
  'isu',
);
const NOT_IN_URL = /[\s\p{Cc}\u200b"<>\\]/u;

/** @param {unknown} cell */
export function convertUrl(cell) {
  if (typeof cell !== 'string' || NOT_IN_URL.test(cell)) return Invalid.notAUrl;
  const match = URL_FORM.exec(cell);
  return match && Number(match[1] ?? 0) <= 65_535 ? cell : Invalid.notAUrl;
}

// The HTML standard's "valid e-mail address", with a domain of two labels or more.
const DOMAIN_LABEL = String.raw`[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?`;
const EMAIL = new RegExp(
  String.raw`^[\w.!#$%&'*+/=?^{|}~\x60-]{1,64}@(?=.{1,255}$)` +
    String.raw`(?:${DOMAIN_LABEL}\.)+(?!\d+$)${DOMAIN_LABEL}$`,
  'i',
);

/** @param {unknown} cell */
export function convertEmail(cell) {
  const address = typeof cell === 'string' ? fold(cell) : '';
  return EMAIL.test(address) ? address : Invalid.notAnEmail;
}

const TYPED_HYPHEN = /(?<=\d)[ー‐–−](?=\d)/g;
const PHONE_SIGNS = /^\(*(?:\+|0)[\d\s()+-]*$/;
const MISPLACED_SIGN =
  /^\s*-|-\s*$|--|\(-|\d.*\+|\+\+|\([^)]*\(|\([^)]*$|[^\d]\)|^[^(]*\)|\)[^(]*\)/s;

/** @param {unknown} cell */
export function convertPhone(cell) {
  if (typeof cell === 'number') return restoreZero(cell);
  if (typeof cell !== 'string') return Invalid.notAPhone;
  const phone = fold(cell).replace(TYPED_HYPHEN, '-');
  if (!PHONE_SIGNS.test(phone) || MISPLACED_SIGN.test(phone)) return Invalid.notAPhone;
  const digits = phone.replace(/\D/g, '').length;
  const isComplete = phone.includes('+')
    ? digits >= 8 && digits <= 15
    : digits === 10 || digits === 11;
  return isComplete ? phone : Invalid.notAPhone;
}

/** The leading 0 of a national number, which Sheets drops. @param {number} number */
function restoreZero(number) {
  const digits = String(number);
  return /^(?:\d{9}|[256789]0\d{8})$/.test(digits) ? `0${digits}` : Invalid.notAPhone;
}
