// Days, months and instants: serials, eras and separators, with the calendar checked.

import { Invalid } from './invalid.js';
import { fold } from './text.js';

/** @import { Column } from '../idiomatic.js' */

const DAY_MS = 86_400_000;
const EPOCH = Date.UTC(1899, 11, 30);
const SERIAL_MAX = 109_574;
const YEAR_MIN = 1000; // below it a typed year is a slip or short for another

/** First and last day of each era as yyyymmdd, and the year before its first. */
const ERAS = new Map(
  [
    { names: ['令和', 'R'], from: 20190501, to: 99991231, before: 2018 },
    { names: ['平成', 'H'], from: 19890108, to: 20190430, before: 1988 },
    { names: ['昭和', 'S'], from: 19261225, to: 19890107, before: 1925 },
    { names: ['大正', 'T'], from: 19120730, to: 19261225, before: 1911 },
    { names: ['明治', 'M'], from: 18680125, to: 19120730, before: 1867 },
  ].flatMap((era) => era.names.map((name) => /** @type {const} */ ([name, era]))),
);

const ERA = '(?<era>令和|平成|昭和|大正|明治|[RHSTM])\\s*(?<eraYear>元|\\d{1,2})';
const YEAR = `(?:${ERA}|(?<year>\\d{4}))`;
const SEPARATOR = '\\s*(?<separator>[/.-])\\s*';
const TAIL =
  '(?:\\s*\\((?<weekday>[日月火水木金土])(?:曜日?)?\\))?' +
  '(?:\\s*(?<hours>\\d{1,2}):(?<minutes>\\d{2})(?::(?<seconds>\\d{2}))?)?';
/** 2024/1/9 with one kind of separator throughout. */
const SEPARATED_DAY = new RegExp(
  `^${YEAR}${SEPARATOR}(?<month>\\d{1,2})\\s*\\k<separator>\\s*(?<day>\\d{1,2})${TAIL}$`,
);
const KANJI_DAY = new RegExp(
  `^${YEAR}\\s*年\\s*(?<month>\\d{1,2})\\s*月\\s*(?<day>\\d{1,2})\\s*日${TAIL}$`,
);
const PACKED_DAY = new RegExp(`^(?<year>\\d{4})(?<month>\\d{2})(?<day>\\d{2})${TAIL}$`);
const SEPARATED_MONTH = new RegExp(`^${YEAR}${SEPARATOR}(?<month>\\d{1,2})$`);
const KANJI_MONTH = new RegExp(`^${YEAR}\\s*年\\s*(?<month>\\d{1,2})\\s*月$`);
const PACKED_MONTH = /^(?<year>\d{4})(?<month>\d{2})$/;

/** Dates with a part missing or in doubt: nobody can say which month is meant. */
const AMBIGUOUS_MONTH = [
  new RegExp(
    `^${YEAR}\\s*年(?:(?!\\s*\\d)|\\s*\\d{1,2}$|\\s*\\d{1,2}\\s*月\\s*\\d{1,2}(?![\\d\\s日]))`,
  ),
  new RegExp(`^${ERA}$`),
  new RegExp(`^\\d{1,2}${SEPARATOR}\\d{4}${TAIL}$`),
  new RegExp(`^\\d{1,2}${SEPARATOR}\\d{1,2}(?:\\s*\\k<separator>\\s*(?:\\d{4}|\\d{1,2}))?${TAIL}$`),
  /^\d{1,2}\s*[年月日]|^元年/,
  /^(?:19\d\d|20\d\d|2100)$/,
];
/** The same for days: a month alone does not do. */
const AMBIGUOUS_DAY = [
  ...AMBIGUOUS_MONTH,
  new RegExp(`^${YEAR}\\s*年\\s*\\d{1,2}\\s*月(?!\\s*\\d)`),
  new RegExp(`^${YEAR}${SEPARATOR}\\d{1,2}${TAIL}$`),
];
const WEEKDAYS = '日月火水木金土';

/**
 * @typedef {{year: number, month: number, day: number, seconds: number}} LocalTime
 */

/** @param {number} n */
const twoDigits = (n) => String(n).padStart(2, '0');

/** @param {unknown} cell */
export function convertDate(cell) {
  const date = readDay(withoutTime(cell));
  return date instanceof Invalid ? date : isoDate(date);
}

/** @param {unknown} cell */
export function convertYearMonth(cell) {
  const date = readMonth(cell);
  return date instanceof Invalid ? date : isoDate(date).slice(0, 7);
}

/**
 * @param {unknown} cell
 * @param {Column} column
 */
export function convertDatetime(cell, { offsetMinutes }) {
  const date = readDay(cell);
  if (date instanceof Invalid) return date;
  const time = [
    Math.floor(date.seconds / 3600),
    Math.floor(date.seconds / 60) % 60,
    date.seconds % 60,
  ];
  const offset = Math.abs(offsetMinutes);
  const zone = `${twoDigits(Math.floor(offset / 60))}:${twoDigits(offset % 60)}`;
  return `${isoDate(date)}T${time.map(twoDigits).join(':')}${offsetMinutes < 0 ? '-' : '+'}${zone}`;
}

/** @param {LocalTime} date */
const isoDate = ({ year, month, day }) => `${year}-${twoDigits(month)}-${twoDigits(day)}`;

