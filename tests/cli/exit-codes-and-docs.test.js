// docs/CLI.md against the usages: the same commands, options and exit codes; and every example in
// it really runs, with the output it shows.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fencesIn, sectionsOf } from '../docs/fences.js';
import { textOf } from '../tidy/source-text.js';
import { call, PROGRAM, startCliStack } from './support.js';

const FILE = 'docs/CLI.md';
const guide = textOf(FILE);
const sections = sectionsOf(FILE);
const { stdout: mainUsage } = await call(['--help']);
const commands = [...mainUsage.matchAll(/^ {2}([a-z]+) +\S/gm)].map(([, name]) => name);

/** @param {string} command */
const usageOf = async (command) => (await call([command, '--help'])).stdout;
/** @param {string} usage */
const optionsIn = (usage) => [...usage.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, name]) => name);

/** The cells of each table row below this heading. @param {string} text */
const tableRows = (text) =>
  [...text.matchAll(/^\| (.*) \|$/gm)].map(([, row]) => row.split(/ \| | \|(?= )/));
/** @param {string} text */
const codeSpans = (text) => [...text.matchAll(/`([^`]+)`/g)].map(([, span]) => span);

const COMMON = tableRows(String(sections.get('Here, or a deployed function')))
  .flatMap(([cell]) => codeSpans(cell))
  .filter((span) => span.startsWith('--'));

/** @param {string} command @returns {string} */
function sectionOf(command) {
  const found = [...sections].filter(([heading]) => heading.split(', ').includes(command));
  assert.equal(found.length, 1, `one section of ${command}`);
  return found[0][1];
}

/** @param {string} command */
function optionsDocumented(command) {
  const [head, ...rows] = tableRows(sectionOf(command)).filter(([cell]) => /option|--/.test(cell));
  const restricted = codeSpans(head?.[0] ?? '');
  if (restricted.length > 0 && !restricted.includes(command)) return [];
  return rows.flatMap(([cell]) => codeSpans(cell));
}

/** @param {string} command */
function codesDocumented(command) {
  const rows = tableRows(String(sections.get('Exit codes'))).filter(([code]) => /^\d/.test(code));
  const isOf = (/** @type {string} */ of) => of === 'all' || codeSpans(of).includes(command);
  return rows.filter(([, , of]) => isOf(of)).map(([code]) => Number(code));
}

test('there are as many commands as the guide and the summary say', () => {
  assert.ok(commands.length >= 14, commands.join());
  const first = guide.slice(0, guide.indexOf('\n## '));
  const inTable = tableRows(first).flatMap(([cell]) => codeSpans(cell));
  assert.deepEqual([...inTable].sort(), [...commands].sort());
});

for (const command of commands) {
  describe(command, () => {
    test('has in the guide the options of its usage', async () => {
      const usage = await usageOf(command);
      const asksTheApplication = usage.includes('\n  --url URL ');
      const documented = [...optionsDocumented(command), ...(asksTheApplication ? COMMON : [])];
      assert.deepEqual(documented.sort(), optionsIn(usage).sort());
    });

    test('understands each option of its usage', async () => {
      for (const option of optionsIn(await usageOf(command))) {
        const { code, stderr } = await call([command, option, '--no-such-option']);
        assert.equal(code, 2);
        assert.match(stderr, /there is no option --no-such-option/, option);
      }
    });

    test('has in the guide the exit codes of its usage', async () => {
      const [, told] = /^Exit codes: ([\s\S]*)$/m.exec(await usageOf(command)) ?? [];
      const codes = [...told.matchAll(/(?:^|,\s)(\d+)\s/g)].map(([, code]) => Number(code));
      assert.deepEqual(codes, codesDocumented(command));
    });

    test('explains itself on stdout within 100 columns, and ends with 0', async () => {
      for (const flag of ['--help', '-h']) {
        const { code, stdout, stderr } = await call([command, flag]);
        assert.deepEqual([code, stderr], [0, '']);
        assert.match(stdout, new RegExp(`^listing-sync ${command} `));
        assert.deepEqual(
          stdout.split('\n').filter((line) => [...line].length > 100),
          [],
        );
      }
    });
  });
}

test('no command at all is explained, and ends with 2; one that is misspelt is guessed', async () => {
  const none = await call([]);
  assert.deepEqual([none.code, none.stdout], [2, mainUsage]);
  const wrong = await call(['erors']);
  assert.deepEqual([wrong.code, wrong.stdout], [2, '']);
  assert.match(wrong.stderr, /^there is no command "erors"; did you mean "errors"\?\n/);
  const strange = await call(['toString']);
  assert.deepEqual([strange.code, strange.stdout], [2, '']);
  const { version } = JSON.parse(textOf('package.json'));
  assert.deepEqual(await call(['--version']), { code: 0, stdout: `${version}\n`, stderr: '' });
});

/** Stands for jq where there is none: what it is given has to be JSON, each line of it. */
const READER = `
import { createInterface } from 'node:readline';
for await (const line of createInterface(process.stdin)) console.log(typeof JSON.parse(line));`;

describe('the examples', () => {
  const MAPPING = {
    ...{ source: 'listings', tab: '物件一覧', table: 'listings', key: 'number' },
    columns: [
      { header: '物件番号', column: 'number', type: 'text' },
      { header: '価格', column: 'price', type: 'number', unit: 'yen' },
      { header: '備考', column: 'memo', type: 'text', blank: 'keep' },
      { header: '最寄り駅', column: 'station', type: 'text' },
      { header: '引渡日', column: 'on', type: 'date' },
    ],
  };
  const folder = mkdtempSync(join(tmpdir(), 'listing-sync-guide-'));
  /** @type {import('./support.js').CliStack} */
  let cli;

  before(async () => {
    cli = await startCliStack({ seed: 5 });
    for (const name of ['bin', 'spare']) mkdirSync(join(folder, name));
    symlinkSync(process.execPath, join(folder, 'bin', 'node'));
    program('bin/npx', `shift\nexec node '${PROGRAM}' "$@"`);
    program('spare/jq', `exec node '${join(folder, 'jq.mjs')}'`);
    writeFileSync(join(folder, 'jq.mjs'), READER);
    writeFileSync(join(folder, 'my-mapping.json'), JSON.stringify(MAPPING));
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await cli?.stack.stop();
  });

  /** @param {string} place @param {string} text of a shell script */
  function program(place, text) {
    const file = join(folder, place);
    writeFileSync(file, `#!/bin/sh\n${text}\n`);
    chmodSync(file, 0o755);
  }

  /**
   * In a shell, as it stands in the guide.
   * @param {string} line
   * @returns {Promise<import('./support.js').Told>}
   */
  function type(line) {
    const PATH = `${join(folder, 'bin')}:${process.env.PATH}:${join(folder, 'spare')}`;
    const command = line.replace('https://staging.example.com', cli.stack.url);
    const options = { cwd: folder, env: { ...cli.remote, PATH }, timeout: 30_000 };
    return new Promise((resolve) => {
      execFile('bash', ['-o', 'pipefail', '-c', command], options, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
  }

  /** Times and rates differ. @param {string} text */
  const steady = (text) => text.replace(/\d+\.\d\d s/g, '0.00 s');

  test('of sessions show what is really shown', async () => {
    const sessions = fencesIn(guide, 'console');
    assert.ok(sessions.length >= 2);
    for (const step of sessions.flatMap((session) => session.split(/^\$ /m).slice(1))) {
      const [command, ...lines] = step.trimEnd().split('\n');
      const shown = lines.filter((line) => !/[█░]/.test(line)).join('\n');
      if (command.startsWith('cat ')) writeFileSync(join(folder, command.slice(4)), `${shown}\n`);
      const { stdout, stderr } = await type(command);
      assert.equal(steady(stdout), steady(`${shown}\n`), `${command}: ${stderr}`);
    }
  });

  const examples = fencesIn(guide, 'sh')
    .flatMap((block) => block.split('\n'))
    .filter((line) => line.startsWith('npx '));

  test('of commands are many', () => assert.ok(examples.length >= 7, examples.join('\n')));

  for (const line of examples) {
    test(`run: ${line}`, async () => {
      const { code, stdout, stderr } = await type(line);
      // Held rows are what these are about: 4 is an answer, too.
      assert.ok([0, 4].includes(code), `${code}: ${stdout}${stderr}`);
      assert.doesNotMatch(stderr, /✖|is not|no option/, stderr);
      assert.doesNotMatch(stdout, /the run failed/);
    });
  }
});
