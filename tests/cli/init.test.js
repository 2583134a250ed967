// `listing-sync init` against a real database and the emulated sheet: what it suggests, what it
// writes, and that what it wrote works.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import Ajv from 'ajv/dist/2020.js';
import {
  PropertyListingRestSyncService,
  loadCore,
  readConfiguration,
} from '../../functions/index.js';
import { readExampleMapping } from '../../infra/local/generator/index.js';
import { readTable as readRows, startTestStack } from '../e2e/support.js';
import { cli, createFolder, environmentOf, init, planWithoutDictionary } from './init-support.js';

const ROWS = 300;
const example = readExampleMapping();
const folder = createFolder();
/** @type {import('../e2e/support.js').TestStack} */
let stack;

before(async () => {
  stack = await startTestStack({ rows: ROWS });
});
after(async () => {
  await stack.stop();
  folder.remove();
});

/** The example's headers of a column. @param {{ header: string | string[] }} column */
const headersOf = ({ header }) => [header].flat();
const folded = (/** @type {unknown} */ text) => String(text).normalize('NFKC').trim();

/** How many columns of the example have got their own header, and none a wrong one. */
function countRight(/** @type {any[]} */ columns) {
  const byName = new Map(columns.map((column) => [column.column, column]));
  const found = example.columns.filter(({ column }) => byName.has(column));
  const right = found.filter((column) =>
    headersOf(column).includes(folded(byName.get(column.column).header)),
  );
  assert.equal(right.length, found.length, 'a pair that is suggested is right');
  return right.length;
}

/** A column of whole numbers holds the same as an integer. */
function countTypes(/** @type {any[]} */ columns) {
  const byName = new Map(columns.map((column) => [column.column, column]));
  return example.columns.filter(({ column, type, unit }) => {
    const got = byName.get(column);
    const isSame = got?.type === type || (got?.type === 'integer' && type === 'number');
    return isSame && got.unit === unit;
  }).length;
}

