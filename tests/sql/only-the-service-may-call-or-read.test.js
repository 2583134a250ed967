import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backend, query } from './support.js';

const tables = ['sources', 'state', 'runs', 'totals', 'batches', 'errors', 'alerts'].map(
  (n) => `sync_${n}`,
);

/** Public functions of this project, from the catalog: none can be forgotten here. */
const functions = () =>
  query(`select proname as name, proargnames as args from pg_proc
    where pronamespace = 'public'::regnamespace and proname like 'sync\\_%' order by 1`);

/** The headers of everybody who is not the service. */
async function outsiders() {
  const { publishableKey, signJwt } = await backend();
  const user = await signJwt({
    role: 'authenticated',
    sub: 'b5d0f0c8-6a1e-4a6e-9a53-000000000000',
  });
  return {
    anon: { apikey: publishableKey },
    authenticated: { apikey: publishableKey, authorization: `Bearer ${user}` },
  };
}

/** @param {string} path @param {RequestInit} init */
async function statusOf(path, init) {
  const response = await fetch(`${(await backend()).url}/rest/v1/${path}`, init);
  return { status: response.status, text: await response.text() };
}

test('anon and authenticated are refused by every function', async () => {
  const all = await functions();
  assert.equal(all.length, 21);
  for (const [role, headers] of Object.entries(await outsiders())) {
    for (const { name, args } of all) {
      const { status, text } = await statusOf(`rpc/${name}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(Object.fromEntries(args.map((/** @type {string} */ a) => [a, null]))),
      });
      assert.ok([401, 403, 404].includes(status), `${role} ${name}: ${status} ${text}`);
    }
  }
});

test('anon and authenticated can neither read nor write any table', async () => {
  for (const [role, headers] of Object.entries(await outsiders())) {
    for (const table of tables) {
      for (const method of ['GET', 'POST', 'PATCH', 'DELETE']) {
        const { status, text } = await statusOf(table, {
          method,
          headers: { ...headers, 'content-type': 'application/json' },
          body: method === 'GET' ? undefined : '{"source":"x"}',
        });
        assert.ok(
          [401, 403, 404].includes(status),
          `${role} ${method} ${table}: ${status} ${text}`,
        );
      }
    }
  }
});

test('row level security is on for every table', async () => {
  const rows = await query(`select relname from pg_class
    where relname = any ('{${tables.join()}}') and relrowsecurity`);
  assert.equal(rows.length, tables.length);
});

test('the service cannot change or make a registration', async () => {
  const { secretKey } = await backend();
  const headers = { apikey: secretKey, 'content-type': 'application/json' };
  for (const [method, path, body] of [
    ['PATCH', 'sync_sources?source=eq.x', '{"table_name":"auth.users"}'],
    ['POST', 'sync_sources', '{"source":"x","table_name":"x","key_column":"k"}'],
    ['POST', 'rpc/sync_register_source', '{"p_source":"x","p_table":"x","p_key_column":"k"}'],
  ]) {
    const { status, text } = await statusOf(path, { method, headers, body });
    assert.ok([403, 404].includes(status), `${path}: ${status} ${text}`);
  }
});

test('the inner functions cannot be called through PostgREST', async () => {
  const { secretKey } = await backend();
  const { status } = await statusOf('rpc/now_ms', {
    method: 'POST',
    headers: {
      apikey: secretKey,
      'content-type': 'application/json',
      'content-profile': 'listing_sync',
    },
    body: '{}',
  });
  assert.equal(status, 406);
});

test('no function runs with its owner’s rights', async () => {
  const rows = await query(`select oid::regprocedure::text from pg_proc where prosecdef
    and (pronamespace = 'listing_sync'::regnamespace or proname like 'sync\\_%')`);
  assert.deepEqual(rows, []);
});

test('every function has an empty search path, a comment and at most 80 lines', async () => {
  const rows = await query(`select p.oid::regprocedure::text as name, p.proconfig::text as settings,
      obj_description(p.oid, 'pg_proc') as comment,
      cardinality(string_to_array(p.prosrc, E'\\n')) as lines
    from pg_proc p where pronamespace = 'listing_sync'::regnamespace
      or (pronamespace = 'public'::regnamespace and proname like 'sync\\_%')`);
  const inlined = ['listing_sync.little_endian(bigint)'];
  for (const { name, settings, comment, lines } of rows) {
    assert.ok(comment, `${name} has no comment`);
    assert.ok(lines <= 80, `${name} has ${lines} lines`);
    if (!inlined.includes(name)) assert.match(settings ?? '', /search_path=/, name);
    if (name.startsWith('sync_')) assert.match(settings ?? '', /lock_timeout=2s/, name);
  }
});
