import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSource, query } from './support.js';

/** @param {string} ddl @param {string} args */
async function register(ddl, args) {
  await query(ddl);
  return query(`select sync_register_source(${args})`);
}

const refused = [
  {
    why: 'a key without a unique index',
    ddl: 'create table r_none (k text)',
    message: /needs a unique index of its own/,
  },
  {
    why: 'a key whose unique index is partial (soft delete)',
    ddl: 'create table r_part (k text, gone boolean); create unique index on r_part (k) where not gone',
    message: /needs a unique index of its own, over all rows/,
  },
  {
    why: 'a key whose unique index is over an expression',
    ddl: 'create table r_expr (k text); create unique index on r_expr (lower(k))',
    message: /needs a unique index of its own/,
  },
  {
    why: 'a key that is unique with another column only',
    ddl: 'create table r_pair (k text, n int, unique (k, n))',
    message: /needs a unique index of its own/,
  },
  {
    why: 'a key whose uniqueness is deferrable',
    ddl: 'create table r_defer (k text unique deferrable initially deferred)',
    message: /not deferrable/,
  },
  {
    why: 'a generated key',
    ddl: 'create table r_gen (n int, k int generated always as (n + 1) stored unique)',
    message: /is generated/,
  },
  {
    why: 'an identity key that is always the database’s',
    ddl: 'create table r_ident (k int generated always as identity primary key)',
    message: /is generated/,
  },
  { why: 'a key that does not exist', ddl: 'create table r_miss (id int)', message: /no column k/ },
  {
    why: 'a view',
    ddl: 'create table r_base (k text primary key); create view r_view as select * from r_base',
    message: /is not a table/,
  },
  {
    why: 'an unknown updated_at column',
    ddl: 'create table r_touch (k text primary key)',
    more: `, p_updated_at_column => 'changed'`,
    message: /no writable timestamp column changed/,
  },
  {
    why: 'an updated_at column that is no time',
    ddl: 'create table r_touch2 (k text primary key, changed int)',
    more: `, p_updated_at_column => 'changed'`,
    message: /no writable timestamp column changed/,
  },
  {
    why: 'a malformed search path',
    ddl: 'create table r_path (k text primary key)',
    more: `, p_search_path => 'public,,'`,
    message: /invalid value for parameter "search_path"/,
  },
];

for (const { why, ddl, message, more = '' } of refused) {
  test(`registration refuses ${why}`, async () => {
    const name = [...ddl.matchAll(/create (?:table|view) (\w+)/g)].at(-1)?.[1];
    await assert.rejects(register(ddl, `'${name}', '${name}', 'k'${more}`), { message });
    assert.deepEqual(await query(`select * from sync_sources where source = '${name}'`), []);
  });
}

test('registering again changes the registration and keeps the state', async () => {
  const source = await createSource('k text primary key, price bigint, changed timestamptz');
  const worker = await source.begin();
  await query(`select sync_register_source('${source.name}', '${source.name}', 'k',
    p_updated_at_column => 'changed')`);
  const [{ fence }] = await query(`select fence from sync_state where source = '${source.name}'`);
  assert.equal(Number(fence), worker.grant.fence);
  await worker.commit([{ k: 'a', price: 1 }]);
  assert.ok((await source.rows())[0].changed instanceof Date);
});

test('a table dropped after registration is an unknown source, not a bare 404', async () => {
  const source = await createSource();
  const worker = await source.begin();
  await query(`drop table ${source.name}`);
  const { status, body } = await worker.commitRefused([{ k: 'a' }]);
  assert.deepEqual([status, body.details], [404, 'unknown_source']);
  assert.match(body.message, /is gone/);
});
