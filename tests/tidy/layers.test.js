// Dependencies point one way: core <- wasm <- functions <- infra <- tests (ARCHITECTURE.md).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withIncludes } from '../../infra/tools/source-files.mjs';
import { assertNone, filesIn, importsOf, includesOf, root, textOf } from './source-text.js';

const cpp = ['.h', '.cpp', '.c'];
const js = ['.js', '.mjs'];

/**
 * "file includes x" for each include below the folders that is not allowed.
 * @param {string[]} folders
 * @param {(include: string, file: string) => boolean} isAllowed
 */
function forbiddenIncludes(folders, isAllowed) {
  return filesIn(folders, cpp).flatMap((file) =>
    includesOf(textOf(file))
      .filter((include) => !isAllowed(include, file))
      .map((include) => `${file} includes ${include}`),
  );
}

/**
 * "file imports x" for each import below the folder that is not allowed.
 * @param {string} folder
 * @param {(imported: string, file: string) => boolean} isAllowed
 */
function forbiddenImports(folder, isAllowed) {
  return filesIn([folder], js).flatMap((file) =>
    importsOf(file)
      .filter((imported) => !isAllowed(imported, file))
      .map((imported) => `${file} imports ${imported}`),
  );
}

const isQuoted = (/** @type {string} */ include) => include.startsWith('"');
const isPublicHeader = (/** @type {string} */ include) => include.startsWith('"listing_sync/');
const isLibrary = (/** @type {string} */ include) => /^<(nlohmann|fmt|doctest)\//.test(include);
const isPackage = (/** @type {string} */ imported) =>
  !/^(functions|infra|tests|wasm)\//.test(imported);
const isBelow = (/** @type {string} */ imported, /** @type {string[]} */ folders) =>
  folders.some((folder) => imported.startsWith(folder));

test('public headers of the core know the standard library and each other only', () => {
  const isAllowed = (/** @type {string} */ include) =>
    isQuoted(include) ? isPublicHeader(include) : !isLibrary(include);
  assertNone(forbiddenIncludes(['core/include'], isAllowed));
});

test('the core includes nothing from outside core/', () => {
  const sources = new Set(
    filesIn(['core/src'], ['.h']).map((file) => `"${file.slice('core/src/'.length)}"`),
  );
  const isAllowed = (/** @type {string} */ include) =>
    !isQuoted(include) || isPublicHeader(include) || sources.has(include);
  assertNone(forbiddenIncludes(['core/src'], isAllowed));
});

test('nlohmann stays inside the core and the test oracle', () => {
  const mayUseIt = (/** @type {string} */ file) =>
    /^core\/src\/|^tests\/fuzz\/oracle\.cpp$/.test(file);
  const isAllowed = (/** @type {string} */ include, /** @type {string} */ file) =>
    !include.includes('nlohmann/') || mayUseIt(file);
  assertNone(forbiddenIncludes(['core', 'wasm', 'tests'], isAllowed));
});

test('no test reaches nlohmann through a header: it would see it with exceptions', () => {
  const tests = filesIn(['tests'], ['.cpp']).filter((file) => file !== 'tests/fuzz/oracle.cpp');
  assert.ok(tests.length > 0, 'there are tests to look at');
  const found = tests.flatMap((file) =>
    [...withIncludes(root, file)]
      .filter((reached) => textOf(reached).includes('<nlohmann/json.hpp>'))
      .map((reached) => `${file} reaches ${reached}`),
  );
  assertNone(found);
});

test('the bridge knows the public headers of the core only', () => {
  const isAllowed = (/** @type {string} */ include) =>
    isQuoted(include) ? isPublicHeader(include) : !isLibrary(include);
  assertNone(forbiddenIncludes(['wasm'], isAllowed));
});

test('wasm/js imports nothing but itself; only a loader for Node may use Node', () => {
  const isAllowed = (/** @type {string} */ imported, /** @type {string} */ file) =>
    isBelow(imported, ['wasm/js/']) || (imported.startsWith('node:') && /node/.test(file));
  assertNone(forbiddenImports('wasm/js', isAllowed));
});

test('functions/app knows wasm/js, hono and the web standard', () => {
  const isAllowed = (/** @type {string} */ imported) =>
    isBelow(imported, ['functions/app/', 'wasm/js/']) || /^hono(\/|$)/.test(imported);
  assertNone(forbiddenImports('functions/app', isAllowed));
});

test('functions know neither infra nor tests', () => {
  const isAllowed = (/** @type {string} */ imported) =>
    isPackage(imported) || isBelow(imported, ['functions/', 'wasm/js/']);
  assertNone(forbiddenImports('functions', isAllowed));
});

test('infra knows everything but the tests', () => {
  const isAllowed = (/** @type {string} */ imported) => !isBelow(imported, ['tests/']);
  assertNone(forbiddenImports('infra', isAllowed));
});

test('the folders of the core depend on each other in one direction', () => {
  /** @type {Map<string, Set<string>>} */
  const uses = new Map();
  for (const file of filesIn(['core/src'], cpp)) {
    const area = file.split('/')[2];
    const used = includesOf(textOf(file)).filter(
      (include) => isQuoted(include) && !isPublicHeader(include),
    );
    const areas = used
      .map((include) => include.slice(1).split('/')[0])
      .filter((other) => other !== area);
    uses.set(area, new Set([...(uses.get(area) ?? []), ...areas]));
  }
  assert.ok(uses.size > 1, 'there are areas to compare');
  // Areas that use only areas already taken away go next; what remains forms a circle.
  for (let taken = true; taken;) {
    const free = [...uses].filter(([, used]) => [...used].every((area) => !uses.has(area)));
    for (const [area] of free) uses.delete(area);
    taken = free.length > 0;
  }
  assertNone([...uses].map(([area, used]) => `${area} uses ${[...used].join(', ')}`));
});
