// Property numbers as people paste them: from a mail, a column of the sheet, a list with commas.

export const NUMBERS_MAX = 1000;
const LENGTH_MAX = 64;
const SEPARATORS = /[\s,;、，；\u200b\ufeff]+/u;

/**
 * @param {string} text
 * @returns {{ numbers: string[], tooLong: string[] }} each number once, in the order given
 */
export function parseNumbers(text) {
  const all = [...new Set(text.split(SEPARATORS).filter(Boolean))];
  // Cc, Cs: what the API refuses, too.
  const isFit = (/** @type {string} */ number) =>
    [...number].length <= LENGTH_MAX && !/[\p{Cc}\p{Cs}]/u.test(number);
  return { numbers: all.filter(isFit), tooLong: all.filter((number) => !isFit(number)) };
}
