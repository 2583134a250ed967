import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { backend, createSource, query } from './support.js';

before(async () => {
  const { default: postgres } = await import('postgres');
  const admin = postgres((await backend()).adminUrl, { max: 1, onnotice: () => {} });
  await admin.unsafe('create extension citext schema extensions').simple();
  await admin.end();
  await query(`
    create collation if not exists public.no_case
      (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
    create domain public.whole_yen as bigint check (value >= 0);
    create domain public.remark as text not null default 'none';
    create type public.colour as enum ('red', 'green')`);
});

/** Column type, stored value, value sent, and whether the row counts as changed. */
const cases = [
  ['numeric', 1.5, '1.50', false],
  ['numeric', 1.5, 1.51, true],
  ['timestamptz', '2026-01-01T00:00:00Z', '2026-01-01T09:00:00+09:00', false],
  ['date', '2026-01-01', '20260101', false],
  ['json', { a: 1, b: 2 }, { b: 2, a: 1 }, false],
  ['json', { a: 1 }, { a: 2 }, true],
  ['jsonb', { a: 1 }, { a: 1 }, false],
  ['extensions.citext', 'Abc', 'Abc', false],
  ['extensions.citext', 'Abc', 'ABC', true],
  ['text collate public.no_case', 'Abc', 'ABC', true],
  ['varchar(5)', 'Abc', 'abc', true],
  ['text', 'が', 'か\u3099', true],
  ['char(5)', 'ab', 'ab', false],
  ['text[]', ['a', 'b'], ['a', 'b'], false],
  ['text[]', ['a', 'b'], ['b', 'a'], true],
  ['json[]', [{ a: 1 }], [{ a: 1 }], false],
  ['numeric[]', [1.5], ['1.50'], false],
  ['point', '(1,2)', '(1.0,2)', false],
  ['point', '(1,2)', '(1,3)', true],
  ['xml', '<a/>', '<a/>', false],
  ['public.colour', 'red', 'red', false],
  ['public.colour', 'red', 'green', true],
  ['public.whole_yen', 100, 100, false],
  ['public.whole_yen', 100, 200, true],
  ['int4range', '[1,3)', '[1,2]', false],
  ['boolean', null, null, false],
  ['boolean', null, false, true],
  ['bytea', '\\x00ff', '\\x00FF', false],
];

for (const [type, stored, sent, changes] of cases) {
  const what = changes ? 'is an update' : 'is unchanged';
  test(`${type}: ${JSON.stringify(stored)}, then ${JSON.stringify(sent)} ${what}`, async () => {
    const source = await createSource(`k text primary key, v ${type}`);
    const worker = await source.begin();
    assert.equal((await worker.commit([{ k: 'a', v: stored }])).inserted, 1);
    const answer = await worker.commit([{ k: 'a', v: sent }]);
    assert.deepEqual([answer.updated, answer.unchanged], changes ? [1, 0] : [0, 1]);
  });
}

test('a citext key is the key it equals, and the stored spelling stays', async () => {
  const source = await createSource('k extensions.citext primary key, price bigint');
  const worker = await source.begin();
  await worker.commit([{ k: 'Ab', price: 1 }]);
  assert.equal((await worker.commit([{ k: 'AB', price: 1 }])).unchanged, 1);
  assert.equal((await worker.commit([{ k: 'AB', price: 2 }])).updated, 1);
  assert.deepEqual(await source.rows(), [{ k: 'Ab', price: '2' }]);
});

test('keys that differ as text and are equal by type are both held', async () => {
  const source = await createSource('k extensions.citext primary key, price bigint');
  const worker = await source.begin();
  const rows = [{ k: 'a1' }, { k: 'A1' }, { k: 'b1' }];
  const answer = await worker.commit(rows.map((row, price) => ({ ...row, price })));
  assert.deepEqual(
    answer.failed.map((/** @type {any} */ f) => [f.i, f.code, f.column]),
    [
      [1, 'duplicate_key', 'k'],
      [2, 'duplicate_key', 'k'],
    ],
  );
  assert.equal(answer.inserted, 1);
});

test('a key too long for its column is refused, never cut to another one', async () => {
  const source = await createSource('k varchar(3) primary key, price bigint');
  const worker = await source.begin();
  await worker.commit([{ k: 'abc', price: 1 }]);
  const answer = await worker.commit([{ k: 'abcd', price: 2 }]);
  assert.deepEqual([answer.failed[0].code, answer.failed[0].column], ['22001', 'k']);
  assert.deepEqual(await source.rows(), [{ k: 'abc', price: '1' }]);
});

test('an absent key takes the default of its domain, which forbids null', async () => {
  const source = await createSource('k text primary key, price bigint, memo public.remark');
  const worker = await source.begin();
  const answer = await worker.commit([
    { k: 'a', price: 1 },
    { k: 'b', memo: 'm' },
  ]);
  assert.equal(answer.inserted, 2);
  assert.deepEqual(await source.rows(), [
    { k: 'a', price: '1', memo: 'none' },
    { k: 'b', price: null, memo: 'm' },
  ]);
});
