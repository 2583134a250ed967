// A sheet from a file: an answer of the Sheets API (values, or batchGet), an array of rows, CSV or
// TSV. Cells stay JSON text, so that no digit is lost on the way to the core.
import { readDelimited } from './delimited.js';
import { parseExact, textOf } from './exact-json.js';

/**
 * @typedef {(string | undefined)[][]} Grid rows from the first of the sheet on; absent cells are
 *   blank
 */

export const FORMATS = ['json', 'csv', 'tsv'];

/**
 * Throws Error in words for what cannot be read.
 * @param {Uint8Array} bytes
 * @param {{ name: string, format?: string }} file its name tells the format where none is given
 * @returns {Grid}
 */
export function readGrid(bytes, { name, format }) {
  const text = decode(bytes);
  switch (format ?? formatOf(name, text)) {
    case 'csv':
      return readDelimited(text, ',');
    case 'tsv':
      return readDelimited(text, '\t');
    default:
      return fromDocument(parseJson(text));
  }
}

/**
 * UTF-8 if the bytes are valid UTF-8, else Shift_JIS, which Excel in Japan writes.
 * @param {Uint8Array} bytes
 */
function decode(bytes) {
  for (const encoding of ['utf-8', 'shift_jis']) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }
  throw new Error('it is neither UTF-8 nor Shift_JIS');
}

/** @param {string} name @param {string} text */
function formatOf(name, text) {
  const ending = /\.(json|csv|tsv|txt)$/i.exec(name)?.[1].toLowerCase();
  if (ending !== undefined && ending !== 'txt') return ending;
  if (/^\s*[[{]/.test(text)) return 'json';
  return /^[^\r\n]*\t/.test(text) ? 'tsv' : 'csv';
}

/** @param {string} text */
function parseJson(text) {
  try {
    return parseExact(text);
  } catch (error) {
    throw new Error(`it is no JSON: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

/** @param {any} document @returns {Grid} */
function fromDocument(document) {
  /** @type {Grid} */
  const grid = [];
  for (const range of rangesOf(document)) lay(range, grid);
  return grid;
}

/** @param {any} document @returns {any[]} of Google's ValueRange */
function rangesOf(document) {
  if (Array.isArray(document)) return [{ values: document }];
  if (Array.isArray(document?.valueRanges)) return document.valueRanges;
  if (typeof document === 'object' && document !== null && 'values' in document) return [document];
  if (document?.error?.message) {
    throw new Error(`it is an error of Google's: ${document.error.message}`);
  }
  throw new Error('it has neither "values" nor "valueRanges", and is no array of rows');
}

/**
 * Puts a range where it belongs.
 * @param {any} given
 * @param {Grid} grid
 */
function lay(given, grid) {
  const { range = '', majorDimension = 'ROWS', values = [] } = given ?? {};
  if (majorDimension !== 'ROWS') throw new Error('its values are by columns; by rows is needed');
  if (!Array.isArray(values) || !values.every(Array.isArray)) {
    throw new Error('its values are no rows of cells');
  }
  const start = startOf(String(range));
  values.forEach((cells, i) => {
    const row = (grid[start.row + i] ??= []);
    cells.forEach((/** @type {unknown} */ cell, /** @type {number} */ j) => {
      row[start.column + j] = textOf(cell);
    });
  });
  for (let row = 0; row < grid.length; row += 1) grid[row] ??= [];
}

/**
 * The first cell of a range in A1 notation, counted from 0.
 * @param {string} range such as 'my tab'!B5:D9
 */
function startOf(range) {
  const cells = range.slice(range.lastIndexOf('!') + 1);
  const [, letters = '', digits = ''] = /^\$?([A-Z]{0,3})\$?(\d{0,8})(?::|$)/.exec(cells) ?? [];
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return { row: Math.max(0, Number(digits || 1) - 1), column: Math.max(0, column - 1) };
}
