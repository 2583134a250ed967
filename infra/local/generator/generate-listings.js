// A synthetic sheet of property listings and what must come of it. The true values are drawn first and
// then written in one of their notations; the truth is made of the drawn values, never of the core's output.

import { readFileSync } from 'node:fs';

import { drawListing, drawValue } from './draws.js';
import { FOREIGN_KEYS, errorCell, invalidCell } from './faults.js';
import { createCleanLayout, createGrownLayout } from './layout.js';
import { storedValue, writeValue } from './notations.js';
import { planFaults, ratesOf } from './plan.js';
import { createRandom } from './random.js';
import { AWKWARD_TEXTS } from './vocabulary.js';
import { toFullWidth } from './width.js';

/** @import { FaultKind, FaultRates } from './faults.js' */
/** @import { Layout } from './layout.js' */
/** @import { PlannedFault } from './plan.js' */
/** @import { Random } from './random.js' */
/** @import { HeldRow, MappingColumn, MappingFile, SheetCell, SheetTab, StoredValue, Truth } from './types.js' */

/** Defaults that the example table gives to mapped columns: what an absent key becomes on insert. */
export const TABLE_DEFAULTS = { is_recommended: false };

/** Streams of random numbers beside those of the rows (0 …). */
const LAYOUT_STREAM = -2;

const CHECKED_LATER = 'contract_expires_on';
const CHECKED_EARLIER = 'contract_on';
const NARROW_COLUMN = 'floors_above';
const LONG_TEXT_LENGTH = 50_000;

/** What is known while a sheet is written. */
class SheetWriter {
  /**
   * @param {MappingFile} mapping
   * @param {Layout} layout
   * @param {number} seed
   * @param {Record<string, StoredValue>} defaults
   */
  constructor(mapping, layout, seed, defaults) {
    this.mapping = mapping;
    this.layout = layout;
    this.seed = seed;
    this.defaults = defaults;
    this.headerRow = mapping.header_row ?? 1;
    this.width = layout.headers.length;
    this.keyCell = cellOf(layout, mapping.key);
    this.columns = mapping.columns
      .filter(({ column }) => column !== mapping.key)
      .map((column) => ({
        column,
        cell: cellOf(layout, column.column),
        fallback: layout.fallbackOf.get(column.column),
      }));
    /** @type {SheetCell[][]} */
    this.rows = [];
    /** @type {Truth} */
    this.truth = emptyTruth(layout);
    /** @type {Map<string, HeldRow[]>} */
    this.duplicates = new Map();
  }

  /**
   * @param {number} index 0-based below the header
   * @param {PlannedFault | undefined} fault
   */
  addRow(index, fault) {
    const random = createRandom(this.seed, index);
    const cells = /** @type {SheetCell[]} */ (new Array(this.width).fill(''));
    this.rows.push(cells);
    const row = this.headerRow + index + 1;
    if (fault?.kind === 'blankRow') {
      this.fillBlankRow(random, cells);
      this.truth.skipped.push({ row, why: 'blank_row' });
      return;
    }
    const key = keyOf(this.seed, fault?.twin ?? index);
    const stored = this.fillListing(random, cells, index, key);
    const draft = { random, cells, row, key, stored };
    if (!fault || PLANT[fault.kind](this, draft)) {
      this.truth.rows.set(key, stored);
      this.truth.rowOf.set(key, row);
    }
  }

  /**
   * Writes a sound listing and returns what the table must hold for it.
   *
   * @param {Random} random
   * @param {SheetCell[]} cells
   * @param {number} index
   * @param {string} key
   */
  fillListing(random, cells, index, key) {
    const listing = drawListing(random, index);
    const zone = this.mapping.time_zone ?? '';
    /** @type {Record<string, StoredValue>} */
    const stored = { [this.mapping.key]: key };
    cells[this.keyCell] = writeKey(random, key);
    for (const { column, cell, fallback } of this.columns) {
      const value = drawValue(random, listing, column);
      if (value === null || value === '') {
        cells[cell] = writeBlank(random, column);
        stored[column.column] = column.blank === 'keep' ? this.absent(column.column) : null;
        continue;
      }
      const written = writeValue(random, value, column);
      stored[column.column] = storedValue(value, column, zone);
      const isElsewhere = fallback !== undefined && random.chance(0.1);
      cells[isElsewhere ? fallback : cell] = written;
      // A fallback beside a filled cell is not looked at.
      if (fallback !== undefined && !isElsewhere && random.chance(0.2)) cells[fallback] = '別紙参照';
    }
    for (const cell of this.layout.extras) cells[cell] = writeExtra(random, index);
    return stored;
  }

