// `doctor` on the project and its table: each check shown passing and failing, on real PostgREST.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startBackend } from '../../infra/local/backend/index.js';
import {
  assertFound,
  assertOk,
  assertSkipped,
  diagnose,
  outcomeOf,
  setUp,
  startServices,
} from './doctor-support.js';
import { closedAddress } from '../functions/support.js';

const services = await startServices();
const { backend } = services;
after(() => services.stop());

/** @param {string} text */
const sql = (text) => backend.sql.unsafe(text);
const TABLE_CHECKS = ['registration', 'columns', 'grants', 'triggers', 'schedule'];

test('a project that answers the service key passes, secret or legacy', async () => {
  const { environment, examine } = await setUp(services);
  assertOk(await examine(), 'supabase', /reached, as service_role/);
  environment.SUPABASE_SERVICE_ROLE_KEY = await backend.signJwt({ role: 'service_role' });
  assertOk(await examine(), 'supabase', /reached, as service_role/);
});

test('a key of another project, or of another role, is refused', async () => {
  const { environment, examine } = await setUp(services);
  environment.SUPABASE_SERVICE_ROLE_KEY = 'sb_secret_of_another_project';
  const diagnosis = await examine();
  assertFound(diagnosis, 'supabase', 'failed', [
    [/key is refused: Invalid API key/, /SUPABASE_SERVICE_ROLE_KEY to the secret key of this/],
  ]);
  assertSkipped(diagnosis, ['migrations', ...TABLE_CHECKS]);
  environment.SUPABASE_SERVICE_ROLE_KEY = await backend.signJwt({});
  assertFound(await examine(), 'supabase', 'failed', [
    [/key is refused: permission denied/, /the service_role key.*; if it is that key, apply/],
  ]);
});

