// From a sheet and a table to a mapping: pairs, key, types, what is left over. Reads and writes
// nothing.
import { createCore } from '../../../wasm/js/core.js';
import { createSuggest } from './columns.js';
import { usableHeaders, writableColumns } from './candidates.js';
import { chooseKey } from './key.js';
import { acceptable } from './mapping-file.js';
import { findPairs } from './pairs.js';
import { registrationSql } from '../registration.js';
import { createJudge } from './samples.js';
import { shown } from './shown.js';

/** @typedef {import('./pairs.js').Header} Header */
/** @typedef {import('./pairs.js').Pair} Pair */
/** @typedef {import('./sheet.js').Sheet} Sheet */
/** @typedef {import('./table.js').Table} Table */
/** @typedef {import('./table.js').TableColumn} TableColumn */

/**
 * `guess`: what comes nearest. `why`: what speaks against it.
 * @typedef {object} Plan
 * @property {string} source
 * @property {string} key
 * @property {import('./mapping-file.js').MappingFile} mapping accepted by the core
 * @property {import('./columns.js').Suggestion[]} suggestions
 * @property {{ header: Header, guess?: Pair, why?: string }[]} leftHeaders
 * @property {{ column: TableColumn, guess?: Pair, why?: string }[]} leftColumns
 * @property {string[]} notes
 * @property {string} sql
 */

/**
 * @typedef {object} Facts
 * @property {WebAssembly.Module} module
 * @property {Sheet} sheet
 * @property {Table} table
 * @property {import('./example.js').Entry[]} dictionary
 * @property {string} source
 * @property {string} spreadsheetId
 * @property {number} headerRow
 * @property {string} [key] the wanted one
 * @property {object} [schema] the reference to the schema
 */

/**
 * Throws Error where no mapping can be made.
 * @param {Facts} facts
 * @returns {Plan}
 */
export function makePlan(facts) {
  const { module, sheet, table, dictionary, source } = facts;
  const core = createCore(module);
  const { headers, unusable } = usableHeaders(sheet.headerRow);
  const { columns, kept } = writableColumns(table.columns);
  const { pairs, guesses } = findPairs(headers, columns, dictionary);
  const { key, notes } = chooseKey(pairs, table, sheet, facts.key);
  const zone = acceptedZone(core, sheet.timeZone);
  const judge = createJudge(core, zone.name);
  const { found, doubted } = separate(pairs, createSuggest({ sheet, judge, dictionary, key }));
  const needsZone = found.some(({ item }) => item.type === 'datetime');
  const draft = draftOf(facts, key, needsZone ? { time_zone: zone.name } : {}, found);
  const { mapping, refused } = acceptable(draft, sheet.headerRow, core);
  const why = new Map([
    ...doubted.map(({ column, reason }) => /** @type {const} */ ([column, reason])),
    ...refused.map(({ item, fault }) => /** @type {const} */ ([item.column, fault.message])),
  ]);
  const suggestions = found.filter(({ item }) => !why.has(item.column));
  const left = leftOver({ headers, columns, suggestions, guesses, why });
  return {
    ...{ source, key: key.column.name, mapping, suggestions },
    leftHeaders: [...left.headers, ...unusable],
    leftColumns: [...left.columns, ...kept],
    notes: [...notes, ...(needsZone ? zone.notes : []), ...withoutValue(left.columns)],
    sql: registrationSql(source, table, key.column.name),
  };
}

/**
 * @param {Facts} facts
 * @param {Pair} key
 * @param {{ time_zone?: string }} zone
 * @param {import('./columns.js').Suggestion[]} found
 */
function draftOf({ sheet, table, source, spreadsheetId, headerRow, schema }, key, zone, found) {
  return {
    ...schema,
    source,
    spreadsheet_id: spreadsheetId,
    tab: sheet.tab,
    header_row: headerRow,
    table: plainName(table.name),
    key: key.column.name,
    ...zone,
    columns: found.map(({ item }) => item),
  };
}

/**
 * @param {{ headers: Header[], columns: TableColumn[], why: Map<unknown, string>, guesses: Pair[],
 *   suggestions: import('./columns.js').Suggestion[] }} all
 */
function leftOver({ headers, columns, suggestions, guesses, why }) {
  const used = new Set(suggestions.flatMap(({ pair }) => [pair.header, pair.column]));
  const guessFor = (/** @type {Header | TableColumn} */ one) =>
    guesses.find(({ header, column }) => header === one || column === one);
  return {
    headers: headers
      .filter((header) => !used.has(header))
      .map((header) => ({ header, guess: guessFor(header) })),
    columns: columns
      .filter((column) => !used.has(column))
      .map((column) => ({ column, guess: guessFor(column), why: why.get(column.name) })),
  };
}

/** So many of the cells must be readable where the names are only alike. */
const DOUBTED_SHARE = 0.5;

/**
 * @param {Pair[]} pairs
 * @param {ReturnType<typeof createSuggest>} suggest
 */
function separate(pairs, suggest) {
  /** @type {import('./columns.js').Suggestion[]} */
  const found = [];
  /** @type {{ column: string, reason: string }[]} */
  const doubted = [];
  for (const pair of pairs) {
    const suggestion = suggest(pair);
    const { name: column, type } = pair.column;
    if (suggestion === null) {
      doubted.push({ column, reason: `nothing of a sheet fits into ${type}` });
    } else if (!pair.isCertain && suggestion.share < DOUBTED_SHARE) {
      const reason = `the cells of ${shown(pair.header.text)} do not read as ${suggestion.item.type}`;
      doubted.push({ column, reason });
    } else {
      found.push(suggestion);
    }
  }
  return { found, doubted };
}

/**
 * @param {import('../../../wasm/js/core.js').Core} core
 * @param {string} timeZone of the spreadsheet
 */
function acceptedZone(core, timeZone) {
  const question = { query: 'convert', type: 'datetime', policy: {}, cell: '""' };
  const { answer } = core.query({ ...question, time_zone: timeZone });
  if (answer.faults === undefined) return { name: timeZone, notes: [] };
  const note =
    `the spreadsheet's time zone (${timeZone || 'none'}) is none a mapping can have: "time_zone" is ` +
    'UTC, which moves every point in time (docs/MAPPING.md)';
  return { name: 'UTC', notes: [note] };
}

/** @param {{ column: TableColumn }[]} left */
function withoutValue(left) {
  const names = left
    .filter(({ column }) => column.not_null && !column.has_default)
    .map(({ column }) => column.name);
  if (names.length === 0) return [];
  return [
    `new rows will be refused: ${names.join(', ')} must not be null, has no default and no header`,
  ];
}

/**
 * `public."Odd"."name"` as the mapping writes it: without quotes, and without public.
 * @param {string} quoted
 */
export function plainName(quoted) {
  const parts = [...quoted.matchAll(/"((?:[^"]|"")*)"|[^."]+/g)].map(([whole, inner]) =>
    inner === undefined ? whole : inner.replaceAll('""', '"'),
  );
  return (parts[0] === 'public' ? parts.slice(1) : parts).join('.');
}
