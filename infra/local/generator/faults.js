// What goes wrong in real sheets: cells that are no value of their column's type, and how often
// each kind of fault occurs. Each faulty cell comes with the code it must be held under.

/** @import { MappingColumn, SheetCell } from './types.js' */
/** @import { Random } from './random.js' */

/**
 * How often each fault occurs, as a share of the rows below the header. In a sheet of 100 rows or
 * more every kind with a rate above 0 stands at least once.
 * @typedef {object} FaultRates
 * @property {number} blankRow a row without mapped content between others
 * @property {number} foreignKey a key outside key_pattern: a heading, a total, another branch's
 *   number
 * @property {number} missingKey content without a key
 * @property {number} errorKey an error cell as key
 * @property {number} duplicateKey a key that stands two or three times
 * @property {number} requiredBlank a required column left blank
 * @property {number} requiredError an error cell in a required column
 * @property {number} invalidRow an invalid cell in a column whose row is then held
 * @property {number} refusedByCheck a row that a check constraint of the table refuses
 * @property {number} refusedByType a number too large for its column in the table
 * @property {number} errorCell an error cell in any other column
 * @property {number} invalidCell an invalid cell in a column with `invalid: "cell"`
 * @property {number} longText 50,000 characters in one cell: Sheets' limit
 */

/** @typedef {keyof FaultRates} FaultKind */

/** @type {FaultRates} */
export const REALISTIC = {
  blankRow: 0.008,
  foreignKey: 0.004,
  missingKey: 0.001,
  errorKey: 0.001,
  duplicateKey: 0.001,
  requiredBlank: 0.001,
  requiredError: 0.0005,
  invalidRow: 0.003,
  refusedByCheck: 0.001,
  refusedByType: 0.0005,
  errorCell: 0.02,
  invalidCell: 0.04,
  longText: 0.0002,
};

/** The kinds `badRows` goes through in turn: half are found by the core, half by the database. */
export const BAD_ROW_KINDS = /** @type {const} */ ([
  'invalidRow',
  'refusedByType',
  'requiredBlank',
  'refusedByCheck',
]);

export const ERROR_TEXTS = [
  '#REF!',
  '#N/A',
  '#DIV/0!',
  '#VALUE!',
  '#NAME?',
  '#NULL!',
  '#NUM!',
  '#SPILL!',
  '#CALC!',
  '#ERROR!',
  'Loading...',
];

/** Keys that no pattern of property numbers admits. */
export const FOREIGN_KEYS = [
  'BB1002',
  'AA',
  'AA12345-',
  '■霧ヶ丘エリア',
  '合計',
  20_001,
  'aa10001',
  'AA 10001',
];

/**
 * An error cell; sometimes as text, as it looks after a paste of values.
 *
 * @param {Random} random
 * @returns {SheetCell}
 */
export function errorCell(random) {
  const text = random.pick(ERROR_TEXTS);
  return random.chance(0.7) ? { error: text } : text;
}

/**
 * A cell that the column must not take, and why.
 *
 * @param {Random} random
 * @param {MappingColumn} column
 * @returns {{cell: SheetCell, code: string} | null} null where anything goes (text without limits)
 */
export function invalidCell(random, column) {
  const choices = INVALID_BY_TYPE[column.type](column).filter(
    ([cell]) => !(column.treat_as_blank ?? []).includes(String(cell)),
  );
  if (choices.length === 0) return null;
  const [cell, code] = random.pick(choices);
  return { cell, code };
}

/** @typedef {[SheetCell, string][]} Choices */

/** @type {(column: MappingColumn) => Choices} */
const invalidText = ({ max_length, pattern }) => [
  ['壊れた文字\ud83c', 'not_text'],
  ...(max_length && max_length <= 2000
    ? /** @type {Choices} */ ([['長'.repeat(max_length + 1), 'too_long']])
    : []),
  ...(pattern && !(max_length && max_length < 3)
    ? /** @type {Choices} */ ([
        ['要確認', 'pattern_mismatch'],
        ['？？-？？', 'pattern_mismatch'],
      ])
    : []),
];

