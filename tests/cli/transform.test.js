// `transform`: the files it reads, the rows it tells of, and what it says of files it cannot use.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, test } from 'node:test';
import { parseExact, textOf } from '../../infra/cli/transform/exact-json.js';
import { call, jsonLines } from './support.js';

const folder = mkdtempSync(join(tmpdir(), 'listing-sync-transform-'));
after(() => rmSync(folder, { recursive: true }));

const MAPPING = {
  source: 'listings',
  tab: '物件一覧',
  table: 'listings',
  key: 'number',
  key_pattern: '^A',
  columns: [
    { header: '物件番号', column: 'number', type: 'text' },
    { header: '価格', column: 'price', type: 'number', unit: 'yen', invalid: 'cell' },
    { header: '備考', column: 'remark', type: 'text', blank: 'keep' },
    { header: '引渡日', column: 'on', type: 'date' },
    { header: '電話', column: 'phone', type: 'phone', sensitive: true },
  ],
};
const HEADERS = MAPPING.columns.map(({ header }) => header);

/** @param {string} name @param {string | Uint8Array} content */
function file(name, content) {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const mappingFile = file('mapping.json', JSON.stringify(MAPPING));
const others = { writes: {}, keeps: [], clears: [], holds: [] };

/**
 * @param {string} path
 * @param {string[]} args
 * @param {Parameters<typeof call>[2]} [options]
 */
const transform = (path, args = [], options = {}) =>
  call(['transform', path, '--mapping', mappingFile, ...args], {}, options);

/** @param {unknown[][]} rows below the header row */
const sheet = (rows) => file('sheet.json', JSON.stringify({ values: [HEADERS, ...rows] }));

test('each row tells what is written, kept, cleared and held', async () => {
  const path = sheet([
    ['A1', '1,200万円', '角地', '2026/1/5', '097-536-1234'],
    ['A2', 'たぶん', '', '#REF!', ''],
    ['A3', 1, 'x', '2026/02/31'],
  ]);
  const { code, stdout, stderr } = await transform(path);
  assert.equal(code, 0);
  const [first, second, third] = jsonLines(stdout);
  const phone = '097-536-1234';
  const writes = { number: 'A1', price: 12000000, remark: '角地', on: '2026-01-05', phone };
  assert.deepEqual(first, { ...others, row: 2, key: 'A1', outcome: 'written', writes });
  assert.deepEqual(second, {
    ...{ row: 3, key: 'A2', outcome: 'written', writes: { number: 'A2' } },
    ...{ keeps: ['price', 'remark', 'on'], clears: ['phone'] },
    holds: [
      {
        ...{ column: 'price', code: 'not_a_number', value: 'たぶん' },
        error: 'the cell is no number that can be read with certainty',
      },
      {
        ...{ column: 'on', code: 'error_cell', value: '#REF!' },
        error: 'the cell shows an error or is still being calculated',
      },
    ],
  });
  const error = 'there is no such day in the calendar';
  const hold = { column: 'on', code: 'impossible_date', value: '2026/02/31', error };
  assert.deepEqual(third, { ...others, row: 4, key: 'A3', outcome: 'held', holds: [hold] });
  assert.match(stderr, /^3 rows: 2 written, 1 held, 0 skipped; 2 cells held/);
});

test('rows that are skipped, have no key, or share one get a line each, in order', async () => {
  const twin = ['', 5];
  const rows = [['A1'], [], ['A2', 1], ['B7'], ['A2', 'bad'], twin, twin, ['', '', ' 　'], ['A9']];
  const { stdout } = await transform(sheet([...rows, ['', '']]));
  const lines = jsonLines(stdout);
  assert.deepEqual(
    lines.map(({ row, key, outcome, holds }) => [row, key, outcome, holds[0]?.code]),
    [
      [2, 'A1', 'written', undefined],
      [3, null, 'skipped', undefined],
      [4, 'A2', 'held', 'duplicate_key'],
      [5, 'B7', 'skipped', undefined],
      [6, 'A2', 'held', 'duplicate_key'],
      [7, null, 'held', 'missing_key'],
      [8, null, 'held', 'missing_key'],
      [9, null, 'skipped', undefined],
      [10, 'A9', 'written', undefined],
    ],
  );
});

test('thousands of rows come in order, one line each', async () => {
  const rows = Array.from({ length: 3000 }, (_, i) => [i % 7 === 3 ? '' : `A${i}`, i]);
  const { stdout } = await transform(sheet(rows));
  assert.deepEqual(
    jsonLines(stdout).map(({ row }) => row),
    rows.map((_, i) => i + 2),
  );
});

test('all digits of a number stay', async () => {
  const columns = MAPPING.columns.map((column) =>
    column.column === 'price' ? { ...column, unit: undefined } : column,
  );
  const own = file('digits.json', JSON.stringify({ ...MAPPING, columns }));
  const path = file('digits-sheet.json', `[${JSON.stringify(HEADERS)},["A1",9007199254740993]]`);
  const { stdout } = await call(['transform', path, '--mapping', own]);
  assert.match(stdout, /"price":9007199254740993}/);
});

