// A1 notation against a table: what each range means on a known grid, and how it is written back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  COLUMNS_MAX,
  columnLetters,
  columnNumber,
  formatRange,
  quoteTitle,
  resolveRange,
} from '../../infra/local/sheets/a1.js';
import { Spreadsheet } from '../../infra/local/sheets/spreadsheet.js';

const { tabs } = new Spreadsheet('s', {
  tabs: [
    { title: 'Sheet1', rows: [], rowCount: 100, columnCount: 26 },
    { title: '物件 一覧', rows: [], rowCount: 1000, columnCount: 182 },
    { title: "O'Brien's", rows: [], rowCount: 5, columnCount: 3 },
    { title: 'A1', rows: [], rowCount: 7, columnCount: 7 },
    { title: 'x!y', rows: [], rowCount: 7, columnCount: 7 },
    { title: 'Empty', rows: [], rowCount: 0, columnCount: 0 },
  ],
});

/** @type {[string, string][]} */
const RESOLVED = [
  ['A1', 'Sheet1!A1'],
  ['B2:B2', 'Sheet1!B2'],
  ['a1:b2', 'Sheet1!A1:B2'],
  ['B2:A1', 'Sheet1!A1:B2'],
  ['B1:A2', 'Sheet1!A1:B2'],
  ['$A$1:$B$2', 'Sheet1!A1:B2'],
  ['Sheet1', 'Sheet1!A1:Z100'],
  ['sheet1!C3', 'Sheet1!C3'],
  ['Sheet1!1:1', 'Sheet1!A1:Z1'],
  ['Sheet1!3:2', 'Sheet1!A2:Z3'],
  ['Sheet1!A:A', 'Sheet1!A1:A100'],
  ['Sheet1!C:A', 'Sheet1!A1:C100'],
  ['Sheet1!A5:A', 'Sheet1!A5:A100'],
  ['Sheet1!B5:5', 'Sheet1!B5:Z5'],
  ['Sheet1!A2:AA200', 'Sheet1!A2:Z100'],
  ['Sheet1!Y99:ZZZ99999', 'Sheet1!Y99:Z100'],
  ["'Sheet1'!A1", 'Sheet1!A1'],
  ['物件 一覧', "'物件 一覧'!A1:FZ1000"],
  ["'物件 一覧'", "'物件 一覧'!A1:FZ1000"],
  ['物件 一覧!A1:A', "'物件 一覧'!A1:A1000"],
  ["'物件 一覧'!A502:FZ", "'物件 一覧'!A502:FZ1000"],
  ["'O''Brien''s'!A1:C5", "'O''Brien''s'!A1:C5"],
  ["'A1'", "'A1'!A1:G7"],
  ["'A1'!B2", "'A1'!B2"],
  ["'x!y'!B2", "'x!y'!B2"],
];

for (const [range, resolved] of RESOLVED) {
  test(`${range} is ${resolved}`, () => {
    const found = resolveRange(range, tabs);
    assert.ok(!('problem' in found), 'it resolves');
    assert.equal(formatRange(found), resolved);
  });
}

const UNPARSABLE = [
  ...[
    '',
    ' ',
    '!A1',
    'Nope',
    'Nope!A1',
    'Sheet1!',
    "'Sheet1",
    "'Sheet1'A1",
    "''!A1",
    "'O'Brien's'!A1",
  ],
  ...['Sheet1!A', 'Sheet1!1', 'Sheet1!A0', 'Sheet1!A2:A0', 'Sheet1!A1:', 'Sheet1!:A1'],
  ...['Sheet1!A1:B2:C3', 'Sheet1!A1,B2', 'Sheet1!AAAA1', 'Sheet1!A:5', 'Sheet1!A:B5', 'Sheet1!1A'],
  ...['Sheet1!５', 'Sheet1!A-1', 'Sheet1!A1.5'],
];

for (const range of UNPARSABLE) {
  test(`${JSON.stringify(range)} cannot be parsed`, () => {
    assert.deepEqual(resolveRange(range, tabs), { problem: 'unparsable' });
  });
}

for (const range of [
  'Sheet1!A101',
  'Sheet1!A101:A',
  'AA1',
  'Sheet1!200:300',
  'Sheet1!AA:AB',
  'Empty',
]) {
  test(`${range} starts beyond the grid`, () => {
    const found = resolveRange(range, tabs);
    assert.equal('problem' in found && found.problem, 'beyond_grid');
  });
}

test('column letters and numbers are each other’s inverse for every column there can be', () => {
  for (let number = 1; number <= COLUMNS_MAX; number += 1) {
    assert.equal(columnNumber(columnLetters(number)), number);
  }
  assert.deepEqual([1, 26, 27, 182, 702, 703, 18278].map(columnLetters), [
    ...['A', 'Z', 'AA', 'FZ', 'ZZ', 'AAA', 'ZZZ'],
  ]);
});

test('a tab’s name is quoted unless it is a plain word that is no cell', () => {
  assert.deepEqual(['Sheet1', 'listings', '_x', 'x_1'].map(quoteTitle), [
    ...['Sheet1', 'listings', '_x', 'x_1'],
  ]);
  assert.deepEqual(['A1', 'ABC123', '1a', 'My tab', '物件', "It's", 'a-b'].map(quoteTitle), [
    ...["'A1'", "'ABC123'", "'1a'", "'My tab'", "'物件'", "'It''s'", "'a-b'"],
  ]);
});
