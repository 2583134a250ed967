// Spreadsheets in memory: tabs of rows of cells, and the edits a person (or a test) makes to them.
// A row keeps what it was encoded to, so that reading it again costs a copy.
import { isBlank } from './cells.js';

/** @typedef {import('./cells.js').Cell} Cell */

/**
 * @typedef {object} TabContent
 * @property {string} title
 * @property {Cell[][]} rows
 * @property {number} [rowCount] of the grid; default: as many as needed, at least 1,000
 * @property {number} [columnCount] of the grid; default: as many as needed, at least 26
 */

/**
 * @typedef {object} SpreadsheetContent
 * @property {string} [title]
 * @property {string} [locale]
 * @property {string} [timeZone]
 * @property {TabContent[]} tabs
 * @property {boolean} [shared] false: the service account may not read it
 */

/** A row of cells and its encodings, by rendering; an edit drops them. */
export class Row {
  /** @type {Map<string, Buffer>} */
  encodings = new Map();

  /** @param {Cell[]} cells */
  constructor(cells) {
    this.cells = cells;
    this.length = lengthOf(cells);
  }

  /** @param {number} column 1-based @param {Cell} cell */
  set(column, cell) {
    while (this.cells.length < column) this.cells.push(null);
    this.cells[column - 1] = cell;
    this.length = lengthOf(this.cells);
    this.encodings.clear();
  }
}

/** Rows and columns are 1-based everywhere. Rows behind the last one that was set are blank. */
export class Tab {
  /** @param {TabContent} content @param {number} sheetId */
  constructor({ title, rows, rowCount, columnCount }, sheetId) {
    this.title = title;
    this.sheetId = sheetId;
    this.rows = rows.map((cells) => new Row([...cells]));
    const width = this.rows.reduce((most, row) => Math.max(most, row.length), 0);
    this.rowCount = rowCount ?? Math.max(1000, rows.length);
    this.columnCount = columnCount ?? Math.max(26, width);
  }

  /** @param {number} row @param {number} column @returns {Cell} */
  cell(row, column) {
    return this.rows[row - 1]?.cells[column - 1] ?? null;
  }

  /** The grid grows where needed. @param {number} row @param {number} column @param {Cell} cell */
  setCell(row, column, cell) {
    this.#fillTo(row);
    this.rows[row - 1].set(column, cell);
    this.rowCount = Math.max(this.rowCount, row);
    this.columnCount = Math.max(this.columnCount, column);
  }

  /**
   * Inserts before `row`; what stood there moves down.
   * @param {number} row
   * @param {Cell[]} cells
   */
  insertRow(row, cells) {
    this.#fillTo(row - 1);
    this.rows.splice(row - 1, 0, new Row([...cells]));
    this.rowCount = Math.max(this.rowCount + 1, this.rows.length);
    this.columnCount = Math.max(this.columnCount, cells.length);
  }

  /** @param {number} row */
  deleteRow(row) {
    this.rows.splice(row - 1, 1);
    this.rowCount -= 1;
  }

  /**
   * Sorts the rows below the header by one column: numbers, then text, then blanks, as Sheets.
   *
   * @param {number} column
   * @param {{ descending?: boolean, headerRows?: number }} [options]
   */
  sort(column, { descending = false, headerRows = 1 } = {}) {
    const body = this.rows.splice(headerRows);
    const sign = descending ? -1 : 1;
    body.sort((a, b) => compareCells(a.cells[column - 1], b.cells[column - 1], sign));
    this.rows.push(...body);
  }

  /** Replaces everything; the grid only grows. @param {Cell[][]} rows */
  replaceRows(rows) {
    this.rows = rows.map((cells) => new Row([...cells]));
    const width = this.rows.reduce((most, row) => Math.max(most, row.length), 0);
    this.rowCount = Math.max(this.rowCount, rows.length);
    this.columnCount = Math.max(this.columnCount, width);
  }

