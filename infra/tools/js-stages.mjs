// The stages of npm test that are node programs: prettier, eslint, tsc, the schema dump, node:test.
import { join } from 'node:path';
import { filesBelow } from './source-files.mjs';
import { oneCommand, root } from './stage.mjs';

/** @param {string} name */
const program = (name) => join(root, 'node_modules/.bin', name);

export const prettier = () =>
  oneCommand('prettier', program('prettier'), ['--check', '.'], () => 'all files formatted');

export const eslint = () =>
  oneCommand('eslint', program('eslint'), ['.', '--max-warnings=0'], () => 'no findings');

export const typecheck = () =>
  oneCommand('typecheck', program('tsc'), ['--noEmit'], () => 'no errors');

/** The checked-in schema.sql is what the migrations make. */
export const schema = () =>
  oneCommand('schema', process.execPath, ['infra/tools/dump-schema.mjs', '--check'], (output) =>
    output.trim().split('\n').slice(-1).join(''),
  );

/**
 * @param {string} name
 * @param {string[]} files
 * @returns {Promise<import('./stage.mjs').Outcome>}
 */
async function nodeTests(name, files) {
  if (files.length === 0) return { ok: false, summary: 'there are no test files' };
  const flags = ['--test-concurrency=2', '--test-reporter=spec', '--test-timeout=300000'];
  return oneCommand(name, process.execPath, ['--test', ...flags, ...files], (output) => {
    const count = (/** @type {string} */ what) =>
      new RegExp(`^\\S+ ${what} (\\d+)$`, 'm').exec(output)?.[1];
    const counts = `${count('tests')} tests, ${count('pass')} passed, ${count('skipped')} skipped`;
    return `node:test: ${files.length} files, ${counts}`;
  });
}

const isTidy = (/** @type {string} */ file) => file.startsWith(join('tests', 'tidy'));
const testFiles = filesBelow(root, 'tests', ['.test.js']);

export const tidy = () => nodeTests('tidy', testFiles.filter(isTidy));

export const node = () =>
  nodeTests(
    'node',
    testFiles.filter((file) => !isTidy(file)),
  );
