// People at work in the spreadsheet: cells typed over, rows sorted, inserted, deleted and put back,
// columns moved. The editor keeps the truth with it: what the table must hold once the edits end.
import { createRandom, generateListings } from '../../../infra/local/generator/index.js';

/** @typedef {import('../../../infra/local/sheets/spreadsheet.js').Spreadsheet} Spreadsheet */
/** @typedef {import('../../../infra/local/generator/types.js').Truth} Truth */
/** @typedef {import('../../../infra/local/generator/types.js').SheetTab} SheetTab */
/** @typedef {import('../../../infra/local/sheets/cells.js').Cell} Cell */

/** Plain text columns of the example mapping: what is typed is what must be stored. */
const TYPED = ['title', 'city', 'building_name', 'agent_name', 'management_company'];

/** Rows of a drawn sheet that must be held, one of them without a key; and blank ones. */
const BAD_ROWS = 5;
const BLANK_ROWS = 2;

/**
 * A sheet of sound listings, a few rows that must be held or skipped, and listings to be added.
 * @param {{ rows: number, seed: number, spare?: number }} options
 */
export function drawSheet({ rows, seed, spare = 30 }) {
  const sound = rows - BLANK_ROWS - 1;
  const drawn = { rows: sound, seed, faults: /** @type {const} */ ('none') };
  const { tab, truth } = generateListings({ ...drawn, badRows: BAD_ROWS - 1 });
  const longer = generateListings({ ...drawn, rows: sound + spare });
  const keyless = tab.rows[0].map((_, place) => (place === 1 ? '公開中' : ''));
  tab.rows.splice(rows >> 1, 0, keyless);
  for (let i = 0; i < BLANK_ROWS; i += 1) tab.rows.splice(3 + i * (rows >> 2), 0, []);
  tab.rowCount = tab.rows.length;
  truth.counts.failed += 1;
  const added = longer.tab.rows.slice(sound + 1);
  return { tab, truth, added, truthOfAdded: longer.truth };
}

export class Editor {
  /** @type {Record<string, number>} how often each kind of edit was made */
  made = {};
  #random;
  #tab;
  #truth;
  #truthOfAdded;
  #added;
  /** The place of each column of the sheet as it was drawn. @type {number[]} */
  #order;
  /** @type {Cell[][]} rows that were deleted and will come back, in the drawn order of columns */
  #drawer = [];
  #serial = 0;

  /**
   * @param {Spreadsheet} book @param {ReturnType<typeof drawSheet>} sheet its truth is kept up to
   *   date @param {number} seed
   */
  constructor(book, { tab, truth, added, truthOfAdded }, seed) {
    this.#random = createRandom(seed, 103);
    this.#tab = book.tab(tab.title);
    this.#truth = truth;
    this.#truthOfAdded = truthOfAdded;
    this.#added = [...added];
    this.#order = this.#tab.rows[0].cells.map((_, place) => place);
  }

  /** One edit of any kind, or of one that leaves every row in the sheet. */
  edit({ keepRows = false } = {}) {
    const kinds = ['type', 'type', 'type', 'sort', 'moveRows', 'insert', 'moveColumns'];
    if (!keepRows) kinds.push('delete', 'putBack');
    this.do(/** @type {'type'} */ (this.#random.pick(kinds)));
  }

  /** @param {'type' | 'sort' | 'moveRows' | 'insert' | 'delete' | 'putBack' | 'moveColumns'} kind */
  do(kind) {
    if (this[kind]()) this.made[kind] = (this.made[kind] ?? 0) + 1;
  }

  /** Ends the edits: everything that was deleted is put back. */
  settle() {
    while (this.putBack());
  }

  type() {
    const row = this.#anyRow();
    const key = keyOf(this.#tab.cell(row, this.#place('property_number')));
    const stored = this.#truth.rows.get(key);
    if (stored === undefined) return false;
    const column = this.#random.pick(TYPED);
    const text = `改 ${++this.#serial}`;
    this.#tab.setCell(row, this.#place(column), text);
    stored[column] = text;
    return true;
  }

  sort() {
    const descending = this.#random.chance(0.5);
    this.#tab.sort(this.#place('property_number'), { descending });
    return true;
  }

  /** A block of rows is dragged elsewhere. */
  moveRows() {
    const { rows } = this.#tab;
    const block = rows.splice(this.#anyRow() - 1, this.#random.between(1, rows.length >> 2));
    rows.splice(this.#anyRow() - 1, 0, ...block);
    return true;
  }

  insert() {
    const cells = this.#added.shift();
    if (cells === undefined) return false;
    const key = keyOf(cells[this.#truth.cellOf.get('property_number') ?? 0]);
    this.#truth.rows.set(key, { ...this.#truthOfAdded.rows.get(key) });
    this.#tab.insertRow(this.#anyRow(), this.#ordered(cells));
    return true;
  }

  delete() {
    const row = this.#anyRow();
    const cells = this.#tab.rows[row - 1].cells;
    this.#drawer.push(this.#order.map((place) => cells[place] ?? null));
    this.#tab.deleteRow(row);
    return true;
  }

  putBack() {
    const cells = this.#drawer.shift();
    if (cells === undefined) return false;
    this.#tab.insertRow(this.#anyRow(), this.#ordered(cells));
    return true;
  }

  moveColumns() {
    const [from, to] = [this.#random.below(this.#order.length), this.#random.below(20)];
    const width = this.#order.length;
    const move = (/** @type {Cell[]} */ cells) => {
      const moved = Array.from({ length: width }, (_, place) => cells[place] ?? null);
      moved.splice(to, 0, ...moved.splice(from, 1));
      return moved;
    };
    this.#tab.replaceRows(this.#tab.rows.map(({ cells }) => move(cells)));
    const places = this.#order.map((_, place) => place);
    places.splice(to, 0, ...places.splice(from, 1));
    this.#order = this.#order.map((place) => places.indexOf(place));
    return true;
  }

  #anyRow() {
    return this.#random.between(2, this.#tab.rows.length);
  }

  /** @param {string} column @returns {number} where its header stands now, 1-based */
  #place(column) {
    return this.#order[this.#truth.cellOf.get(column) ?? 0] + 1;
  }

  /** @param {Cell[]} drawn @returns {Cell[]} the row's cells as the columns stand now */
  #ordered(drawn) {
    /** @type {Cell[]} */
    const cells = [];
    this.#order.forEach((place, index) => (cells[place] = drawn[index] ?? null));
    return cells;
  }
}

/** @param {Cell} cell @returns {string} as keys are stored: trimmed, width folded */
function keyOf(cell) {
  return String(cell ?? '')
    .normalize('NFKC')
    .trim();
}
