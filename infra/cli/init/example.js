// The example mapping as a dictionary: which header usually means which column, and as what.
import { readFileSync } from 'node:fs';

/** @typedef {import('./pairs.js').Entry & { definition: import('./types.js').Definition }} Entry */

const FILE = new URL('../../mappings/property-listings.json', import.meta.url);
/** What of a column's policies holds for any agency's sheet; the rest is the example's own. */
const COMMON = ['type', 'unit', 'scale', 'values', 'treat_as_blank'];

/** @returns {Entry[]} */
export function readDictionary() {
  const { columns } = JSON.parse(readFileSync(FILE, 'utf8'));
  return columns.map((/** @type {any} */ column) => ({
    headers: [column.header].flat(),
    column: column.column,
    definition: Object.fromEntries(
      COMMON.flatMap((name) => (column[name] === undefined ? [] : [[name, column[name]]])),
    ),
  }));
}
