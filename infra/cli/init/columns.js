// From a pair to a column of the mapping: its type, and the policies that the table and the kind of
// data suggest.
import { SHARE_MIN, chooseType, fitting } from './types.js';
import { samplesOf } from './samples.js';
import { shown } from './shown.js';

/** @typedef {import('./pairs.js').Pair} Pair */
/** @typedef {import('./types.js').Definition} Definition */

/** A person's data: masked wherever held cells are shown. */
const PERSON =
  /氏名|名義|売主|買主|貸主|借主|オーナー|所有者|顧客|お客様|担当者|契約者|seller|buyer|owner|customer|tenant|agent|contact/i;

/**
 * @typedef {object} Suggestion
 * @property {Pair} pair
 * @property {Record<string, unknown>} item of "columns" in the mapping
 * @property {number} share of the samples that are read
 * @property {string[]} notes
 */

/**
 * @param {object} context
 * @param {import('./sheet.js').Sheet} context.sheet
 * @param {import('./samples.js').Judge} context.judge
 * @param {import('./example.js').Entry[]} context.dictionary
 * @param {Pair} context.key
 * @returns {(pair: Pair) => Suggestion | null} null: the table's column takes nothing of a mapping
 */
export function createSuggest({ sheet, judge, dictionary, key }) {
  return (pair) => {
    const { header, column } = pair;
    const name = header.text.replace(/\s+/gu, ' ').trim();
    const samples = samplesOf(sheet.rows, header.index);
    const known = dictionary.find((entry) => entry.column === column.name)?.definition;
    const isKey = pair === key;
    const choice = isKey
      ? { definition: { type: 'text' }, share: 1, refused: [] }
      : chooseType({ header: name, column, samples, judge, known });
    if (choice === null) return null;
    const { definition, share } = choice;
    const policies = isKey ? keyPolicies(column) : policiesFor(pair, definition);
    const item = { header: name, column: column.name, ...definition, ...policies };
    return { pair, item, share, notes: [...doubts(column, known), ...notesOn(item, choice)] };
  };
}

/** @param {import('./table.js').TableColumn} column */
const keyPolicies = ({ max_length: length }) => ({
  required: true,
  error_cell: 'error',
  ...(length === null ? {} : { max_length: length }),
});

/** @param {Pair} pair @param {Definition} definition */
function policiesFor({ header, column }, { type }) {
  const isBounded = column.max_length !== null && type !== 'boolean' && type !== 'enum';
  const isPersonal =
    type === 'phone' || type === 'email' || PERSON.test(`${header.text} ${column.name}`);
  return {
    ...(column.not_null && !column.has_default ? { required: true } : { invalid: 'cell' }),
    ...(column.not_null && column.has_default ? { blank: 'keep' } : {}),
    ...(isBounded ? { max_length: column.max_length } : {}),
    ...(isPersonal ? { sensitive: true } : {}),
  };
}

/**
 * Any number reads as a date: where the example has another type, a person should look.
 * @param {import('./table.js').TableColumn} column
 * @param {Definition | undefined} known
 */
function doubts(column, known) {
  if (known === undefined || fitting(known, column).length > 0) return [];
  return [`the example mapping has it as ${known.type}, the table as ${column.type}`];
}

const EXAMPLES_MAX = 3;

/**
 * @param {Record<string, unknown> & { header: string }} item
 * @param {import('./types.js').Choice} choice
 */
function notesOn(item, { definition: { type, values }, share, refused }) {
  const notes = [];
  if (share < SHARE_MIN) {
    const seen = refused.slice(0, EXAMPLES_MAX).map(({ cell }) => `"${shown(String(cell))}"`);
    const examples = item.sensitive === true ? '' : ` (${seen.join(', ')})`;
    const percent = Math.floor(share * 100);
    notes.push(`only ${percent} % of the sample cells can be read as ${type}${examples}`);
  }
  if (/[万億千]円/.test(item.header)) {
    notes.push('the header names a multiple of yen: cells without a unit are read as plain yen');
  }
  const labels = Object.entries(values ?? {});
  if (labels.length > 0 && labels.every(([label, value]) => label === value)) {
    notes.push('"values" has the labels that were seen, stored as they are: complete and adapt it');
  }
  if (type === 'enum' && labels.length === 0) notes.push('no label was seen: fill in "values"');
  return notes;
}
