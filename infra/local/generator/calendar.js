// Days of the Sheets calendar (serial 0 is 1899-12-30), Japanese eras and weekdays.

const DAY_MS = 86_400_000;
const EPOCH = Date.UTC(1899, 11, 30);

/** First day of each era, newest first. */
const ERAS = [
  { name: '令和', letter: 'R', from: serialOf(2019, 5, 1), year: 2019 },
  { name: '平成', letter: 'H', from: serialOf(1989, 1, 8), year: 1989 },
  { name: '昭和', letter: 'S', from: serialOf(1926, 12, 25), year: 1926 },
];

/**
 * @param {number} year
 * @param {number} month 1 … 12
 * @param {number} day
 * @returns {number} days since 1899-12-30
 */
export function serialOf(year, month, day) {
  return (Date.UTC(year, month - 1, day) - EPOCH) / DAY_MS;
}

/**
 * @param {number} serial
 * @returns {{year: number, month: number, day: number, weekday: string}}
 */
export function civilOf(serial) {
  const date = new Date(EPOCH + serial * DAY_MS);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: '日月火水木金土'[date.getUTCDay()],
  };
}

/**
 * The era a day lies in, and its year there as it is spoken (元 for the first).
 *
 * @param {number} serial a day from 1926-12-25 on
 * @returns {{name: string, letter: string, year: number, spoken: string}}
 */
export function eraOf(serial) {
  const era = ERAS.find(({ from }) => serial >= from);
  if (!era) throw new RangeError(`no era for serial ${serial}`);
  const year = civilOf(serial).year - era.year + 1;
  return { name: era.name, letter: era.letter, year, spoken: year === 1 ? '元' : String(year) };
}

/** @param {number} n */
export const twoDigits = (n) => (n < 10 ? `0${n}` : String(n));

/** @param {number} serial */
export function isoDate(serial) {
  const { year, month, day } = civilOf(serial);
  return `${year}-${twoDigits(month)}-${twoDigits(day)}`;
}

/**
 * A local time as PostgREST shows the instant in a UTC session.
 *
 * @param {number} minutes local minutes since 1899-12-30
 * @param {number} offset minutes the zone is ahead of UTC
 */
export function isoInstant(minutes, offset) {
  const instant = new Date(EPOCH + (minutes - offset) * 60_000);
  return `${instant.toISOString().slice(0, 19)}+00:00`;
}
