// The generator's truth is the yardstick of the whole project: it must be right, and notice what
// is wrong.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import {
  TABLE_DEFAULTS,
  compareTable,
  editCell,
  generateListings,
  normalizeStored,
  readExampleMapping,
} from '../../infra/local/generator/index.js';
import { storedValue } from '../../infra/local/generator/notations.js';

/** @import { MappingColumn, TrueValue } from '../../infra/local/generator/types.js' */

const KEY = 'property_number';
const mapping = readExampleMapping();

/**
 * A table that holds the truth.
 *
 * @param {import('../../infra/local/generator/types.js').Truth} truth
 * @returns {Record<string, unknown>[]}
 */
const tableOf = (truth) => [...truth.rows.values()].map((row) => ({ ...row, id: 1, memo: null }));

describe('every row ends in exactly one way', () => {
  for (const seed of [1, 2, 3]) {
    test(`rows, held rows and skipped rows make up the sheet, seed ${seed}`, () => {
      const { truth } = generateListings({ rows: 700, seed });
      const ends = [
        ...truth.rowOf.values(),
        ...truth.heldRows.map(({ row }) => row),
        ...truth.skipped.map(({ row }) => row),
      ].sort((a, b) => a - b);
      assert.deepEqual(
        ends,
        Array.from({ length: 700 }, (_, i) => i + 2),
      );
      const { read, inserted, failed, skipped } = truth.counts;
      assert.equal(read, inserted + failed + skipped);
    });
  }

  test('a held cell belongs to a row that is written, and its column holds the default', () => {
    const { truth } = generateListings({ rows: 1000 });
    assert.ok(truth.heldCells.length > 0);
    for (const { row, key, column } of truth.heldCells) {
      assert.equal(truth.rowOf.get(key), row);
      const absent = Object.entries(TABLE_DEFAULTS).find(([name]) => name === column)?.[1] ?? null;
      assert.equal(truth.rows.get(key)?.[column], absent);
    }
  });

  test('the rows of a duplicate key name each other', () => {
    const { truth } = generateListings({ rows: 1000, faults: { duplicateKey: 0.01 } });
    const sizes = new Set(truth.heldRows.map(({ others = [] }) => others.length));
    assert.deepEqual([...sizes].sort(), [1, 2]);
    for (const { row, key, others = [] } of truth.heldRows) {
      for (const other of others) {
        const twin = truth.heldRows.find((held) => held.row === other);
        assert.equal(twin?.key, key);
        assert.ok(twin?.others?.includes(row));
      }
    }
  });

  test('keys match the pattern of the mapping and are unique', () => {
    const { truth } = generateListings({ rows: 1000 });
    for (const key of truth.rows.keys()) assert.match(key, new RegExp(mapping.key_pattern ?? ''));
    const keyless = truth.heldRows.filter(({ key }) => key === null);
    assert.deepEqual(
      new Set(keyless.map(({ code, column }) => `${code} in ${column}`)),
      new Set([`missing_key in ${KEY}`, `error_cell in ${KEY}`]),
    );
    for (const { key } of truth.heldRows) assert.ok(key === null || !truth.rows.has(key));
  });
});

describe('a true value is stored', () => {
  /** @type {[string, TrueValue, Partial<MappingColumn>, string][]} */
  const cases = [
    ['as a decimal without zeros', { units: 12_340, decimals: 3 }, { type: 'number' }, '12.34'],
    ['rounded half up', { units: 1005, decimals: 3 }, { type: 'number', scale: 2 }, '1.01'],
    [
      'with 坪 as 400/121 m²',
      { units: 3000, decimals: 2, tsubo: true },
      { type: 'number', unit: 'm2' },
      '99.1736',
    ],
    [
      'with 121 坪 as 400 m²',
      { units: 121, decimals: 0, tsubo: true },
      { type: 'number', unit: 'm2' },
      '400',
    ],
    [
      'with 坪 rounded twice, as the rules say',
      { units: 3000, decimals: 2, tsubo: true },
      { type: 'number', unit: 'm2', scale: 2 },
      '99.17',
    ],
    ['with days since 1899-12-30', 46_023, { type: 'date' }, '2026-01-01'],
    ['with a leap day', 45_351, { type: 'date' }, '2024-02-29'],
    ['with months since year 0', 2008 * 12 + 10, { type: 'year_month' }, '2008-11'],
    [
      'with local minutes in UTC',
      45_300 * 1440 + 630,
      { type: 'datetime' },
      '2024-01-09T01:30:00+00:00',
    ],
    [
      'with the value of a label',
      '公開中',
      { type: 'enum', values: { 公開中: 'public' } },
      'public',
    ],
    [
      'with the marks of a telephone number',
      { groups: ['090', '0123', '4567'], marks: 'brackets' },
      { type: 'phone' },
      '090(0123)4567',
    ],
  ];
  for (const [how, value, policy, expected] of cases) {
    test(how, () => {
      const column = /** @type {MappingColumn} */ ({ header: '', column: 'x', ...policy });
      assert.equal(storedValue(value, column, 'Asia/Tokyo'), expected);
    });
  }
});

