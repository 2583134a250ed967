// What `doctor` says of types is what PostgreSQL does with the values the core sends.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { compatibility } from '../../infra/cli/doctor/types.js';
import { startBackend } from '../../infra/local/backend/index.js';
import { createCore } from '../../wasm/js/core.js';
import { loadCore } from '../../wasm/js/load-node.js';

const backend = await startBackend({
  migrations: [`create type public.house_or_land as enum ('house', 'land')`],
});
after(() => backend.stop());
const core = createCore(loadCore());

const UUID = '6d3c3f7e-58a4-4d0c-9d93-0a6b0f4a3f0e';
/**
 * Cells as Sheets gives them, by the mapping's type.
 * @type {Record<string, unknown[]>}
 */
const CELLS = {
  text: ['駅まで5分', 'house', UUID, '12:30', '192.0.2.1', '1 day', '(1,2)', '0101', '$5.00'],
  url: ['https://example.jp/a'],
  email: ['a@example.jp'],
  phone: ['090-1234-5678'],
  year_month: ['2023年5月'],
  integer: [0, 5, 32767, -5],
  number: [5, 5.25, -0.1],
  date: [45000, '令和5年3月1日'],
  datetime: [45000.5],
  boolean: [true, false, '○'],
  enum: ['い', 'ろ', 'は', 'に', 'ほ', 'へ', 'と', 'ち', 'り', 'ぬ', 'る'],
};
const ENUM_VALUES = {
  ...{ い: 'house', ろ: '5', は: 'true', に: '2023-03-15', ほ: UUID, へ: '192.0.2.1' },
  ...{ と: '1 day', ち: '12:30', り: '(1,2)', ぬ: '0101', る: '$5.00' },
};

const COLUMN_TYPES = [
  ...['text', 'character varying', 'character(40)', 'smallint', 'integer', 'bigint', 'numeric'],
  ...['real', 'double precision', 'timestamp with time zone', 'timestamp without time zone'],
  ...['boolean', 'date', 'uuid', 'json', 'jsonb', 'text[]', 'integer[]', 'public.house_or_land'],
  ...['interval', 'inet', 'cidr', 'money', 'point', 'bit(4)', 'time without time zone'],
];
/** PostgreSQL reads these as something nobody has meant: 5 as five seconds, 2023-05 as 20:23. */
const ACCIDENTS = new Set([
  ...['integer interval', 'number interval', 'year_month interval'],
  ...['integer cidr', 'number cidr', 'year_month time without time zone'],
]);

/** @param {string} type @param {string} columnType */
const isAccident = (type, columnType) => ACCIDENTS.has(`${type} ${columnType}`);

/** @param {string} type @returns {string[]} the JSON the core sends */
function sentFor(type) {
  return CELLS[type].map((cell) => {
    const policy = type === 'enum' ? { values: ENUM_VALUES } : {};
    const question = { query: 'convert', type, policy, time_zone: 'Asia/Tokyo' };
    const { answer } = core.query({ ...question, cell: JSON.stringify(cell) });
    assert.equal(answer.action, 'write', `${type} ${cell}: ${answer.code}`);
    return answer.value;
  });
}

/**
 * A value in a column, the way sync_commit puts it there: what is stored then, or null where it was
 * refused.
 * @param {string} table
 * @param {string} value JSON
 * @returns {Promise<string | null>}
 */
async function stored(table, value) {
  const row = `{"c": ${value}}`;
  try {
    const [{ is }] = await backend.sql.unsafe(
      `select to_jsonb(n) ->> 'c' as is from jsonb_populate_record(null::public.${table}, $1::text::jsonb) as n`,
      [row],
    );
    return is.trimEnd(); // character(n) pads with blanks
  } catch (error) {
    const { code = '' } = /** @type {import('postgres').PostgresError} */ (error);
    assert.match(code, /^(22|2F)/, `${table} ${value}: ${error}`);
    return null;
  }
}

/** @param {string} type @param {number} i */
async function createTable(type, i) {
  await backend.sql.unsafe(`create table public.t${i} (c ${type})`);
  const [found] = await backend.sql.unsafe(`
    select format_type(a.atttypid, null) as type, t.typtype as kind, null as base
    from pg_attribute a join pg_type t on t.oid = a.atttypid
    where a.attrelid = 'public.t${i}'::regclass and a.attname = 'c'`);
  return /** @type {{ type: string, kind: string, base: null }} */ (/** @type {any} */ (found));
}

/** @param {string} value JSON */
const asText = (value) => {
  const parsed = JSON.parse(value);
  return typeof parsed === 'string' ? parsed : value;
};

for (const [i, columnType] of COLUMN_TYPES.entries()) {
  test(`what is said of ${columnType} is what PostgreSQL does`, async () => {
    const found = await createTable(columnType, i);
    for (const type of Object.keys(CELLS)) {
      const sent = sentFor(type);
      const kept = await Promise.all(sent.map((value) => stored(`t${i}`, value)));
      const verdict = compatibility({ type, scale: null }, found);
      const what = `${type} into ${columnType}: ${sent} gave ${kept}, said is ${verdict.why}`;
      if (!isAccident(type, columnType)) assertTrue(verdict, type, sent.map(asText), kept, what);
    }
  });
}

/**
 * @param {ReturnType<typeof compatibility>} verdict
 * @param {string} type
 * @param {string[]} sent
 * @param {(string | null)[]} kept
 * @param {string} what
 */
function assertTrue({ fits, why }, type, sent, kept, what) {
  if (fits === 'no') return assert.ok(kept.includes(null), what);
  if (fits === 'perhaps') return assert.ok(why !== '' && kept.some((one) => one !== null), what);
  if (type === 'enum') return assert.ok(kept.includes('house'), what);
  const comparable = (/** @type {(string | null)[]} */ values) =>
    type === 'datetime' ? values.map((value) => Date.parse(value ?? '')) : values;
  return assert.deepEqual(comparable(kept), comparable(sent), what);
}

test('a domain is judged by the type it is made of', () => {
  const domain = { type: 'yen', kind: 'd', base: 'numeric' };
  assert.equal(compatibility({ type: 'number', scale: null }, domain).fits, 'yes');
  assert.equal(compatibility({ type: 'boolean', scale: null }, domain).fits, 'no');
});

test('a number that has no decimals by its scale is whole', () => {
  const integer = { type: 'integer', kind: 'b', base: null };
  assert.equal(compatibility({ type: 'number', scale: 0 }, integer).fits, 'yes');
  assert.equal(compatibility({ type: 'number', scale: 2 }, integer).fits, 'perhaps');
});

test('an amount in yen is whole', () => {
  const bigint = { type: 'bigint', kind: 'b', base: null };
  assert.equal(compatibility({ type: 'number', scale: null, unit: 'yen' }, bigint).fits, 'yes');
  assert.equal(compatibility({ type: 'number', scale: null, unit: 'm2' }, bigint).fits, 'perhaps');
});
