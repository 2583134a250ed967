// The embedded backend as a client of Supabase sees it: keys, roles, time-outs, schema cache,
// outage.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startBackend } from '../../infra/local/backend/index.js';

const MIGRATIONS = [
  `create table public.things (id int primary key, name text);
   alter table public.things enable row level security;`,
  `create function public.whoami() returns json language sql stable as $$
     select json_build_object('role', current_user, 'statement_timeout',
       current_setting('statement_timeout'), 'lock_timeout', current_setting('lock_timeout'),
       'sub', auth.uid())
   $$;
   create function public.sleep(seconds float) returns void language sql as $$
     select pg_sleep(seconds)
   $$;`,
];

/** @type {import('../../infra/local/backend/index.js').Backend} */
let backend;

before(async () => {
  backend = await startBackend({ migrations: MIGRATIONS });
});
after(() => backend.stop());

/** @param {string} path @param {Record<string, string>} headers @param {unknown} [body] */
async function ask(path, headers, body) {
  const method = body === undefined ? 'GET' : 'POST';
  const response = await fetch(`${backend.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: text && JSON.parse(text), headers: response.headers };
}

const secret = () => ({ apikey: backend.secretKey });

test('the secret key writes and reads as service_role, past row level security', async () => {
  const written = await ask('/rest/v1/things', secret(), [{ id: 1, name: '物件' }]);
  assert.equal(written.status, 201);
  assert.deepEqual((await ask('/rest/v1/things', secret())).body, [{ id: 1, name: '物件' }]);
  assert.deepEqual((await ask('/rest/v1/things', { apikey: backend.publishableKey })).body, []);
});

test('each role has the time-outs it has when hosted', async () => {
  const service = (await ask('/rest/v1/rpc/whoami', secret())).body;
  assert.deepEqual([service.role, service.statement_timeout], ['service_role', '8s']);
  assert.equal(service.lock_timeout, '8s');
  const anon = (await ask('/rest/v1/rpc/whoami', { apikey: backend.publishableKey })).body;
  assert.deepEqual([anon.role, anon.statement_timeout], ['anon', '3s']);
});

test('a statement that outlasts its role’s time-out is cancelled with 57014', async () => {
  const anon = { apikey: backend.publishableKey };
  const { status, body } = await ask('/rest/v1/rpc/sleep', anon, { seconds: 5 });
  assert.deepEqual([status, body.code], [500, '57014']);
});

test('a user’s token beside the publishable key decides the role', async () => {
  const sub = '00000000-0000-4000-8000-000000000001';
  const token = await backend.signJwt({ role: 'authenticated', sub });
  const headers = { apikey: backend.publishableKey, authorization: `Bearer ${token}` };
  const { body } = await ask('/rest/v1/rpc/whoami', headers);
  assert.deepEqual([body.role, body.statement_timeout, body.sub], ['authenticated', '8s', sub]);
});

test('a legacy service key is a JWT: it goes into both headers', async () => {
  const key = await backend.signJwt({ role: 'service_role' });
  const both = { apikey: key, authorization: `Bearer ${key}` };
  assert.equal((await ask('/rest/v1/rpc/whoami', both)).body.role, 'service_role');
  assert.equal((await ask('/rest/v1/rpc/whoami', { apikey: key })).body.role, 'anon');
});

test('an sb_ key is no token: as a bearer it only passes beside the same apikey', async () => {
  const bearer = { authorization: `Bearer ${backend.secretKey}` };
  assert.equal((await ask('/rest/v1/things', { ...secret(), ...bearer })).status, 200);
  const crossed = await ask('/rest/v1/things', { apikey: backend.publishableKey, ...bearer });
  assert.deepEqual([crossed.status, crossed.body.code], [401, 'PGRST301']);
  assert.equal((await ask('/rest/v1/things', bearer)).status, 401);
});

test('no key, a wrong key, an expired key and another path are refused', async () => {
  const none = await ask('/rest/v1/things', {});
  assert.deepEqual([none.status, none.body.message], [401, 'No API key found in request']);
  const wrong = await ask('/rest/v1/things', { apikey: 'sb_secret_wrong' });
  assert.deepEqual([wrong.status, wrong.body.message], [401, 'Invalid API key']);
  const expired = await backend.signJwt({ role: 'service_role', iat: 1, exp: 2 });
  assert.equal((await ask('/rest/v1/things', { apikey: expired })).status, 401);
  assert.equal((await ask('/auth/v1/user', secret())).status, 404);
});

test('the key may stand in the query, and is not taken for a filter', async () => {
  const { status, body } = await ask(`/rest/v1/things?id=eq.1&apikey=${backend.secretKey}`, {});
  assert.equal(status, 200);
  assert.equal(body.length, 1);
});

test('reloadSchema settles once what was just made can be called, every time', async () => {
  for (let i = 0; i < 3; i += 1) {
    await backend.sql.unsafe(`create function public.made_${i}() returns int language sql stable
      as 'select ${i}'`);
    await backend.reloadSchema();
    assert.deepEqual(await ask(`/rest/v1/rpc/made_${i}`, secret()).then(({ body }) => body), i);
  }
});

test('migrations run as the owner postgres, which is no superuser', async () => {
  const [row] = await backend.sql`
    select current_user as user, rolsuper, relowner::regrole::text as owner
    from pg_roles, pg_class where rolname = current_user and pg_class.oid = 'things'::regclass`;
  assert.deepEqual({ ...row }, { user: 'postgres', rolsuper: false, owner: 'postgres' });
});

test('an outage of the database ends: PostgREST answers 503 meanwhile', async () => {
  await backend.stopPostgres();
  const down = await ask('/rest/v1/things', secret());
  assert.equal(down.status, 503);
  assert.match(down.body.code, /^(57P01|PGRST00[0-2])$/);
  await backend.startPostgres();
  await backend.restartPostgrest();
  assert.equal((await ask('/rest/v1/things', secret())).body.length, 1);
  assert.equal((await backend.sql`select count(*)::int as n from things`)[0].n, 1);
});

test('the gateway logs each request and can spoil the next one of a kind', async () => {
  backend.requests.length = 0;
  backend.failNext({ kind: 'things', loseAnswer: true });
  const whoami = await ask('/rest/v1/rpc/whoami', secret());
  assert.equal(whoami.status, 200, 'another kind is not concerned');
  await assert.rejects(ask('/rest/v1/things', secret(), [{ id: 7 }]), /fetch failed/);
  assert.deepEqual(await ask('/rest/v1/things?id=eq.7&select=id', secret()).then((a) => a.body), [
    { id: 7 },
  ]);
  backend.failNext({ kind: 'things', drop: true });
  await assert.rejects(ask('/rest/v1/things', secret(), [{ id: 8 }]), /fetch failed/);
  backend.failNext({ kind: 'things', status: 502, body: '<html>' });
  const spoilt = await fetch(`${backend.url}/rest/v1/things`, { headers: secret() });
  assert.deepEqual([spoilt.status, await spoilt.text()], [502, '<html>']);
  assert.deepEqual((await ask('/rest/v1/things?id=eq.8', secret())).body, []);
  assert.deepEqual(
    backend.requests.map(({ kind, method, status }) => `${method} ${kind} ${status}`),
    [
      'GET whoami 200',
      'POST things null',
      'GET things 200',
      'POST things null',
      'GET things 502',
      'GET things 200',
    ],
  );
});

test('two backends live side by side', async () => {
  const other = await startBackend({ postgresSettings: { autovacuum: 'off' }, durable: true });
  try {
    assert.notEqual(other.url, backend.url);
    assert.equal((await other.sql`show autovacuum`)[0].autovacuum, 'off');
    assert.equal((await other.sql`show fsync`)[0].fsync, 'on');
    assert.equal((await backend.sql`show fsync`)[0].fsync, 'off');
    const response = await fetch(`${other.url}/rest/v1/`, { headers: secret() });
    assert.equal(response.status, 401, 'keys belong to one backend');
  } finally {
    await other.stop();
  }
});