describe('compareTable', () => {
  const { truth } = generateListings({ rows: 120, seed: 3 });

  test('finds nothing in a table that holds the truth', () => {
    assert.deepEqual(compareTable(truth, tableOf(truth), KEY), []);
  });

  test('notices a row too many, one too few, and one that stands twice', () => {
    const [first, ...others] = tableOf(truth);
    const key = String(first[KEY]);
    assert.deepEqual(compareTable(truth, others, KEY), [`${key}: is missing from the table`]);
    const extra = { ...first, property_number: 'AA1' };
    assert.deepEqual(compareTable(truth, [first, ...others, extra], KEY), [
      'AA1: should not be in the table',
    ]);
    assert.deepEqual(compareTable(truth, [first, first, ...others], KEY), [
      `${key}: stands twice in the table`,
    ]);
  });

  test('notices a wrong value in any column', () => {
    for (const { column } of mapping.columns.filter((c) => c.column !== KEY)) {
      const table = tableOf(truth);
      const row = table.find((candidate) => candidate[column] !== null) ?? table[0];
      const wrong = { ...row, [column]: row[column] === null ? 'x' : null };
      const changed = table.map((candidate) => (candidate === row ? wrong : candidate));
      const [difference, ...more] = compareTable(truth, changed, KEY);
      assert.ok(difference.startsWith(`${row.property_number}.${column}: expected`), difference);
      assert.deepEqual(more, []);
    }
  });

  test('notices the last digit of a number, a second of an instant, a space in a text', () => {
    assert.notEqual(normalizeStored('12.340000001', 'number'), '12.34');
    assert.notEqual(
      normalizeStored('2024-01-09T01:30:01+00:00', 'datetime'),
      '2024-01-09T01:30:00+00:00',
    );
    assert.notEqual(normalizeStored('1.50', 'text'), '1.5');
    assert.notEqual(normalizeStored('霧ヶ丘 ', 'text'), '霧ヶ丘');
  });

  test('takes numbers and dates as REST and as drivers give them', () => {
    assert.equal(normalizeStored(12.34, 'number'), '12.34');
    assert.equal(normalizeStored('12.340', 'number'), '12.34');
    assert.equal(normalizeStored('9007199254740993', 'number'), '9007199254740993');
    assert.equal(normalizeStored(new Date('2024-01-09T00:00:00Z'), 'date'), '2024-01-09');
    assert.equal(
      normalizeStored('2024-01-09T10:30:00+09:00', 'datetime'),
      '2024-01-09T01:30:00+00:00',
    );
    assert.equal(normalizeStored(null, 'number'), null);
    assert.equal(normalizeStored(false, 'boolean'), false);
  });
});

describe('editCell', () => {
  test('changes the sheet and the truth together', () => {
    const sheet = generateListings({ rows: 20, faults: 'none' });
    const key = [...sheet.truth.rows.keys()][4];
    editCell(sheet, { key, column: 'price', cell: '1,980万円', expected: '19800000' });
    const header = sheet.tab.rows[0].indexOf('価格');
    assert.equal(sheet.tab.rows[5][header], '1,980万円');
    assert.equal(sheet.truth.rows.get(key)?.price, '19800000');
  });

  test('refuses a listing that is not sound and a column that is not mapped', () => {
    const sheet = generateListings({ rows: 20, faults: 'none' });
    const key = [...sheet.truth.rows.keys()][0];
    const edit = { key, column: 'price', cell: 1, expected: '1' };
    assert.throws(() => editCell(sheet, { ...edit, key: 'AA1' }), /no sound listing AA1/);
    assert.throws(() => editCell(sheet, { ...edit, column: 'memo' }), /with a column memo/);
  });
});
