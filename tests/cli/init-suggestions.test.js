// What init suggests for single columns: no sheet, no table, only what both would say. The core
// reads the samples, as in a run.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDictionary } from '../../infra/cli/init/example.js';
import { makePlan } from '../../infra/cli/init/plan.js';
import { loadCore } from '../../wasm/js/load-node.js';

const module = loadCore();
const ROWS = 40;
const repeat = (/** @type {any[]} */ cells) =>
  Array.from({ length: ROWS }, (_, i) => cells[i % cells.length]);

/**
 * @typedef {{ header: string, cells: any[], type: string, name?: string, comment?: string,
 *   kind?: string, not_null?: boolean, has_default?: boolean, max_length?: number }} Given
 */

/**
 * A plan for a key and the given columns; a header is its column's comment unless told otherwise.
 * @param {Given[]} given
 * @param {{ dictionary?: any[], timeZone?: string, key?: string }} [options]
 */
function plan(given, { dictionary = [], timeZone = 'Asia/Tokyo', key } = {}) {
  const cells = given.map((one) => repeat(one.cells));
  const rows = Array.from({ length: ROWS }, (_, i) => [
    `K${i}`,
    ...cells.map((column) => column[i]),
  ]);
  const standard = { kind: 'b', base: null, max_length: null, not_null: false };
  const rest = { ...standard, has_default: false, generated: false };
  const columns = [
    { ...rest, name: 'key', type: 'text', comment: null, not_null: true },
    ...given.map(({ header, cells: _cells, ...one }, i) => ({
      ...{ ...rest, name: `c${i}`, comment: header },
      ...one,
    })),
  ];
  const privileges = { select: true, insert: true, update: true };
  const about = { refusal: null, privileges, name: 'public.t', unique_columns: ['key'] };
  const headerRow = ['key', ...given.map(({ header }) => header)];
  const sheet = { tab: 'x', timeZone, headerRow, rows };
  const facts = { module, sheet, table: { ...about, columns }, source: 't', dictionary, key };
  return makePlan({ ...facts, spreadsheetId: 's', headerRow: 1 });
}

/** The suggested definition of one column. @param {Given} given @param {object} [options] */
const suggest = (given, options) => /** @type {any} */ (plan([given], options).mapping.columns[1]);

/** @type {[string, Given, Record<string, unknown>][]} */
const TYPES = [
  [
    'serial numbers in a date column',
    { header: 'a', cells: [46023, 45000], type: 'date' },
    { type: 'date' },
  ],
  [
    'serial numbers in an integer column',
    { header: 'a', cells: [46023, 45000], type: 'integer' },
    { type: 'integer' },
  ],
  [
    'serial numbers in a text column',
    { header: 'a', cells: [46023, 45000], type: 'text' },
    { type: 'text' },
  ],
  [
    'eras in a date column',
    { header: 'a', cells: ['令和5年3月1日', 'R5.4.2'], type: 'date' },
    { type: 'date' },
  ],
  [
    'times in a timestamp column',
    { header: 'a', cells: [46023.5], type: 'timestamp with time zone' },
    { type: 'datetime' },
  ],
  [
    'months of eras in a text column',
    { header: 'a', cells: ['令和5年3月', '2020年12月'], type: 'text' },
    { type: 'year_month' },
  ],
  [
    'amounts in 万円',
    { header: 'a', cells: ['5,000万円', '1億2000万円', 300], type: 'bigint' },
    { type: 'integer', unit: 'yen' },
  ],
  [
    'plain numbers under 価格',
    { header: '価格', cells: [5000], type: 'bigint' },
    { type: 'integer', unit: 'yen' },
  ],
  [
    'areas in ㎡ and 坪',
    { header: 'a', cells: ['55.2㎡', '30坪'], type: 'numeric' },
    { type: 'number', unit: 'm2', scale: 2 },
  ],
  [
    'a ratio',
    { header: '容積率', name: 'floor_area_ratio', cells: [200], type: 'numeric' },
    { type: 'number', unit: undefined },
  ],
  ['あり and なし', { header: 'a', cells: ['あり', 'なし'], type: 'boolean' }, { type: 'boolean' }],
  ['○ and ×', { header: 'a', cells: ['○', '×'], type: 'boolean' }, { type: 'boolean' }],
  [
    'telephone numbers',
    { header: 'a', cells: ['03-1234-5678', '090-1234-5678', 312345678], type: 'text' },
    { type: 'phone', sensitive: true },
  ],
  [
    'e-mail addresses',
    { header: 'a', cells: ['a@example.com'], type: 'text' },
    { type: 'email', sensitive: true },
  ],
  [
    'addresses of the web',
    { header: 'a', cells: ['https://example.com/1'], type: 'text' },
    { type: 'url' },
  ],
  [
    'a few words again and again',
    { header: '構造', cells: ['木造', '鉄骨造', 'RC造'], type: 'text' },
    { type: 'enum' },
  ],
  [
    'an enum of the database',
    { header: 'a', cells: ['x', 'y'], type: 'color', kind: 'e' },
    { type: 'enum', values: { x: 'x', y: 'y' } },
  ],
  [
    'towns, which repeat and grow',
    { header: '市区町村', cells: ['港区', '北区'], type: 'text' },
    { type: 'text' },
  ],
  [
    'free text',
    { header: 'a', cells: Array.from({ length: 40 }, (_, i) => `備考 ${i}`), type: 'text' },
    { type: 'text' },
  ],
  [
    'no sample at all, but a telling name',
    { header: '電話番号', cells: [''], type: 'text' },
    { type: 'phone' },
  ],
  [
    'the odd error cell',
    { header: 'a', cells: ['#REF!', 'あり'], type: 'boolean' },
    { type: 'boolean' },
  ],
  [
    'a bounded text',
    { header: 'a', cells: ['短い文'], type: 'character varying', max_length: 50, name: 'title' },
    { max_length: 50 },
  ],
  [
    'a column that must not be null',
    { header: 'a', cells: ['あり'], type: 'boolean', not_null: true },
    { required: true, invalid: undefined },
  ],
  [
    'one that has a default',
    { header: 'a', cells: ['あり'], type: 'boolean', not_null: true, has_default: true },
    { blank: 'keep' },
  ],
  [
    'words for nothing',
    { header: '価格', cells: [5000, '未定', '5,000円'], type: 'bigint' },
    { type: 'integer', treat_as_blank: ['未定'] },
  ],
];

