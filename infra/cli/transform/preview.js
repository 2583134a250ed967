// What the core makes of each row of a sheet, row by row and offline: the same conversion, checks
// and duplicates as in a run.
import { createCore } from '../../../wasm/js/core.js';
import { CommandError, EXIT } from '../exit.js';
import { parseExact, textOf } from './exact-json.js';

/** @typedef {import('./grid.js').Grid} Grid */
/** @typedef {import('../../../wasm/js/core.js').Core} Core */

/**
 * @typedef {object} Hold
 * @property {string | null} column
 * @property {string} code
 * @property {string} error
 * @property {string} value
 */

/**
 * One row. Of a row that is held or skipped nothing reaches the table; of one that is written, each
 * mapped column is in `writes`, `clears` (stores null) or `keeps` (what is stored stays).
 * @typedef {object} Preview
 * @property {number} row
 * @property {string | null} key
 * @property {'written' | 'held' | 'skipped'} outcome
 * @property {Map<string, string>} writes JSON text by column
 * @property {string[]} keeps
 * @property {string[]} clears
 * @property {Hold[]} holds
 */

/** @typedef {{ row: number, key: string | null, kind: string, hold: Hold }} HeldEntry */
/** @typedef {{ row: number, object: Record<string, any> }} WrittenRow */
/** @typedef {{ written: WrittenRow[], held: HeldEntry[], skipped: number }} Batch */

const ROWS_MAX = 500;
const encoder = new TextEncoder();

/**
 * Throws CommandError with the faults of the mapping or of the header row.
 * @param {WebAssembly.Module} module
 * @param {Uint8Array} mappingFile
 * @param {Grid} grid
 * @returns {{ unmapped: string[], rows: Generator<Preview> }} in order of the sheet
 */
export function previewSheet(module, mappingFile, grid) {
  const sheet = describe(createCore(module), mappingFile, grid);
  const core = createCore(module);
  const all = grid.slice(sheet.headerRow);
  const { unmapped } = open(core, sheet, all, true);
  return { unmapped, rows: walk(core, createCore(module), sheet, all) };
}

/**
 * @typedef {object} Sheet
 * @property {string} mapping
 * @property {string} key column of the table
 * @property {number} keyAt its place in the sheet
 * @property {string[]} columns of the table
 * @property {number} headerRow
 * @property {(string | undefined)[]} headers
 */

/**
 * @param {Core} core
 * @param {Uint8Array} mappingFile
 * @param {Grid} grid
 * @returns {Sheet}
 */
function describe(core, mappingFile, grid) {
  const { key } = ask(core, { query: 'mapping' }, mappingFile);
  const described = ask(core, { query: 'columns' }, mappingFile);
  const columns = described.columns.map((/** @type {{ name: string }} */ { name }) => name);
  const headerRow = described.header_row;
  const headers = grid[headerRow - 1] ?? [];
  const cells = Array.from(headers, (cell) => JSON.parse(cell ?? 'null'));
  const { index } = ask(core, { query: 'match_headers', header_row: cells }, mappingFile);
  const mapping = new TextDecoder().decode(mappingFile);
  return { mapping, key, keyAt: index[columns.indexOf(key)], columns, headerRow, headers };
}

/**
 * @param {Core} core
 * @param {object} question
 * @param {Uint8Array} [body]
 * @returns {any}
 */
function ask(core, question, body) {
  const { answer } = core.query(question, body);
  if (answer.faults !== undefined) throw faulty(answer.faults);
  return answer;
}

/** @param {import('../../../wasm/js/protocol.js').Fault[]} faults */
function faulty(faults) {
  const lines = faults.map(({ code, where, message }) => `${where}: ${message} (${code})`);
  const problem = { code: faults[0].code, title: 'The mapping and the sheet do not fit', faults };
  const remedy = 'correct the mapping (docs/MAPPING.md), or the header row';
  return new CommandError({ exitCode: EXIT.failed, problem, text: lines.join('\n  '), remedy });
}

/**
 * Hands the core what Google would answer.
 * @param {Core} core
 * @param {Sheet} sheet
 * @param {Grid} rows below the header row
 * @param {boolean} withKeys duplicates are looked for in all of them
 */
function open(core, { mapping, headers, headerRow, keyAt }, rows, withKeys) {
  const blank = Array.from({ length: headerRow }, () => '[]');
  const keys = withKeys ? [...blank, ...rows.map((cells) => `[${cells[keyAt] ?? 'null'}]`)] : [];
  const ranges = [
    `{"values":[${rowText(headers)}]}`,
    ...(withKeys ? [`{"range":"A1:A${keys.length}","values":[${keys}]}`] : []),
    `{"values":[${rows.map(rowText)}]}`,
  ];
  const body = encoder.encode(`{"valueRanges":[${ranges}]}`);
  return ask(core, { query: 'transform_open', mapping, with_keys: withKeys }, body);
}

/** @param {(string | undefined)[]} cells */
const rowText = (cells) => `[${Array.from(cells, (cell) => cell ?? 'null')}]`;