/** @type {(column: MappingColumn) => Choices} */
const outOfRange = ({ min, max }) => [
  ...(min === undefined ? [] : /** @type {Choices} */ ([[min - 1, 'out_of_range']])),
  ...(max === undefined ? [] : /** @type {Choices} */ ([[max + 1, 'out_of_range']])),
];

/** @type {Choices} */
const NO_NUMBERS = [
  ['要確認', 'not_a_number'],
  ['不明', 'not_a_number'],
  ['-', 'not_a_number'],
  ['12,34', 'not_a_number'],
  [true, 'not_a_number'],
];

/** @type {Choices} */
const YEN = [
  ['応相談', 'not_a_number'],
  ['5,000～6,000万円', 'ambiguous_range'],
  ['2,000万円台', 'ambiguous_range'],
  ['3000万以上', 'ambiguous_range'],
  ['1,000-2,000', 'ambiguous_range'],
  ['100㎡', 'unexpected_unit'],
  ['2000.5円', 'not_an_integer'],
  ['2,000万円（税抜）', 'not_a_number'],
  ['(500)', 'not_a_number'],
];

/** @type {Choices} */
const AREA = [
  ['100～120㎡', 'ambiguous_range'],
  ['30円', 'unexpected_unit'],
  ['実測未了', 'not_a_number'],
];

/** @type {Record<string, Choices>} */
const DECIMAL_BY_UNIT = { yen: YEN, m2: AREA, none: [['60～70', 'ambiguous_range']] };

/** @type {Choices} */
const NO_DAYS = [
  ['未定', 'not_a_date'],
  ['確認中', 'not_a_date'],
  ['2026/02/31', 'impossible_date'],
  ['2026-13-45', 'impossible_date'],
  ['平成31年5月1日', 'impossible_date'],
  ['2024年1月9日(水)', 'impossible_date'],
  ['4月上旬', 'ambiguous_date'],
  ['1/9', 'ambiguous_date'],
  ['24/1/9', 'ambiguous_date'],
  [2024, 'ambiguous_date'],
  [2_958_466, 'not_a_date'],
];

/** @type {Record<MappingColumn['type'], (column: MappingColumn) => Choices>} */
const INVALID_BY_TYPE = {
  text: invalidText,
  integer: (column) => [
    ...NO_NUMBERS,
    ...outOfRange(column),
    [3.5, 'not_an_integer'],
    ['3階', 'unexpected_unit'],
    ['2～3', 'ambiguous_range'],
  ],
  number: (column) => [
    ...NO_NUMBERS,
    ...outOfRange(column),
    ...DECIMAL_BY_UNIT[column.unit ?? 'none'],
  ],
  date: () => NO_DAYS,
  datetime: () => [
    ['未定', 'not_a_date'],
    ['2026/02/31 10:00', 'impossible_date'],
  ],
  year_month: () => [
    ['2008年', 'ambiguous_date'],
    ['2008/13', 'impossible_date'],
    ['不詳', 'not_a_date'],
  ],
  boolean: () => [
    ['要確認', 'not_a_boolean'],
    ['△', 'not_a_boolean'],
    [2, 'not_a_boolean'],
  ],
  enum: ({ values = {} }) =>
    /** @type {Choices} */ ([
      ['要確認', 'not_in_values'],
      ['？', 'not_in_values'],
    ]).filter(([label]) => !(String(label) in values)),
  url: () => [
    ['example.com', 'not_a_url'],
    ['javascript:alert(1)', 'not_a_url'],
    ['写真あり', 'not_a_url'],
  ],
  email: () => [
    ['tanto@', 'not_an_email'],
    ['なし', 'not_an_email'],
  ],
  phone: () => [
    ['不明', 'not_a_phone'],
    [3_123_456_789, 'not_a_phone'],
    ['内線 123', 'not_a_phone'],
  ],
};