for (const [what, given, expected] of TYPES) {
  test(`${what}: ${Object.values(expected).map(String).join(', ')}`, () => {
    const column = suggest(given);
    for (const [field, value] of Object.entries(expected)) assert.deepEqual(column[field], value);
  });
}

test('what fewer than 95 of 100 samples read as is told, with examples', () => {
  const { suggestions } = plan([{ header: 'a', cells: [46023, 46024, 'いつか'], type: 'date' }]);
  assert.match(
    suggestions[1].notes.join(),
    /only \d\d % of the sample cells .* as date \("いつか"\)/,
  );
});

test('examples of a sensitive column are not shown', () => {
  const given = { header: '売主の生年月日', cells: [46023, '秘密'], type: 'date' };
  const { suggestions } = plan([given]);
  assert.match(suggestions[1].notes.join(), /only 50 %/);
  assert.ok(!suggestions[1].notes.join().includes('秘密'));
});

test('駅1 is never taken for 駅2, however alike they are', () => {
  const { mapping } = plan([
    { header: '最寄駅2', name: 'station_1', comment: '最寄の駅1', cells: ['a'], type: 'text' },
  ]);
  assert.equal(mapping.columns.length, 1);
});

test('two headers that are equally near to a column are left to people', () => {
  const { mapping, leftHeaders } = plan([
    { header: '販売価格帯', name: 'price', comment: '販売価格', cells: [1], type: 'bigint' },
    { header: '販売価格表', name: 'other', comment: '無関係', cells: [2], type: 'bigint' },
  ]);
  const columns = mapping.columns.map(({ column }) => column);
  assert.ok(!columns.includes('price'), JSON.stringify(mapping.columns));
  assert.ok(leftHeaders.some(({ guess }) => guess?.column.name === 'price'));
});

test('names that are only alike are no pair where the cells speak against it', () => {
  const { leftColumns } = plan([
    {
      header: '引渡し可能日',
      name: 'd',
      comment: '引渡し可能な日',
      cells: ['応談です'],
      type: 'date',
    },
  ]);
  const left = leftColumns.find(({ column }) => column.name === 'd');
  assert.match(String(left?.why), /do not read as date/);
});

test('the example mapping is followed only where the table can hold what it says', () => {
  const dictionary = readDictionary();
  const given = { header: '築年月', name: 'built_in', cells: ['2020年3月1日'], type: 'date' };
  const { mapping, suggestions } = plan([given], { dictionary });
  assert.equal(mapping.columns[1].type, 'date');
  assert.match(suggestions[1].notes.join(), /has it as year_month, the table as date/);
  const text = { ...given, cells: ['2020年3月'], type: 'text' };
  assert.equal(suggest(text, { dictionary }).type, 'year_month');
});

test('a column that must have a value and has no header is pointed at', () => {
  const { notes } = plan([
    { header: '謎', name: 'needed', comment: '別物', cells: [1], type: 'bigint', not_null: true },
  ]);
  assert.match(notes.join(), /new rows will be refused: needed/);
});

test('a time zone that no mapping can have becomes UTC, and is pointed at', () => {
  const given = { header: 'a', cells: [46023.5], type: 'timestamp with time zone' };
  const { mapping, notes } = plan([given], { timeZone: 'America/New_York' });
  assert.equal(mapping.time_zone, 'UTC');
  assert.match(notes.join(), /America\/New_York/);
});

test('repeated keys are pointed at', () => {
  const given = { header: 'number', name: 'number', cells: ['A', 'B'], type: 'text' };
  const { notes, key } = plan([given], { key: 'number' });
  assert.equal(key, 'number');
  assert.match(
    notes.join(),
    /values of the key number stand more than once in the first rows \(2\)/,
  );
});