  /** @param {number} count */
  #fillTo(count) {
    while (this.rows.length < count) this.rows.push(new Row([]));
  }
}

/** One spreadsheet. The edits take the tab's title; an unknown one throws. */
export class Spreadsheet {
  /** @param {string} id @param {SpreadsheetContent} content */
  constructor(id, content) {
    this.id = id;
    this.title = content.title ?? id;
    this.locale = content.locale ?? 'ja_JP';
    this.timeZone = content.timeZone ?? 'Asia/Tokyo';
    this.shared = content.shared ?? true;
    // The first sheetId is 0, later ones are arbitrary: nobody may take them for indexes.
    this.tabs = content.tabs.map((tab, i) => new Tab(tab, (i * 1_609_058_389) % 2 ** 31));
  }

  /** @param {string} title */
  tab(title) {
    const tab = this.tabs.find((candidate) => candidate.title === title);
    if (!tab) throw new Error(`spreadsheet ${this.id} has no tab ${title}`);
    return tab;
  }

  /** @param {string} tab @param {number} row @param {number} column @param {Cell} cell */
  setCell(tab, row, column, cell) {
    this.tab(tab).setCell(row, column, cell);
  }

  /** @param {string} tab @param {number} row @param {Cell[]} cells */
  insertRow(tab, row, cells) {
    this.tab(tab).insertRow(row, cells);
  }

  /** @param {string} tab @param {number} row */
  deleteRow(tab, row) {
    this.tab(tab).deleteRow(row);
  }

  /**
   * @param {string} tab
   * @param {number} column
   * @param {{ descending?: boolean, headerRows?: number }} [options]
   */
  sort(tab, column, options) {
    this.tab(tab).sort(column, options);
  }

  /** @param {string} tab @param {Cell[][]} rows */
  replaceRows(tab, rows) {
    this.tab(tab).replaceRows(rows);
  }

  /** @param {string} from @param {string} to */
  renameTab(from, to) {
    this.tab(from).title = to;
  }

  /** What `spreadsheets.get` answers, before `fields`. */
  resource() {
    return {
      spreadsheetId: this.id,
      properties: {
        title: this.title,
        locale: this.locale,
        autoRecalc: 'ON_CHANGE',
        timeZone: this.timeZone,
      },
      sheets: this.tabs.map(({ sheetId, title, rowCount, columnCount }, index) => ({
        properties: {
          sheetId,
          title,
          index,
          sheetType: 'GRID',
          gridProperties: { rowCount, columnCount },
        },
      })),
      spreadsheetUrl: `https://docs.google.com/spreadsheets/d/${this.id}/edit`,
    };
  }
}

/** The number of cells up to the last that is not blank. @param {Cell[]} cells */
function lengthOf(cells) {
  let length = cells.length;
  while (length > 0 && isBlank(cells[length - 1])) length -= 1;
  return length;
}

/** @param {Cell} a @param {Cell} b @param {number} sign blanks stay last in either direction */
function compareCells(a, b, sign) {
  if (isBlank(a) || isBlank(b)) return Number(isBlank(a)) - Number(isBlank(b));
  const [first, second] = [sortKey(a), sortKey(b)];
  if (first.kind !== second.kind) return sign * (first.kind - second.kind);
  if (first.value === second.value) return 0;
  return sign * (first.value < second.value ? -1 : 1);
}

/** @param {Cell} cell @returns {{ kind: number, value: string | number }} */
function sortKey(cell) {
  if (typeof cell === 'number') return { kind: 0, value: cell };
  if (typeof cell === 'object' && cell !== null) {
    if ('serial' in cell) return { kind: 0, value: cell.serial };
    return 'error' in cell ? { kind: 3, value: cell.error } : sortKey(cell.value);
  }
  if (typeof cell === 'boolean') return { kind: 2, value: Number(cell) };
  return { kind: 1, value: String(cell) };
}
