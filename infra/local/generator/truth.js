// Holding a table to the truth, and editing a generated sheet together with its truth.

import { trimZeros } from './numbers.js';

/** @import { SheetCell, SheetTab, StoredValue, Truth } from './types.js' */

/**
 * A value of the table as the truth writes it: numbers as decimals without trailing zeros, instants in UTC.
 *
 * @param {unknown} value from PostgREST's JSON, or from a driver (numbers may be strings, instants Dates)
 * @param {StoredValue} expected tells a decimal or an instant from a text
 * @returns {unknown}
 */
export function normalizeStored(value, expected) {
  if (value instanceof Date) return normalizeInstant(value.toISOString());
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value === 'string' && typeof expected === 'string') {
    if (/^-?\d+\.\d+$/.test(value) && !expected.includes('\n')) {
      return expected === value ? value : trimZeros(value);
    }
    if (/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(value) && expected.endsWith('+00:00')) {
      return normalizeInstant(value);
    }
  }
  return value;
}

/** @param {string} text */
const normalizeInstant = (text) => `${new Date(text).toISOString().slice(0, 19)}+00:00`;

/**
 * Compares a table with the truth, column by column.
 *
 * @param {Truth} truth
 * @param {Iterable<Record<string, unknown>>} rows all rows of the table; columns the truth does not name are ignored
 * @param {string} keyColumn
 * @param {number} [most] differences to report
 * @returns {string[]} differences in words; empty where the table is right
 */
export function compareTable(truth, rows, keyColumn, most = 20) {
  /** @type {string[]} */
  const differences = [];
  const seen = new Set();
  for (const row of rows) {
    const key = String(row[keyColumn]);
    const expected = truth.rows.get(key);
    if (seen.has(key)) differences.push(`${key}: stands twice in the table`);
    else if (!expected) differences.push(`${key}: should not be in the table`);
    else differences.push(...compareRow(key, expected, row));
    seen.add(key);
    if (differences.length >= most) return differences.slice(0, most);
  }
  for (const key of truth.rows.keys()) {
    if (!seen.has(key)) differences.push(`${key}: is missing from the table`);
  }
  return differences.slice(0, most);
}

/**
 * @param {string} key
 * @param {Record<string, StoredValue>} expected
 * @param {Record<string, unknown>} row
 */
function compareRow(key, expected, row) {
  const differences = [];
  for (const [column, value] of Object.entries(expected)) {
    const actual = normalizeStored(row[column], value);
    if (actual !== value) {
      differences.push(
        `${key}.${column}: expected ${JSON.stringify(value)}, got ${JSON.stringify(actual)}`,
      );
    }
  }
  return differences;
}

/**
 * Changes one cell of a sound listing and what must come of it.
 *
 * @param {{tab: SheetTab, truth: Truth}} sheet
 * @param {{key: string, column: string, cell: SheetCell, expected: StoredValue}} edit
 */
export function editCell({ tab, truth }, { key, column, cell, expected }) {
  const row = truth.rowOf.get(key);
  const index = truth.cellOf.get(column);
  const stored = truth.rows.get(key);
  if (row === undefined || index === undefined || stored === undefined) {
    throw new RangeError(`no sound listing ${key} with a column ${column}`);
  }
  tab.rows[row - 1][index] = cell;
  stored[column] = expected;
}