test('nobody at the address', async () => {
  const { environment, examine } = await setUp(services);
  environment.SUPABASE_URL = await closedAddress();
  assertFound(await examine(), 'supabase', 'failed', [
    [/no answer \(network/, /SUPABASE_URL.*paused/],
  ]);
});

test('somebody else at the address', async () => {
  const { environment, examine } = await setUp(services);
  environment.SUPABASE_URL = `${backend.url}/elsewhere`;
  assertFound(await examine(), 'supabase', 'failed', [[/HTTP 404/, /SUPABASE_URL the address/]]);
  environment.SUPABASE_URL = backend.url;
  backend.failNext({ kind: 'sync_inspect', status: 200, body: '<html>a portal</html>' });
  assertFound(await examine(), 'supabase', 'failed', [[/a page, not JSON/, /SUPABASE_URL/]]);
});

test('a database that is down', async () => {
  const { examine } = await setUp(services);
  const body = { code: 'PGRST001', message: 'Database client error. Retrying the connection.' };
  backend.failNext({ kind: 'sync_inspect', status: 503, body });
  assertFound(await examine(), 'supabase', 'failed', [[/HTTP 503 PGRST001/, /does it run/]]);
});

test('migrations of this version pass', async () => {
  const { examine } = await setUp(services);
  assertOk(await examine(), 'migrations', /current \(\d{14}\)/);
});

test('a project without migrations', async (t) => {
  const bare = await startBackend();
  t.after(() => bare.stop());
  const { environment, mapping } = await setUp(services);
  const diagnosis = await diagnose([], {
    ...environment,
    SYNC_MAPPING: JSON.stringify(mapping),
    SUPABASE_URL: bare.url,
    SUPABASE_SERVICE_ROLE_KEY: bare.secretKey,
  });
  assertOk(diagnosis, 'supabase', /reached/);
  assertFound(diagnosis, 'migrations', 'failed', [
    [/sync_\* functions are not there/, /apply infra\/supabase\/migrations in order.*owner/],
  ]);
  assertSkipped(diagnosis, TABLE_CHECKS);
});

test('migrations of an older and of a newer version', async (t) => {
  const { examine } = await setUp(services);
  const [{ now }] = await backend.sql`select listing_sync.schema_version() as now`;
  const pretend = (/** @type {string} */ version) =>
    sql(`create or replace function listing_sync.schema_version() returns text
      language sql immutable set search_path = '' as $$ select '${version}' $$`);
  t.after(() => pretend(now));
  await pretend('20250101000000');
  const older = await examine();
  assertFound(older, 'migrations', 'failed', [
    [/of 20250101000000, this version needs/, /apply those after 20250101000000 of infra/],
  ]);
  assertSkipped(older, TABLE_CHECKS);
  await pretend('20990101000000');
  assertFound(await examine(), 'migrations', 'failed', [[/newer than this version/, /deploy the/]]);
});

test('a registered table passes', async () => {
  const { name, examine } = await setUp(services);
  assertOk(await examine(), 'registration', new RegExp(`public.${name}, key property_number`));
});

test('a table that is not registered: with the statement that does it', async () => {
  const { name, examine } = await setUp(services, {
    registered: false,
    table: ', updated_at timestamptz not null default now()',
  });
  const diagnosis = await examine();
  const key = `'property_number', p_updated_at_column => 'updated_at'`;
  const statement = `select sync_register_source('${name}', 'public.${name}', ${key});`;
  assertFound(diagnosis, 'registration', 'failed', [[/is not registered$/, /database's owner/]]);
  const [{ remedy = '' }] = outcomeOf(diagnosis, 'registration').findings;
  assert.ok(remedy.endsWith(statement), remedy);
  assertSkipped(diagnosis, ['columns', 'grants', 'triggers', 'schedule']);
  await sql(statement);
  assertOk(await examine(), 'registration', /key property_number/);
});

test('a table that could not be registered, and one that is not there', async () => {
  const { mapping, examine } = await setUp(services, {
    registered: false,
    columns: { property_number: { header: '物件番号', type: 'text', sql: 'text' } },
  });
  assertFound(await examine(), 'registration', 'failed', [
    [/not registered; it would be refused: .*unique index/, /sync_register_source/],
  ]);
  mapping.table = 'nobody';
  assertFound(await examine(), 'registration', 'failed', [
    [/there is no table nobody/, /create it, or correct "table"/],
  ]);
});

test('a registration with another key, or of another table', async () => {
  const { name, mapping, examine } = await setUp(services, {
    columns: { title: { header: '物件名', type: 'text', sql: 'text unique not null' } },
  });
  mapping.key = 'title';
  assertFound(await examine(), 'registration', 'failed', [
    [/registered with the key property_number, the mapping's is title/, /'title'\);$/],
  ]);
  mapping.key = 'property_number';
  mapping.table = 'nobody';
  assertFound(await examine(), 'registration', 'warning', [
    [new RegExp(`says public.nobody, written is public.${name}`), /correct "table"/],
  ]);
});

test('a registration of another table: with the statement for the one that is meant', async () => {
  const { name, mapping, examine } = await setUp(services);
  const { name: other } = await setUp(services, { registered: false });
  mapping.table = other;
  const diagnosis = await examine();
  const text = new RegExp(`says public.${other}, written is public.${name}$`);
  assertFound(diagnosis, 'registration', 'warning', [[text, /or register the one it says/]]);
  const [{ remedy = '' }] = outcomeOf(diagnosis, 'registration').findings;
  await sql(/select .*;$/.exec(remedy)?.[0] ?? '');
  assertOk(await examine(), 'registration', new RegExp(`public.${other}, key property_number`));
});

test('a database that stops answering in between is not taken for a table that is not there', async () => {
  const { mapping, examine } = await setUp(services);
  const { name: other } = await setUp(services, { registered: false });
  mapping.table = other;
  /** @param {number} nth question for the facts: two for the versions come before the table's */
  const examineWithout = async (nth) => {
    let asked = 0;
    services.backend.spoil((kind) =>
      kind === 'sync_inspect' && (asked += 1) === nth ? { status: 503, body: {} } : null,
    );
    return examine().finally(() => services.backend.spoil(null));
  };
  assertFound(await examineWithout(3), 'registration', 'failed', [[/^HTTP 503$/, /Supabase key/]]);
  assertFound(await examineWithout(4), 'registration', 'warning', [
    [new RegExp(`says public.${other}`), /, or register the one it says$/],
  ]);
});

test('a key whose unique index is gone', async () => {
  const { name, examine } = await setUp(services);
  await sql(`alter table public.${name} drop constraint ${name}_pkey`);
  assertFound(await examine(), 'registration', 'failed', [
    [/needs a unique index/, /give the key a unique index/],
  ]);
});

test('columns that take what is sent pass', async () => {
  const { examine } = await setUp(services);
  assertOk(await examine(), 'columns', /all 3 columns are there and take what is sent/);
});

test('a mapped column the table has not: the nearest', async () => {
  const { name, examine } = await setUp(services);
  await sql(`alter table public.${name} rename column price to prize`);
  assertFound(await examine(), 'columns', 'failed', [
    [/price is no column .*; did you mean prize\?/, /correct the column in the mapping, or add/],
  ]);
});

test('types that do not fit, that may lose something, and columns nobody can write', async () => {
  const { examine } = await setUp(services, {
    columns: {
      built_on: { header: '築年月日', type: 'date', sql: 'boolean' },
      area: { header: '面積', type: 'number', sql: 'double precision' },
      total: { header: '総額', type: 'number', sql: 'numeric generated always as (1) stored' },
    },
  });
  const { status, findings } = outcomeOf(await examine(), 'columns');
  assert.equal(status, 'failed');
  assert.deepEqual(findings.map(({ level, text }) => `${level} ${text}`).sort(), [
    'failed built_on: date does not go into boolean',
    'failed total is generated and cannot be written',
    'warning number into double precision: decimals are rounded to binary (area)',
  ]);
  assert.match(findings[0].remedy ?? '', /type of the mapping that fits.*alter the column/);
  for (const { remedy } of findings) assert.ok(remedy);
});

test('the registered updated_at column cannot be mapped', async () => {
  const { name, mapping, examine } = await setUp(services, {
    columns: { touched_at: { header: '更新', type: 'datetime', sql: 'timestamptz' } },
    registered: false,
  });
  mapping.time_zone = 'Asia/Tokyo';
  await sql(`select sync_register_source('${name}', 'public.${name}', 'property_number',
    p_updated_at_column => 'touched_at')`);
  assertFound(await examine(), 'columns', 'failed', [
    [/touched_at is the registered updated_at column/, /take it out of the mapping/],
  ]);
});

test('NOT NULL: a blank cell that would clear it, a column nobody fills', async () => {
  const { name, mapping, examine } = await setUp(services, {
    columns: { title: { header: '物件名', type: 'text', sql: 'text not null' } },
  });
  assertFound(await examine(), 'columns', 'warning', [
    [/title is NOT NULL, and a blank cell would clear it/, /"blank" of title to "error"/],
  ]);
  mapping.columns[1].required = true;
  assertOk(await examine(), 'columns', /all 3/);
  await sql(`alter table public.${name} add agency text not null`);
  assertFound(await examine(), 'columns', 'failed', [
    [/agency is NOT NULL, has no default and is not mapped/, /map it, give it a default, or drop/],
  ]);
  await sql(`alter table public.${name} alter agency set default 'us'`);
  assertOk(await examine(), 'columns', /all 3/);
});

test('a text that is longer than its column', async () => {
  const { mapping, examine } = await setUp(services, {
    columns: { title: { header: '物件名', type: 'text', sql: 'varchar(20)' } },
  });
  const found = [[/title holds 20 characters, the mapping allows more/, /"max_length".* 20/]];
  assertFound(await examine(), 'columns', 'warning', /** @type {[RegExp, RegExp][]} */ (found));
  mapping.columns[1].max_length = 20;
  assertOk(await examine(), 'columns', /all 3/);
  mapping.columns[1] = { ...mapping.columns[1], type: 'enum', values: { 家: 'house' } };
  delete mapping.columns[1].max_length;
  assertOk(await examine(), 'columns', /all 3/);
});

test('yen go into a whole column, numbers with decimals may not', async () => {
  const price = { header: '価格', type: 'number', sql: 'bigint' };
  const yen = await setUp(services, { columns: { price: { ...price, policy: { unit: 'yen' } } } });
  assertOk(await yen.examine(), 'columns', /all 3/);
  const { examine } = await setUp(services, { columns: { price } });
  assertFound(await examine(), 'columns', 'warning', [
    [/number into bigint: a number with decimals is refused \(price\)/, /change the type|alter/],
  ]);
});

test('rights that are there pass, rights that are missing: with the statement that grants', async () => {
  const { name, examine } = await setUp(services);
  assertOk(await examine(), 'grants', /select, insert and update are granted/);
  await sql(`revoke insert, update on public.${name} from service_role`);
  const diagnosis = await examine();
  const statement = `grant insert, update on public.${name} to service_role;`;
  assertFound(diagnosis, 'grants', 'failed', [
    [/service_role may not insert, update/, new RegExp(statement.replaceAll('.', '\\.'))],
  ]);
  await sql(statement);
  assertOk(await examine(), 'grants', /are granted/);
});

/**
 * @param {string} name
 * @param {string} body of the trigger's function
 * @param {string} [when]
 */
const addTrigger = (name, body, when = 'before insert or update') =>
  sql(`create or replace function public.rewrite_${name}() returns trigger language plpgsql
      as $$ begin ${body} end $$;
    create or replace trigger rewrite ${when} on public.${name}
      for each row execute function public.rewrite_${name}()`);

test('no trigger, or one that leaves synced columns alone, passes', async () => {
  const { name, examine } = await setUp(services, { table: ', note text, updated_at timestamptz' });
  assertOk(await examine(), 'triggers', /none rewrites a synced column/);
  await addTrigger(
    name,
    `-- new.title := 'a comment';
     new.updated_at = now(); new.note := coalesce(new.note, '');
     if new.title = 'x' and (new.price = old.price) then raise notice 'same'; end if;
     perform 1 where new.title = 'y'; return new;`,
    'before update',
  );
  assertOk(await examine(), 'triggers', /none rewrites/);
});

for (const { how, body } of [
  { how: 'by :=', body: 'new.title := upper(new.title);' },
  { how: 'by =', body: 'if true then NEW.Title = upper(new.title); end if;' },
  { how: 'quoted', body: 'new."title" := upper(new.title);' },
  { how: 'by select into', body: 'select upper(new.title), 1 into new.title, new.price;' },
]) {
  test(`a trigger that rewrites a synced column is named: ${how}`, async () => {
    const { name, examine } = await setUp(services);
    await addTrigger(name, `${body} return new;`);
    assertFound(await examine(), 'triggers', 'warning', [
      [new RegExp(`trigger rewrite \\(rewrite_${name}\\) rewrites title`), /written in every run/],
    ]);
    await sql(`alter table public.${name} disable trigger rewrite`);
    assertOk(await examine(), 'triggers', /none rewrites/);
  });
}

test('a trigger that rewrites a column with a Japanese name', async () => {
  const { name, examine } = await setUp(services, {
    columns: { 備考: { header: '備考', type: 'text', sql: 'text' } },
  });
  await addTrigger(name, `new.備考 := ''; return new;`);
  assertFound(await examine(), 'triggers', 'warning', [[/rewrites 備考/, /leave the columns out/]]);
});

for (const body of ['new := old;', 'select old.* into strict new;']) {
  test(`a trigger that puts another row in place of the new one is named: ${body}`, async () => {
    const { name, examine } = await setUp(services);
    await addTrigger(name, `${body} return new;`, 'before update');
    assertFound(await examine(), 'triggers', 'warning', [
      [/trigger rewrite .* rewrites the whole row/, /written in every run/],
    ]);
  });
}

test('a trigger that leaves rows out is named; one for deletes is none of ours', async () => {
  const { name, examine } = await setUp(services);
  await addTrigger(name, 'if new.price is null then return null; end if; return new;');
  assertFound(await examine(), 'triggers', 'warning', [[/may leave rows out/, /refused_by_trig/]]);
  await sql(`drop trigger rewrite on public.${name}`);
  await addTrigger(name, 'return null;', 'before delete');
  assertOk(await examine(), 'triggers', /none rewrites/);
});