test('init finds the pairs and types of the example sheet and table', async (t) => {
  const out = folder.file('example.json');
  const { code, stdout, stderr } = await init(stack, '--table', 'property_listings', '--out', out);
  assert.equal(code, 0, stderr);
  const { columns, key, source } = folder.read('example.json');
  assert.deepEqual([key, source], ['property_number', 'property-listings']);
  const [pairs, types] = [countRight(columns), countTypes(columns)];
  t.diagnostic(`${pairs} of ${example.columns.length} pairs and ${types} types`);
  assert.ok(pairs >= 0.95 * example.columns.length);
  assert.ok(types >= 0.9 * example.columns.length);
  assert.match(stdout, /社内メモ/, 'headers without a column are listed');
  assert.match(stdout, /view_count/, 'columns without a header are listed');
  assert.match(stdout, /select sync_register_source\('property-listings', /);
});

test('the written mapping passes its JSON Schema', () => {
  const schema = JSON.parse(
    readFileSync(new URL('../../infra/mappings/mapping.schema.json', import.meta.url), 'utf8'),
  );
  const validate = new Ajv.default({ strict: false }).compile(schema);
  assert.ok(validate(folder.read('example.json')), JSON.stringify(validate.errors));
});

test('doctor finds nothing wrong with the written mapping', async () => {
  const { code, stdout } = await cli(
    stack,
    'doctor',
    '--json',
    '--mapping',
    folder.file('example.json'),
  );
  const { checks } = JSON.parse(stdout);
  const statusOf = (/** @type {string} */ id) =>
    checks.find((/** @type {any} */ { check }) => check === id).status;
  for (const id of ['mapping', 'tab', 'headers', 'registration'])
    assert.equal(statusOf(id), 'ok', id);
  assert.notEqual(statusOf('columns'), 'failed');
  assert.equal(code, 0, stdout);
});

test('the written mapping syncs every row', async () => {
  const service = new PropertyListingRestSyncService({
    module: loadCore(),
    mapping: readFileSync(folder.file('example.json')),
    configuration: await readConfiguration(environmentOf(stack), { http: false }),
    log: () => {},
  });
  const { status, stats } = await service.syncAll();
  assert.equal(status, 'completed');
  assert.equal(stats.total, ROWS);
  assert.ok(stats.inserted > 0.9 * ROWS, JSON.stringify(stats));
  assert.equal((await readRows(stack)).length, stats.inserted);
});

test("comments in the table's own language do as well as the dictionary", async (t) => {
  for (const column of example.columns) {
    const comment = `${headersOf(column)[0]}（物件の一項目）`.replaceAll("'", "''");
    await stack.backend.sql.unsafe(
      `comment on column public.property_listings.${column.column} is '${comment}'`,
    );
  }
  const { mapping } = await planWithoutDictionary(stack, 'property_listings');
  const [pairs, types] = [countRight(mapping.columns), countTypes(mapping.columns)];
  t.diagnostic(`without the dictionary: ${pairs} pairs, ${types} types`);
  assert.ok(pairs >= 0.95 * example.columns.length);
  assert.ok(types >= 0.9 * example.columns.length);
});

test('personal data is suggested as sensitive, the key never', () => {
  const { columns } = folder.read('example.json');
  const sensitive = columns.filter((/** @type {any} */ { sensitive }) => sensitive);
  const names = sensitive.map((/** @type {any} */ { column }) => column);
  for (const name of ['seller_name', 'seller_phone', 'seller_email', 'agent_phone']) {
    assert.ok(names.includes(name), name);
  }
  assert.ok(!names.includes('property_number') && !names.includes('price'));
});

test('an existing file is left as it is, by its own name and by the default one', async () => {
  const out = folder.file('mine.json');
  writeFileSync(out, 'mine');
  const { code, stderr } = await init(stack, '--table', 'property_listings', '--out', out);
  assert.equal(code, 1);
  assert.match(stderr, /exists and is left as it is/);
  assert.equal(readFileSync(out, 'utf8'), 'mine');
});

test('--json is one document with pairs, what is left, and the SQL', async () => {
  const out = folder.file('as-json.json');
  const { code, stdout } = await init(
    stack,
    '--table',
    'property_listings',
    '--out',
    out,
    '--json',
  );
  assert.equal(code, 0);
  const { file, pairs, unmatched_columns: left, registration_sql: sql } = JSON.parse(stdout);
  assert.equal(file, out);
  assert.equal(pairs.length, folder.read('as-json.json').columns.length);
  assert.ok(pairs.every((/** @type {any} */ { reason }) => reason.length > 0));
  assert.ok(left.some((/** @type {any} */ { column }) => column === 'memo'));
  assert.match(sql, /p_updated_at_column => 'updated_at'/);
});

/** @type {[string, string[], number, RegExp][]} */
const REFUSALS = [
  ['no table is named', [], 2, /--table is needed/],
  ['an option does not exist', ['--tables', 'x'], 2, /did you mean --table/],
  ['the header row is no number', ['--table', 'x', '--header-row', '0'], 2, /row number/],
  ['the address is given for the id', ['--table', 'x', '--spreadsheet', 'https://a/'], 2, /\/d\//],
  ['the table is not there', ['--table', 'nothing'], 1, /no table "nothing"/],
  ['the spreadsheet is not there', ['--spreadsheet', 'other'], 1, /between \/d\/ and \/edit/],
  ['the tab is not there', ['--tab', '物件一欄'], 1, /did you mean "物件一覧"/],
  ['the header row is beyond the tab', ['--header-row', '9999'], 1, /--header-row/],
  ['the key is no column', ['--key', 'nope'], 1, /has no column "nope"/],
  ['the key has no header', ['--key', 'memo'], 1, /no header was found for the key column "memo"/],
  ['the source is no name', ['--table', 'x', '--source', 'A B'], 2, /a-z 0-9/],
];

for (const [what, args, exit, said] of REFUSALS) {
  test(`where ${what}, nothing is written and the reason is told`, async () => {
    const out = folder.file(`refused-${what.replaceAll(' ', '-')}.json`);
    const table = exit === 2 || args.includes('--table') ? [] : ['--table', 'property_listings'];
    const { code, stderr } = await init(stack, ...table, ...args, '--out', out);
    assert.equal(code, exit, stderr);
    assert.match(stderr, said);
    assert.throws(() => readFileSync(out), { code: 'ENOENT' });
  });
}

test('where the sheet is not shared, the address to share it with is told', async (t) => {
  const spreadsheet = stack.sheets.spreadsheet('local-spreadsheet');
  spreadsheet.shared = false;
  t.after(() => (spreadsheet.shared = true));
  const { code, stderr } = await init(stack, '--table', 'property_listings', '--out', 'never.json');
  assert.equal(code, 1);
  assert.ok(stderr.includes(stack.sheets.serviceAccount.client_email), stderr);
});
