// Held rows and cells as lines: the cause beside the place where the terminal is wide enough, and
// on a line of its own where it is not.
import { cut, plain, widthOf } from '../terminal.js';
import { align, joined } from './table.js';

const VALUE_WIDTH = 24;
const CAUSE_INDENT = 4;

/**
 * @typedef {object} Entry as …/errors and a run's status tell it
 * @property {number} [id]
 * @property {number | null} row
 * @property {string | null} propertyNumber
 * @property {string | null} column
 * @property {string | null} [value]
 * @property {string} code
 * @property {string} error
 */

/**
 * @param {Entry[]} entries
 * @param {{ width: number, wrap: (text: string, indent: number) => string }} terminal
 * @param {number} [indent]
 * @returns {string[]}
 */
export function entryLines(entries, { width, wrap }, indent = 0) {
  const room = width - indent;
  const margin = ' '.repeat(indent);
  const places = align([...withoutEmptyColumns(entries.map(placeOf)), ['']], Infinity);
  const lines = entries.map((entry, i) => ({ place: joined(places[i]), cause: causeOf(entry) }));
  const placeWidth = Math.max(0, ...lines.map(({ place }) => widthOf(place))) + 2;
  const fits = lines.every(({ cause }) => placeWidth + widthOf(cause) <= room);
  return lines.flatMap(({ place, cause }) =>
    fits
      ? `${margin}${place}${' '.repeat(placeWidth - widthOf(place))}${cause}`
      : [`${margin}${cut(place, room)}`, wrap(cause, indent + CAUSE_INDENT)],
  );
}

/** @param {Entry} entry @returns {string[]} */
function placeOf({ id, row, propertyNumber, column, value }) {
  return [
    id === undefined ? '' : String(id),
    row === null ? 'no row' : `row ${row}`,
    propertyNumber === null ? '(no key)' : plain(propertyNumber),
    plain(column ?? ''),
    cut(plain(value ?? ''), VALUE_WIDTH),
  ];
}

/** @param {string[][]} rows */
function withoutEmptyColumns(rows) {
  const isUsed = (/** @type {number} */ i) => rows.some((row) => row[i] !== '');
  const used = [...(rows[0] ?? []).keys()].filter(isUsed);
  return rows.map((row) => used.map((i) => row[i]));
}

/** @param {Entry} entry */
const causeOf = ({ code, error }) => plain(error === code ? code : `${code} (${error})`);
