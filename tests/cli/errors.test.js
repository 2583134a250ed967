// `errors`, here and over HTTP: every held entry can be found, and nothing in one does anything.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertSchema, call, jsonLines, onlyJson, start, startCliStack } from './support.js';
import { uncoloured, visible } from './support.js';

/** @typedef {import('./support.js').CliStack} CliStack */

const READ_TOKEN = 'read-only-1f0c9c4c8d7a4e55b1a3';
const RANGE = '5,000～6,000万円位';

/** @type {CliStack} */
let cli;
/** @type {ReturnType<CliStack['plant']>} */
let range;
/** @type {import('./support.js').Told} */
let beforeAnyRun;

before(async () => {
  cli = await startCliStack({ seed: 5, environment: { SYNC_READ_TOKEN: READ_TOKEN } });
  beforeAnyRun = await call(['errors'], cli.remote);
  range = cli.plant('price', RANGE);
  cli.plant('agent_phone', '電話なし');
  await synced();
});
after(() => cli?.stack.stop());

/** @param {string[]} args */
const synced = (...args) => call(['sync', '--held-ok', ...args], cli.local);

test('before the first run nothing is held', () => {
  assert.deepEqual(beforeAnyRun, {
    ...{ code: 0, stderr: '' },
    stdout: '0 open, 0 ignored\nnothing is held\n',
  });
});

