// Days, months and instants: what is stored for one, and the ways it is typed (serials, eras,
// separators).

import { civilOf, eraOf, isoDate, isoInstant, serialOf, twoDigits } from './calendar.js';
import { toFullWidth } from './width.js';

/** @import { SheetCell } from './types.js' */
/** @import { Random } from './random.js' */

/** Zones without daylight saving time that a mapping of the generator may name. */
const OFFSETS = new Map([
  ['Asia/Tokyo', 540],
  ['UTC', 0],
  ['', 0],
]);

/** @param {number} serial */
export const storedDate = (serial) => isoDate(serial);

/** @param {number} months since year 0 */
export const storedMonth = (months) => `${Math.floor(months / 12)}-${twoDigits((months % 12) + 1)}`;

/**
 * @param {number} minutes local minutes since 1899-12-30
 * @param {string} timeZone
 */
export function storedInstant(minutes, timeZone) {
  const offset = OFFSETS.get(timeZone);
  if (offset === undefined) throw new RangeError(`no offset known for ${timeZone}`);
  return isoInstant(minutes, offset);
}

/**
 * @param {Random} random
 * @param {number} serial
 * @returns {SheetCell}
 */
export function writeDate(random, serial) {
  const roll = random.below(100);
  if (roll < 55) return serial;
  if (roll < 58) return serial + random.pick([0.25, 0.5, 0.75]);
  const { year, month, day, weekday } = civilOf(serial);
  const digits = `${year}${twoDigits(month)}${twoDigits(day)}`;
  if (roll < 60) return Number(digits);
  const era = eraOf(serial);
  const text = random.pick([
    `${year}/${month}/${day}`,
    `${year}/${twoDigits(month)}/${twoDigits(day)}`,
    `${year}-${twoDigits(month)}-${twoDigits(day)}`,
    `${year}.${month}.${day}`,
    `${year}年${month}月${day}日`,
    `${year}年${month}月${day}日(${weekday})`,
    `${year}年${month}月${day}日（${weekday}）`,
    `${year} / ${month} / ${day}`,
    `${year}/${month}/${day} 10:30`,
    `${era.name}${era.spoken}年${month}月${day}日`,
    `${era.letter}${era.year}.${month}.${day}`,
    `${era.letter}${era.year}/${month}/${day}`,
    digits,
  ]);
  return widen(random, text);
}

/**
 * @param {Random} random
 * @param {number} months since year 0
 * @returns {SheetCell}
 */
export function writeMonth(random, months) {
  const year = Math.floor(months / 12);
  const month = (months % 12) + 1;
  const serial = serialOf(year, month, random.between(1, 28));
  const roll = random.below(100);
  if (roll < 30) return serial;
  if (roll < 33) return year * 100 + month;
  // The last days of an era belong to the next one's first month: take the era of the month's
  // first day.
  const first = serialOf(year, month, 1);
  const era = eraOf(first);
  const text = random.pick([
    `${year}年${month}月`,
    `${year}年${month}月`,
    `${year}/${month}`,
    `${year}-${twoDigits(month)}`,
    `${year}年${month}月1日`,
    `${era.name}${era.spoken}年${month}月`,
    `${era.letter}${era.year}.${month}`,
  ]);
  return widen(random, text);
}

/**
 * @param {Random} random
 * @param {number} minutes local minutes since 1899-12-30
 * @returns {SheetCell}
 */
export function writeInstant(random, minutes) {
  if (random.chance(0.6)) return minutes / 1440;
  const { year, month, day } = civilOf(Math.floor(minutes / 1440));
  const time = `${twoDigits(Math.floor((minutes % 1440) / 60))}:${twoDigits(minutes % 60)}`;
  const text = random.pick([
    `${year}/${month}/${day} ${time}`,
    `${year}-${twoDigits(month)}-${twoDigits(day)} ${time}:00`,
    `${year}年${month}月${day}日 ${time}`,
  ]);
  return widen(random, text);
}

/**
 * @param {Random} random
 * @param {string} text
 */
function widen(random, text) {
  const roll = random.below(100);
  if (roll < 12) return toFullWidth(text);
  if (roll < 17) return ` ${text}`;
  if (roll < 20) return `${text}\u3000`;
  return text;
}
