// `status` and `history`, here and over HTTP: one run in full, and the runs there were.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertSchema, call, onlyJson, startCliStack, uncoloured } from './support.js';

/** @typedef {import('./support.js').CliStack} CliStack */

const NOBODY = '00000000-0000-4000-8000-000000000000';

/** @type {CliStack} */
let cli;
/** @type {Record<string, import('./support.js').Told>} */
const beforeAnyRun = {};
/** Ids, oldest first. @type {{ full: string, selective: string, dry: string, failed: string }} */
let ids;

before(async () => {
  cli = await startCliStack({ seed: 5, environment: { SYNC_INTERVAL: '5' } });
  for (const name of ['status', 'history']) beforeAnyRun[name] = await call([name], cli.remote);
  const { sheets } = cli.stack;
  /** @param {string[]} args */
  const synced = async (...args) => {
    const { stdout } = await call(['sync', '--json', ...args], cli.local);
    return onlyJson(stdout).syncId;
  };
  const full = await synced();
  const selective = await synced('--numbers', 'AA10001');
  const dry = await synced('--dry-run');
  const body = { error: { code: 404, message: 'no\u001b[31m such', status: 'NOT_FOUND' } };
  sheets.spoil((kind) => (kind === 'token' ? null : { status: 404, body }));
  const failed = await synced();
  sheets.spoil(null);
  ids = { full, selective, dry, failed };
});
after(() => cli?.stack.stop());

test('before the first run both say so', () => {
  const { status, history } = beforeAnyRun;
  assert.deepEqual([status.code, status.stdout], [1, '']);
  assert.equal(
    status.stderr,
    '✖ There has been no run yet\n  → `npx listing-sync sync` begins one\n',
  );
  assert.deepEqual(history, { code: 0, stdout: 'there has been no run yet\n', stderr: '' });
});

for (const way of /** @type {const} */ (['local', 'remote'])) {
  /** @param {string[]} args @param {Parameters<typeof call>[2]} [options] */
  const ask = (args, options) => call(args, cli[way], options);

  describe(`${way}: status`, () => {
    test('without an id shows the last run; a failed one ends with 1 and its cause', async () => {
      const { code, stdout, stderr } = await ask(['status']);
      assert.deepEqual([code, stderr], [1, '']);
      const time = '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d';
      const head = `^${ids.failed}  full, manual\nstarted ${time}, ended ${time}\n✖ failed in `;
      assert.match(stdout, new RegExp(head));
      assert.match(stdout, /\n {2}NOT_FOUND: the spreadsheet does not exist/);
    });

    test('with an id shows that run, in full', async () => {
      const { code, stdout } = await ask(['status', ids.full]);
      assert.equal(code, 0);
      assert.match(
        stdout,
        /\n✔ completed in .*\n {2}60 rows read = 58 inserted \+ .*\n {2}1 row and 3 c/,
      );
      const selective = await ask(['status', ids.selective.toUpperCase()]);
      assert.match(selective.stdout, new RegExp(`^${ids.selective}  selective of 1, manual\n`));
      const dry = await ask(['status', ids.dry]);
      assert.match(
        dry.stdout,
        /full, dry run, manual\n[^]*✔ completed, nothing was written \(dry run\)/,
      );
    });

    test('--json is the document of the API', async () => {
      for (const [name, id] of Object.entries(ids)) {
        const { code, stdout, stderr } = await ask(['status', id, '--json']);
        const document = onlyJson(stdout);
        assertSchema('RunStatus', document);
        assert.deepEqual([code, stderr], [name === 'failed' ? 1 : 0, '']);
        assert.equal(document.syncId, id);
      }
    });

    test('an id of no run ends with 1', async () => {
      const { code, stdout, stderr } = await ask(['status', NOBODY]);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, /\(unknown_run\)\n {2}→ `npx listing-sync history` lists the runs/);
      const json = await ask(['status', NOBODY, '--json']);
      assertSchema('Problem', onlyJson(json.stdout));
    });
  });

  describe(`${way}: history`, () => {
    test('tells each run in a line, youngest first', async () => {
      const { code, stdout, stderr } = await ask(['history']);
      assert.deepEqual([code, stderr], [0, '']);
      const lines = stdout.trimEnd().split('\n');
      const patterns = [
        `^✖ .* full failed in .*NOT_FOUND: .*  ${ids.failed}$`,
        `^✔ .* full, dry run completed in .*  60 rows: .*1 row held, 3 cells held, 1 skipped  ${ids.dry}$`,
        `^✔ .* selective of 1 completed in .*  1 row, nothing to change  ${ids.selective}$`,
        `^✔ .* full completed in .*  60 rows: 58 inserted, 1 row held, .*  ${ids.full}$`,
      ];
      assert.equal(lines.length, patterns.length, stdout);
      patterns.forEach((pattern, i) => assert.match(lines[i], new RegExp(pattern)));
    });

    test('goes on page by page', async () => {
      const first = await ask(['history', '--limit', '3']);
      const [, cursor] = /\nolder ones: --before (\S+)\n$/.exec(first.stdout) ?? [];
      assert.ok(cursor, first.stdout);
      const second = await ask(['history', '--limit', '3', '--before', cursor]);
      assert.match(second.stdout, new RegExp(`^✔ [^\n]*  ${ids.full}\n$`));
    });

    test('--json is the document of the API', async () => {
      const { stdout } = await ask(['history', '--json', '--limit', '2']);
      const document = onlyJson(stdout);
      assertSchema('History', document);
      assert.deepEqual(
        document.runs.map((/** @type {any} */ { syncId }) => syncId),
        [ids.failed, ids.dry],
      );
      const { nextBefore } = document;
      const rest = await ask(['history', '--json', '--before', nextBefore]);
      assert.equal(onlyJson(rest.stdout).runs.length, 2);
    });

    test('is folded for a narrow terminal, each part whole', async () => {
      const { stdout } = await ask(['history'], { columns: 80 });
      const lines = uncoloured(stdout).trimEnd().split('\n');
      assert.ok(lines.includes(`  ${ids.full}`), stdout);
      assert.ok(lines.includes('  60 rows: 58 inserted, 1 row held, 3 cells held, 1 skipped'));
      const wide = lines.filter((line) => line.length > 80 && !line.includes('NOT_FOUND'));
      assert.deepEqual(wide, []);
    });
  });
}

test('the open run is the one that status shows, with how far it is', async () => {
  const { backend, api } = cli.stack;
  await backend.sql`truncate public.property_listings`;
  backend.spoil((kind) => (kind === 'sync_commit' ? { delayMs: 300 } : null));
  const { syncId } = await api.trigger({ batchSize: 20 });
  const { code, stdout } = await call(['status'], cli.remote);
  assert.equal(code, 0);
  assert.match(
    stdout,
    new RegExp(`^${syncId} .*\nstarted .*, ended —\n {2}\\d+ % {2}\\d+/\\d+ rows\n…`),
  );
  backend.spoil(null);
  await api.follow(syncId);
});
