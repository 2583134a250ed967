// The generator's promises: reproducible sheets, every kind of cell, clean where asked, fast.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import {
  REALISTIC,
  createRandom,
  generateListings,
  readExampleMapping,
} from '../../infra/local/generator/index.js';

/** @import { MappingFile, SheetCell } from '../../infra/local/generator/types.js' */

/** @param {SheetCell[][]} rows */
const cellsOf = (rows) => rows.slice(1).flat();

/** The bytes of the sheet as a Sheets answer. @param {SheetCell[][]} rows */
function answerBytes(rows) {
  const values = rows.map((row) =>
    row.map((cell) => (typeof cell === 'object' ? cell.error : cell)),
  );
  return Buffer.byteLength(JSON.stringify({ values }));
}

describe('the same options give the same sheet', () => {
  test('twice', () => {
    assert.deepEqual(
      generateListings({ rows: 300, seed: 9 }),
      generateListings({ rows: 300, seed: 9 }),
    );
  });

  test('and another seed gives another one', () => {
    const one = generateListings({ rows: 50, seed: 1 }).tab.rows;
    const other = generateListings({ rows: 50, seed: 2 }).tab.rows;
    assert.notDeepEqual(one, other);
  });

  test('and a longer sheet begins with the rows of a shorter one', () => {
    const short = generateListings({ rows: 40, faults: 'none' }).tab.rows;
    const long = generateListings({ rows: 80, faults: 'none' }).tab.rows;
    assert.deepEqual(long.slice(0, 41), short);
  });

  test('on any version of Node: the random numbers are pinned', () => {
    const random = createRandom(1);
    assert.deepEqual(
      [random.next(), random.next(), random.next()],
      [1771943286, 2547028168, 3428534565],
    );
    const draws = Array.from({ length: 6000 }, () => random.below(6));
    for (let face = 0; face < 6; face += 1) {
      const count = draws.filter((draw) => draw === face).length;
      assert.ok(count > 850 && count < 1150, `${count} of 6000`);
    }
  });
});

describe('a clean sheet', () => {
  const mapping = readExampleMapping();
  const { tab, truth } = generateListings({ rows: 500, faults: 'none' });

  test('has the headers of the mapping, in its order, and nothing else', () => {
    assert.deepEqual(
      tab.rows[0],
      mapping.columns.map(({ header }) => (typeof header === 'string' ? header : header[0])),
    );
    assert.deepEqual(truth.unmapped, []);
    assert.equal(tab.title, mapping.tab);
    assert.deepEqual([tab.rowCount, tab.columnCount], [501, mapping.columns.length]);
  });

  test('has nothing to hold or to skip', () => {
    assert.deepEqual([truth.heldRows, truth.heldCells, truth.skipped], [[], [], []]);
    assert.deepEqual(truth.counts, {
      read: 500,
      inserted: 500,
      failed: 0,
      skipped: 0,
      heldCells: 0,
    });
  });

  test('is filled to about 55 %, as real sheets are, and of their size', () => {
    const cells = cellsOf(tab.rows);
    const filled = cells.filter((cell) => cell !== '').length / cells.length;
    assert.ok(filled > 0.5 && filled < 0.62, `filled to ${filled}`);
    const bytes = answerBytes(tab.rows) / 500;
    assert.ok(bytes > 1650 && bytes < 1850, `${bytes} bytes a row`);
  });

  test('writes values in many notations all the same', () => {
    const text = cellsOf(tab.rows)
      .filter((cell) => typeof cell === 'string')
      .join('\n');
    for (const notation of [
      /\d億/,
      /万円/,
      /[０-９]/,
      /㎡/,
      /坪/,
      /令和/,
      /H\d+\./,
      /○/,
      /無し/,
      /ﾏﾝｼｮﾝ/,
      /（税込）/,
    ]) {
      assert.match(text, notation);
    }
  });
});

describe('badRows', () => {
  for (const badRows of [1, 3, 10]) {
    test(`plants exactly ${badRows} rows to be held, and nothing else`, () => {
      const { truth } = generateListings({ rows: 1000, faults: 'none', badRows });
      assert.equal(truth.heldRows.length, badRows);
      assert.equal(truth.rows.size, 1000 - badRows);
      assert.deepEqual([truth.heldCells, truth.skipped], [[], []]);
    });
  }

  test('among three, the core finds some and the database one, each in a column', () => {
    const { heldRows } = generateListings({ rows: 1000, faults: 'none', badRows: 3 }).truth;
    assert.deepEqual(new Set(heldRows.map(({ by }) => by)), new Set(['core', 'database']));
    for (const { code, column, row } of heldRows) assert.ok(code && column && row > 1);
  });
});

