// Which header stands in which column of the sheet.

import { toFullWidth, toHalfKatakana } from './width.js';

/** @import { MappingColumn, MappingFile } from './types.js' */
/** @import { Random } from './random.js' */

/**
 * @typedef {object} Layout
 * @property {string[]} headers
 * @property {Map<string, number>} cellOf sheet column of each mapped column, by the name in the
 *   table
 * @property {Map<string, number>} fallbackOf sheet column of a column's fallback, where the sheet
 *   has it
 * @property {number[]} extras sheet columns nobody asked for
 * @property {string[]} unmapped their headers, as written
 */

/**
 * The mapping's own order and first names: a sheet as clean as can be.
 *
 * @param {MappingFile} mapping
 * @returns {Layout}
 */
export function createCleanLayout(mapping) {
  return arrange(mapping.columns.map((column) => ({ column, header: namesOf(column)[0] })));
}

/**
 * As sheets grow over the years: a counter in front, staff's own columns in between and behind, a
 * blank column, second names, full-width and padded headers, and the fallback columns far to the
 * right.
 *
 * @param {Random} random
 * @param {MappingFile} mapping
 * @returns {Layout}
 */
export function createGrownLayout(random, mapping) {
  /** @type {Slot[]} */
  const slots = mapping.columns.map((column) => ({
    column,
    header: scribble(random, random.pick(namesOf(column))),
  }));
  slots.splice(0, 0, { header: 'No.' });
  slots.splice(Math.ceil(slots.length / 3), 0, { header: '社内メモ' });
  for (const column of mapping.columns) {
    for (const header of column.fallback ?? []) slots.push({ fallbackOf: column.column, header });
  }
  slots.push({ header: '' }, { header: '最終確認者' });
  return arrange(slots);
}

/** @typedef {{column?: MappingColumn, fallbackOf?: string, header: string}} Slot */

/** @param {Slot[]} slots @returns {Layout} */
function arrange(slots) {
  /** @type {Layout} */
  const layout = {
    headers: [],
    cellOf: new Map(),
    fallbackOf: new Map(),
    extras: [],
    unmapped: [],
  };
  slots.forEach(({ column, fallbackOf, header }, index) => {
    layout.headers.push(header);
    if (column) layout.cellOf.set(column.column, index);
    else if (fallbackOf) layout.fallbackOf.set(fallbackOf, index);
    else layout.extras.push(index);
    if (!column && !fallbackOf && header !== '') layout.unmapped.push(header);
  });
  return layout;
}

/**
 * @param {Layout} layout
 * @param {string} column the name in the table
 */
export function cellOf(layout, column) {
  const cell = layout.cellOf.get(column);
  if (cell === undefined) throw new RangeError(`the mapping has no column ${column}`);
  return cell;
}

/** @param {MappingColumn} column */
const namesOf = ({ header }) => (typeof header === 'string' ? [header] : header);

/**
 * @param {Random} random
 * @param {string} header
 */
function scribble(random, header) {
  const roll = random.below(100);
  if (roll < 8) return toFullWidth(header);
  if (roll < 12) return toHalfKatakana(header);
  if (roll < 16) return ` ${header}\u3000`;
  if (roll < 18) return `${header}\n`;
  return header;
}
