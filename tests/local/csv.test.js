// CSV files as Sheets would hold them: types, encodings, and errors that name the place.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readCsvSheet, typeCell } from '../../infra/local/csv.js';

const folder = mkdtempSync(join(tmpdir(), 'listing-sync-csv-'));
after(() => rmSync(folder, { recursive: true }));

/** @param {string | Buffer} content */
function fileWith(content) {
  const path = join(folder, 'listings.csv');
  writeFileSync(path, content);
  return path;
}

/** @type {[string, string | number | boolean][]} */
const TYPED = [
  ['0', 0],
  ['12', 12],
  ['-3.50', -3.5],
  ['0.5', 0.5],
  ['123456789012345', 123456789012345],
  ['1234567890123456', '1234567890123456'],
  ['007', '007'],
  ['1e3', '1e3'],
  ['+1', '+1'],
  ['1,000', '1,000'],
  ['.5', '.5'],
  ['5.', '5.'],
  ['-', '-'],
  ['', ''],
  [' 1', ' 1'],
  ['１', '１'],
  ['TRUE', true],
  ['false', false],
  ['2026/01/01', '2026/01/01'],
  ['03-1234-5678', '03-1234-5678'],
];

for (const [text, cell] of TYPED) {
  test(`${JSON.stringify(text)} becomes ${JSON.stringify(cell)}`, () => {
    assert.equal(typeCell(text), cell);
  });
}

test('quotes, line breaks in cells, CRLF and rows of differing length are read', () => {
  const path = fileWith('番号,備考\r\nA-1,"1行目\r\n""2""行目"\r\n\r\n"007",TRUE,3\r\n');
  assert.deepEqual(readCsvSheet(path), [
    ['番号', '備考'],
    ['A-1', '1行目\r\n"2"行目'],
    [''],
    ['007', true, 3],
  ]);
});

test('a byte order mark is no part of the first header', () => {
  assert.deepEqual(readCsvSheet(fileWith('\ufeff番号,価格\n')), [['番号', '価格']]);
});

test('Shift_JIS is recognised, with the characters Microsoft added', () => {
  // 番号,髙﨑①㈱ in CP932
  const bytes = Buffer.from('94d48d862cfbfced958740878a0a', 'hex');
  assert.deepEqual(readCsvSheet(fileWith(bytes)), [['番号', '髙﨑①㈱']]);
});

test('an empty file has no rows', () => {
  assert.deepEqual(readCsvSheet(fileWith('')), []);
});

test('bytes of neither encoding are reported with line and column', () => {
  const bytes = Buffer.concat([Buffer.from('番号,価格\nA-1,'), Buffer.from([0xff, 0xff])]);
  const path = fileWith(bytes);
  assert.throws(() => readCsvSheet(path), { message: `${path}:2:5: neither UTF-8 nor Shift_JIS` });
});

test('a quote that is never closed is reported with line and column', () => {
  const path = fileWith('a,b\n1,"2\n3,4\n');
  assert.throws(
    () => readCsvSheet(path),
    (/** @type {Error} */ { message }) =>
      /listings\.csv:2:2: a quoted field is not closed$/.test(message),
  );
});

test('a stray quote is reported with line and column', () => {
  const path = fileWith('a,b\n1,x"y\n');
  assert.throws(
    () => readCsvSheet(path),
    (/** @type {Error} */ { message }) => /listings\.csv:2:2: /.test(message),
  );
});

test('a file that is not there is named, with what to give', () => {
  assert.throws(() => readCsvSheet('/nowhere/listings.csv'), {
    message: '/nowhere/listings.csv cannot be read (ENOENT): give the path of a CSV file',
  });
});
