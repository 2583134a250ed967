// Holding a table to the truth, and editing a generated sheet together with its truth.

import { trimZeros } from './numbers.js';

/** @import { MappingColumn, SheetCell, SheetTab, StoredValue, Truth } from './types.js' */

/**
 * A value of the table as the truth writes it: numbers as decimals without trailing zeros, instants
 * in UTC.
 *
 * @param {unknown} value from PostgREST's JSON, or from a driver (numbers may be strings, days and
 *   instants Dates)
 * @param {MappingColumn['type'] | undefined} type of the column
 * @returns {unknown}
 */
export function normalizeStored(value, type) {
  if (value === null || value === undefined) return value;
  if (type === 'number' || type === 'integer') return trimZeros(String(value));
  if (type === 'datetime') return normalizeInstant(value);
  return value instanceof Date ? value.toISOString().slice(0, 10) : value;
}

/** @param {unknown} value */
function normalizeInstant(value) {
  const instant = value instanceof Date ? value : new Date(String(value));
  return `${instant.toISOString().slice(0, 19)}+00:00`;
}

/**
 * Compares a table with the truth, column by column.
 *
 * @param {Truth} truth
 * @param {Iterable<Record<string, unknown>>} rows all rows of the table; columns the truth does
 *   not name are ignored
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
    else differences.push(...compareRow(truth, key, row));
    seen.add(key);
    if (differences.length >= most) return differences.slice(0, most);
  }
  for (const key of truth.rows.keys()) {
    if (!seen.has(key)) differences.push(`${key}: is missing from the table`);
  }
  return differences.slice(0, most);
}

/**
 * @param {Truth} truth
 * @param {string} key
 * @param {Record<string, unknown>} row
 */
function compareRow(truth, key, row) {
  const differences = [];
  for (const [column, expected] of Object.entries(truth.rows.get(key) ?? {})) {
    const actual = normalizeStored(row[column], truth.typeOf.get(column));
    if (actual !== expected) {
      differences.push(
        `${key}.${column}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`,
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