/** The day of a serial: its time is dropped, never rounded up. @param {unknown} cell */
const withoutTime = (cell) =>
  typeof cell === 'number' && cell >= 1 && cell < SERIAL_MAX + 1 ? Math.floor(cell) : cell;

/**
 * @param {unknown} cell
 * @param {RegExp[]} ambiguous
 * @returns {LocalTime | Invalid}
 */
function readDay(cell, ambiguous = AMBIGUOUS_DAY) {
  if (typeof cell === 'boolean') return Invalid.notADate;
  if (typeof cell === 'number') return readNumber(cell);
  const text = fold(String(cell));
  const packed = PACKED_DAY.exec(text);
  const match = packed ?? SEPARATED_DAY.exec(text) ?? KANJI_DAY.exec(text);
  if (!match) {
    return ambiguous.some((form) => form.test(text)) ? Invalid.ambiguousDate : Invalid.notADate;
  }
  const parts = match.groups ?? {};
  if (packed && checkDay({ ...parts, weekday: '' }) instanceof Invalid) return Invalid.notADate;
  return checkDay(parts);
}

/**
 * @param {unknown} cell
 * @returns {LocalTime | Invalid}
 */
function readMonth(cell) {
  const text = typeof cell === 'string' ? fold(cell) : '';
  const match = SEPARATED_MONTH.exec(text) ?? KANJI_MONTH.exec(text);
  if (match) return checkMonth(match.groups ?? {});
  const digits = typeof cell === 'number' ? String(cell) : text;
  const packed = PACKED_MONTH.exec(digits);
  const month = packed ? checkMonth(packed.groups ?? {}) : Invalid.notADate;
  if (month instanceof Invalid) return readDay(withoutTime(cell), AMBIGUOUS_MONTH);
  // 105001 may be a serial as well.
  return text || Number(digits) > SERIAL_MAX ? month : Invalid.ambiguousDate;
}

/**
 * A serial, or eight digits that are a date.
 *
 * @param {number} number
 * @returns {LocalTime | Invalid}
 */
function readNumber(number) {
  if (number >= 1900 && number < 2101) return Invalid.ambiguousDate;
  if (number >= 1 && number < SERIAL_MAX + 1) return readSerial(number);
  const packed = PACKED_DAY.exec(String(number));
  const date = packed ? checkDay(packed.groups ?? {}) : Invalid.notADate;
  return date instanceof Invalid ? Invalid.notADate : date;
}

/**
 * To the nearest second: the fraction of a serial is seldom exact.
 *
 * @param {number} serial
 * @returns {LocalTime}
 */
function readSerial(serial) {
  const day = Math.floor(serial);
  const instant = EPOCH + day * DAY_MS + Math.round((serial - day) * 86_400) * 1000;
  const date = new Date(instant);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    seconds: (instant - EPOCH - Math.floor((instant - EPOCH) / DAY_MS) * DAY_MS) / 1000,
  };
}

/**
 * @typedef {Record<string, string | undefined>} Parts the named groups of the expressions above
 */

/**
 * @param {Parts} parts
 * @returns {LocalTime | Invalid}
 */
function checkDay(parts) {
  const year = yearOf(parts);
  if (year < YEAR_MIN) return parts.era ? Invalid.impossibleDate : Invalid.ambiguousDate;
  const month = Number(parts.month);
  const day = Number(parts.day);
  const seconds = secondsOf(parts);
  if (seconds === null) return Invalid.notADate;
  const date = new Date(Date.UTC(year, month - 1, day));
  const isReal = date.getUTCMonth() + 1 === month && date.getUTCDate() === day;
  const isOnWeekday = !parts.weekday || WEEKDAYS[date.getUTCDay()] === parts.weekday;
  const isPossible = isReal && isOnWeekday && isInEra(parts.era, year * 10_000 + month * 100 + day);
  return isPossible ? { year, month, day, seconds } : Invalid.impossibleDate;
}

/**
 * @param {Parts} parts
 * @returns {LocalTime | Invalid}
 */
function checkMonth(parts) {
  const year = yearOf(parts);
  const month = Number(parts.month);
  if (year < YEAR_MIN) return parts.era ? Invalid.impossibleDate : Invalid.ambiguousDate;
  if (month < 1 || month > 12) return Invalid.impossibleDate;
  const first = year * 10_000 + month * 100 + 1;
  const isPossible = isInEra(parts.era, first) || isInEra(parts.era, first + 30);
  return isPossible ? { year, month, day: 1, seconds: 0 } : Invalid.impossibleDate;
}

/** @param {Parts} parts */
function yearOf({ era, eraYear, year }) {
  if (!era) return Number(year);
  const count = eraYear === '元' ? 1 : Number(eraYear);
  return count === 0 ? 0 : (ERAS.get(era)?.before ?? 0) + count;
}

/**
 * @param {string | undefined} era
 * @param {number} day yyyymmdd
 */
function isInEra(era, day) {
  if (!era) return true;
  const found = ERAS.get(era);
  return found !== undefined && day >= found.from && day <= found.to;
}

/** @param {Parts} parts @returns {number | null} null for a time no clock shows */
function secondsOf({ hours = '0', minutes = '0', seconds = '0' }) {
  const [h, m, s] = [hours, minutes, seconds].map(Number);
  return h < 24 && m < 60 && s < 60 ? h * 3600 + m * 60 + s : null;
}
