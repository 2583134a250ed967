// Nothing unfinished, switched off or bound to one machine stays in the tree.
import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { test } from 'node:test';
import { assertNone, filesIn, linesWhere, textOf } from './source-text.js';

const everything = filesIn([''], ['']).filter((file) => !/\.(png|ico|wasm|woff2)$/.test(file));
const isThisFile = (/** @type {string} */ file) => file === 'tests/tidy/leftovers.test.js';

/**
 * @param {string[]} files
 * @param {RegExp} pattern
 */
function find(files, pattern) {
  const isBad = (/** @type {string} */ line) => pattern.test(line);
  return files
    .filter((file) => !isThisFile(file))
    .flatMap((file) => linesWhere(file, textOf(file), isBad));
}

test('nothing is left to do', () => {
  const sources = everything.filter((file) =>
    /\.(h|cpp|c|js|mjs|sql|cmake|html|css|json)$/.test(file),
  );
  assertNone(find(sources, /\b(TODO|FIXME|XXX|HACK)\b/));
});

test('no test is switched off or runs alone', () => {
  const tests = filesIn(['tests'], ['.js', '.cpp']);
  assert.ok(tests.length > 0, 'there are tests to look at');
  assertNone(find(tests, /\.(only|skip|todo)\(|\bonly: true|doctest::(skip|may_fail)/));
});

test('no file names a place on one machine', () => {
  assertNone(find(everything, /(?<![\w.])\/(?:home|Users|root|work)\/\w/));
});

test('the lock file is of the same mind as each package.json', () => {
  const lock = JSON.parse(textOf('package-lock.json'));
  for (const folder of ['', 'infra/local']) {
    const own = JSON.parse(textOf(posix.join(folder, 'package.json')));
    for (const field of ['dependencies', 'devDependencies', 'optionalDependencies']) {
      assert.deepEqual(
        lock.packages[folder][field],
        own[field],
        `${field} of ${folder || 'the root'}`,
      );
    }
  }
});

test('the lock file carries integrity hashes and no download addresses', () => {
  const lock = JSON.parse(textOf('package-lock.json'));
  const entries = Object.entries(lock.packages).filter(([path]) =>
    path.startsWith('node_modules/'),
  );
  const installed = entries.filter(([, entry]) => entry.link !== true);
  assert.ok(installed.length > 0, 'there are packages');
  assertNone(installed.filter(([, entry]) => !entry.integrity).map(([path]) => path));
  assertNone(find(['package-lock.json'], /"resolved": "http/));
});
