// Numbers as typed in Japan: 億 万 千, yen, square metres and 坪, exact to the last digit.

import { fold } from './text.js';
import { Invalid } from './invalid.js';

/** @import { Column } from '../idiomatic.js' */

/**
 * A decimal: units × 10^−decimals.
 * @typedef {{units: bigint, decimals: number}} Decimal
 */

/**
 * A number that a double cannot hold; JSON.stringify writes it as a marked string (see stringify).
 */
export class ExactNumber {
  /** @param {string} text a plain JSON number */
  constructor(text) {
    this.text = text;
  }
  toJSON() {
    ExactNumber.wasWritten = true;
    return `\0${this.text}`;
  }
}
/** Set by every write of one, so that stringify looks for marks only where there are some. */
ExactNumber.wasWritten = false;

const MARKED_NUMBER = /"\\u0000(-?[\d.]+)"/g;

/**
 * JSON.stringify with exact numbers.
 *
 * @param {unknown} value
 * @returns {string}
 */
export function stringify(value) {
  ExactNumber.wasWritten = false;
  const text = JSON.stringify(value);
  return ExactNumber.wasWritten ? text.replace(MARKED_NUMBER, '$1') : text;
}

const PART = String.raw`((?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d+)?)`;
const PREFIX = /^(?:約\s*)?([-−▲△]?)(?:(¥)|([$€£₩¢]))?([-−▲△]?)/;
const AMOUNT = new RegExp(`^(?:${PART}億)?(?:${PART}万)?(?:${PART}千)?${PART}?`);
const TAX_INCLUDED = /\s*\(税込\)$/;
const UNIT = /^\s*(?:(円|¥)|(㎡|m²|m2|平米)|(坪))$/;
const RANGE = /台|前後|程度|以上|以下|[~〜\-−‐‑–—―]|ー\d|^(?:円|¥|㎡|m²|m2|平米|坪)?ー/;
/** 階, LDK, km2, %: the name of a unit rather than a remark or another part of a number. */
const UNIT_LIKE =
  /^(?![/兆億万千百十])[^\d\s()[\]{}<>!"#&'*+,.:;=?@\\^_`|~【「『〔※、。・]+(?<!\/)(?:(?<=[mM])[23])?$/;
const REMARK = /ほど|くらい|ぐらい|未満|超|以内|弱|強|から|まで|より|税込|税抜|税別/;
const MACHINE_NOTATION = /^(?:[eE][-+−▲△]?\d|[xX].)/;

/** Places that 億, 万, 千 and ones stand for. */
const POWERS = [8, 4, 3, 0];
const MAX_BIGINT = 2n ** 63n - 1n;

/**
 * @param {unknown} cell
 * @param {Column} column
 * @returns {number | ExactNumber | Invalid}
 */
export function convertNumber(cell, column) {
  if (typeof cell === 'boolean') return Invalid.notANumber;
  if (typeof cell === 'number') {
    if (!Number.isFinite(cell)) return Invalid.outOfRange;
    return isReady(cell, column.scale) ? check(cell, column) : finish(parsePlain(cell), column);
  }
  const decimal = parseText(String(cell), column);
  return decimal instanceof Invalid ? decimal : finish(decimal, column);
}

/**
 * Whether JSON.stringify writes the number as it is wanted: nothing to round, no exponent.
 *
 * @param {number} number
 * @param {number | undefined} scale
 */
function isReady(number, scale) {
  if (Number.isSafeInteger(number)) return true;
  const text = String(number);
  if (text.includes('e')) return false;
  return scale === undefined || text.length - text.indexOf('.') - 1 <= scale;
}

/**
 * @param {Decimal} decimal
 * @param {Column} column
 */
function finish(decimal, column) {
  const value = reduce(decimal);
  if (mustBeWhole(column) && value.decimals > 0) return Invalid.notAnInteger;
  const rounded = column.scale === undefined ? value : reduce(round(value, column.scale));
  return check(toNumber(rounded), column);
}

/** @param {Column} column */
const mustBeWhole = ({ type, unit }) => type === 'integer' || unit === 'yen';

/**
 * Doubles compare like the decimals they were read from; only what a double cannot hold is
 * compared digit by digit.
 *
 * @param {number | ExactNumber} value
 * @param {Column} column
 */
function check(value, column) {
  const { min, max } = column;
  if (typeof value === 'number') {
    if (mustBeWhole(column) && !Number.isInteger(value)) return Invalid.notAnInteger;
    if (column.type === 'integer' && Math.abs(value) >= 2 ** 63) return Invalid.outOfRange;
    if (min !== undefined && value < min) return Invalid.outOfRange;
    if (max !== undefined && value > max) return Invalid.outOfRange;
    return value === 0 ? 0 : value;
  }
  const exact = parsePlain(value.text);
  if (column.type === 'integer' && abs(exact.units) > MAX_BIGINT) return Invalid.outOfRange;
  if (min !== undefined && compare(exact, parsePlain(min)) < 0) return Invalid.outOfRange;
  if (max !== undefined && compare(exact, parsePlain(max)) > 0) return Invalid.outOfRange;
  return value;
}

/**
 * A double by its shortest decimal form, which is what Sheets sent; or a plain decimal's digits.
 *
 * @param {number | string} number
 * @returns {Decimal}
 */
function parsePlain(number) {
  const [mantissa, exponent = '0'] = String(number).split('e');
  const [whole, fraction = ''] = mantissa.split('.');
  const decimals = fraction.length - Number(exponent);
  const units = BigInt(whole + fraction);
  return decimals < 0
    ? { units: units * 10n ** BigInt(-decimals), decimals: 0 }
    : { units, decimals };
}

/**
 * @param {string} text trimmed
 * @param {Column} column
 * @returns {Decimal | Invalid}
 */
function parseText(text, column) {
  const folded = fold(text);
  const prefix = /** @type {RegExpExecArray} */ (PREFIX.exec(folded));
  const [, minus, yenSign, otherSign, lateMinus] = prefix;
  if (minus && lateMinus) return Invalid.notANumber;
  const body = folded.slice(prefix[0].length);
  const amount = /** @type {RegExpExecArray} */ (AMOUNT.exec(body));
  const decimal = addParts(amount.slice(1));
  const rest = body.slice(amount[0].length);
  if (decimal === null || startsNumber(amount[0], rest)) return Invalid.notANumber;

  const tail = rest.replace(TAX_INCLUDED, '');
  if (RANGE.test(tail)) return Invalid.ambiguousRange;
  const unit = readUnit(tail, yenSign, otherSign);
  if (unit instanceof Invalid) return unit;
  if (unit !== null && (unit === '円' ? 'yen' : 'm2') !== column.unit)
    return Invalid.unexpectedUnit;
  if (unit === null && decimal.isLoose) return Invalid.notANumber;
  const exact = unit === '坪' ? tsuboToM2(decimal) : decimal;
  return minus || lateMinus ? { ...exact, units: -exact.units } : exact;
}

/**
 * Whether what follows the amount shows that it was no amount: 12,34 or 1.5.2 or 2000万5億 or 1e5.
 *
 * @param {string} amount
 * @param {string} rest
 */
function startsNumber(amount, rest) {
  return /^(?:,|\.|[億万千]|\d)/.test(rest) || (/\d$/.test(amount) && MACHINE_NOTATION.test(rest));
}

/**
 * The sum of the parts, or null where they are none: only the last may have a fraction, each must
 * fit below the one before it.
 *
 * @param {(string | undefined)[]} parts 億, 万, 千, ones
 * @returns {Decimal & {isLoose: boolean} | null}
 */
function addParts(parts) {
  let sum = 0n;
  let decimals = 0;
  let open = Infinity; // places that the next part may fill
  let isLoose = false;
  for (const [index, part] of parts.entries()) {
    if (part === undefined) continue;
    const power = POWERS[index];
    const [whole, fraction = ''] = part.replaceAll(',', '').split('.');
    if (whole.length > open - power) return null;
    isLoose = index === 3 && open !== Infinity && whole.length < open;
    decimals = Math.max(0, fraction.length - power);
    const shift = Math.max(0, power - fraction.length);
    sum = sum * 10n ** BigInt(decimals) + BigInt(whole + fraction) * 10n ** BigInt(shift);
    open = fraction ? -1 : power;
  }
  return open === Infinity ? null : { units: sum, decimals, isLoose };
}

/**
 * @param {string} tail what follows the amount
 * @param {string | undefined} yenSign
 * @param {string | undefined} otherSign
 * @returns {'円' | '㎡' | '坪' | null | Invalid}
 */
function readUnit(tail, yenSign, otherSign) {
  if (tail === '') {
    if (otherSign) return Invalid.unexpectedUnit;
    return yenSign ? '円' : null;
  }
  const match = UNIT.exec(tail);
  if (!match) {
    const name = tail.trimStart();
    const isUnit = UNIT_LIKE.test(name) && !REMARK.test(name);
    return isUnit ? Invalid.unexpectedUnit : Invalid.notANumber;
  }
  if (yenSign || otherSign) return Invalid.unexpectedUnit;
  if (match[1]) return '円';
  return match[3] ? '坪' : '㎡';
}

/** @param {Decimal} tsubo 1 坪 is 400/121 m²; four decimals, half up */
function tsuboToM2({ units, decimals }) {
  const divisor = 121n * 10n ** BigInt(decimals);
  return { units: divideHalfUp(units * 4_000_000n, divisor), decimals: 4 };
}

/**
 * @param {Decimal} value
 * @param {number} scale
 */
function round({ units, decimals }, scale) {
  if (decimals <= scale) return { units, decimals };
  return { units: divideHalfUp(units, 10n ** BigInt(decimals - scale)), decimals: scale };
}

/**
 * @param {bigint} numerator
 * @param {bigint} divisor positive
 */
function divideHalfUp(numerator, divisor) {
  const half = abs(numerator) * 2n + divisor;
  const quotient = half / (2n * divisor);
  return numerator < 0n ? -quotient : quotient;
}

/** @param {bigint} units */
const abs = (units) => (units < 0n ? -units : units);

/**
 * A number in a text column: its digits, the exponent expanded below 1e21.
 *
 * @param {number} number
 */
function plainText(number) {
  const text = String(number);
  if (!text.includes('e-')) return text;
  const { units, decimals } = parsePlain(number);
  return decimalText(units, decimals);
}

/**
 * A cell as text: a number by its digits, a boolean as TRUE or FALSE.
 *
 * @param {unknown} cell
 */
export function textOf(cell) {
  if (typeof cell === 'boolean') return cell ? 'TRUE' : 'FALSE';
  return typeof cell === 'number' ? plainText(cell) : String(cell);
}

/** Without zeros at the end of the fraction. @param {Decimal} value @returns {Decimal} */
function reduce({ units, decimals }) {
  while (decimals > 0 && units % 10n === 0n) {
    units /= 10n;
    decimals -= 1;
  }
  return { units, decimals };
}

/**
 * @param {Decimal} a
 * @param {Decimal} b
 */
function compare(a, b) {
  const decimals = Math.max(a.decimals, b.decimals);
  const left = a.units * 10n ** BigInt(decimals - a.decimals);
  const right = b.units * 10n ** BigInt(decimals - b.decimals);
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** @param {Decimal} value */
function toNumber({ units, decimals }) {
  const text = decimalText(units, decimals);
  // What String() gives back digit for digit needs no special care.
  const number = Number(text);
  return String(number) === text ? number : new ExactNumber(text);
}

/**
 * @param {bigint} units
 * @param {number} decimals
 */
function decimalText(units, decimals) {
  const digits = abs(units)
    .toString()
    .padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  const fraction = decimals > 0 ? `.${digits.slice(point)}` : '';
  return `${units < 0n ? '-' : ''}${digits.slice(0, point)}${fraction}`;
}
