// By which column rows are found: one with a unique index whose samples are unique, too.
import { samplesOf } from './samples.js';

/** @typedef {import('./pairs.js').Pair} Pair */
/** @typedef {import('./sheet.js').Sheet} Sheet */

const TYPICAL = /番号|コード|number|code|_no$|^no$|key|id$/i;

/**
 * Throws Error where no column is fit, or where the wanted one has no header.
 * @param {Pair[]} pairs
 * @param {import('./table.js').Table} table
 * @param {Sheet} sheet
 * @param {string} [wanted]
 * @returns {{ key: Pair, notes: string[] }}
 */
export function chooseKey(pairs, table, sheet, wanted) {
  const fit = (/** @type {Pair} */ { column }) =>
    wanted === undefined ? table.unique_columns.includes(column.name) : column.name === wanted;
  const candidates = pairs.filter(fit).map((pair) => ({ pair, repeats: repeatsOf(pair, sheet) }));
  const rank = (/** @type {{ pair: Pair, repeats: number }} */ { pair, repeats }) =>
    repeats * 2 - (TYPICAL.test(`${pair.column.name}`) || TYPICAL.test(pair.header.text) ? 1 : 0);
  const [best] = candidates.sort((a, b) => rank(a) - rank(b));
  if (best === undefined) throw new Error(refusal(table, wanted));
  const notes = best.repeats === 0 ? [] : [repeated(best)];
  if (wanted !== undefined && table.refusal !== null) notes.push(`${table.refusal}; add it first`);
  return { key: best.pair, notes };
}

/** @param {Pair} pair @param {Sheet} sheet */
function repeatsOf({ header }, { rows }) {
  return samplesOf(rows, header.index).filter(({ count }) => count > 1).length;
}

/** @param {{ pair: Pair, repeats: number }} key */
function repeated({ pair, repeats }) {
  return (
    `values of the key ${pair.column.name} stand more than once in the first rows (${repeats}): ` +
    'such rows are held until the sheet is corrected'
  );
}

/** @param {import('./table.js').Table} table @param {string} [wanted] */
function refusal({ name, columns, unique_columns: unique }, wanted) {
  if (wanted !== undefined && !columns.some((column) => column.name === wanted)) {
    return `${name} has no column "${wanted}" (--key)`;
  }
  if (wanted !== undefined) return `no header was found for the key column "${wanted}" (--key)`;
  if (unique.length === 0) {
    return `${name} has no column that can be the key: it needs a unique index of its own`;
  }
  return `no header was found for a unique column (${unique.join(', ')}): name the key by --key`;
}
