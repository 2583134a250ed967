// What the product does on every platform, asked of a built bundle in a real runtime, with the real
// database behind it. One promise after the other: a later test builds on what an earlier one left.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { compareTable } from '../../infra/local/generator/index.js';
import { BUILT_CORE } from '../../wasm/js/load-node.js';
import { assertWhole, readTable } from '../e2e/support.js';
import { buildBundle, coreIn, sha256 } from './built.js';
import { CRON_SECRET, createClient, startServices } from './client.js';

const ROWS = 300;
/** So long the sheet keeps a run waiting: time enough for the next request, not for a time-out. */
const HELD_MS = 1500;
const COMMITS_BEFORE_DEATH = 4;

/** @param {import('./driver.js').Driver} driver */
export function behaves(driver) {
  describe(`${driver.name}, from its bundle`, () => {
    /** @type {Awaited<ReturnType<typeof buildBundle>>} */
    let built;
    /** @type {Awaited<ReturnType<typeof startServices>>} */
    let services;
    /** @type {import('./driver.js').Runtime} */
    let runtime;
    /** @type {ReturnType<typeof createClient>} */
    let client;
    /** @type {NonNullable<typeof services.truth>} */
    let truth;

    async function deploy() {
      const { environment } = services;
      runtime = await driver.start({ folder: built.folder, environment });
      client = createClient(runtime, services, driver);
    }

    before(async () => {
      built = await buildBundle(driver.platform);
      services = await startServices({ rows: ROWS, seed: 11 });
      assert.ok(services.truth);
      truth = services.truth;
      await deploy();
    });
    after(async () => {
      await runtime?.stop();
      await services?.stop();
      built?.remove();
    });

    const holdSheet = () => services.sheets.failNext({ kind: 'batchGet', delayMs: HELD_MS });

    test('the core in it is the one that was built and tested', () => {
      const expected = sha256(readFileSync(BUILT_CORE));
      assert.equal(sha256(coreIn(built.folder)), expected);
      const manifest = JSON.parse(readFileSync(join(built.folder, 'manifest.json'), 'utf8'));
      assert.equal(manifest.wasm_sha256, expected);
    });

    test('nobody comes in without a token, and a reader starts nothing', async () => {
      for (const token of [null, 'a-token-nobody-has-given-out']) {
        const { status, headers, document } = await client.get('/health', { token });
        assert.deepEqual([status, document.code], [401, 'unauthorized']);
        assert.match(headers.get('www-authenticate') ?? '', /^Bearer/);
        assert.equal((await client.post('/manual', null, { token })).status, 401);
      }
      const { status } = await client.post('/manual', null, { token: services.readToken });
      assert.equal(status, 403);
      assert.deepEqual(await client.runs(), [], 'a run was begun');
    });

    test('a request with flaws is told each of them', async () => {
      const body = { batchSize: 0, propertyNumbers: 'AA1', colour: 'red' };
      const { status, headers, document } = await client.post('/manual', body);
      assert.deepEqual([status, document.code], [400, 'invalid_request']);
      assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/);
      const pointers = document.errors.map((/** @type {any} */ { pointer }) => pointer).sort();
      assert.deepEqual(pointers, ['/batchSize', '/colour', '/propertyNumbers']);
      assert.deepEqual(await client.runs(), [], 'a run was begun');
    });

    test(`a sheet of ${ROWS} rows reaches the table, value by value`, async () => {
      const { status, syncId } = await client.begin();
      assert.equal(status, 'in_progress');
      const run = await client.follow(syncId);
      await assertWhole(services, run, truth);
      const { total, inserted, failed, skipped, heldCells } = run.stats;
      assert.deepEqual({ read: total, inserted, failed, skipped, heldCells }, truth.counts);
    });

    test('health is good then', async () => {
      const { status, headers, document } = await client.get('/health');
      assert.deepEqual([status, document.status], [200, 'healthy'], JSON.stringify(document));
      assert.equal(headers.get('cache-control'), 'no-store');
      const all = await client.get('/health', { source: null });
      assert.deepEqual([all.status, all.document.sources.length], [200, 1]);
    });

    test('what has not changed is not sent again, and a run can be followed or polled', async () => {
      const headers = { authorization: `Bearer ${services.readToken}` };
      const root = `${runtime.url}/api/sync`;
      for (const path of ['/property-listings/history', '/property-listings/errors', '/metrics']) {
        const first = await fetch(root + path, { headers });
        assert.equal(first.status, 200, await first.text());
        const etag = first.headers.get('etag') ?? '';
        assert.match(etag, /"/);
        const again = await fetch(root + path, { headers: { ...headers, 'if-none-match': etag } });
        assert.deepEqual([again.status, await again.text()], [304, '']);
      }
      const [{ syncId }] = await client.runs();
      const live = `${root}/property-listings/status/${syncId}/events`;
      const events = await fetch(live, { headers });
      const said = await events.text();
      if (events.status === 406) assert.equal(JSON.parse(said).code, 'no_stream');
      else assert.match(said, /^retry: \d+\n\nevent: end\ndata: .*"completed".*\nid: \w+\n\n$/);
    });

    test('its own address shows the dashboard, or where that is', async () => {
      const page = await fetch(`${runtime.url}/`);
      assert.equal(page.status, 200);
      if (page.headers.get('content-type')?.startsWith('application/json')) {
        assert.deepEqual(await page.json(), { name: 'Listing Sync', dashboard: null });
        return;
      }
      assert.match(page.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
      assert.match(await page.text(), /<div id="page">/);
      for (const encoding of ['gzip', 'identity']) {
        const headers = { 'accept-encoding': encoding };
        const script = await fetch(`${runtime.url}/dashboard.js`, { headers });
        assert.match(script.headers.get('content-type') ?? '', /javascript/);
        const text = await script.text();
        assert.ok(text.length > 50_000 && text.includes('sessionStorage'), encoding);
      }
    });

    test('a selection waits its turn while a full run is open, and both complete', async () => {
      const keys = [...truth.rows.keys()].slice(5, 7);
      holdSheet();
      const full = await client.begin();
      const selective = await client.begin({ propertyNumbers: keys });
      assert.deepEqual([full.status, selective.status], ['in_progress', 'queued']);
      assert.equal((await client.follow(full.syncId)).status, 'completed');
      const run = await client.follow(selective.syncId);
      assert.deepEqual([run.status, run.kind, run.stats.total], ['completed', 'selective', 2]);
    });

    test('force cancels the run that is open and takes its place', async () => {
      holdSheet();
      const given = await client.begin();
      const forced = await client.begin({ force: true });
      assert.equal((await client.follow(forced.syncId)).status, 'completed');
      assert.equal((await client.follow(given.syncId)).status, 'cancelled');
      const again = await client.post('/manual', { force: true });
      assert.deepEqual([again.status, again.document.code], [429, 'force_too_soon']);
    });

    test("the platform's own schedule opens a run", async () => {
      const run = await client.runAfter(() => runtime.tick());
      assert.deepEqual([run.status, run.kind], ['completed', 'full']);
    });

    test('so does a tick by HTTP, with the token of the scheduler alone', async () => {
      const path = '/scheduled';
      const options = { token: CRON_SECRET, source: null };
      const run = await client.runAfter(async () => {
        const { status } = await client.post(path, null, options);
        assert.ok(status === 202 || status === 200, `${status}`);
      });
      assert.deepEqual([run.status, run.kind], ['completed', 'full']);
      assert.equal((await client.get('/health', { token: CRON_SECRET })).status, 403);
    });

    test('killed in mid-run, the next one goes on: nothing lost, nothing twice', async () => {
      await services.backend.sql`delete from public.property_listings`;
      const { syncId } = await dieAfter(COMMITS_BEFORE_DEATH, { batchSize: 20 });
      const written = (await readTable(services)).length;
      assert.ok(written > 0 && written < truth.rows.size, `${written} rows were written`);
      await deploy();
      // The lease would be over in a minute: this lets the minute pass.
      const held = await services.backend.sql`
        update public.sync_state set lease_until = clock_timestamp() where owner is not null
        returning sync_id as "syncId"`;
      assert.deepEqual([...held], [{ syncId }], 'it did not die in mid-run');
      await client.tick();
      const run = await client.follow(syncId);
      await assertWhole(services, run, truth);
      assert.equal(run.stats.inserted, truth.rows.size);
      const [{ invocations }] = await client.runs(syncId);
      assert.ok(invocations >= 2, 'nobody took over');
    });

    test('the table is the sheet in the end, and no failure went unnoticed', async () => {
      assert.deepEqual(compareTable(truth, await readTable(services), 'property_number'), []);
      assert.doesNotMatch(runtime.log(), /unhandled|uncaught/i);
    });

    /**
     * Kills the runtime while it waits for the answer to a commit.
     * @param {number} commits that are answered before
     * @param {object} body of the request
     */
    async function dieAfter(commits, body) {
      let seen = 0;
      services.backend.spoil((kind) =>
        kind === 'sync_commit' && ++seen > commits ? { delayMs: 60_000 } : null,
      );
      const run = await client.begin(body);
      await client.until(() => seen > commits, 'the run is in its middle');
      await runtime.kill();
      services.backend.spoil(null);
      await runtime.stop();
      return run;
    }
  });
}
