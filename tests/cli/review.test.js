// `retry`, `ignore`, `resolve` and `reopen`, here and over HTTP: what they do to held entries, and
// what `errors` and `health` show afterwards.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertSchema, call, onlyJson, startCliStack } from './support.js';

/** @typedef {import('./support.js').CliStack} CliStack */

const NO_VALUE = 'たぶん';

/** @type {CliStack} */
let cli;
before(async () => {
  cli = await startCliStack({ seed: 5, environment: { SYNC_INTERVAL: '5' } });
});
after(() => cli?.stack.stop());

for (const way of /** @type {const} */ (['local', 'remote'])) {
  /** @param {string[]} args */
  const listingSync = (...args) => call(args, cli[way]);
  const synced = () => listingSync('sync', '--held-ok');

  /** @param {string} key @param {string} [state] */
  async function entriesOf(key, state = 'open') {
    const { stdout } = await listingSync('errors', '--state', state, '--search', key, '--json');
    return onlyJson(stdout).errors;
  }

  /** A held cell of its own. */
  async function held() {
    const planted = cli.plant('price', NO_VALUE);
    await synced();
    const [{ id }] = await entriesOf(planted.key);
    return { ...planted, id: String(id) };
  }

  const openCount = async () => onlyJson((await listingSync('errors', '--json')).stdout).openCount;

  describe(way, () => {
    test('retry of what is still wrong ends with 4; corrected in the sheet, with 0, and gone', async () => {
      const { key, id, mend } = await held();
      const still = await listingSync('retry', id);
      assert.equal(still.code, 4);
      assert.match(still.stdout, /^✔ completed in .*\n {2}1 rows read = .* 1 held \+/);
      assert.match(still.stdout, new RegExp(`1 row is held for review:\\n {4}row \\d+ {2}${key} `));
      assert.equal((await listingSync('retry', id, '--held-ok')).code, 0);
      mend();
      const { code, stdout } = await listingSync('retry', id);
      assert.equal(code, 0, stdout);
      assert.deepEqual(await entriesOf(key), []);
      const again = await listingSync('retry', id);
      assert.deepEqual([again.code, again.stdout], [1, '']);
      assert.match(again.stderr, /\(nothing_to_retry\)\n {2}→ `npx listing-sync errors` lists/);
    });

    test('retry --json tells each run', async () => {
      const { id, key, mend } = await held();
      mend();
      const { code, stdout } = await listingSync('retry', id, '--json');
      assert.equal(code, 0);
      const { runs, ...more } = onlyJson(stdout);
      assert.deepEqual([runs.length, more], [1, {}]);
      assertSchema('RunStatus', runs[0]);
      assert.deepEqual([runs[0].kind, runs[0].trigger], ['selective', 'retry']);
      assert.deepEqual(await entriesOf(key), []);
    });

    test('retry by --search, --code and --column, and --all', async () => {
      for (const how of [
        ['--search'],
        ['--code', 'not_a_number', '--column', 'price'],
        ['--all'],
      ]) {
        const { key, mend } = await held();
        mend();
        const args = how[0] === '--search' ? [...how, key] : how;
        const { code, stderr } = await listingSync('retry', ...args, '--held-ok');
        assert.equal(code, 0, stderr);
        assert.deepEqual(await entriesOf(key), [], how.join(' '));
      }
      const none = await listingSync('retry', '--search', 'zzzz');
      assert.deepEqual([none.code, none.stdout], [1, '']);
      assert.match(none.stderr, /^✖ Nothing is held that could be retried\n/);
    });

    test('what is ignored counts nowhere until its cell changes', async () => {
      const { key, id, write, mend } = await held();
      const count = await openCount();
      const { code, stdout } = await listingSync('ignore', id);
      assert.deepEqual([code, stdout], [0, '1 entry changed\n']);
      assert.equal(await openCount(), count - 1);
      assert.deepEqual(await entriesOf(key), []);
      assert.equal((await entriesOf(key, 'ignored')).length, 1);
      assert.match((await listingSync('health')).stdout, /held for review, 1 ignored\n/);
      await synced();
      assert.deepEqual(await entriesOf(key), [], 'the same cell stays ignored');
      write('おそらく');
      await synced();
      assert.equal((await entriesOf(key)).length, 1);
      mend();
      await synced();
    });

    test('what was resolved by a person comes back when a run holds it again', async () => {
      const { key, id, mend } = await held();
      assert.equal((await listingSync('resolve', id)).stdout, '1 entry changed\n');
      assert.deepEqual(await entriesOf(key), []);
      const [entry] = await entriesOf(key, 'resolved');
      assert.equal(entry.resolvedBy, 'person');
      await synced();
      assert.equal((await entriesOf(key)).length, 1);
      mend();
      await synced();
    });

    test('reopen takes ignore and resolve back', async () => {
      const { key, id, mend } = await held();
      for (const action of ['ignore', 'resolve']) {
        await listingSync(action, id);
        assert.deepEqual(await entriesOf(key), [], action);
        const { code, stdout } = await listingSync('reopen', id, '--json');
        const changed = onlyJson(stdout);
        assertSchema('Changed', changed);
        assert.deepEqual([code, changed, (await entriesOf(key)).length], [0, { changed: 1 }, 1]);
      }
      mend();
      await synced();
    });

    test('several at once: ids by spaces and commas, or all of a cause', async () => {
      const planted = [cli.plant('price', NO_VALUE), cli.plant('price', NO_VALUE)];
      await synced();
      const found = await Promise.all(planted.map(({ key }) => entriesOf(key)));
      const ids = found.map(([{ id }]) => id);
      const by = await listingSync('ignore', ids.join(','), String(ids[0]));
      assert.equal(by.stdout, '2 entries changed\n');
      await listingSync('reopen', ...ids.map(String));
      const args = ['--code', 'not_a_number', '--column', 'price'];
      assert.equal((await listingSync('ignore', ...args)).stdout, '2 entries changed\n');
      await listingSync('reopen', ...ids.map(String));
      planted.forEach(({ mend }) => mend());
      await synced();
    });

    for (const action of ['ignore', 'resolve', 'reopen']) {
      test(`${action} of what is not there ends with 1`, async () => {
        const { code, stdout } = await listingSync(action, '999999');
        assert.deepEqual([code, stdout], [1, '0 entries changed\n']);
        const json = await listingSync(action, '999999', '--json');
        assert.deepEqual([json.code, onlyJson(json.stdout)], [1, { changed: 0 }]);
      });
    }
  });
}

