// `health`, here and over HTTP: how a source is, in words, as a document and as an exit code.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertSchema, call, onlyJson, startCliStack, uncoloured } from './support.js';

/** @typedef {import('./support.js').CliStack} CliStack */

/** @type {CliStack} */
let cli;
before(async () => {
  cli = await startCliStack({ seed: 5, environment: { SYNC_INTERVAL: '5' } });
});
after(() => cli?.stack.stop());

const WAYS = /** @type {const} */ (['local', 'remote']);

/** @param {(environment: import('./support.js').Environment) => Promise<void>} body */
async function bothWays(body) {
  for (const way of WAYS) await body(cli[way]);
}

test('before the first run: degraded, and that there was none', () =>
  bothWays(async (environment) => {
    const { code, stdout, stderr } = await call(['health'], environment);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(
      stdout,
      /^! property-listings: degraded\n {2}no run has ended yet \(never_run\)\n/,
    );
    assert.match(stdout, /\n {2}no full run has completed yet\n/);
  }));

test('afterwards: healthy, when and what the last run did, what is held', async () => {
  await call(['sync'], cli.local);
  await bothWays(async (environment) => {
    const { code, stdout } = await call(['health'], environment);
    assert.equal(code, 0);
    const [head, last, ...rest] = stdout.trimEnd().split('\n');
    assert.equal(head, '✔ property-listings: healthy');
    assert.match(
      last,
      /^ {2}last full run (just now|\d+ s ago), 60 rows: 58 inserted, 1 row held, 3 c/,
    );
    assert.deepEqual(rest, ['  4 held for review']);
  });
});

test('--json is the document of the API', () =>
  bothWays(async (environment) => {
    const { code, stdout, stderr } = await call(['health', '--json'], environment);
    assert.deepEqual([code, stderr], [0, '']);
    assertSchema('Health', onlyJson(stdout));
  }));

test('a run that is open is told', async () => {
  const { backend, api } = cli.stack;
  backend.spoil((kind) => (kind === 'sync_claim' ? null : { delayMs: 250 }));
  const { syncId } = await api.trigger({ batchSize: 10 });
  await bothWays(async (environment) => {
    const { stdout } = await call(['health'], environment);
    assert.match(stdout, /\n {2}running: \d+ % of \d+\n/);
  });
  backend.spoil(null);
  await api.follow(syncId);
});

test('runs that fail make it unhealthy: 1, with the reasons and what to do', async () => {
  const { sheets, backend } = cli.stack;
  const body = { error: { code: 403, message: 'The caller', status: 'PERMISSION_DENIED' } };
  sheets.spoil((kind) => (kind === 'token' ? null : { status: 403, body }));
  for (let i = 0; i < 5; i += 1) await call(['sync'], cli.local);
  await bothWays(async (environment) => {
    const { code, stdout } = await call(['health'], environment, { columns: 80 });
    const told = uncoloured(stdout);
    assert.equal(code, 1, told);
    assert.match(told, /^✖ property-listings: unhealthy\n {2}\S.*\(\w+\)\n/);
    const wide = told.split('\n').filter((line) => line.length > 80);
    assert.deepEqual(wide, []);
    const json = await call(['health', '--json'], environment);
    assertSchema('Health', onlyJson(json.stdout));
    assert.equal(json.code, 1);
  });
  sheets.spoil(null);
  await backend.sql`delete from public.sync_runs`;
});

test('a database out of reach makes it unknown: 3', async () => {
  cli.stack.backend.spoil(() => ({ status: 503, body: 'Service Unavailable' }));
  try {
    await bothWays(async (environment) => {
      const { code, stdout } = await call(['health'], environment);
      assert.equal(code, 3);
      assert.match(stdout, /^✖ property-listings: unknown\n {2}.*database.*\(\w+\)\n$/);
      const json = await call(['health', '--json'], environment);
      assert.equal(json.code, 3);
      assertSchema('UnknownHealth', onlyJson(json.stdout));
    });
  } finally {
    cli.stack.backend.spoil(null);
  }
});

test('of several sources each one is told, and the worst decides', async () => {
  const mapping = JSON.parse(new TextDecoder().decode(cli.stack.mapping));
  await cli.stack.backend.sql.unsafe(`
    create table public.rentals (like public.property_listings including all);
    grant all on public.rentals to service_role;
    select public.sync_register_source('rentals', 'public.rentals', 'property_number');
    notify pgrst, 'reload schema'`);
  const both = JSON.stringify([mapping, { ...mapping, source: 'rentals', table: 'rentals' }]);
  const environment = { ...cli.local, SYNC_MAPPING: both };
  await call(['sync', '--source', 'property-listings'], environment);
  const { code, stdout } = await call(['health'], environment);
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^✔ property-listings: healthy\n[^]*\n! rentals: degraded\n {2}no run has ended/,
  );
  const json = onlyJson((await call(['health', '--json'], environment)).stdout);
  assertSchema('Overview', json);
  assert.equal(json.status, 'degraded');
  const one = await call(['health', '--source', 'rentals'], environment);
  assert.match(one.stdout, /^! rentals: degraded\n/);
  cli.stack.backend.spoil(() => ({ status: 503, body: '' }));
  const unknown = await call(['health'], environment);
  cli.stack.backend.spoil(null);
  assert.equal(unknown.code, 3);
  assert.match(unknown.stdout, /^✖ property-listings, rentals: unknown\n/);
});
