// init against sheets and tables whose names try to break it: quotes, line breaks, endless texts,
// twins, blanks.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import {
  PropertyListingRestSyncService,
  loadCore,
  readConfiguration,
} from '../../functions/index.js';
import { plainName } from '../../infra/cli/init/plan.js';
import { literal } from '../../infra/cli/registration.js';
import { startTestStack } from '../e2e/support.js';
import { createFolder, environmentOf, init } from './init-support.js';

const HOSTILE_ID = 'hostile';
const LONG = '長'.repeat(5000);
const folder = createFolder();
/** @type {import('../e2e/support.js').TestStack} */
let stack;

before(async () => {
  stack = await startTestStack({ rows: 5 });
});
after(async () => {
  await stack.stop();
  folder.remove();
});

/**
 * @param {string} name of the tab
 * @param {(string | number | boolean)[][]} rows
 */
function addSheet(name, rows) {
  const columnCount = Math.max(...rows.map((row) => row.length));
  const tab = { title: name, rows, rowCount: rows.length + 1, columnCount };
  const about = { title: 'x', locale: 'ja_JP', timeZone: 'Asia/Tokyo' };
  stack.sheets.addSpreadsheet(HOSTILE_ID, { ...about, tabs: [tab] });
}

const TABLE = `"Odd ""table"" d'or\\ 物件"`;
const COLUMNS = [
  ['k\'e"y \\', 'text not null unique'],
  ["'; drop table sync_runs; --", 'text'],
  ['line\nbreak', 'text'],
  ['__proto__', 'text'],
  ['constructor', 'integer'],
  ['"quoted"', 'text'],
  ['2024', 'bigint'],
  ['twin', 'text'],
  ['colour \u001b[31m', 'text'],
];
/** The core refuses control characters in a column's name; a twin's header is in doubt. */
const UNFIT = ['line\nbreak', 'twin', 'colour \u001b[31m'];
const leftOut = (/** @type {any} */ { unmatched_columns: left }) =>
  new Set(left.map((/** @type {any} */ { column }) => column));
const quoted = (/** @type {string} */ name) => `"${name.replaceAll('"', '""')}"`;

/** @param {number} i */
const row = (i) => [
  ...[`K-${i}`, `a ${i}`, `b ${i}`, `p ${i}`, i, `q ${i}`, i * 7],
  ...['t1', 't2', '', 'c', 'l', '#REF!', true],
];

test('hostile headers and names are read, written and registered as what they are', async () => {
  const definitions = COLUMNS.map(([name, type]) => `${quoted(name)} ${type}`).join(', ');
  await stack.backend.sql.unsafe(`create table public.${TABLE} (${definitions})`);
  const headers = [
    ...COLUMNS.slice(0, 6).map(([name]) => name),
    ...[2024, 'twin', 'ｔｗｉｎ', '', COLUMNS[8][0], LONG, '#REF!', true],
  ];
  addSheet("it's\n", [headers, ...Array.from({ length: 30 }, (_, i) => row(i))]);
  const { stdout, json } = await initHostile('--source', 'odd');

  const mapping = folder.read('odd.json');
  assert.equal(mapping.key, COLUMNS[0][0]);
  assert.deepEqual(
    mapping.columns.map((/** @type {any} */ { column }) => column),
    COLUMNS.map(([name]) => name).filter((name) => !UNFIT.includes(name)),
  );
  for (const name of UNFIT) assert.ok(leftOut(json).has(name), name);
  assert.match(stdout, /twin {2}\(stands more than once\)/);
  assert.ok(!stdout.includes('\u001b'), 'no name can send codes to the terminal');
  const longest = Math.max(...stdout.split('\n').map((line) => line.length));
  assert.ok(longest < 300, `a line of ${longest} characters`);

  await stack.backend.sql.unsafe(json.registration_sql);
  await stack.backend.sql.unsafe(`grant select, insert, update on public.${TABLE} to service_role`);
  assert.equal((await sync()).status, 'completed');
  const stored = await stack.backend.sql.unsafe(
    `select ${quoted('constructor')} as five, ${quoted('__proto__')} as proto
     from public.${TABLE} where ${quoted(COLUMNS[0][0])} = 'K-5'`,
  );
  assert.deepEqual({ ...stored[0] }, { five: 5, proto: 'p 5' });
});

/** @param {string[]} args */
async function initHostile(...args) {
  const common = ['--spreadsheet', HOSTILE_ID, '--table', plainName(`public.${TABLE}`), ...args];
  const shown = await init(stack, ...common, '--out', folder.file('odd.json'));
  assert.equal(shown.code, 0, shown.stderr);
  const again = await init(stack, ...common, '--out', folder.file('odd-2.json'), '--json');
  return { stdout: shown.stdout, json: JSON.parse(again.stdout) };
}

async function sync() {
  const environment = { ...environmentOf(stack), SYNC_SPREADSHEET_ID: undefined };
  const service = new PropertyListingRestSyncService({
    module: loadCore(),
    mapping: readFileSync(folder.file('odd.json')),
    configuration: await readConfiguration(environment, { http: false }),
    log: () => {},
  });
  return service.syncAll();
}

test('a literal is the text itself, whatever stands in it', async () => {
  for (const text of ["o'clock", 'back\\slash', "'; select 1; --", '\\', "\\'", '物件\n一覧', '']) {
    for (const setting of ['on', 'off']) {
      const [row] = await stack.backend.sql.begin(async (sql) => {
        await sql.unsafe(`set local standard_conforming_strings = ${setting}`);
        return sql.unsafe(`select ${literal(text)} as text`);
      });
      assert.equal(row.text, text);
    }
  }
});

test('a header row of nothing but blanks and twins gives no mapping', async () => {
  addSheet('blank', [
    ['', ' ', 'a', 'a', '\u3000'],
    ['1', '2', '3', '4', '5'],
  ]);
  const out = folder.file('none.json');
  const { code, stderr } = await init(
    ...[stack, '--spreadsheet', HOSTILE_ID, '--table', 'property_listings', '--out', out],
  );
  assert.equal(code, 1);
  assert.match(stderr, /no header was found for a unique column/);
});

test('the columns that the database fills itself are never suggested', async () => {
  await stack.backend.sql.unsafe(`create table public.filled (
    id bigint generated always as identity, number text not null unique,
    double text generated always as (number || number) stored,
    tags text[] not null default '{}', facts jsonb, created_at timestamptz default now(),
    updated_at timestamptz)`);
  addSheet('filled', [
    ['id', 'number', 'double', 'tags', 'facts', 'created_at', 'updated_at'],
    [1, 'N1', 'x', 'a', '{}', 46000, 46000],
  ]);
  const out = folder.file('filled.json');
  const { code, stdout, stderr } = await init(
    ...[stack, '--spreadsheet', HOSTILE_ID, '--table', 'filled', '--out', out],
  );
  assert.equal(code, 0, stderr);
  const { columns } = folder.read('filled.json');
  assert.deepEqual(
    columns.map((/** @type {any} */ { column }) => column),
    ['number'],
  );
  assert.match(stdout, /p_updated_at_column => 'updated_at'/);
});
