// Days, months and instants: serials, eras and separators, with the calendar checked.

import { Invalid } from './invalid.js';
import { fold } from './text.js';

/** @import { Column } from '../idiomatic.js' */

const DAY_MS = 86_400_000;
const EPOCH = Date.UTC(1899, 11, 30);
const SERIAL_MAX = 109_574;

/** First and last day of each era as yyyymmdd, and the year before its first. */
const ERAS = new Map(
  [
    { names: ['令和', 'R'], from: 20190501, to: 99991231, before: 2018 },
    { names: ['平成', 'H'], from: 19890108, to: 20190430, before: 1988 },
    { names: ['昭和', 'S'], from: 19261225, to: 19890107, before: 1925 },
    { names: ['大正', 'T'], from: 19120730, to: 19261224, before: 1911 },
    { names: ['明治', 'M'], from: 18680125, to: 19120729, before: 1867 },
  ].flatMap((era) => era.names.map((name) => /** @type {const} */ ([name, era]))),
);

const ERA = '(令和|平成|昭和|大正|明治|[RHSTM])\\s*(元|\\d{1,2})';
const YEAR = `(?:${ERA}|(\\d{4}))`;
const SEPARATOR = '\\s*[/.-]\\s*';
const WEEKDAY = '(?:\\s*\\(([日月火水木金土])(?:曜日?)?\\))?';
const TIME = '(?:[\\sT]\\s*(\\d{1,2}):(\\d{2})(?::(\\d{2}))?)?';
const DAY_FORM = new RegExp(
  `^${YEAR}(?:${SEPARATOR}(\\d{1,2})${SEPARATOR}(\\d{1,2})|\\s*年\\s*(\\d{1,2})\\s*月\\s*(\\d{1,2})\\s*日)${WEEKDAY}${TIME}$`,
);
const MONTH_FORM = new RegExp(
  `^${YEAR}(?:${SEPARATOR}(\\d{1,2})|\\s*年\\s*(\\d{1,2})\\s*月)$`,
);
/** Dates with a part missing, a year of two digits, or a third of a month instead of a day. */
const AMBIGUOUS_FORM = new RegExp(
  `^(?:${YEAR}\\s*年?|${YEAR}(?:${SEPARATOR}|\\s*年\\s*)\\d{1,2}\\s*月?(?:\\s*(?:上旬|中旬|下旬|初旬|末|頃))?` +
    `|\\d{1,4}(?:${SEPARATOR}\\d{1,4}){1,2}|\\d{1,2}\\s*年(?:\\s*\\d{1,2}\\s*月(?:\\s*\\d{1,2}\\s*日)?)?` +
    `|\\d{1,2}\\s*月(?:\\s*(?:\\d{1,2}\\s*日|上旬|中旬|下旬|初旬|末|頃))?)${WEEKDAY}${TIME}$`,
);
const WEEKDAYS = '日月火水木金土';

/**
 * @typedef {{year: number, month: number, day: number, seconds: number}} LocalTime
 */

/** @param {number} n */
const twoDigits = (n) => String(n).padStart(2, '0');

/** @param {unknown} cell */
export function convertDate(cell) {
  const date = readDay(cell);
  if (date instanceof Invalid) return date;
  return `${date.year}-${twoDigits(date.month)}-${twoDigits(date.day)}`;
}

/** @param {unknown} cell */
export function convertYearMonth(cell) {
  const date = readMonth(cell);
  return date instanceof Invalid ? date : `${date.year}-${twoDigits(date.month)}`;
}

/**
 * @param {unknown} cell
 * @param {Column} column
 */
export function convertDatetime(cell, { offsetMinutes }) {
  const date = readDay(cell);
  if (date instanceof Invalid) return date;
  const { year, month, day, seconds } = date;
  const time = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const offset = Math.abs(offsetMinutes);
  const zone = `${twoDigits(Math.floor(offset / 60))}:${twoDigits(offset % 60)}`;
  return (
    `${year}-${twoDigits(month)}-${twoDigits(day)}T${time.map(twoDigits).join(':')}` +
    `${offsetMinutes < 0 ? '-' : '+'}${zone}`
  );
}

/**
 * @param {unknown} cell
 * @returns {LocalTime | Invalid}
 */
