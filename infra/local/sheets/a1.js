// A1 notation: what a request's `range` means on a spreadsheet, and how an answer writes a range.

/** Google Sheets has columns A to ZZZ. */
export const COLUMNS_MAX = 18_278;

/**
 * @typedef {object} ResolvedRange rows and columns are 1-based, both ends included
 * @property {import('./spreadsheet.js').Tab} tab
 * @property {number} rowFirst
 * @property {number} rowLast
 * @property {number} columnFirst
 * @property {number} columnLast
 */

/**
 * @typedef {{ problem: 'unparsable' } | { problem: 'beyond_grid', tab:
 *   import('./spreadsheet.js').Tab }
 *   } RangeProblem
 */

/** @typedef {{ row: number | null, column: number | null }} Corner null: that side is open */

/** @param {string} letters `A` … `ZZZ`, in either case */
export function columnNumber(letters) {
  let number = 0;
  for (const letter of letters.toUpperCase()) number = number * 26 + letter.charCodeAt(0) - 64;
  return number;
}

/** @param {number} number 1-based */
export function columnLetters(number) {
  let letters = '';
  for (let left = number; left > 0; left = Math.floor((left - 1) / 26)) {
    letters = String.fromCharCode(65 + ((left - 1) % 26)) + letters;
  }
  return letters;
}

/**
 * Resolves a range against the grid: open sides are filled, an end beyond the grid is cut, a
 * reversed range is turned round. A start beyond the grid is a problem, as in the real service.
 *
 * @param {string} text `'My tab'!A1:B2`, `A5:A`, `A:C`, `1:3`, `B2`, `My tab`
 * @param {import('./spreadsheet.js').Tab[]} tabs in their order; the first is meant without a name
 * @returns {ResolvedRange | RangeProblem}
 */
export function resolveRange(text, tabs) {
  const parts = splitTab(text.trim(), tabs);
  if (!parts) return { problem: 'unparsable' };
  const { tab, cells } = parts;
  const corners = cells === null ? [OPEN, OPEN] : parseCells(cells);
  if (!corners) return { problem: 'unparsable' };
  const [from, to] = corners;
  const [rowFirst, rowLast] = span(from.row, to.row, tab.rowCount);
  const [columnFirst, columnLast] = span(from.column, to.column, tab.columnCount);
  if (rowFirst > tab.rowCount || columnFirst > tab.columnCount) {
    return { problem: 'beyond_grid', tab };
  }
  return {
    tab,
    rowFirst,
    rowLast: Math.min(rowLast, tab.rowCount),
    columnFirst,
    columnLast: Math.min(columnLast, tab.columnCount),
  };
}

/**
 * How an answer writes the range it holds: `'My tab'!A1:B2`, a single cell as `Tab!A1`.
 *
 * @param {ResolvedRange} range
 */
export function formatRange({ tab, rowFirst, rowLast, columnFirst, columnLast }) {
  const first = `${columnLetters(columnFirst)}${rowFirst}`;
  const last = `${columnLetters(columnLast)}${rowLast}`;
  return `${quoteTitle(tab.title)}!${first === last ? first : `${first}:${last}`}`;
}

/** @param {string} title quoted unless it is a plain ASCII word that cannot be read as a cell */
export function quoteTitle(title) {
  const isPlain = /^[A-Za-z_]\w*$/.test(title) && !/^[A-Za-z]{1,3}\d+$/.test(title);
  return isPlain ? title : `'${title.replaceAll("'", "''")}'`;
}

/** @type {Corner} */
const OPEN = { row: null, column: null };

/**
 * @param {string} text
 * @param {import('./spreadsheet.js').Tab[]} tabs
 * @returns {{ tab: import('./spreadsheet.js').Tab, cells: string | null } | null}
 */
function splitTab(text, tabs) {
  const quoted = /^'((?:[^']|'')+)'(?:!(.+))?$/s.exec(text);
  const bang = text.lastIndexOf('!');
  const isNamed = quoted !== null || bang > 0;
  if (!isNamed) {
    // Without a bang `A1` is a cell of the first tab, and only what is no cell is a tab's name.
    if (parseCells(text)) return tabs[0] ? { tab: tabs[0], cells: text } : null;
    const whole = findTab(text, tabs);
    return whole ? { tab: whole, cells: null } : null;
  }
  const title = quoted ? quoted[1].replaceAll("''", "'") : text.slice(0, bang);
  const cells = quoted ? (quoted[2] ?? null) : text.slice(bang + 1);
  const tab = findTab(title, tabs);
  return tab ? { tab, cells } : null;
}

/** @param {string} title @param {import('./spreadsheet.js').Tab[]} tabs */
function findTab(title, tabs) {
  const folded = title.toLowerCase();
  return tabs.find((tab) => tab.title.toLowerCase() === folded);
}

/** @param {string} text @returns {[Corner, Corner] | null} */
function parseCells(text) {
  const [first, second, ...rest] = text.split(':').map(parseCorner);
  if (!first || rest.length > 0) return null;
  if (!text.includes(':')) {
    // A lone column or row is no range: `A:A` and `1:1` are.
    return first.row === null || first.column === null ? null : [first, first];
  }
  if (!second) return null;
  // `A5:A` and `A5:5` are open-ended; `A:5` and `A:B5` are nothing.
  const startsOpen = first.row === null || first.column === null;
  const sameSides = isOpen(first.row, second.row) && isOpen(first.column, second.column);
  return startsOpen && !sameSides ? null : [first, second];
}

/** @param {number | null} first @param {number | null} second */
function isOpen(first, second) {
  return (first === null) === (second === null);
}

/** @param {string} text @returns {Corner | null} */
function parseCorner(text) {
  const match = /^\s*\$?([A-Za-z]{1,3})?\$?(\d{1,8})?\s*$/.exec(text);
  if (!match || (match[1] === undefined && match[2] === undefined)) return null;
  const column = match[1] === undefined ? null : columnNumber(match[1]);
  const row = match[2] === undefined ? null : Number(match[2]);
  return row === 0 ? null : { row, column };
}

/**
 * @param {number | null} from
 * @param {number | null} to
 * @param {number} count
 * @returns {[number, number]}
 */
function span(from, to, count) {
  const first = from ?? 1;
  const last = to ?? Math.max(count, first);
  return first <= last ? [first, last] : [last, first];
}
