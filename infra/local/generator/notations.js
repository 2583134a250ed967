// One table over the types: what is stored for a true value, and how it is written.

import {
  storedDate,
  storedInstant,
  storedMonth,
  writeDate,
  writeInstant,
  writeMonth,
} from './dates.js';
import { storedDecimal, writeDecimal, writeInteger } from './numbers.js';
import * as words from './words.js';

/** @import { MappingColumn, SheetCell, StoredValue, TrueValue } from './types.js' */
/** @import { Random } from './random.js' */

/**
 * @typedef {object} Notation
 * @property {(value: any, column: MappingColumn, timeZone: string) => StoredValue} stored
 * @property {(random: Random, value: any, column: MappingColumn) => SheetCell} write
 */

/** @param {StoredValue} value */
const asIs = (value) => value;

/** @type {Record<MappingColumn['type'], Notation>} */
const NOTATIONS = {
  text: { stored: asIs, write: words.writeText },
  integer: { stored: (value) => String(value.units), write: writeInteger },
  number: { stored: storedDecimal, write: writeDecimal },
  date: { stored: storedDate, write: writeDate },
  datetime: { stored: (value, _column, zone) => storedInstant(value, zone), write: writeInstant },
  year_month: { stored: storedMonth, write: writeMonth },
  boolean: { stored: asIs, write: words.writeBoolean },
  enum: { stored: (label, { values = {} }) => values[label], write: words.writeLabel },
  url: { stored: asIs, write: words.writeUrl },
  email: { stored: asIs, write: words.writeEmail },
  phone: { stored: words.storedPhone, write: words.writePhone },
};

/**
 * What the table must hold for a true value.
 *
 * @param {TrueValue} value
 * @param {MappingColumn} column
 * @param {string} timeZone of the mapping
 * @returns {StoredValue}
 */
export const storedValue = (value, column, timeZone) =>
  NOTATIONS[column.type].stored(value, column, timeZone);

/**
 * A true value as somebody might have typed it.
 *
 * @param {Random} random
 * @param {TrueValue} value
 * @param {MappingColumn} column
 * @returns {SheetCell}
 */
export const writeValue = (random, value, column) =>
  NOTATIONS[column.type].write(random, value, column);
