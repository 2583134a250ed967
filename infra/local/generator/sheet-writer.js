// Rows of a sheet and their truth, one listing after the other.

import { drawListing, drawValue } from './draws.js';
import { cellOf } from './layout.js';
import { storedValue, writeValue } from './notations.js';
import { createRandom } from './random.js';
import { spoil } from './spoil.js';
import { AWKWARD_TEXTS } from './vocabulary.js';
import { toFullWidth } from './width.js';

/** @import { Layout } from './layout.js' */
/** @import { PlannedFault } from './plan.js' */
/** @import { Random } from './random.js' */
/** @import { MappingColumn, MappingFile, SheetCell, StoredValue, Truth } from './types.js' */

/** Sets the keys' random numbers apart from those of the rows. */
const KEY_SEED = 0x5eed;

/** Writes the rows of one sheet in order, top down. finish() completes the truth. */
export class SheetWriter {
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
    this.keyCell = cellOf(layout, mapping.key);
    this.places = mapping.columns
      .filter(({ column }) => column !== mapping.key)
      .map((column) => ({
        column,
        cell: cellOf(layout, column.column),
        fallback: layout.fallbackOf.get(column.column),
      }));
    /** @type {SheetCell[][]} */
    this.rows = [];
    /** @type {Truth} */
    this.truth = emptyTruth(mapping, layout);
  }

  /** @param {PlannedFault} [fault] */
  addRow(fault) {
    const index = this.rows.length;
    const random = createRandom(this.seed, index);
    const cells = /** @type {SheetCell[]} */ (new Array(this.layout.headers.length).fill(''));
    this.rows.push(cells);
    const row = this.headerRow + index + 1;
    const key = this.keyOf(fault?.twin ?? index);
    const stored = this.fillListing(random, cells, index, key);
    if (fault && !spoil(this, fault.kind, { random, cells, row, key, stored })) return;
    this.truth.rows.set(key, stored);
    this.truth.rowOf.set(key, row);
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
    for (const { column, cell, fallback } of this.places) {
      const value = drawValue(random, listing, column);
      if (value === null) {
        cells[cell] = writeBlank(random, column);
        stored[column.column] = column.blank === 'keep' ? this.absent(column.column) : null;
        continue;
      }
      stored[column.column] = storedValue(value, column, zone);
      const isElsewhere = fallback !== undefined && random.chance(0.1);
      cells[isElsewhere ? fallback : cell] = writeValue(random, value, column);
      // A fallback beside a filled cell is not looked at.
      if (fallback !== undefined && !isElsewhere && random.chance(0.2))
        cells[fallback] = '別紙参照';
    }
    for (const cell of this.layout.extras) cells[cell] = writeExtra(random, index);
    return stored;
  }

  /**
   * What a column holds after an insert that left its key out.
   *
   * @param {string} column
   */
  absent(column) {
    return this.defaults[column] ?? null;
  }

  /**
   * Each row has a number of its own; a few are parts of a plot, with a suffix.
   *
   * @param {number} index
   */
  keyOf(index) {
    const isPart = createRandom(this.seed ^ KEY_SEED, index).chance(0.05);
    return `AA${10_001 + index}${isPart ? '-2' : ''}`;
  }

  /** The truth, complete. To be called once, after the last row. */
  finish() {
    const { truth } = this;
    nameTwins(truth);
    truth.counts = {
      read: this.rows.length,
      inserted: truth.rows.size,
      failed: truth.heldRows.length,
      skipped: truth.skipped.length,
      heldCells: truth.heldCells.length,
    };
    return truth;
  }
}

/**
 * @param {MappingFile} mapping
 * @param {Layout} layout
 * @returns {Truth}
 */
function emptyTruth(mapping, layout) {
  return {
    rows: new Map(),
    heldRows: [],
    heldCells: [],
    skipped: [],
    unmapped: layout.unmapped,
    counts: { read: 0, inserted: 0, failed: 0, skipped: 0, heldCells: 0 },
    rowOf: new Map(),
    cellOf: layout.cellOf,
    typeOf: new Map(mapping.columns.map(({ column, type }) => [column, type])),
  };
}

/** Tells each row of a duplicate key where the others stand. @param {Truth} truth */
function nameTwins({ heldRows }) {
  const duplicates = heldRows.filter(({ code }) => code === 'duplicate_key');
  for (const held of duplicates) {
    held.others = duplicates
      .filter((other) => other.key === held.key && other.row !== held.row)
      .map(({ row }) => row);
  }
}

/**
 * @param {Random} random
 * @param {string} key
 */
function writeKey(random, key) {
  const roll = random.below(100);
  if (roll < 2) return toFullWidth(key);
  if (roll < 4) return ` ${key}\u3000`;
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