  /**
   * @param {Random} random
   * @param {SheetCell[]} cells
   */
  fillBlankRow(random, cells) {
    const roll = random.below(3);
    if (roll === 0) cells[this.keyCell] = '　';
    if (roll === 1) for (const cell of this.layout.extras) cells[cell] = '（空き行）';
  }

  /** What a column holds whose key is absent on insert. @param {string} column */
  absent(column) {
    return this.defaults[column] ?? null;
  }
}

/**
 * A listing being spoilt.
 * @typedef {{random: Random, cells: SheetCell[], row: number, key: string, stored: Record<string, StoredValue>}} Draft
 */

/**
 * One function per kind of fault: spoils the row, notes what must come of it, and says whether it is written all the same.
 * @type {Record<FaultKind, (writer: SheetWriter, draft: Draft) => boolean>}
 */
const PLANT = {
  blankRow: () => false,
  foreignKey(writer, { random, cells, row }) {
    cells[writer.keyCell] = random.pick(FOREIGN_KEYS);
    writer.truth.skipped.push({ row, why: 'key_pattern' });
    return false;
  },
  missingKey(writer, { random, cells, row }) {
    cells[writer.keyCell] = random.pick(['', '　']);
    return hold(writer, { row, key: null, column: writer.mapping.key, code: 'missing_key' });
  },
  errorKey(writer, { random, cells, row }) {
    cells[writer.keyCell] = errorCell(random);
    return hold(writer, { row, key: null, column: writer.mapping.key, code: 'error_cell' });
  },
  duplicateKey(writer, { row, key }) {
    const held = { row, key, column: writer.mapping.key, code: 'duplicate_key' };
    hold(writer, held);
    const known = writer.duplicates.get(key) ?? [];
    known.push(writer.truth.heldRows[writer.truth.heldRows.length - 1]);
    writer.duplicates.set(key, known);
    return false;
  },
  requiredBlank(writer, { random, cells, row, key }) {
    const { column, cell } = random.pick(writer.columns.filter(isRequired));
    cells[cell] = random.pick(['', '　', ' ']);
    return hold(writer, { row, key, column: column.column, code: 'blank_not_allowed' });
  },
  requiredError(writer, { random, cells, row, key }) {
    const { column, cell } = random.pick(writer.columns.filter(isRequiredAndStrict));
    cells[cell] = errorCell(random);
    return hold(writer, { row, key, column: column.column, code: 'error_cell' });
  },
  invalidRow(writer, { random, cells, row, key }) {
    const { column, cell } = random.pick(writer.columns.filter(holdsRow));
    const wrong = needInvalidCell(random, column);
    cells[cell] = wrong.cell;
    return hold(writer, { row, key, column: column.column, code: wrong.code });
  },
  refusedByCheck(writer, { cells, row, key }) {
    cells[cellOf(writer.layout, CHECKED_EARLIER)] = '2025/10/1';
    cells[cellOf(writer.layout, CHECKED_LATER)] = '2025/9/30';
    const constraint = `${writer.mapping.table}_contract_order`;
    return hold(writer, { row, key, column: null, code: '23514', constraint, by: 'database' });
  },
  refusedByType(writer, { cells, row, key }) {
    cells[cellOf(writer.layout, NARROW_COLUMN)] = 99_999;
    return hold(writer, { row, key, column: NARROW_COLUMN, code: '22003', by: 'database' });
  },
  errorCell(writer, { random, cells, row, key, stored }) {
    const { column, cell } = random.pick(writer.columns.filter(survivesError));
    cells[cell] = errorCell(random);
    if (column.error_cell === 'clear') stored[column.column] = null;
    else holdCell(writer, { row, key, column: column.column, code: 'error_cell' }, stored);
    return true;
  },
  invalidCell(writer, { random, cells, row, key, stored }) {
    const { column, cell } = random.pick(writer.columns.filter(survivesInvalid));
    const wrong = needInvalidCell(random, column);
    cells[cell] = wrong.cell;
    holdCell(writer, { row, key, column: column.column, code: wrong.code }, stored);
    return true;
  },
  longText(writer, { random, cells, stored }) {
    const { column, cell } = random.pick(writer.columns.filter(takesLongText));
    const text = random.pick(['長い備考。', '🏠備考', 'x"\\']).repeat(LONG_TEXT_LENGTH);
    // Not through a surrogate pair: half of one is no text.
    cells[cell] = text.slice(0, LONG_TEXT_LENGTH - 1).replace(/[\ud800-\udbff]$/, '');
    stored[column.column] = /** @type {string} */ (cells[cell]);
    return true;
  },
};

