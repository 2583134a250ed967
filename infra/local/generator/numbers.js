// Decimals: what is stored for one, and the ways it is typed (億 万 千, units, full width, 坪).

import { toFullWidth } from './width.js';

/** @import { DecimalValue, MappingColumn, SheetCell } from './types.js' */
/** @import { Random } from './random.js' */

/**
 * The exact decimal the table must hold: 坪 × 400/121 rounded half up to 4 decimals, then the
 * column's scale, half up.
 *
 * @param {DecimalValue} value not negative
 * @param {MappingColumn} column
 * @returns {string} without trailing zeros
 */
export function storedDecimal({ units, decimals, tsubo = false }, column) {
  let exact = { units: BigInt(units), decimals };
  if (tsubo) {
    exact = {
      units: divideHalfUp(exact.units * 4_000_000n, 121n * 10n ** BigInt(decimals)),
      decimals: 4,
    };
  }
  const scale = column.scale ?? exact.decimals;
  if (scale < exact.decimals) {
    const divisor = 10n ** BigInt(exact.decimals - scale);
    exact = { units: divideHalfUp(exact.units, divisor), decimals: scale };
  }
  return trimZeros(decimalText(exact.units, exact.decimals));
}

/**
 * @param {bigint} numerator
 * @param {bigint} divisor
 */
function divideHalfUp(numerator, divisor) {
  return (2n * numerator + divisor) / (2n * divisor);
}

/**
 * @param {bigint | number} units
 * @param {number} decimals
 */
export function decimalText(units, decimals) {
  if (decimals === 0) return String(units);
  const digits = String(units).padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** @param {string} text */
export function trimZeros(text) {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** @param {number | string} integer */
const grouped = (integer) => String(integer).replace(/\B(?=(\d{3})+$)/g, ',');

/**
 * @param {Random} random
 * @param {DecimalValue} value
 * @param {MappingColumn} column
 * @returns {SheetCell}
 */
export function writeDecimal(random, value, column) {
  if (column.unit === 'yen') return writeYen(random, value.units);
  if (column.unit === 'm2') return writeArea(random, value);
  const text = trimZeros(decimalText(value.units, value.decimals));
  if (random.chance(0.85)) return Number(text);
  return random.pick([text, toFullWidth(text), ` ${text}`, `${text}\u3000`]);
}

/**
 * @param {Random} random
 * @param {DecimalValue} value a whole number
 * @returns {SheetCell}
 */
export function writeInteger(random, { units }) {
  if (random.chance(0.85)) return units;
  return random.pick([String(units), toFullWidth(String(units)), `${units}.0`, grouped(units)]);
}

/**
 * @param {Random} random
 * @param {number} yen
 * @returns {SheetCell}
 */
function writeYen(random, yen) {
  if (random.chance(0.6)) return yen;
  const plain = [grouped(yen), String(yen), `¥${grouped(yen)}`, `￥${toFullWidth(grouped(yen))}`];
  const text = random.pick([
    `${grouped(yen)}円`,
    ...(yen >= 1000 && yen % 1000 === 0 ? inUnits(yen) : plain),
    ...(yen < 1_000_000 && yen % 1000 === 0 ? [`${yen / 10_000}万円`] : []),
  ]);
  return decorate(random, text);
}

/**
 * The spellings with 億, 万 and 千 of a multiple of 1,000 yen.
 *
 * @param {number} yen
 */
function inUnits(yen) {
  const oku = Math.floor(yen / 100_000_000);
  const man = Math.floor(yen / 10_000) % 10_000;
  const sen = Math.floor(yen / 1000) % 10;
  const head = oku ? `${oku}億` : '';
  const tail = sen ? `${sen}千` : '';
  return [
    `${head}${man ? `${grouped(man)}万` : ''}${tail}円`,
    `${head}${man ? `${man}万` : ''}${tail}円`,
    `${head}${man ? `${man}万` : ''}${tail}`,
  ];
}

/**
 * @param {Random} random
 * @param {DecimalValue} area
 * @returns {SheetCell}
 */
function writeArea(random, { units, decimals, tsubo = false }) {
  const text = trimZeros(decimalText(units, decimals));
  if (tsubo) return decorate(random, `${text}坪`);
  if (random.chance(0.65)) return Number(text);
  const [whole, fraction] = text.split('.');
  const spelled = fraction ? `${grouped(whole)}.${fraction}` : grouped(whole);
  const unit = random.pick(['㎡', '㎡', 'm2', 'm²', '平米', ' ㎡', '']);
  return decorate(random, `${spelled}${unit}`);
}

/**
 * What hands add without changing the value: full width, 約, （税込）, white space.
 *
 * @param {Random} random
 * @param {string} text
 */
function decorate(random, text) {
  const roll = random.below(100);
  if (roll < 20) return toFullWidth(text);
  if (roll < 25 && /^\d/.test(text)) return `約${text}`;
  if (roll < 30 && text.endsWith('円')) return `${text}（税込）`;
  if (roll < 35) return ` ${text}`;
  if (roll < 40) return `${text}\u3000`;
  return text;
}
