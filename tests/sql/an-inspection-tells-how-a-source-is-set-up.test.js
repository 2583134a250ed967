import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { call, createSource, query } from './support.js';

const inspect = (/** @type {object} */ args) => call('sync_inspect', args);

test('the schema version is the newest migration', async () => {
  const folder = new URL('../../infra/supabase/migrations/', import.meta.url);
  const stamps = readdirSync(folder)
    .filter((name) => !name.includes('property_listings'))
    .map((name) => name.split('_')[0]);
  assert.equal((await inspect({})).schema_version, stamps.sort().at(-1));
});

test('a registered source shows its table: columns, rights, triggers', async () => {
  const source = await createSource(
    `k text primary key, note varchar(20) not null default '', total integer generated always as (1) stored,
     email_like text, constraint x check (note <> 'x')`,
  );
  await query(`comment on column public.${source.name}.note is '備考';
    create function public.shout_${source.name}() returns trigger language plpgsql as $$
      begin new.note := upper(new.note); return new; end $$;
    create trigger shout before insert or update on public.${source.name}
      for each row execute function public.shout_${source.name}();`);
  const { registration, table, role } = await inspect({ p_source: source.name });
  assert.equal(role, 'service_role');
  assert.equal(registration.key_column, 'k');
  assert.equal(table.name, `public.${source.name}`);
  assert.deepEqual(table.unique_columns, ['k']);
  assert.equal(table.refusal, null);
  assert.deepEqual(table.privileges, { select: true, insert: true, update: true });
  const [, note, total] = table.columns;
  assert.deepEqual(note, {
    name: 'note',
    type: 'character varying',
    kind: 'b',
    base: null,
    max_length: 20,
    not_null: true,
    has_default: true,
    generated: false,
    comment: '備考',
  });
  assert.equal(total.generated, true);
  const [trigger] = table.triggers;
  assert.deepEqual(
    [trigger.name, trigger.timing, trigger.for_each, trigger.insert, trigger.update],
    ['shout', 'before', 'row', true, true],
  );
  assert.match(trigger.source, /new\.note := upper/);
});

test('a table that is not registered is found by its name, and why it could not be', async () => {
  await query(
    `create table public."Odd name" (k text);
    create schema other; create table other.t (k text primary key);
    grant usage on schema other to service_role`,
  );
  const odd = await inspect({ p_table: 'Odd name', p_key_column: 'k' });
  assert.equal(odd.registration, null);
  assert.equal(odd.table.name, 'public."Odd name"');
  assert.match(odd.table.refusal, /needs a unique index/);
  assert.equal((await inspect({ p_table: 'other.t' })).table.name, 'other.t');
  for (const p_table of ['nobody', 'a.b.c.d', '"', '', "x'; drop table y", '.']) {
    assert.equal((await inspect({ p_table })).table, null, p_table);
  }
});

test('missing rights show', async () => {
  const source = await createSource();
  await query(`revoke insert, update on public.${source.name} from service_role`);
  const { table } = await inspect({ p_source: source.name });
  assert.deepEqual(table.privileges, { select: true, insert: false, update: false });
});
