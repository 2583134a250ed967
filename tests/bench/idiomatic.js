// The rival of the bench: the conversions of the core as a good engineer would write them in
// JavaScript. Parse, map each cell, stringify. Precompiled expressions, no deliberate slowness, no
// hand-made byte scanner.

import { convertDate, convertDatetime, convertYearMonth } from './idiomatic/dates.js';
import { Invalid } from './idiomatic/invalid.js';
import { convertNumber, stringify, textOf } from './idiomatic/numbers.js';
import { fold, foldLabel, isWellFormed, trim } from './idiomatic/text.js';
import {
  convertBoolean,
  convertEmail,
  convertEnum,
  convertPhone,
  convertUrl,
} from './idiomatic/words.js';

export { stringify };

/** @import { MappingColumn, MappingFile } from '../../infra/local/generator/types.js' */

/**
 * A mapping's column, prepared.
 * @typedef {object} Column
 * @property {string} name
 * @property {MappingColumn['type']} type
 * @property {(cell: any, column: Column) => unknown} convert
 * @property {'clear' | 'keep' | 'error'} blank
 * @property {'keep' | 'clear' | 'error'} errorCell
 * @property {boolean} holdsRow an invalid cell holds the whole row
 * @property {'yen' | 'm2' | undefined} unit
 * @property {number | undefined} scale
 * @property {number | undefined} min
 * @property {number | undefined} max
 * @property {number | undefined} maxLength
 * @property {RegExp | undefined} pattern
 * @property {Map<string, string>} values
 * @property {Set<string> | null} treatAsBlank
 * @property {number} offsetMinutes
 */

/** Nothing is said of this column: the key is left out of the row object. */
const KEEP = Symbol('keep');
/** The same, and the cell is held. */
const KEEP_ERROR_CELL = Symbol('keep error cell');

const ERROR_CELLS = new Set(
  '#REF! #N/A #DIV/0! #VALUE! #NAME? #NULL! #NUM! #SPILL! #CALC! #ERROR! Loading...'.split(' '),
);

/** @type {Record<MappingColumn['type'], Column['convert']>} */
const CONVERTERS = {
  text: textOf,
  integer: convertNumber,
  number: convertNumber,
  date: convertDate,
  datetime: convertDatetime,
  year_month: convertYearMonth,
  boolean: convertBoolean,
  enum: convertEnum,
  url: convertUrl,
  email: convertEmail,
  phone: convertPhone,
};

/**
 * @param {Partial<MappingColumn>} policy
 * @param {string} timeZone
 * @returns {Column}
 */
function prepareColumn(policy, timeZone) {
  const type = policy.type ?? 'text';
  const values = Object.entries(policy.values ?? {});
  return {
    name: policy.column ?? '',
    type,
    convert: CONVERTERS[type],
    blank: policy.required ? 'error' : (policy.blank ?? 'clear'),
    errorCell: policy.error_cell ?? 'keep',
    holdsRow: policy.invalid !== 'cell' || policy.required === true || policy.blank === 'error',
    unit: policy.unit,
    scale: policy.scale,
    min: policy.min,
    max: policy.max,
    maxLength: policy.max_length,
    pattern: policy.pattern === undefined ? undefined : new RegExp(policy.pattern, 'u'),
    values: new Map(values.map(([label, stored]) => [foldLabel(label), stored])),
    treatAsBlank: policy.treat_as_blank ? new Set(policy.treat_as_blank.map(foldLabel)) : null,
    offsetMinutes: offsetOf(timeZone),
  };
}

/** @param {string} timeZone */
function offsetOf(timeZone) {
  if (timeZone === 'Asia/Tokyo' || timeZone === 'Japan') return 540;
  const match = /^([+-])(\d\d):(\d\d)$/.exec(timeZone);
  if (!match) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
}

/**
 * One cell under its column's policies.
 *
 * @param {unknown} cell as JSON.parse gives it
 * @param {Column} column
 * @returns {unknown} a value, null to clear, KEEP, KEEP_ERROR_CELL or an Invalid
 */
function convert(cell, column) {
  if (cell === undefined || cell === null || cell === '') return convertBlank(column);
  let content = cell;
  if (typeof cell === 'string') {
    if (!isWellFormed(cell)) return Invalid.notText;
    content = trim(cell.includes('\0') ? cell.replaceAll('\0', '') : cell);
    if (content === '') return convertBlank(column);
  }
  if (column.treatAsBlank?.has(foldLabel(textOf(content)))) return convertBlank(column);
  if (typeof content === 'string' && ERROR_CELLS.has(content)) return convertErrorCell(column);
  const value = column.convert(content, column);
  return typeof value === 'string' ? checkText(value, column) : value;
}

/** @param {Column} column */
function convertBlank({ blank }) {
  if (blank === 'error') return Invalid.blankNotAllowed;
  return blank === 'keep' ? KEEP : null;
}

/** @param {Column} column */
function convertErrorCell({ errorCell }) {
  if (errorCell === 'error') return Invalid.errorCell;
  return errorCell === 'keep' ? KEEP_ERROR_CELL : null;
}

/**
 * @param {string} text
 * @param {Column} column
 */
function checkText(text, { maxLength, pattern }) {
  // Never more code points than code units: most texts need no counting.
  if (maxLength !== undefined && text.length > maxLength && [...text].length > maxLength) {
    return Invalid.tooLong;
  }
  return pattern && !pattern.test(text) ? Invalid.patternMismatch : text;
}