for (const way of /** @type {const} */ (['local', 'remote'])) {
  /** @param {string[]} args @param {Parameters<typeof call>[2]} [options] */
  const errors = (args, options) => call(['errors', ...args], cli[way], options);

  describe(`${way}: errors`, () => {
    test('lists counts, causes and entries, each with id, place, value and reason', async () => {
      const { code, stdout, stderr } = await errors([]);
      assert.deepEqual([code, stderr], [0, '']);
      assert.match(stdout, /^6 open, 0 ignored\n {2}1 × {2}/);
      assert.match(stdout, /\n {2}1 × {2}ambiguous_range +price\n/);
      const place = `row ${range.row} +${range.key} +price +${RANGE}`;
      const reason =
        'ambiguous_range \\(the cell gives a range or an approximation, not one number';
      assert.match(stdout, new RegExp(`\\n\\d+ +${place} +${reason}\\)\\n`));
    });

    test('--json is the document of the API', async () => {
      const { code, stdout, stderr } = await errors(['--json']);
      assert.deepEqual([code, stderr], [0, '']);
      const document = onlyJson(stdout);
      assertSchema('Entries', document);
      assert.equal(document.errors.length, 6);
      const found = document.errors.find((/** @type {any} */ one) => one.column === 'price');
      assert.deepEqual([found.row, found.value], [range.row, RANGE]);
    });

    test('--search finds by number, value and code, --code and --column by these', async () => {
      const filters = [
        ['--search', range.key],
        ['--search', '万円位'],
        ['--search', 'ambiguous_range'],
        ['--search', range.key.toLowerCase()],
        ['--code', 'ambiguous_range'],
        ['--column', 'price'],
        ['--column', 'price', '--code', 'ambiguous_range', '--search', '5,000'],
      ];
      for (const filter of filters) {
        const { stdout } = await errors(filter);
        assert.match(stdout, /^6 open, 0 ignored\n(\d+ {2}row \d+ .*\n){1,2}$/, filter.join(' '));
        assert.ok(stdout.includes(RANGE), filter.join(' '));
      }
      const none = await errors(['--search', 'zzzz']);
      assert.deepEqual([none.code, none.stdout.split('\n')[1]], [0, 'nothing that is held fits']);
    });

    test('--limit shows so many, and that there are more', async () => {
      const { stdout } = await errors(['--limit', '2']);
      assert.match(stdout, /\n\n\d+ .*\n\d+ .*\n… and more: --all, or --limit\n$/);
    });

    test('--state asks for what was ignored or resolved', async () => {
      for (const state of ['ignored', 'resolved']) {
        const { code, stdout } = await errors(['--state', state]);
        assert.deepEqual([code, stdout], [0, `6 open, 0 ignored\nnothing is ${state}\n`]);
      }
    });

    test('on a narrow terminal the reason has its own line, and Japanese its true width', async () => {
      const { stdout } = await errors(['--column', 'price'], { columns: 80 });
      const [, place, reason] = uncoloured(stdout).split('\n');
      assert.match(place, new RegExp(`^\\d+ {2}row ${range.row} +${range.key} {2}price {2}5,`));
      assert.match(reason, /^ {4}ambiguous_range \(the cell gives/);
      const { stdout: wide } = await errors([], { columns: 160 });
      const rows = uncoloured(wide).split('\n');
      const columnOf = (/** @type {RegExp} */ value, /** @type {RegExp} */ cause) => {
        const line = rows.find((row) => value.test(row) && cause.test(row)) ?? '';
        return line.search(cause) + (line.match(/[～万円位電話なし]/g) ?? []).length;
      };
      const first = columnOf(/万円位/, /ambiguous_range \(/);
      assert.ok(first > 40);
      assert.equal(columnOf(/電話なし/, /not_a_phone|not_a_\w+ \(/), first);
    });
  });
}

test('a wrong state, limit or option is told with the right ones', async () => {
  /** @type {[string[], RegExp][]} */
  const wrong = [
    [['--state', 'closed'], /--state is one of open, ignored, resolved\n/],
    [['--limit', '0'], /--limit is a whole number from 1 to 1000\n/],
    [['--limit', '1001'], /--limit is a whole number from 1 to 1000\n/],
    [['--limit', 'ten'], /--limit is a whole number/],
    [['--serach', 'x'], /there is no option --serach; did you mean --search\?\n/],
    [['AA1'], /"AA1" is one argument too many/],
    [
      ['--code', 'a\u001b[31m'],
      /code must be a text of 1 to 200 printable characters \(invalid_re/,
    ],
  ];
  for (const [args, told] of wrong) {
    const { code, stdout, stderr } = await call(['errors', ...args], cli.remote);
    assert.deepEqual([code, stdout], [2, ''], args.join(' '));
    assert.match(stderr, told);
    assert.match(stderr, args[0] === '--code' ? /^✖/ : /\n\nlisting-sync errors \[--state STATE\]/);
  }
});

test('the read token sees everything but the values', async () => {
  const { SYNC_URL } = cli.remote;
  const { stdout } = await call(['errors'], { SYNC_URL, SYNC_READ_TOKEN: READ_TOKEN });
  assert.match(stdout, new RegExp(`${range.key} +price +ambiguous_range`));
  assert.doesNotMatch(stdout, /万円位/);
});

test('what is corrected in the sheet is gone after the next run', async () => {
  range.mend();
  await synced();
  const open = await call(['errors', '--search', range.key], cli.local);
  assert.match(open.stdout, /^5 open, 0 ignored\nnothing that is held fits\n/);
  const resolved = await call(['errors', '--state', 'resolved', '--json'], cli.local);
  const [entry, ...more] = onlyJson(resolved.stdout).errors;
  assert.deepEqual([entry.propertyNumber, entry.resolvedBy, more], [range.key, 'commit', []]);
});

describe('cells of an enemy', () => {
  const ENEMIES = [
    '\u001b[2J\u001b]0;title\u0007\u001bc',
    '\u009b31m\u0085\u0090',
    '\u202e逆さ\u2066\u200f\u2028次\u2029',
    '\r\r\n\t\u0008\u007f',
    `x${'\u0301'.repeat(20_000)}`,
    '物'.repeat(49_000),
    '<script>alert(1)</script>\u{e0041}\ufeff',
  ];
  /** @type {ReturnType<CliStack['plant']>[]} */
  let planted;
  before(async () => {
    planted = ENEMIES.map((cell) => cli.plant('price', cell));
    await synced();
    const numbers = ['AA1\u202e', 'AA2\u200b', 'AA3\u{e0041}'].join(',');
    await synced('--numbers', numbers);
  });
  after(() => planted.forEach(({ mend }) => mend()));

  const OBEYED = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

  for (const args of [
    ['errors'],
    ['errors', '--json'],
    ['errors', '--all', '--json'],
    ['status'],
  ]) {
    test(`nothing of them reaches a terminal: ${args.join(' ')}`, async () => {
      for (const way of /** @type {const} */ (['local', 'remote'])) {
        const { code, stdout, stderr } = await call(args, cli[way], { columns: 100 });
        assert.equal(code, 0, stderr);
        assert.doesNotMatch(uncoloured(stdout).replaceAll('␛', '\u001b'), OBEYED);
        if (!args.includes('--json')) assert.doesNotMatch(stdout, /\u0301{5}/u);
      }
    });
  }

  test('none makes a line of its own, or a wide one', async () => {
    const args = ['errors', '--column', 'price', '--code', 'not_a_number'];
    const { stdout } = await call(args, cli.local, { columns: 200 });
    const lines = uncoloured(stdout).trimEnd().split('\n').slice(1);
    assert.equal(lines.length, planted.length, stdout);
    assert.ok(lines.every((line) => /^\d+ +row \d+ +AA\d+(-\d+)? +price /.test(line)));
    assert.ok(lines.every((line) => line.length < 200));
  });

  test('as JSON their values are whole', async () => {
    const args = ['errors', '--json', '--column', 'price', '--code', 'not_a_number'];
    const { stdout } = await call(args, cli.remote);
    const values = onlyJson(stdout).errors.map((/** @type {any} */ { value }) => value);
    assert.ok(values.some((/** @type {string} */ value) => value.includes('\u001b[2J')));
    assert.ok(values.some((/** @type {string} */ value) => value.includes('\u202e')));
  });

  test('an argument is not echoed raw either', async () => {
    const hostile = '\u001b[31m';
    for (const args of [['errors', hostile], [`err${hostile}`], ['status', hostile]]) {
      const { stderr } = await call(args, cli.remote);
      assert.doesNotMatch(visible(stderr), /␛/, args.join(' '));
    }
  });
});

describe('more entries than one answer holds', () => {
  before(async () => {
    for (const first of [0, 1000]) {
      const numbers = Array.from(
        { length: 600 },
        (_, i) => `AA9${String(first + i).padStart(5, '0')}`,
      );
      await synced('--numbers', numbers.join(','));
    }
  });

  for (const way of /** @type {const} */ (['local', 'remote'])) {
    test(`${way}: --all lists every one, once`, async () => {
      const { code, stdout } = await call(['errors', '--all', '--json'], cli[way]);
      assert.equal(code, 0);
      const entries = jsonLines(stdout);
      assert.ok(entries.length > 1200, `${entries.length}`);
      for (const entry of entries) assertSchema('Entry', entry);
      assert.equal(new Set(entries.map(({ id }) => id)).size, entries.length);
      const filtered = await call(['errors', '--all', '--code', 'not_in_sheet'], cli[way]);
      const lines = filtered.stdout.trimEnd().split('\n');
      assert.equal(
        lines.filter((line) => / no row +AA9\d{5} +not_in_sheet/.test(line)).length,
        1200,
      );
      assert.doesNotMatch(filtered.stdout, /and more/);
    });
  }

  test('a reader that has enough (| head) is no error', async () => {
    const { child, ended } = start(['errors', '--all', '--json'], cli.remote);
    child.stdout.once('data', () => child.stdout.destroy());
    const { code, stderr } = await ended;
    assert.deepEqual([code, stderr], [0, '']);
  });
});
