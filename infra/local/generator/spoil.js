// How each kind of fault spoils a sound row, and what must come of it: the truth's held and
// skipped rows and held cells are noted here.

import { FOREIGN_KEYS, errorCell, invalidCell } from './faults.js';
import { cellOf } from './layout.js';
import { createRandom } from './random.js';

/** @import { FaultKind } from './faults.js' */
/** @import { Random } from './random.js' */
/** @import { SheetWriter } from './sheet-writer.js' */
/** @import { HeldCell, HeldRow, MappingColumn, SheetCell, StoredValue } from './types.js' */

/** Columns of the example table with a constraint between them, and a narrow one. */
const EARLIER = 'contract_on';
const LATER = 'contract_expires_on';
const NARROW = 'floors_above';
const LONG_TEXT_LENGTH = 50_000;

/**
 * A sound listing, about to be spoilt.
 * @typedef {object} Draft
 * @property {Random} random
 * @property {SheetCell[]} cells
 * @property {number} row 1-based
 * @property {string} key
 * @property {Record<string, StoredValue>} stored
 */

/**
 * A mapped column other than the key, and where it stands in the sheet.
 * @typedef {{column: MappingColumn, cell: number}} Place
 */

/**
 * Spoils the row and notes what must come of it.
 *
 * @param {SheetWriter} writer
 * @param {FaultKind} kind one that isPossible
 * @param {Draft} draft
 * @returns {boolean} whether the row is written all the same
 */
export const spoil = (writer, kind, draft) => SPOILERS[kind](writer, draft);

/**
 * Whether a mapping has what a kind of fault needs.
 *
 * @param {FaultKind} kind
 * @param {Place[]} places
 */
export const isPossible = (kind, places) => NEEDS[kind]?.(places) ?? true;

/** @type {Record<FaultKind, (writer: SheetWriter, draft: Draft) => boolean>} */
const SPOILERS = {
  blankRow(writer, { random, cells, row }) {
    cells.fill('');
    const roll = random.below(3);
    if (roll === 0) cells[writer.keyCell] = '　';
    if (roll === 1) for (const cell of writer.layout.extras) cells[cell] = '（空き行）';
    writer.truth.skipped.push({ row, why: 'blank_row' });
    return false;
  },
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
    return hold(writer, { row, key, column: writer.mapping.key, code: 'duplicate_key' });
  },
  requiredBlank(writer, { random, cells, row, key }) {
    const { column, cell } = random.pick(writer.places.filter(isRequired));
    cells[cell] = random.pick(['', '　', ' ']);
    return hold(writer, { row, key, column: column.column, code: 'blank_not_allowed' });
  },
  requiredError(writer, { random, cells, row, key }) {
    const { column, cell } = random.pick(writer.places.filter(isRequiredAndStrict));
    cells[cell] = errorCell(random);
    return hold(writer, { row, key, column: column.column, code: 'error_cell' });
  },
  invalidRow(writer, { random, cells, row, key }) {
    const { column, cell } = random.pick(writer.places.filter(losesRow));
    const wrong = needInvalidCell(random, column);
    cells[cell] = wrong.cell;
    return hold(writer, { row, key, column: column.column, code: wrong.code });
  },
  refusedByCheck(writer, { cells, row, key }) {
    cells[cellOf(writer.layout, EARLIER)] = '2025/10/1';
    cells[cellOf(writer.layout, LATER)] = '2025/9/30';
    const constraint = `${writer.mapping.table}_contract_order`;
    return hold(writer, { row, key, column: null, code: '23514', constraint, by: 'database' });
  },
  refusedByType(writer, { cells, row, key }) {
    cells[cellOf(writer.layout, NARROW)] = 99_999;
    return hold(writer, { row, key, column: NARROW, code: '22003', by: 'database' });
  },
  errorCell(writer, { random, cells, row, key, stored }) {
    const { column, cell } = random.pick(writer.places.filter(survivesError));
    cells[cell] = errorCell(random);
    if (column.error_cell === 'clear') stored[column.column] = null;
    else holdCell(writer, { row, key, column: column.column, code: 'error_cell' }, stored);
    return true;
  },
  invalidCell(writer, { random, cells, row, key, stored }) {
    const { column, cell } = random.pick(writer.places.filter(survivesInvalid));
    const wrong = needInvalidCell(random, column);
    cells[cell] = wrong.cell;
    holdCell(writer, { row, key, column: column.column, code: wrong.code }, stored);
    return true;
  },
  longText(writer, { random, cells, stored }) {
    const { column, cell } = random.pick(writer.places.filter(takesLongText));
    const text = random.pick(['長い備考。', '🏠備考', 'x"\\']).repeat(LONG_TEXT_LENGTH);
    // Not through a surrogate pair: half of one is no text.
    const cut = text.slice(0, LONG_TEXT_LENGTH).replace(/[\ud800-\udbff]$/, '');
    cells[cell] = cut;
    stored[column.column] = cut;
    return true;
  },
};

/** @type {Partial<Record<FaultKind, (places: Place[]) => boolean>>} */
const NEEDS = {
  requiredBlank: (places) => places.some(isRequired),
  requiredError: (places) => places.some(isRequiredAndStrict),
  invalidRow: (places) => places.some(losesRow),
  refusedByCheck: (places) => has(places, EARLIER) && has(places, LATER),
  refusedByType: (places) => has(places, NARROW),
  errorCell: (places) => places.some(survivesError),
  invalidCell: (places) => places.some(survivesInvalid),
  longText: (places) => places.some(takesLongText),
};

/**
 * @param {Place[]} places
 * @param {string} name
 */
const has = (places, name) => places.some(({ column }) => column.column === name);

/** @param {Place} place */
const isRequired = ({ column }) => column.required === true || column.blank === 'error';

/** @param {Place} place */
const isRequiredAndStrict = (place) => isRequired(place) && place.column.error_cell === 'error';

/** @param {Place} place */
const losesRow = (place) =>
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
 * @param {HeldCell} held
 * @param {Record<string, StoredValue>} stored
 */
function holdCell(writer, held, stored) {
  writer.truth.heldCells.push(held);
  stored[held.column] = writer.absent(held.column);
}