test('which entries must be said, and in one way', async () => {
  /** @type {[string[], RegExp][]} */
  const wrong = [
    [['retry'], /which ones\? Give ids, or --all, --code …\n/],
    [['ignore', ','], /which ones\?/],
    [['reopen'], /which ones\? Give ids: `errors --state ignored`/],
    [['retry', '1', '--all'], /either ids, or --all, --code, --column, --search/],
    [['resolve', '1', '--code', 'too_long'], /either ids, or/],
    [['ignore', '0'], /"0" is no id: `errors` lists them/],
    [['ignore', '-1'], /-1/],
    [['retry', 'AA10001'], /"AA10001" is no id/],
    [['reopen', '--all'], /there is no option --all/],
    [['retry', '1', '--hold-ok'], /there is no option --hold-ok; did you mean --held-ok\?/],
  ];
  for (const [args, told] of wrong) {
    const { code, stdout, stderr } = await call(args, cli.remote);
    assert.deepEqual([code, stdout], [2, ''], args.join(' '));
    assert.match(stderr, told);
  }
  const here = await call(['retry', '1', '--no-wait'], cli.local);
  assert.deepEqual([here.code, here.stdout], [2, '']);
});

test('retry --no-wait leaves the run to the function', async () => {
  const planted = cli.plant('price', NO_VALUE);
  await call(['sync'], cli.remote);
  planted.mend();
  const args = ['retry', '--search', planted.key, '--no-wait', '--json'];
  const { code, stdout } = await call(args, cli.remote);
  assert.equal(code, 0);
  const [accepted] = onlyJson(stdout).runs;
  assertSchema('Accepted', accepted);
  const { status, stats } = await cli.stack.api.follow(accepted.syncId);
  assert.deepEqual([status, stats.failed], ['completed', 0]);
});

describe('more entries than one request may name', () => {
  before(async () => {
    for (const first of [0, 1000]) {
      const numbers = Array.from({ length: 600 }, (_, i) => `AA9${first + i}`);
      await call(['sync', '--held-ok', '--numbers', numbers.join(',')], cli.local);
    }
  });
  const code = ['--code', 'not_in_sheet'];

  test('retry makes several runs of them, and tells each', async () => {
    const told = await call(['retry', ...code, '--json'], cli.local);
    assert.equal(told.code, 4, told.stderr);
    const { runs } = onlyJson(told.stdout);
    assert.deepEqual(
      runs.map((/** @type {any} */ { numbers }) => numbers),
      [1000, 200],
    );
  });

  test('ignore takes them portion by portion', async () => {
    const { stdout } = await call(['ignore', ...code, '--json'], cli.remote);
    assert.deepEqual(onlyJson(stdout), { changed: 1200 });
  });

  test('a full run among them settles the rest: that is no failure', async () => {
    await cli.stack.backend.sql`update public.sync_errors set ignored_at = null`;
    // One without a number makes the first run a full one.
    cli.plant('property_number', { error: '#REF!' });
    await call(['sync', '--held-ok'], cli.local);
    const told = await call(['retry', '--all', '--json', '--held-ok'], cli.local);
    assert.equal(told.code, 0, told.stderr);
    assert.equal(onlyJson(told.stdout).runs[0].kind, 'full');
  });
});