test('exact JSON is JSON, number by number', () => {
  const text = '{"a":[1.10,-0,1e-7,"1 \\" 2",true,null],"b":"\\u0031"}';
  const { a, b } = parseExact(text);
  assert.deepEqual(a.map(textOf), ['1.10', '-0', '1e-7', '"1 \\" 2"', 'true', 'null']);
  assert.equal(b, '1');
  for (const wrong of ['{"a":01}', '[1,]', '{1:2}', '']) {
    assert.throws(() => parseExact(wrong), SyntaxError);
  }
});

test('a batchGet answer is put together from its ranges', async () => {
  const valueRanges = [
    { range: "'物件 ! 一覧'!A1:E1", values: [HEADERS] },
    { range: "'物件 ! 一覧'!A:A", values: [['物件番号'], ['A1'], ['A2']] },
    { range: "'物件 ! 一覧'!B3:C", values: [[5, 'late']] },
  ];
  const path = file('batch.json', JSON.stringify({ spreadsheetId: 'x', valueRanges }));
  const [first, second] = jsonLines((await transform(path)).stdout);
  assert.deepEqual([first.key, first.writes], ['A1', { number: 'A1' }]);
  assert.deepEqual(second.writes, { number: 'A2', price: 5, remark: 'late' });
});

test('the header row may stand further down', async () => {
  const own = file('low.json', JSON.stringify({ ...MAPPING, header_row: 3 }));
  const path = file('low-sheet.json', JSON.stringify([['表題'], [], HEADERS, ['A1'], ['A1']]));
  const { stdout } = await call(['transform', path, '--mapping', own]);
  assert.deepEqual(
    jsonLines(stdout).map(({ row, holds }) => [row, holds[0].error]),
    [4, 5].map((row) => [row, 'the key stands on rows 4, 5']),
  );
});

test('CSV, TSV and Shift_JIS are read as typed in, from a file or the input', async () => {
  const csv = `${HEADERS.join(',')}\r\nA1,"1,200","say ""x""\nline",2026/1/5,0975361234\r\nA2,,,,\n`;
  const expected = { number: 'A1', price: 1200, remark: 'say "x"\nline', on: '2026-01-05' };
  const inputs = [
    await transform(file('a.csv', `\ufeff${csv}`)),
    await transform('-', [], { stdin: Readable.from([csv.slice(0, 30), csv.slice(30)]) }),
  ];
  for (const { stdout } of inputs) {
    const [first, second] = jsonLines(stdout);
    assert.deepEqual(first.writes, { ...expected, phone: '0975361234' });
    assert.deepEqual(second.clears, ['price', 'on', 'phone']);
  }
  const tsv = `${HEADERS.join('\t')}\nA1\t1\t2\t\t`;
  const [line] = jsonLines((await transform(file('a.txt', tsv))).stdout);
  assert.deepEqual(line.writes, { number: 'A1', price: 1, remark: '2' });
  // 物件番号,価格,備考,引渡日,電話 as Excel saves it
  const cp932 = '95a88c8f94d48d86,89bf8a69,94f58d6c,88f8936e93fa,93649862'.replaceAll(',', '2c');
  const bytes = Buffer.concat([Buffer.from(cp932, 'hex'), Buffer.from('\nA1,7,,,\n')]);
  const sjis = await transform(file('sjis.csv', bytes));
  assert.deepEqual(jsonLines(sjis.stdout)[0]?.writes, { number: 'A1', price: 7 }, sjis.stderr);
});

