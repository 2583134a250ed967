// A CSV file as a tab of a spreadsheet would hold it after somebody typed it in.
import { readFileSync } from 'node:fs';
import { CsvError, parse } from 'csv-parse/sync';

/**
 * Reads a file in UTF-8 (with or without a byte order mark) or Shift_JIS (CP932). Numbers become
 * numbers, unless a leading zero or their length says that they are text; TRUE and FALSE become
 * booleans; all else is text. Rows may differ in length.
 *
 * @param {string} path
 * @returns {(string | number | boolean)[][]} throws Error `<path>:<line>:<column>: <what>`
 */
export function readCsvSheet(path) {
  const text = decode(readBytes(path), path);
  /** @type {string[][]} */
  let rows;
  try {
    rows = parse(text, { relax_column_count: true });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new Error(`${path}:${place(error, text)}: ${reason(error)}`, { cause: error });
  }
  return rows.map((row) => row.map(typeCell));
}

/** @param {string} path */
function readBytes(path) {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    throw new Error(`${path} cannot be read (${code}): give the path of a CSV file`, {
      cause: error,
    });
  }
}

/** What Sheets makes of a typed text. @param {string} text */
export function typeCell(text) {
  if (/^true$/i.test(text)) return true;
  if (/^false$/i.test(text)) return false;
  // 15 digits are what a double holds: longer ones (a card, an account) would change.
  const isNumber =
    /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text) && text.replace(/\D/g, '').length <= 15;
  return isNumber ? Number(text) : text;
}

/**
 * UTF-8 if the bytes are valid UTF-8, else Shift_JIS if they are valid Shift_JIS: text in the one
 * is practically never valid in the other.
 *
 * @param {Buffer} bytes
 * @param {string} path
 */
function decode(bytes, path) {
  for (const encoding of ['utf-8', 'shift_jis']) {
    const text = decodeAs(encoding, bytes);
    if (text !== null) return text;
  }
  const { line, column } = firstBadByte(bytes);
  throw new Error(`${path}:${line}:${column}: neither UTF-8 nor Shift_JIS`);
}

/** @param {string} encoding @param {Uint8Array} bytes */
function decodeAs(encoding, bytes) {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** Where UTF-8 ends to be valid: the longest valid beginning. @param {Buffer} bytes */
function firstBadByte(bytes) {
  let [valid, invalid] = [0, bytes.length];
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    if (isValidStart(bytes.subarray(0, middle))) valid = middle;
    else invalid = middle;
  }
  const before = bytes.subarray(0, valid).toString('utf8').split('\n');
  return { line: before.length, column: before[before.length - 1].length + 1 };
}

/** Whether the bytes are UTF-8, perhaps cut within a character. @param {Buffer} bytes */
function isValidStart(bytes) {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/**
 * `line:column`, the column counted in fields. A quote that is never closed is noticed at the end
 * of the file: its place is where its record begins.
 *
 * @param {CsvError} error
 * @param {string} text
 */
function place(error, text) {
  const { lines, column, bytes_records } =
    /** @type {{ lines: number, column: number, bytes_records: number }} */ (
      /** @type {unknown} */ (error)
    );
  const isNoticedLate = error.code === 'CSV_QUOTE_NOT_CLOSED';
  const before = Buffer.from(text).subarray(0, bytes_records).toString('utf8');
  return `${isNoticedLate ? before.split('\n').length : lines}:${column + 1}`;
}

/** @param {CsvError} error */
function reason({ code, message }) {
  return code === 'CSV_QUOTE_NOT_CLOSED' ? 'a quoted field is not closed' : message;
}