/** @typedef {{column: MappingColumn, cell: number}} Place */

/** @param {Place} place */
const isRequired = ({ column }) => column.required === true || column.blank === 'error';
/** @param {Place} place */
const isRequiredAndStrict = (place) => isRequired(place) && place.column.error_cell === 'error';
/** @param {Place} place */
const holdsRow = (place) =>
  (isRequired(place) || place.column.invalid !== 'cell') && hasInvalidCell(place.column);
/** @param {Place} place */
const survivesError = (place) =>
  !isRequired(place) && (place.column.error_cell !== 'error' || place.column.invalid === 'cell');
/** @param {Place} place */
const survivesInvalid = (place) =>
  !isRequired(place) && place.column.invalid === 'cell' && hasInvalidCell(place.column);
/** @param {Place} place */
const takesLongText = ({ column }) =>
  column.type === 'text' && !column.pattern && (column.max_length ?? Infinity) >= LONG_TEXT_LENGTH;
/** @param {MappingColumn} column */
const hasInvalidCell = (column) => invalidCell(createRandom(0), column) !== null;

/** What each kind of fault needs of a mapping. @type {Partial<Record<FaultKind, (places: Place[]) => boolean>>} */
const NEEDS = {
  requiredBlank: (places) => places.some(isRequired),
  requiredError: (places) => places.some(isRequiredAndStrict),
  invalidRow: (places) => places.some(holdsRow),
  refusedByCheck: (places) => hasColumn(places, CHECKED_EARLIER) && hasColumn(places, CHECKED_LATER),
  refusedByType: (places) => hasColumn(places, NARROW_COLUMN),
  errorCell: (places) => places.some(survivesError),
  invalidCell: (places) => places.some(survivesInvalid),
  longText: (places) => places.some(takesLongText),
};

/**
 * @param {Place[]} places
 * @param {string} name
 */
const hasColumn = (places, name) => places.some(({ column }) => column.column === name);

/**
 * @param {Random} random
 * @param {MappingColumn} column
 */
function needInvalidCell(random, column) {
  const wrong = invalidCell(random, column);
  if (!wrong) throw new Error(`no invalid cell is known for ${column.column}`);
  return wrong;
}

/**
 * @param {SheetWriter} writer
 * @param {Omit<HeldRow, 'by'> & {by?: HeldRow['by']}} held
 * @returns {false} the row is not written
 */
function hold(writer, held) {
  writer.truth.heldRows.push({ by: 'core', ...held });
  return false;
}

/**
 * @param {SheetWriter} writer
 * @param {import('./types.js').HeldCell} held
 * @param {Record<string, StoredValue>} stored
 */
function holdCell(writer, held, stored) {
  writer.truth.heldCells.push(held);
  stored[held.column] = writer.absent(held.column);
}

