// A synthetic sheet of property listings and what must come of it. The true values are drawn first
// and then written in one of their notations; the truth is made of the drawn values alone, never of
// what the core made of the cells.

import { readFileSync } from 'node:fs';

import { createCleanLayout, createGrownLayout } from './layout.js';
import { planFaults, ratesOf } from './plan.js';
import { createRandom } from './random.js';
import { SheetWriter } from './sheet-writer.js';
import { isPossible } from './spoil.js';

/** @import { FaultRates } from './faults.js' */
/** @import { MappingFile, SheetCell, SheetTab, StoredValue, Truth } from './types.js' */

/**
 * Defaults that the example table gives to mapped columns: what an absent key becomes on insert.
 */
export const TABLE_DEFAULTS = { is_recommended: false };

/** A stream of random numbers beside those of the rows (0 …). */
const LAYOUT_STREAM = -2;

/** Rows and columns of the grid that nobody has typed into. */
const SPARE_ROWS = 20;
const SPARE_COLUMNS = 3;

/** The example mapping, as it stands in infra/mappings. @returns {MappingFile} */
export function readExampleMapping() {
  const file = new URL('../../mappings/property-listings.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'));
}

/**
 * Draws a sheet. The same options give the same sheet; a longer sheet of the same seed begins with
 * the same listings (its faults lie elsewhere).
 *
 * @param {object} [options]
 * @param {number} [options.rows] rows below the header, faulty and blank ones included
 * @param {number} [options.seed]
 * @param {MappingFile} [options.mapping] the example mapping unless told
 * @param {'realistic' | 'none' | Partial<FaultRates>} [options.faults] shares of the rows; with
 *   'none' nothing is held or skipped, and the columns are the mapping's, in its order
 * @param {number} [options.badRows] on top of `faults`: exactly so many rows that the core or the
 *   database must hold
 * @param {Record<string, StoredValue>} [options.defaults] the table's defaults of mapped columns
 * @returns {{tab: SheetTab, truth: Truth}}
 */
export function generateListings({
  rows = 1000,
  seed = 1,
  mapping = readExampleMapping(),
  faults = 'realistic',
  badRows = 0,
  defaults = TABLE_DEFAULTS,
} = {}) {
  const rates = ratesOf(faults);
  const isClean = rates.length === 0;
  const layout = isClean
    ? createCleanLayout(mapping)
    : createGrownLayout(createRandom(seed, LAYOUT_STREAM), mapping);
  const writer = new SheetWriter(mapping, layout, seed, defaults);
  const canOccur = (/** @type {keyof FaultRates} */ kind) => isPossible(kind, writer.places);
  const plan = planFaults({ rows, seed, rates, badRows, canOccur });
  for (let index = 0; index < rows; index += 1) writer.addRow(plan.get(index));

  const above = Array.from({ length: writer.headerRow - 1 }, () => /** @type {SheetCell[]} */ ([]));
  const tab = {
    title: mapping.tab,
    rows: [...above, layout.headers, ...writer.rows],
    rowCount: writer.headerRow + rows + (isClean ? 0 : SPARE_ROWS),
    columnCount: layout.headers.length + (isClean ? 0 : SPARE_COLUMNS),
  };
  return { tab, truth: writer.finish() };
}