test('nothing in a cell reaches the terminal as a command', async () => {
  const hostile = '\u001b]0;title\u0007\u009b31m\u202eabc\u2028\u{e0041}';
  const { stdout } = await transform(
    sheet([
      ['A1', 1, hostile],
      [`A2${hostile}`, hostile],
    ]),
  );
  // eslint-disable-next-line no-control-regex
  assert.doesNotMatch(stdout.replaceAll('\n', ''), /[\u0000-\u001f\u007f-\u009f\u2028]|\p{Cf}/u);
  const [first, second] = jsonLines(stdout);
  assert.equal(first.writes.remark, hostile);
  assert.equal(second.holds[0].value, hostile);
});

test('values of a sensitive column that are held are masked', async () => {
  const { stdout } = await transform(sheet([['A1', 1, '', '', 'secret phone']]));
  assert.equal(jsonLines(stdout)[0].holds[0].value, '***');
});

test('headers that no column asks for are named', async () => {
  const path = file('more.json', JSON.stringify([[...HEADERS, '謎', '余'], ['A1']]));
  const { code, stderr } = await transform(path);
  assert.equal(code, 0);
  assert.match(stderr, /headers that no column asks for: 謎, 余/);
});

test('a header row that does not fit, and a mapping with faults, end with 1', async () => {
  const headers = file('headers.json', JSON.stringify([HEADERS.slice(1), ['A1']]));
  const misfit = await transform(headers, ['--json']);
  assert.equal(misfit.code, 1);
  assert.match(misfit.stderr, /"物件番号" is not in row 1.*\(header_missing\)\n {2}→ correct the/s);
  assert.equal(JSON.parse(misfit.stdout).code, 'header_missing');
  const wrong = file('wrong.json', JSON.stringify({ ...MAPPING, key: 'nobody' }));
  const faulty = await call(['transform', headers, '--mapping', wrong]);
  assert.deepEqual([faulty.code, faulty.stdout], [1, '']);
  assert.match(faulty.stderr, /\$\.key: .*\n {2}→/);
});

for (const { why, name, content, told } of [
  { why: 'no JSON', name: 'x.json', content: '{"values":[', told: /is no JSON/ },
  { why: 'another document', name: 'x.json', content: '{"a":1}', told: /neither "values" nor/ },
  { why: 'cells in place of rows', name: 'x.json', content: '[1]', told: /no rows of cells/ },
  {
    why: 'columns',
    name: 'x.json',
    content: '{"majorDimension":"COLUMNS","values":[]}',
    told: /by/,
  },
  { why: "Google's error", name: 'x.json', content: '{"error":{"message":"no"}}', told: /'s: no/ },
  { why: 'a torn CSV', name: 'x.csv', content: 'a,b\n1,"x', told: /line 2: a quote is not closed/ },
  { why: 'text after a quote', name: 'x.csv', content: '"a"b', told: /line 1: text after/ },
]) {
  test(`a file that cannot be used is told in words: ${why}`, async () => {
    const { code, stdout, stderr } = await transform(file(name, content));
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, told);
  });
}

test('what is missing on the command line is asked for', async () => {
  /** @type {[string[], RegExp][]} */
  const wrong = [
    [['transform'], /which sheet\?/],
    [['transform', sheet([])], /which mapping\?/],
    [['transform', join(folder, 'nobody.json'), '--mapping', mappingFile], /\(?ENOENT/],
    [['transform', '-', '--mapping', join(folder, 'nobody')], /cannot be read \(ENOENT\)/],
    [['transform', '-', '--format', 'xls'], /--format is one of json, csv, tsv/],
    [['transform', sheet([]), '--mapping', mappingFile, '--source', 'other'], /no mapping is of/],
  ];
  for (const [args, told] of wrong) {
    const { code, stderr } = await call(args);
    assert.equal(code, 2, args.join(' '));
    assert.match(stderr, told);
  }
});

test('of several mappings the source is chosen', async () => {
  const both = JSON.stringify([MAPPING, { ...MAPPING, source: 'second' }]);
  const environment = { SYNC_MAPPING: both };
  const path = sheet([['A1']]);
  assert.match((await call(['transform', path], environment)).stderr, /say --source NAME/);
  assert.equal((await call(['transform', path, '--source', 'second'], environment)).code, 0);
});
