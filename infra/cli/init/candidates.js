// What may be paired at all: headers that name one column of the sheet, and columns of the table
// that can be written.
import { updatedAtColumn } from '../registration.js';

/** @typedef {import('./pairs.js').Header} Header */
/** @typedef {import('./table.js').TableColumn} TableColumn */

/**
 * @param {import('./sheet.js').Cell[]} row
 * @returns {{ headers: Header[], unusable: { header: Header, why: string }[] }}
 */
export function usableHeaders(row) {
  const all = row.map((cell, index) => ({ text: String(cell ?? ''), index }));
  const named = all.filter(({ text }) => text.trim() !== '');
  const foldedOf = (/** @type {string} */ text) =>
    text.normalize('NFKC').replace(/\s+/gu, ' ').trim();
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { text } of named) counts.set(foldedOf(text), (counts.get(foldedOf(text)) ?? 0) + 1);
  const isTwin = (/** @type {Header} */ { text }) => (counts.get(foldedOf(text)) ?? 0) > 1;
  const isError = (/** @type {Header} */ { text }) => /^(#[A-Z/0!?]+$|Loading)/.test(text);
  return {
    headers: named.filter((header) => !isTwin(header) && !isError(header)),
    unusable: named
      .filter((header) => isTwin(header) || isError(header))
      .map((header) => ({
        header,
        why: isTwin(header) ? 'stands more than once' : 'is an error cell',
      })),
  };
}

/**
 * What the database itself fills is no column for a sheet.
 * @param {TableColumn[]} all
 */
export function writableColumns(all) {
  const updatedAt = updatedAtColumn(all);
  const why = (/** @type {TableColumn} */ { name, generated }) => {
    if (generated) return 'the database makes its values';
    if (name === updatedAt || name === 'created_at') return 'the database sets it';
    return undefined;
  };
  return {
    columns: all.filter((column) => why(column) === undefined),
    kept: all
      .filter((column) => why(column) !== undefined)
      .map((column) => ({ column, why: why(column) })),
  };
}