describe('a realistic sheet of 1,000 rows', () => {
  const { tab, truth } = generateListings({ rows: 1000 });

  test('has every kind of fault', () => {
    const codes = new Set([...truth.heldRows, ...truth.heldCells].map(({ code }) => code));
    for (const code of [
      'missing_key',
      'error_cell',
      'duplicate_key',
      'blank_not_allowed',
      '23514',
      '22003',
    ]) {
      assert.ok(codes.has(code), `no ${code}`);
    }
    assert.deepEqual(
      new Set(truth.skipped.map(({ why }) => why)),
      new Set(['blank_row', 'key_pattern']),
    );
    const longest = Math.max(...cellsOf(tab.rows).map((cell) => String(cell).length));
    assert.ok(longest > 49_990 && longest <= 50_000, 'Sheets allows 50,000 characters');
  });

  test('has headers nobody mapped, second names and full-width headers', () => {
    const headers = tab.rows[0].map(String);
    assert.ok(truth.unmapped.length >= 3);
    for (const header of truth.unmapped) assert.ok(headers.includes(header));
    const names = readExampleMapping().columns.map(({ header }) => [header].flat()[0]);
    assert.ok(headers.some((header) => /[０-９Ａ-Ｚ\uff61-\uff9f]/.test(header)));
    assert.ok(names.some((name) => !headers.includes(name)));
  });

  test('ends with a sound row, so that its last row is sent', () => {
    assert.ok([...truth.rowOf.values()].includes(1001));
  });

  test('has spare rows and columns in its grid', () => {
    assert.ok(tab.rowCount > tab.rows.length);
    assert.ok(tab.columnCount > tab.rows[0].length);
    for (const row of tab.rows) assert.equal(row.length, tab.rows[0].length);
  });

  test('holds cells of every code over a few seeds', () => {
    const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
    const sheets = seeds.map((seed) => generateListings({ rows: 1000, seed }).truth);
    const codes = new Set(sheets.flatMap(({ heldCells }) => heldCells.map(({ code }) => code)));
    const expected = [
      'error_cell not_text not_a_number not_an_integer out_of_range ambiguous_range',
      'unexpected_unit not_a_date ambiguous_date impossible_date not_a_boolean not_in_values',
      'not_a_url not_an_email not_a_phone too_long pattern_mismatch',
    ].flatMap((words) => words.split(' '));
    assert.deepEqual([...codes].sort(), expected.sort());
  });
});

describe('rates', () => {
  test('plant only the faults named', () => {
    const { truth } = generateListings({ rows: 400, faults: { duplicateKey: 0.05 } });
    assert.ok(truth.heldRows.length >= 40);
    assert.deepEqual(new Set(truth.heldRows.map(({ code }) => code)), new Set(['duplicate_key']));
    assert.deepEqual([truth.heldCells, truth.skipped], [[], []]);
  });

  test('refuse a kind they do not know, and more faults than rows', () => {
    const unknown = /** @type {any} */ ({ typo: 0.1 });
    assert.throws(() => generateListings({ faults: unknown }), /unknown kind of fault: typo/);
    assert.throws(() => generateListings({ rows: 2, faults: 'none', badRows: 5 }), /do not fit/);
  });

  test('of every kind stand in the realistic ones', () => {
    for (const [kind, rate] of Object.entries(REALISTIC)) assert.ok(rate > 0, kind);
  });
});

describe('another mapping', () => {
  /** @type {MappingFile} */
  const mapping = {
    source: 'shops',
    tab: 'お店',
    header_row: 3,
    table: 'shops',
    key: 'shop_number',
    time_zone: 'UTC',
    columns: [
      { header: '番号', column: 'shop_number', type: 'text', required: true },
      { header: '名前', column: 'name', type: 'text', max_length: 40, invalid: 'cell' },
      { header: '開店', column: 'opened_at', type: 'datetime', invalid: 'cell' },
      { header: '席', column: 'seats', type: 'integer', min: 1, max: 99 },
    ],
  };

  test('is drawn by the types of its columns, below its header row', () => {
    const { tab, truth } = generateListings({ rows: 200, mapping });
    assert.deepEqual(tab.rows.slice(0, 2), [[], []]);
    assert.ok(tab.rows[2].some((header) => String(header).includes('席')));
    assert.equal(truth.counts.read, 200);
    const [first] = truth.rows.values();
    assert.deepEqual(Object.keys(first).sort(), ['name', 'opened_at', 'seats', 'shop_number']);
    for (const { seats } of truth.rows.values()) {
      assert.ok(seats === null || (Number(seats) >= 1 && Number(seats) <= 99));
    }
  });

  test('without columns for a bad row is refused one', () => {
    const bare = { ...mapping, columns: mapping.columns.slice(0, 3) };
    assert.throws(
      () => generateListings({ mapping: bare, faults: 'none', badRows: 1 }),
      /no bad row/,
    );
  });
});

test('a sheet is drawn at a rate of 4,000 rows a second or more', () => {
  const tenth = measure(() => generateListings({ rows: 8000, seed: 2 }));
  assert.ok(tenth < 2000, `${tenth} ms for 8,000 rows`);
});

/**
 * Milliseconds of processor time: other work on the machine does not count.
 *
 * @param {() => void} work
 */
function measure(work) {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
