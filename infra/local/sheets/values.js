// The values of a range, trimmed and encoded: the body of values.get and values:batchGet.
import { formatRange, resolveRange } from './a1.js';
import { isBlank, renderCell } from './cells.js';
import { invalidArgument } from './errors.js';
import { encodeDouble, encodeString, indent } from './google-json.js';

/** @typedef {import('./cells.js').Rendering} Rendering */
/** @typedef {import('./a1.js').ResolvedRange} ResolvedRange */

/**
 * One ValueRange. A range that holds nothing has no `values`.
 *
 * @param {import('./spreadsheet.js').Spreadsheet} spreadsheet
 * @param {string} text the range as requested
 * @param {Rendering & { majorDimension: 'ROWS' | 'COLUMNS' }} options
 */
export function valueRange(spreadsheet, text, options) {
  const range = resolveRange(text, spreadsheet.tabs);
  if ('problem' in range) {
    if (range.problem === 'unparsable') throw invalidArgument(`Unable to parse range: ${text}`);
    const { rowCount, columnCount } = range.tab;
    throw invalidArgument(
      `Range (${text}) exceeds grid limits. Max rows: ${rowCount}, max columns: ${columnCount}`,
    );
  }
  const isByRow = options.majorDimension === 'ROWS';
  const values = isByRow ? rowValues(range, options) : columnValues(range, options);
  return {
    range: formatRange(range),
    majorDimension: options.majorDimension,
    values: values.count > 0 ? values : undefined,
  };
}

/**
 * Lists of encoded cells. Compact rows that reach from the first column to the last cell come from
 * the rows' own encodings.
 */
class Values {
  /**
   * @param {number} count
   * @param {(i: number) => string[]} cells the encoded cells of list i
   * @param {(i: number) => string | Buffer} compact list i as JSON without spaces
   */
  constructor(count, cells, compact) {
    this.count = count;
    this.cells = cells;
    this.compact = compact;
  }

  /** @type {import('./google-json.js').SelfWriting['writeJson']} */
  writeJson(out, pretty, depth) {
    out.push('[');
    for (let i = 0; i < this.count; i += 1) {
      if (i > 0) out.push(',');
      if (pretty) out.push(indent(depth + 1), prettyList(this.cells(i), depth + 1));
      else out.push(this.compact(i));
    }
    out.push(pretty ? `${indent(depth)}]` : ']');
  }
}

/** @param {string[]} cells @param {number} depth */
function prettyList(cells, depth) {
  if (cells.length === 0) return '[]';
  return `[${cells.map((cell) => indent(depth + 1) + cell).join(',')}${indent(depth)}]`;
}

/** @param {ResolvedRange} range @param {Rendering} rendering */
function rowValues({ tab, rowFirst, rowLast, columnFirst, columnLast }, rendering) {
  const rows = tab.rows.slice(rowFirst - 1, rowLast);
  const ends = rows.map((row) => endOf(row, columnFirst, columnLast));
  let count = rows.length;
  while (count > 0 && ends[count - 1] < columnFirst) count -= 1;
  const cells = (/** @type {number} */ i) =>
    rows[i].cells.slice(columnFirst - 1, ends[i]).map((cell) => encodeCell(cell, rendering));
  const compact = (/** @type {number} */ i) => {
    if (columnFirst === 1 && ends[i] === rows[i].length) return wholeRow(rows[i], rendering);
    return `[${cells(i).join(',')}]`;
  };
  return new Values(count, cells, compact);
}

/** @param {ResolvedRange} range @param {Rendering} rendering */
function columnValues({ tab, rowFirst, rowLast, columnFirst, columnLast }, rendering) {
  const rows = tab.rows.slice(rowFirst - 1, rowLast).map((row) => row.cells);
  /** @type {string[][]} */
  const columns = [];
  for (let column = columnFirst; column <= columnLast; column += 1) {
    const cells = rows.map((row) => row[column - 1]);
    while (cells.length > 0 && isBlank(cells[cells.length - 1])) cells.pop();
    columns.push(cells.map((cell) => encodeCell(cell, rendering)));
  }
  while (columns.length > 0 && columns[columns.length - 1].length === 0) columns.pop();
  const compact = (/** @type {number} */ i) => `[${columns[i].join(',')}]`;
  return new Values(columns.length, (i) => columns[i], compact);
}

/**
 * The last column of the range in which the row has something; less than `first` if none.
 *
 * @param {import('./spreadsheet.js').Row} row
 * @param {number} first
 * @param {number} last
 */
function endOf(row, first, last) {
  let end = Math.min(last, row.length);
  while (end >= first && isBlank(row.cells[end - 1])) end -= 1;
  return end;
}

/** @param {import('./spreadsheet.js').Row} row @param {Rendering} rendering */
function wholeRow(row, rendering) {
  const key = `${rendering.valueRenderOption} ${rendering.dateTimeRenderOption}`;
  let encoded = row.encodings.get(key);
  if (!encoded) {
    const cells = row.cells.slice(0, row.length).map((cell) => encodeCell(cell, rendering));
    encoded = Buffer.from(`[${cells.join(',')}]`);
    row.encodings.set(key, encoded);
  }
  return encoded;
}

/** @param {import('./cells.js').Cell} cell @param {Rendering} rendering */
function encodeCell(cell, rendering) {
  const value = renderCell(cell, rendering);
  if (typeof value === 'string') return encodeString(value);
  return typeof value === 'number' ? encodeDouble(value) : String(value);
}