/** @param {Core} core @returns {Generator<Batch>} */
function* batches(core) {
  for (let isDone = false; !isDone;) {
    const { answer, bytes } = core.query({ query: 'transform_next', rows_max: ROWS_MAX });
    if (answer.faults !== undefined) throw faulty(answer.faults);
    const objects = parseExact(new TextDecoder().decode(bytes ?? encoder.encode('[]')));
    isDone = answer.done;
    yield {
      written: answer.row_numbers.map((/** @type {number} */ row, /** @type {number} */ i) => ({
        row,
        object: objects[i],
      })),
      held: answer.held.map(toHeld),
      skipped: answer.skipped,
    };
  }
}

/** @param {any} entry as the core tells it @returns {HeldEntry} */
function toHeld({ row, key, kind, column, code, message, value }) {
  const hold = { column: column === '' ? null : column, code, error: message || code, value };
  return { row, key, kind, hold };
}

/**
 * The core tells what it writes and holds; a row it says nothing of is asked for alone.
 * @param {Core} core with all rows opened
 * @param {Core} second for single rows
 * @param {Sheet} sheet
 * @param {Grid} all rows below the header row
 * @returns {Generator<Preview>}
 */
function* walk(core, second, sheet, all) {
  const duplicates = new Map();
  let next = 0;
  const upTo = function* (/** @type {number} */ end, /** @type {Map<number, Preview>} */ known) {
    for (; next < end; next += 1) {
      const row = sheet.headerRow + 1 + next;
      const told = known.get(row) ?? alone(second, sheet, row, all[next], duplicates);
      if (told !== null) yield told;
    }
  };
  for (const batch of batches(core)) {
    for (const entry of batch.held) {
      if (entry.hold.code === 'duplicate_key') duplicates.set(entry.key, entry);
    }
    const known = previewsOf(batch, sheet);
    yield* upTo(Math.max(next, ...[...known.keys()].map((row) => row - sheet.headerRow)), known);
  }
  const last = all.findLastIndex((cells) => !isBlank(cells));
  yield* upTo(last + 1, new Map());
}

/** @param {(string | undefined)[]} cells */
const isBlank = (cells) => cells.every((cell) => cell === undefined || /^(null|"")$/.test(cell));

/**
 * @param {Batch} batch
 * @param {Sheet} sheet
 * @returns {Map<number, Preview>} by row
 */
function previewsOf({ written, held }, sheet) {
  /** @type {Map<number, Preview>} */
  const previews = new Map();
  for (const { row, object } of written) previews.set(row, writtenRow(row, object, sheet));
  for (const { row, key, hold } of held) {
    const preview = previews.get(row) ?? emptyRow(row, key, 'held');
    preview.holds.push(hold);
    previews.set(row, preview);
  }
  return previews;
}

/**
 * @param {number} row
 * @param {Record<string, any>} object
 * @param {Sheet} sheet
 * @returns {Preview}
 */
function writtenRow(row, object, { key, columns }) {
  const preview = emptyRow(row, object[key], 'written');
  for (const column of columns) {
    if (!Object.hasOwn(object, column)) preview.keeps.push(column);
    else if (object[column] === null) preview.clears.push(column);
    else preview.writes.set(column, textOf(object[column]));
  }
  return preview;
}

/**
 * @param {number} row
 * @param {string | null} key
 * @param {Preview['outcome']} outcome
 * @returns {Preview}
 */
const emptyRow = (row, key, outcome) => ({
  ...{ row, key, outcome },
  ...{ writes: new Map(), keeps: [], clears: [], holds: [] },
});

/**
 * A row the core has counted without naming it: blank, outside the key pattern, or the same as an
 * earlier one.
 * @param {Core} core
 * @param {Sheet} sheet
 * @param {number} row
 * @param {(string | undefined)[]} cells
 * @param {Map<string | null, HeldEntry>} duplicates by key
 * @returns {Preview | null}
 */
function alone(core, sheet, row, cells, duplicates) {
  if (isBlank(cells)) return emptyRow(row, null, 'skipped');
  open(core, sheet, [cells], false);
  const [{ written, held, skipped }] = batches(core);
  if (skipped > 0) return emptyRow(row, keyText(cells[sheet.keyAt]), 'skipped');
  const key = held[0]?.key ?? written[0]?.object[sheet.key] ?? null;
  const preview = emptyRow(row, key, 'held');
  const same = key === null ? held : [duplicates.get(key)];
  for (const entry of same) {
    if (entry === undefined) throw new Error(`the core has said nothing of row ${row}`);
    preview.holds.push(entry.hold);
  }
  return preview;
}

/** @param {string} [cell] JSON */
function keyText(cell = 'null') {
  const key = JSON.parse(cell);
  return key === null || key === '' ? null : String(key);
}

/** @param {Preview} preview @returns {string} one line of JSON */
export function previewLine({ row, key, outcome, writes, keeps, clears, holds }) {
  const written = [...writes].map(([column, value]) => `${JSON.stringify(column)}:${value}`);
  const rest = JSON.stringify({ keeps, clears, holds }).slice(1);
  const start = JSON.stringify({ row, key, outcome }).slice(0, -1);
  return `${start},"writes":{${written}},${rest}`;
}
