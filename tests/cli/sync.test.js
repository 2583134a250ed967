// `sync`, here and over HTTP: what it shows, what a script can rely on, and what it asks for.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { readTable } from '../e2e/support.js';
import { assertSchema, call, onlyJson, uncoloured, visible } from './support.js';
import { start, startCliStack, startOnTerminal } from './support.js';

/** @typedef {import('./support.js').CliStack} CliStack */

/** @type {CliStack} */
let cli;
before(async () => {
  cli = await startCliStack({ seed: 5 });
});
after(() => cli?.stack.stop());

/** @typedef {'local' | 'remote'} Way */
const WAYS = /** @type {Way[]} */ (['local', 'remote']);

/** @param {Way} way @param {string[]} args @param {Parameters<typeof call>[2]} [options] */
const sync = (way, args, options) => call(['sync', ...args], cli[way], options);

const emptied = () => cli.stack.backend.sql`truncate public.property_listings`;
const rowsStored = async () => (await readTable(cli.stack)).length;
const soundKey = () => String(cli.stack.truth?.rows.keys().next().value);

for (const way of WAYS) {
  describe(`${way}: sync`, () => {
    test('fills the table, tells the ledger and what is held, and ends with 4', async () => {
      await emptied();
      const { code, stdout, stderr } = await sync(way, []);
      assert.equal(code, 4);
      assert.equal(await rowsStored(), 58);
      assert.match(stdout, /^✔ completed in \d+\.\d\d s\n/);
      const ledger = '60 rows read = 58 inserted + 0 updated + 0 unchanged + 1 held + 1 skipped';
      assert.ok(
        stdout.includes(`\n  ${ledger}\n  1 row and 3 cells are held for review:\n`),
        stdout,
      );
      assert.match(stdout, / row 26 +AA10025 +reins_number +too_long \(the text is longer than a/);
      assert.match(stderr, /^ {2}reading the sheet\n/);
      assert.match(stderr, /\n {2}100 % {2}\d+\/\d+ rows/);
    });

    test('--held-ok makes it 0', async () => {
      assert.equal((await sync(way, ['--held-ok'])).code, 0);
    });

    test('--json is the status document alone on stdout', async () => {
      const { code, stdout } = await sync(way, ['--json']);
      const status = onlyJson(stdout);
      assertSchema('RunStatus', status);
      assert.deepEqual([code, status.status, status.stats.unchanged], [4, 'completed', 58]);
    });

    test('--dry-run writes nothing, and says so', async () => {
      await emptied();
      const { code, stdout } = await sync(way, ['--dry-run', '--held-ok']);
      assert.equal(code, 0);
      assert.match(stdout, /^✔ completed, nothing was written \(dry run\) in/);
      assert.match(stdout, /= 58 inserted \+/);
      assert.equal(await rowsStored(), 0);
    });

    test('--numbers takes these rows alone; without held ones it ends with 0', async () => {
      await emptied();
      const { code, stdout } = await sync(way, ['--numbers', soundKey(), '--json']);
      assert.deepEqual([code, await rowsStored()], [0, 1]);
      const { kind, numbers, stats } = onlyJson(stdout);
      assert.deepEqual([kind, numbers, stats.inserted], ['selective', 1, 1]);
    });

    test('--numbers reads lists, repeated and with Japanese commas', async () => {
      const [a, b, c] = cli.stack.truth?.rows.keys() ?? [];
      const args = ['--numbers', `${a}, ${b}、`, '--numbers', String(c), '--json'];
      const { numbers, stats } = onlyJson((await sync(way, args)).stdout);
      assert.deepEqual([numbers, stats.total], [3, 3]);
    });

    test('a number the sheet does not have is held', async () => {
      const { code, stdout } = await sync(way, ['--numbers', 'AA99999']);
      assert.equal(code, 4);
      assert.match(stdout, /1 row is held for review:\n {4}no row {2}AA99999 {2}not_in_sheet/);
    });

    test('--force and --batch-size are handed on', async () => {
      await cli.stack.backend.sql`delete from public.sync_runs`;
      const before = cli.stack.backend.requests.length;
      const { code, stdout } = await sync(way, ['--force', '--batch-size', '10', '--json']);
      assert.equal(code, 4);
      const [run] = await cli.stack.backend.sql`
        select forced from public.sync_runs where sync_id = ${onlyJson(stdout).syncId}`;
      assert.equal(run.forced, true);
      const commits = cli.stack.backend.requests.slice(before);
      assert.ok(commits.filter(({ kind }) => kind === 'sync_commit').length >= 6);
      const again = await sync(way, ['--force']);
      assert.equal(again.code, 1);
      assert.match(again.stderr, /\(force_too_soon\)\n {2}→ a forced run .* try again in \d+ s/);
      await cli.stack.backend.sql`delete from public.sync_runs`;
    });

    test('a run that fails ends with 1 and its cause', async () => {
      const { sheets } = cli.stack;
      const body = { error: { code: 404, message: 'gone', status: 'NOT_FOUND' } };
      sheets.spoil((kind) => (kind === 'token' ? null : { status: 404, body }));
      try {
        const { code, stdout } = await sync(way, []);
        assert.equal(code, 1);
        assert.match(stdout, /^✖ failed in .*\n {2}NOT_FOUND: the spreadsheet does not exist/);
        const { code: jsonCode, stdout: json } = await sync(way, ['--json']);
        assert.deepEqual([jsonCode, onlyJson(json).status], [1, 'failed']);
      } finally {
        sheets.spoil(null);
      }
    });

    test('on a terminal 80 columns wide no line is wider, whatever is held', async () => {
      const { stdout } = await sync(way, [], { columns: 80 });
      const wide = uncoloured(stdout)
        .split('\n')
        .filter((line) => line.length > 80);
      assert.deepEqual(wide, []);
      assert.match(stdout, /\n {4}row 26 +AA10025 +reins_number *\n {8}too_long \(the text is/);
    });
  });
}

test('as a process: stdout is one JSON document, all else stands on stderr', async () => {
  for (const way of WAYS) {
    const { code, stdout, stderr } = await start(['sync', '--json'], cli[way]).ended;
    assert.equal(code, 4, stderr);
    assertSchema('RunStatus', onlyJson(stdout));
    assert.match(stderr, /100 %/);
    assert.doesNotMatch(visible(stdout + stderr), /[␛␍]/, 'no terminal, no escapes');
  }
});

test('on a real terminal a bar is drawn, and taken away before the result', async () => {
  const { code, stdout } = await startOnTerminal(['sync'], cli.remote, { columns: 80 }).ended;
  assert.equal(code, 4);
  assert.match(visible(stdout), /␍ {2}␛\[32m█+␛\[0m.* {2}\d+\/\d+ rows/);
  assert.match(visible(stdout), /␍␛\[K␛\[32m✔␛\[0m ␛\[1mcompleted/);
});

test('with stdout in a pipe the bar still moves on the terminal, and the result is plain', async () => {
  const { stdout, stderr } = await sync('remote', ['--json'], { columns: 80, isPiped: true });
  assertSchema('RunStatus', onlyJson(stdout));
  assert.match(visible(stderr), /␍ {2}.*█/);
  assert.match(visible(stderr), /␍␛\[K$/, 'and is taken away');
  const words = await sync('remote', [], { columns: 80, isPiped: true });
  assert.doesNotMatch(visible(words.stdout), /␛/);
});

test('NO_COLOR leaves the bar its movement and takes every colour', async () => {
  const environment = { ...cli.remote, NO_COLOR: '1' };
  const { stdout } = await startOnTerminal(['sync'], environment, { columns: 80 }).ended;
  assert.match(visible(stdout), /␍ {2}█/);
  assert.doesNotMatch(visible(stdout), /␛\[\d*m/);
});

test('a terminal that knows no escapes gets plain lines', async () => {
  const environment = { ...cli.remote, TERM: 'dumb' };
  const { stdout } = await startOnTerminal(['sync'], environment, { columns: 80 }).ended;
  assert.doesNotMatch(visible(stdout), /␛/);
  assert.match(stdout, / {2}reading the sheet\r\n/);
});

test('--verbose shows the log on stderr, as JSON lines', async () => {
  const { stdout, stderr } = await sync('local', ['--json', '--verbose']);
  onlyJson(stdout);
  const events = stderr.split('\n').filter((line) => line.startsWith('{'));
  assert.ok(events.map((line) => JSON.parse(line).event).includes('sync_ended'), stderr);
});

test('--no-wait records a run and leaves it to the function', async () => {
  const { code, stdout } = await sync('remote', ['--no-wait', '--json']);
  assert.equal(code, 0);
  const accepted = onlyJson(stdout);
  assertSchema('Accepted', accepted);
  assert.equal((await cli.stack.api.follow(accepted.syncId)).status, 'completed');
  const told = await sync('remote', ['--no-wait']);
  assert.match(told.stdout, /^(queued|in_progress): [\da-f-]{36}\n$/);
  const here = await sync('local', ['--no-wait']);
  assert.deepEqual([here.code, here.stdout], [2, '']);
  assert.match(here.stderr, /--no-wait needs --url/);
});