function readDay(cell) {
  if (typeof cell === 'boolean') return Invalid.notADate;
  if (typeof cell === 'number') return readNumber(cell);
  const text = fold(String(cell));
  if (/^\d{8}$/.test(text)) return readEightDigits(Number(text));
  const match = DAY_FORM.exec(text);
  if (!match) return AMBIGUOUS_FORM.test(text) ? Invalid.ambiguousDate : Invalid.notADate;
  const [, era, eraYear, year, m1, d1, m2, d2, weekday, hours, minutes, seconds] = match;
  const clock = secondsOf(hours, minutes, seconds);
  if (clock === null) return Invalid.notADate;
  return checkDay(era, eraYear, year, Number(m1 ?? m2), Number(d1 ?? d2), weekday, clock);
}

/**
 * @param {unknown} cell
 * @returns {LocalTime | Invalid}
 */
function readMonth(cell) {
  const text = typeof cell === 'string' ? fold(cell) : '';
  const digits = typeof cell === 'number' ? String(cell) : text;
  if (/^\d{6}$/.test(digits) && Number(digits) > SERIAL_MAX) {
    return checkMonth(undefined, undefined, digits.slice(0, 4), Number(digits.slice(4)));
  }
  const match = MONTH_FORM.exec(text);
  if (!match) return readDay(cell);
  const [, era, eraYear, year, m1, m2] = match;
  return checkMonth(era, eraYear, year, Number(m1 ?? m2));
}

/**
 * A serial, or eight digits that are a date.
 *
 * @param {number} number
 * @returns {LocalTime | Invalid}
 */
function readNumber(number) {
  if (number >= 1900 && number <= 2100) return Invalid.ambiguousDate;
  if (number >= 1 && number < SERIAL_MAX + 1) return readSerial(number);
  return Number.isInteger(number) && number >= 10_000_000 && number <= 99_999_999
    ? readEightDigits(number)
    : Invalid.notADate;
}

/** @param {number} serial @returns {LocalTime} */
function readSerial(serial) {
  const day = Math.floor(serial);
  const date = new Date(EPOCH + day * DAY_MS);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    seconds: Math.round((serial - day) * 86_400),
  };
}

/** @param {number} digits yyyymmdd @returns {LocalTime | Invalid} */
function readEightDigits(digits) {
  const year = Math.floor(digits / 10_000);
  const month = Math.floor(digits / 100) % 100;
  const date = checkDay(undefined, undefined, String(year), month, digits % 100, undefined, 0);
  return date;
}

/**
 * @param {string | undefined} era
 * @param {string | undefined} eraYear
 * @param {string | undefined} year
 * @param {number} month
 * @param {number} day
 * @param {string | undefined} weekday
 * @param {number} seconds
 * @returns {LocalTime | Invalid}
 */
function checkDay(era, eraYear, year, month, day, weekday, seconds) {
  const fullYear = yearOf(era, eraYear, year);
  const date = new Date(Date.UTC(fullYear, month - 1, day));
  const isReal = date.getUTCMonth() + 1 === month && date.getUTCDate() === day && fullYear > 0;
  if (!isReal || (weekday && WEEKDAYS[date.getUTCDay()] !== weekday)) return Invalid.impossibleDate;
  if (era && !isInEra(era, fullYear * 10_000 + month * 100 + day)) return Invalid.impossibleDate;
  return { year: fullYear, month, day, seconds };
}

/**
 * @param {string | undefined} era
 * @param {string | undefined} eraYear
 * @param {string | undefined} year
 * @param {number} month
 * @returns {LocalTime | Invalid}
 */
function checkMonth(era, eraYear, year, month) {
  if (month < 1 || month > 12) return Invalid.impossibleDate;
  const fullYear = yearOf(era, eraYear, year);
  const first = fullYear * 10_000 + month * 100 + 1;
  const isPossible = !era || isInEra(era, first) || isInEra(era, first + 27);
  return isPossible ? { year: fullYear, month, day: 1, seconds: 0 } : Invalid.impossibleDate;
}

/**
 * @param {string | undefined} era
 * @param {string | undefined} eraYear
 * @param {string | undefined} year
 */
function yearOf(era, eraYear, year) {
  if (!era) return Number(year);
  return (ERAS.get(era)?.before ?? 0) + (eraYear === '元' ? 1 : Number(eraYear));
}

/**
 * @param {string} era
 * @param {number} day yyyymmdd
 */
function isInEra(era, day) {
  const found = ERAS.get(era);
  return found !== undefined && day >= found.from && day <= found.to;
}

/**
 * @param {string | undefined} hours
 * @param {string | undefined} minutes
 * @param {string | undefined} seconds
 * @returns {number | null} null for a time no clock shows
 */
function secondsOf(hours = '0', minutes = '0', seconds = '0') {
  const [h, m, s] = [hours, minutes, seconds].map(Number);
  return h < 24 && m < 60 && s < 60 ? h * 3600 + m * 60 + s : null;
}
