// What the documents tell people to type and to set is what the project understands.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { USAGE } from '../../infra/local/arguments.js';
import { generateListings } from '../../infra/local/generator/index.js';
import { EXAMPLE_MAPPING } from '../../infra/local/stack.js';
import { assertNone, filesIn, textOf } from '../tidy/source-text.js';
import { codeSpansOf, documents } from './documents.js';

const textBelow = (/** @type {string[]} */ folders) =>
  filesIn(folders, ['.js']).map(textOf).join('\n');

const { scripts } = JSON.parse(textOf('package.json'));

test('every npm command in the documents is a script', () => {
  const commands = documents.flatMap((file) =>
    [...textOf(file).matchAll(/\bnpm (?:run ([a-z:]+)|(start|test)\b)/g)].map((match) => ({
      file,
      name: match[1] ?? match[2],
    })),
  );
  assert.ok(commands.length > 10, `${commands.length} commands`);
  assertNone(
    commands.filter(({ name }) => !(name in scripts)).map(({ file, name }) => `${file}: ${name}`),
  );
});

test('every script that a person starts stands in README or CONTRIBUTING', () => {
  const text = textOf('README.md') + textOf('CONTRIBUTING.md');
  const isNamed = (/** @type {string} */ name) =>
    text.includes(`npm run ${name}`) || text.includes(`npm ${name}`);
  const isHook = (/** @type {string} */ name) => name === 'prepack';
  assertNone(Object.keys(scripts).filter((name) => !isHook(name) && !isNamed(name)));
});

test('README and the usage of npm start name the same options', () => {
  const inUsage = new Set([...(USAGE.match(/^ {2}--\w+/gm) ?? [])].map((text) => text.trim()));
  const inReadme = new Set(
    codeSpansOf('README.md')
      .filter((span) => /^--\w/.test(span))
      .map((span) => span.split(' ')[0]),
  );
  inReadme.delete('--mapping'); // of npm run build
  inReadme.delete('--help');
  assert.deepEqual([...inReadme].sort(), [...inUsage].sort());
});

test('CONFIGURATION.md names the variables that are read, and no others', () => {
  const source = textBelow(['functions/app', 'functions/adapters']);
  const name = /(?:'|environment\.)((?:SYNC|SUPABASE|GOOGLE)_[A-Z_]+|CRON_SECRET|PORT)\b/g;
  const read = new Set([...source.matchAll(name)].map((match) => match[1]));
  const named = new Set(
    codeSpansOf('docs/CONFIGURATION.md').filter((span) =>
      /^((SYNC|SUPABASE|GOOGLE)_[A-Z_]+|CRON_SECRET|PORT)$/.test(span),
    ),
  );
  assert.ok(read.size > 15, `${read.size} variables`);
  assert.deepEqual([...named].sort(), [...read].sort());
});

test('the capture in README counts what the generated sheet holds', () => {
  const mapping = JSON.parse(readFileSync(EXAMPLE_MAPPING, 'utf8'));
  const { counts } = generateListings({ rows: 1000, seed: 1, mapping }).truth;
  const readme = textOf('README.md');
  const ledger =
    `${counts.read} rows read = ${counts.inserted} inserted + 0 updated + 0 unchanged + ` +
    `${counts.failed} held + ${counts.skipped} skipped`;
  assert.ok(readme.includes(ledger), ledger);
  const held = `${counts.failed} rows and ${counts.heldCells} cells are held for review`;
  assert.ok(readme.includes(held), held);
});
