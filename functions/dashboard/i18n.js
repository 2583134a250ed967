// The texts of the page in one language: looked up, chosen by number, filled in.
import alertsEn from './texts/alerts.en.js';
import alertsJa from './texts/alerts.ja.js';
import causesEn from './texts/causes.en.js';
import causesJa from './texts/causes.ja.js';
import en from './texts/en.js';
import heldEn from './texts/held.en.js';
import heldJa from './texts/held.ja.js';
import historyEn from './texts/history.en.js';
import historyJa from './texts/history.ja.js';
import ja from './texts/ja.js';

/**
 * `{name}` stands for a value; `one` is for exactly one of `{n}`.
 * @typedef {string | { one: string, other: string }} Text
 */
/** @typedef {'ja' | 'en'} Locale */
/** @typedef {(key: string, values?: Record<string, string | number>) => string} Translate */
/**
 * @typedef {(key: string, values: Record<string, string | number | Node>) => (string | Node)[]}
 *   Parts
 */

/** @type {Record<Locale, Record<string, Text>>} */
export const TEXTS = {
  ja: { ...ja, ...causesJa, ...alertsJa, ...heldJa, ...historyJa },
  en: { ...en, ...causesEn, ...alertsEn, ...heldEn, ...historyEn },
};

/** Names of the languages, each in itself. */
export const LOCALES = /** @type {const} */ ([
  ['ja', '日本語'],
  ['en', 'English'],
]);

/**
 * The first of the reader's languages there are texts in; English where there is none.
 * @param {readonly string[]} languages as of navigator.languages
 * @returns {Locale}
 */
export function chooseLocale(languages) {
  const known = languages.map((language) => language.slice(0, 2).toLowerCase());
  return /** @type {Locale} */ (known.find((language) => Object.hasOwn(TEXTS, language)) ?? 'en');
}

/**
 * @param {Locale} locale
 * @returns {{ t: Translate, parts: Parts, has: (key: string) => boolean }} a key without a text
 *   throws: a test holds that there is none
 */
export function createTexts(locale) {
  const texts = TEXTS[locale];
  const numbers = new Intl.NumberFormat(locale);
  const has = (/** @type {string} */ key) => Object.hasOwn(texts, key);

  /** @type {Parts} */
  const parts = (key, values) => {
    if (!has(key)) throw new Error(`there is no text ${key}`);
    const text = choose(texts[key], values.n);
    return text.split(/(\{\w+\})/).map((piece) => {
      const name = /^\{(\w+)\}$/.exec(piece)?.[1];
      const value = name === undefined ? undefined : values[name];
      if (value === undefined) return piece;
      return typeof value === 'number' ? numbers.format(value) : value;
    });
  };
  return { t: (key, values = {}) => parts(key, values).join(''), parts, has };
}

/**
 * @param {Text} text
 * @param {unknown} n
 */
function choose(text, n) {
  if (typeof text === 'string') return text;
  return n === 1 ? text.one : text.other;
}