/**
 * Each row has a number of its own; a few are sub-plots with a suffix.
 *
 * @param {number} seed
 * @param {number} index
 */
function keyOf(seed, index) {
  const isPart = createRandom(seed ^ 0x5eed, index).chance(0.05);
  return `AA${10_001 + index}${isPart ? '-2' : ''}`;
}

/**
 * @param {Random} random
 * @param {string} key
 */
function writeKey(random, key) {
  const roll = random.below(100);
  if (roll < 2) return toFullWidth(key);
  if (roll < 4) return ` ${key}　`;
  return key;
}

/**
 * @param {Random} random
 * @param {MappingColumn} column
 */
function writeBlank(random, { treat_as_blank: words = [] }) {
  if (words.length > 0 && random.chance(0.15)) return random.pick(words);
  return random.chance(0.01) ? random.pick(['　', ' ', '\n']) : '';
}

/**
 * @param {Random} random
 * @param {number} index
 * @returns {SheetCell}
 */
function writeExtra(random, index) {
  const roll = random.below(10);
  if (roll < 4) return index + 1;
  if (roll === 4) return random.pick(AWKWARD_TEXTS);
  if (roll === 5) return { error: '#REF!' };
  return '';
}

/**
 * @param {Layout} layout
 * @param {string} column
 */
function cellOf(layout, column) {
  const cell = layout.cellOf.get(column);
  if (cell === undefined) throw new RangeError(`the mapping has no column ${column}`);
  return cell;
}

/** @param {Layout} layout @returns {Truth} */
function emptyTruth(layout) {
  return {
    rows: new Map(),
    heldRows: [],
    heldCells: [],
    skipped: [],
    unmapped: layout.unmapped,
    counts: { read: 0, inserted: 0, failed: 0, skipped: 0, heldCells: 0 },
    rowOf: new Map(),
    cellOf: layout.cellOf,
  };
}

/** @param {SheetWriter} writer */
function finishTruth({ truth, duplicates, rows }) {
  for (const group of duplicates.values()) {
    for (const held of group) held.others = group.map(({ row }) => row).filter((r) => r !== held.row);
  }
  truth.counts = {
    read: rows.length,
    inserted: truth.rows.size,
    failed: truth.heldRows.length,
    skipped: truth.skipped.length,
    heldCells: truth.heldCells.length,
  };
  return truth;
}

/** The example mapping, as it stands in infra/mappings. @returns {MappingFile} */
export function readExampleMapping() {
  const file = new URL('../../mappings/property-listings.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'));
}

/**
 * Draws a sheet. The same options give the same sheet; a longer sheet of the same seed begins with the
 * same listings (its faults lie elsewhere).
 *
 * @param {object} [options]
 * @param {number} [options.rows] rows below the header, faulty and blank ones included
 * @param {number} [options.seed]
 * @param {MappingFile} [options.mapping] the example mapping unless told
 * @param {'realistic' | 'none' | Partial<FaultRates>} [options.faults] 'none': nothing is held or skipped, no column is unmapped
 * @param {number} [options.badRows] on top of `faults`: exactly so many rows that the core or the database must hold
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
  const layout =
    rates.length === 0
      ? createCleanLayout(mapping)
      : createGrownLayout(createRandom(seed, LAYOUT_STREAM), mapping);
  const writer = new SheetWriter(mapping, layout, seed, defaults);
  const isPossible = (/** @type {FaultKind} */ kind) => NEEDS[kind]?.(writer.columns) ?? true;
  const plan = planFaults({ rows, seed, rates, badRows, isPossible });
  for (let index = 0; index < rows; index += 1) writer.addRow(index, plan.get(index));

  const above = Array.from({ length: writer.headerRow - 1 }, () => /** @type {SheetCell[]} */ ([]));
  const tab = {
    title: mapping.tab,
    rows: [...above, layout.headers, ...writer.rows],
    rowCount: writer.headerRow + rows + (rates.length === 0 ? 0 : 20),
    columnCount: writer.width + (rates.length === 0 ? 0 : 3),
  };
  return { tab, truth: finishTruth(writer) };
}
