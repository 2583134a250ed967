// The bar and the lines around it: on a stream that is a terminal, on one that is none, and as a
// real terminal draws it; and how wide texts are there.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createProgress, duration } from '../../infra/cli/progress.js';
import { align, flow, joined } from '../../infra/cli/shown/table.js';
import { createTerminal, cut, pad, plain, widthOf } from '../../infra/cli/terminal.js';
import { memoryStream, startCliStack, startOnTerminal, uncoloured, visible } from './support.js';

/** @param {number} [columns] */
function create(columns, isColoured = false) {
  const stream = memoryStream(columns);
  let time = 0;
  const progress = createProgress({ stream, isColoured, now: () => time });
  return {
    stream,
    progress,
    /** @param {number} ms @param {number} done @param {number} [expected] */
    at(ms, done, expected = 1000) {
      time = ms;
      progress.update({ done, expected, percent: Math.floor((100 * done) / expected) });
    },
  };
}

/** What is drawn last. @param {{ text: string }} stream */
const drawn = ({ text }) => visible(text).split('␍').at(-1)?.replace('␛[K', '');

/**
 * The lines that stand there in the end, as a terminal of so many columns shows them.
 * @param {string} text
 * @param {number} columns
 */
function screenOf(text, columns) {
  const lines = [''];
  let at = 0;
  for (const part of uncoloured(text).match(/␍|␛\[K|\n|[^]/gu) ?? []) {
    const line = lines[lines.length - 1];
    if (part === '␍') at = 0;
    else if (part === '␛[K') lines[lines.length - 1] = line.slice(0, at);
    else if (part === '\n') lines.push('');
    else {
      if (at === columns) [at] = [0, lines.push('')];
      const last = lines[lines.length - 1];
      lines[lines.length - 1] = last.slice(0, at) + part + last.slice(at + 1);
      at += 1;
    }
    if (part === '\n') at = 0;
  }
  return lines.map((line) => line.trimEnd());
}

describe('on a terminal', () => {
  test('the bar shows share, rows, rate and time left', () => {
    const { stream, at } = create(80);
    at(0, 0);
    assert.equal(drawn(stream), `  ${'░'.repeat(28)}   0 %  0/1000 rows`);
    at(2000, 500);
    const half = `  ${'█'.repeat(14)}${'░'.repeat(14)}  50 %  500/1000 rows  250 rows/s  2 s left`;
    assert.equal(drawn(stream), half);
    at(4000, 1000);
    assert.equal(drawn(stream), `  ${'█'.repeat(28)} 100 %  1000/1000 rows  250 rows/s`);
  });

  test('rate and time left are those of the last ten seconds', () => {
    const { stream, at } = create(80);
    at(0, 0, 10_000);
    for (let s = 1; s <= 20; s += 1) at(s * 1000, s * 10, 10_000); // slow
    for (let s = 21; s <= 32; s += 1) at(s * 1000, 200 + (s - 20) * 400, 10_000); // fast
    assert.match(String(drawn(stream)), / 400 rows\/s {2}13 s left$/);
  });

  test('a run that begins anew is paced anew', () => {
    const { stream, at } = create(80);
    at(0, 0);
    at(1000, 900);
    at(2000, 100);
    assert.match(String(drawn(stream)), / 10 % {2}100\/1000 rows$/);
    at(3000, 200);
    assert.match(String(drawn(stream)), / 100 rows\/s {2}8 s left$/);
  });

  for (const columns of [200, 80, 60, 50, 40, 30, 20, 12]) {
    test(`no drawn line is wider than ${columns} columns`, () => {
      const { stream, progress, at } = create(columns);
      progress.phase('queued: another run is open');
      for (let i = 0; i <= 10; i += 1) at(i * 700, i * 123_456, 1_234_560);
      const lines = visible(stream.text).replaceAll('␛[K', '').split('␍').slice(1);
      assert.equal(lines.length, 12);
      for (const line of lines) assert.ok(widthOf(line) < columns, line);
      const hasBar = /[█░]/.test(lines.at(-2) ?? '');
      assert.equal(hasBar, columns >= 80, 'a bar only where it fits beside the figures');
    });
  }

  test('nothing of it remains when it is cleared', () => {
    const { stream, progress, at } = create(80);
    progress.phase('reading the sheet');
    at(0, 10);
    at(1000, 200);
    progress.clear();
    progress.clear();
    stream.write('✔ completed\n');
    assert.deepEqual(screenOf(stream.text, 80), ['✔ completed', '']);
  });

  test('a note stands above the bar, whole', () => {
    const { stream, progress, at } = create(80);
    at(0, 10);
    progress.note('! nobody answers');
    at(1000, 200);
    progress.note('reached again');
    progress.clear();
    assert.deepEqual(screenOf(stream.text, 80), ['! nobody answers', 'reached again', '']);
  });

  test('colours are asked for; without them only the movement is left', () => {
    const { stream, at } = create(80, true);
    at(0, 500);
    assert.match(visible(stream.text), /^␍ {2}␛\[32m█{14}␛\[0m␛\[2m░{14}␛\[0m {2}50 %/);
    const plainOne = create(80);
    plainOne.at(0, 500);
    assert.doesNotMatch(visible(plainOne.stream.text), /␛\[\d/);
  });
});

test('elsewhere there is a line for each tenth of the way, without any escape', () => {
  const { stream, progress, at } = create();
  progress.phase('reading the sheet');
  progress.phase('reading the sheet');
  for (let i = 0; i <= 100; i += 1) at(i * 100, i * 10);
  progress.note('! nobody answers');
  progress.clear();
  const lines = stream.text.split('\n');
  assert.equal(lines.length, 14);
  assert.deepEqual(lines.slice(0, 2), ['  reading the sheet', '    0 %  0/1000 rows']);
  assert.equal(lines[6], '   50 %  500/1000 rows  100 rows/s  5 s left');
  assert.deepEqual(lines.slice(-2), ['! nobody answers', '']);
  assert.doesNotMatch(visible(stream.text), /[␛␍]/);
});

test('durations are short and of one unit', () => {
  const shown = [0.03, 0.94, 0.95, 1, 9.96, 42, 99, 100, 3600, 7200].map(duration);
  const expected = ['30 ms', '940 ms', '0.9 s', '1 s', '10.0 s', '42 s', '99 s', '2 min', '60 min'];
  assert.deepEqual(shown, [...expected, '2.0 h']);
});

describe('widths', () => {
  /** @type {[string, number][]} */
  const texts = [
    ['abc', 3],
    ['物件番号', 8],
    ['ﾊﾝｶｸ', 4],
    ['が', 2],
    ['か\u3099', 2],
    ['e\u0301', 1],
    ['5,000～6,000万円', 16],
    ['한국어', 6],
    ['𠮷野家', 6],
    ['🏠 家', 5],
    ['①→…°', 4],
    ['　', 2],
  ];
  for (const [text, width] of texts) {
    test(`${text} takes ${width}`, () => assert.equal(widthOf(text), width));
  }

  test('a text is cut by columns, never in the middle of a character', () => {
    assert.equal(cut('物件番号', 8), '物件番号');
    assert.equal(cut('物件番号', 7), '物件番…');
    assert.equal(cut('物件番号', 6), '物件…');
    assert.equal(cut('か\u3099き', 3), 'か\u3099…');
    assert.equal(cut('abc', 1), '…');
    assert.equal(pad('物件', 6), '物件  ');
    assert.equal(pad('物件', 3), '物件');
  });

  test('columns stand below each other whatever is in them', () => {
    const rows = align(
      [
        ['物件', 'a', 'x'],
        ['ab', '番号', 'y'],
        ['', '', 'z'],
      ],
      80,
    ).map(joined);
    assert.deepEqual(rows, ['物件  a     x', 'ab    番号  y', '            z']);
  });

  test('parts that do not fit begin another line', () => {
    assert.equal(flow(['abc', '物件番号', 'd'], 80), 'abc  物件番号  d');
    assert.equal(flow(['abc', '物件番号', 'd'], 12), 'abc\n  物件番号\n  d');
    assert.equal(flow(['abc', '物件番号', 'd'], 13), 'abc  物件番号\n  d');
    assert.equal(flow(['a'.repeat(30), 'b'], 10), `${'a'.repeat(30)}\n  b`);
  });

  test('a terminal that does not know its width (0 in a container) has 80 columns', () => {
    const stdout = Object.assign(memoryStream(80), { columns: 0 });
    const { width, wrap } = createTerminal({ environment: {}, stdout, isTerminal: true });
    assert.equal(width, 80);
    assert.equal(wrap('one two', 4), '    one two');
  });

  test('a text from outside is one line in which nothing moves the cursor', () => {
    assert.equal(plain(' a\r\n\tb\u001b[31m\u0007\u202e\u2028c\ufeff '), 'a b[31m c');
    assert.equal(plain(`x${'\u0301'.repeat(99)}`), `x${'\u0301'.repeat(4)}`);
  });
});

describe('a real terminal', () => {
  /** @type {import('./support.js').CliStack} */
  let cli;
  before(async () => {
    cli = await startCliStack({ seed: 5 });
    cli.stack.backend.spoil((kind) => (kind === 'sync_commit' ? { delayMs: 400 } : null));
  });
  after(() => cli?.stack.stop());

  for (const columns of [100, 44]) {
    test(`of ${columns} columns shows the bar moving, and in the end the result alone`, async () => {
      await cli.stack.backend.sql`truncate public.property_listings`;
      const args = ['sync', '--batch-size', '10'];
      const { code, stdout } = await startOnTerminal(args, cli.local, { columns }).ended;
      assert.equal(code, 4);
      const bars = [...visible(stdout).matchAll(/(\d+) % {2}\d+\/59 rows {2}[\d.]+ rows\/s/g)];
      const shares = [...new Set(bars.map(([, percent]) => percent))];
      assert.ok(shares.length >= 3, `it moved: ${shares.join()}`);
      assert.equal(/[█░]/.test(stdout), columns === 100);
      const [first] = screenOf(stdout, columns).filter((line) => line !== '');
      assert.match(first, /^✔ completed in \d+\.\d\d s$/);
    });
  }
});
