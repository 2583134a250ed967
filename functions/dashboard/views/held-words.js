// What a held entry means: its place in the sheet, its column's header, its reason in the reader's
// language, and the text it is found by. No element is made here.
import { isolatedText } from '../visible-text.js';

/**
 * @typedef {object} HeldEntry as GET /errors tells it
 * @property {number} id
 * @property {string | null} propertyNumber
 * @property {number | null} row
 * @property {string | null} column
 * @property {'row' | 'cell'} kind
 * @property {string} code
 * @property {string} error an English sentence
 * @property {string | null} value
 * @property {string} syncId
 * @property {string} firstSeen @property {string} lastSeen @property {number} seenCount
 * @property {string | null} ignoredAt
 * @property {string | null} resolvedAt
 * @property {'commit' | 'vanished' | 'person' | null} resolvedBy
 */
/**
 * @typedef {{ column: string, header: string, letter: string | null, type: string,
 *   sensitive: boolean }} SheetColumn
 */
/**
 * @typedef {{ url: string, tab: string, gid: number | null, columns: SheetColumn[],
 *   problem: { code: string, message: string } | null }} Sheet
 */
/** @typedef {{ url: string, cell: string | null, row: number | null }} Place */
/** @typedef {ReturnType<typeof createWords>} Words */

/**
 * @param {object} options
 * @param {import('../i18n.js').Translate} options.t
 * @param {(key: string) => boolean} options.has
 * @param {Sheet | null} options.sheet null: not known (yet)
 */
export function createWords({ t, has, sheet }) {
  const columns = new Map(sheet?.columns.map((column) => [column.column, column]) ?? []);
  /** @type {WeakMap<HeldEntry, string>} */
  const haystacks = new WeakMap();

  /** @param {string | null} column */
  const header = (column) =>
    column === null ? t('held.whole-row') : (columns.get(column)?.header ?? column);

  /** @param {{ code: string, error: string }} entry */
  function what({ code, error }) {
    const rows = code === 'duplicate_key' && /rows ([\d, ]+)(?: and \d+ more)?$/.exec(error);
    if (rows)
      return t('code.duplicate_key.rows', {
        rows: rows[1] + (rows[0].endsWith('more') ? '…' : ''),
      });
    const name = nameOf(code);
    return name === null ? error : t(`code.${name}.what`);
  }

  /** The code itself, or for a SQLSTATE its class. @param {string} code */
  function nameOf(code) {
    const names = [code, /^\d{2}\w{3}$/.test(code) ? code.slice(0, 2) : ''];
    return names.find((name) => has(`code.${name}.what`)) ?? null;
  }

  /** @param {HeldEntry} entry */
  const isMasked = ({ column, value }) =>
    value !== null && value !== '' && column !== null && columns.get(column)?.sensitive === true;

  const words = {
    header,
    what,
    isMasked,
    /** @param {string} code a group's, which has no sentence of its own */
    cause: (code) => {
      const name = nameOf(code);
      return name === null ? code : t(`code.${name}.what`);
    },
    /** @param {string} code */
    todo: (code) => t(`code.${nameOf(code) ?? 'other'}.do`),
    /** Whether the server's sentence tells more than ours does. @param {HeldEntry} entry */
    hasMessage: ({ code }) => !has(`code.${code}.what`) || /^(\d{2}\w{3}|P0001)$/.test(code),

    /**
     * The very cell, as far as it is known.
     * @param {{ row: number | null, column: string | null }} entry
     * @returns {Place | null} null: not even the sheet's address is known
     */
    place({ row, column }) {
      if (sheet === null) return null;
      const letter = column === null ? 'A' : columns.get(column)?.letter;
      if (row === null || sheet.gid === null || !letter) return { url: sheet.url, cell: null, row };
      const url = `${sheet.url}#gid=${sheet.gid}&range=${letter}${row}`;
      return { url, cell: column === null ? null : `${letter}${row}`, row };
    },

    /** How an entry is called in a label or title. @param {HeldEntry} entry */
    name({ propertyNumber, row, column }) {
      const number =
        propertyNumber ??
        (row === null ? t('held.no-number') : t('held.row', { row: String(row) }));
      return `${isolatedText(number)}, ${isolatedText(header(column))}`;
    },

    /** @param {HeldEntry} entry */
    haystack(entry) {
      let text = haystacks.get(entry);
      if (text === undefined) {
        const { propertyNumber, row, column, value, code, error } = entry;
        const shown = [propertyNumber, row, column, header(column), value, code, error];
        text = fold([...shown, what(entry), words.todo(code)].join('\n'));
        haystacks.set(entry, text);
      }
      return text;
    },

    /**
     * The column whose Japanese header was typed in full: the server knows only column names.
     * @param {string} search
     */
    columnNamed: (search) =>
      sheet?.columns.find((column) => fold(column.header) === fold(search.trim()))?.column ?? null,
  };
  return words;
}

/** Width and case do not matter to who searches. @param {string} text */
export const fold = (text) => text.normalize('NFKC').toLowerCase();

/**
 * Whether an entry has every word of a search.
 * @param {Words} words
 * @param {import('./held-filters.js').Filter} filter `column` only counts beside a code
 * @returns {(entry: HeldEntry) => boolean}
 */
export function createMatcher(words, { search, code, column }) {
  const terms = fold(search).split(/\s+/).filter(Boolean);
  return (entry) => {
    if (code !== null && entry.code !== code) return false;
    if (code !== null && column !== null && (entry.column ?? '') !== column) return false;
    if (terms.length === 0) return true;
    const text = words.haystack(entry);
    return terms.every((term) => text.includes(term));
  };
}