/**
 * One cell converted on its own, for the vectors.
 *
 * @param {MappingColumn['type']} type
 * @param {Partial<MappingColumn>} policy
 * @param {unknown} cell as JSON.parse gives it: digits beyond a double's are lost before they come
 *   here
 * @param {string} [timeZone]
 * @returns {{action: 'write', json: string} | {action: 'clear' | 'keep' | 'keep_error_cell'} |
 *   {action: 'invalid', code: string}}
 */
export function convertCell(type, policy, cell, timeZone = '') {
  const value = convert(cell, prepareColumn({ ...policy, type }, timeZone));
  if (value === null) return { action: 'clear' };
  if (value === KEEP) return { action: 'keep' };
  if (value === KEEP_ERROR_CELL) return { action: 'keep_error_cell' };
  if (value instanceof Invalid) return { action: 'invalid', code: value.code };
  return { action: 'write', json: stringify(value) };
}

/**
 * Where each column stands in the sheet, and its fallbacks.
 *
 * @param {MappingFile} mapping
 * @param {unknown[]} headerRow
 */
function matchHeaders(mapping, headerRow) {
  const places = new Map(headerRow.map((header, index) => [foldLabel(String(header)), index]));
  return mapping.columns.map(({ header, fallback = [] }) => {
    const names = typeof header === 'string' ? [header] : header;
    const found = names.map((name) => places.get(foldLabel(name))).find((at) => at !== undefined);
    if (found === undefined) throw new Error(`header missing: ${names[0]}`);
    const fallbacks = fallback.map((name) => places.get(foldLabel(name)));
    return { at: found, fallbacks: fallbacks.filter((at) => at !== undefined) };
  });
}

/** Whether the cell counts as not filled in. @param {unknown} cell @param {Column} column */
function isBlank(cell, column) {
  if (cell === undefined || cell === null || cell === '') return true;
  if (typeof cell === 'string' && trim(cell.replaceAll('\0', '')) === '') return true;
  return column.treatAsBlank?.has(foldLabel(textOf(cell))) ?? false;
}

/**
 * The key as it is compared and stored; null for an error cell or what is no text.
 *
 * @param {unknown} cell
 */
function normalizeKey(cell) {
  if (cell === undefined || cell === null) return '';
  if (typeof cell !== 'string') return textOf(cell);
  if (!isWellFormed(cell)) return null;
  const text = trim(cell.replaceAll('\0', ''));
  return ERROR_CELLS.has(text) ? null : fold(text);
}

/**
 * @param {MappingFile} mapping
 * @returns {(answerBytes: Uint8Array, rowsMax: number) => {bodies: Uint8Array[], held: number}}
 * from the bytes of a Sheets answer to request bodies of at most `rowsMax` row objects; `held`
 * counts held entries (cells, rows)
 */
export function createTransform(mapping) {
  const columns = mapping.columns.map((column) => prepareColumn(column, mapping.time_zone ?? ''));
  const keyIndex = columns.findIndex(({ name }) => name === mapping.key);
  const keyPattern = new RegExp(mapping.key_pattern ?? '', 'u');
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();

  return (answerBytes, rowsMax) => {
    const answer = JSON.parse(decoder.decode(answerBytes));
    const ranges = answer.valueRanges ?? [answer];
    const [headerRow, ...ownRows] = ranges[0].values;
    const rows = ranges.length > 1 ? (ranges[1].values ?? []) : ownRows;
    const layout = matchHeaders(mapping, headerRow);
    const keys = rows.map((/** @type {unknown[]} */ row) => normalizeKey(row[layout[keyIndex].at]));
    const uses = countUses(keys);

    const bodies = [];
    /** @type {Record<string, unknown>[]} */
    let batch = [];
    let held = 0;
    const heldOnce = new Set();
    for (const [index, row] of rows.entries()) {
      const key = keys[index];
      if (!key) {
        const isHeld = key === null || layout.some(({ at }, i) => !isBlank(row[at], columns[i]));
        if (isHeld) held += 1;
      } else if (keyPattern.test(key)) {
        if (/** @type {number} */ (uses.get(key)) > 1) {
          // One entry for all rows of the key.
          if (!heldOnce.has(key)) held += 1;
          heldOnce.add(key);
          continue;
        }
        const result = convertRow(row, key);
        held += result.held;
        if (result.object) batch.push(result.object);
        if (batch.length === rowsMax) {
          bodies.push(encoder.encode(stringify(batch)));
          batch = [];
        }
      }
    }
    if (batch.length > 0) bodies.push(encoder.encode(stringify(batch)));
    return { bodies, held };

    /**
     * @param {unknown[]} row
     * @param {string} key
     */
    function convertRow(row, key) {
      /** @type {Record<string, unknown>} */
      const object = {};
      let heldCells = 0;
      let isLost = false;
      for (let i = 0; i < columns.length; i += 1) {
        const column = columns[i];
        const { at, fallbacks } = layout[i];
        let cell = row[at];
        if (fallbacks.length > 0 && isBlank(cell, column)) {
          cell = row[fallbacks.find((place) => !isBlank(row[place], column)) ?? at];
        }
        const value = convert(cell, column);
        if (value === KEEP) continue;
        if (value === KEEP_ERROR_CELL) {
          heldCells += 1;
        } else if (value instanceof Invalid) {
          heldCells += 1;
          if (column.holdsRow) isLost = true;
        } else {
          object[column.name] = i === keyIndex ? key : value;
        }
      }
      return { object: isLost ? null : object, held: heldCells };
    }
  };
}

/** @param {(string | null)[]} keys */
function countUses(keys) {
  /** @type {Map<string, number>} */
  const uses = new Map();
  for (const key of keys) if (key) uses.set(key, (uses.get(key) ?? 0) + 1);
  return uses;
}
