// The words the generator's files share: types only.

/**
 * One cell as the Sheets emulator stores it: '' is blank, {error: '#REF!'} an error cell.
 * @typedef {string | number | boolean | {error: string}} SheetCell
 */

/**
 * @typedef {'text' | 'integer' | 'number' | 'date' | 'datetime' | 'year_month' | 'boolean' | 'enum'
 *   | 'url' | 'email' | 'phone'} ColumnType
 */

/**
 * One column of a mapping file, as written there.
 * @typedef {object} MappingColumn
 * @property {string | string[]} header
 * @property {string} column
 * @property {ColumnType} type
 * @property {'clear'|'keep'|'error'} [blank]
 * @property {boolean} [required]
 * @property {'keep'|'clear'|'error'} [error_cell]
 * @property {'row'|'cell'} [invalid]
 * @property {'always'|'insert'} [write]
 * @property {string} [pattern]
 * @property {number} [min]
 * @property {number} [max]
 * @property {number} [max_length]
 * @property {Record<string, string>} [values]
 * @property {'yen'|'m2'} [unit]
 * @property {number} [scale]
 * @property {string[]} [fallback]
 * @property {string[]} [treat_as_blank]
 * @property {boolean} [sensitive]
 */

/**
 * A mapping file, parsed.
 * @typedef {object} MappingFile
 * @property {string} source
 * @property {string} tab
 * @property {number} [header_row]
 * @property {string} table
 * @property {string} key
 * @property {string} [key_pattern]
 * @property {string} [time_zone]
 * @property {MappingColumn[]} columns
 */

/**
 * What a column of the table must hold. Numbers are exact decimals as strings without trailing
 * zeros, dates `YYYY-MM-DD`, instants `YYYY-MM-DDTHH:MM:SS+00:00`.
 * @typedef {string | boolean | null} StoredValue
 */

/**
 * A decimal: `units` × 10^−`decimals`. With `tsubo` the measure is 坪 (400/121 m²).
 * @typedef {{units: number, decimals: number, tsubo?: boolean}} DecimalValue
 */

/**
 * A telephone number by its groups, and the marks between them.
 * @typedef {{groups: string[], marks: 'hyphens' | 'brackets' | 'blanks' | 'none'}} PhoneValue
 */

/**
 * A true value before it is written in a notation: text, enum label, url and email as strings;
 * days since 1899-12-30 for date; minutes since then, local time, for datetime; months since year
 * 0 for year_month.
 * @typedef {string | number | boolean | DecimalValue | PhoneValue} TrueValue
 */

/**
 * A row that must be held, and by whom. Each row of a duplicate key stands here; of the held
 * entries in the database one stands for them all (its row is the first).
 * @typedef {object} HeldRow
 * @property {number} row 1-based row number in the sheet
 * @property {string | null} key
 * @property {string | null} column null where a constraint over several columns refuses the row
 * @property {string} code a core code, or the SQLSTATE
 * @property {string} [constraint]
 * @property {number[]} [others] duplicate_key: the other rows with this key
 * @property {'core' | 'database'} by
 */

/**
 * A cell that must be held while the rest of its row is written.
 * @typedef {{row: number, key: string, column: string, code: string}} HeldCell
 */

/**
 * The ledger of the first run, and the cells held in it.
 * @typedef {object} Counts
 * @property {number} read
 * @property {number} inserted
 * @property {number} failed
 * @property {number} skipped
 * @property {number} heldCells
 */

/**
 * What must come of the sheet when it is synchronised into an empty table.
 * @typedef {object} Truth
 * @property {Map<string, Record<string, StoredValue>>} rows per key, all mapped columns
 * @property {HeldRow[]} heldRows
 * @property {HeldCell[]} heldCells
 * @property {{row: number, why: 'blank_row' | 'key_pattern'}[]} skipped
 * @property {string[]} unmapped headers of the sheet that the mapping does not ask for
 * @property {Counts} counts
 * @property {Map<string, number>} rowOf the sheet row (1-based) of each key in `rows`
 * @property {Map<string, number>} cellOf the sheet column (0-based) of each mapped column
 * @property {Map<string, ColumnType>} typeOf the type of each mapped column
 */

/**
 * A tab as the Sheets emulator takes it.
 * @typedef {object} SheetTab
 * @property {string} title
 * @property {SheetCell[][]} rows the header row first
 * @property {number} rowCount rows of the grid
 * @property {number} columnCount columns of the grid
 */

export {};
