// What the documents point at exists: links, headings, files, and each document from the index.
import { existsSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { test } from 'node:test';
import { assertNone, filesIn, linesWhere, root, textOf } from '../tidy/source-text.js';
import { codeSpansOf, documents, proseOf } from './documents.js';

const COLUMNS_MAX = 160;

/** @param {string} file paths below the root */
const exists = (file) => existsSync(join(root, file));

/**
 * Links of a document, as paths below the root with an anchor or without.
 * @param {string} file
 */
function linksOf(file) {
  const targets = [...proseOf(textOf(file)).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]);
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => (target.startsWith('#') ? file + target : beside(file, target)));
}

const beside = (/** @type {string} */ file, /** @type {string} */ target) =>
  posix.normalize(posix.join(dirname(file), target));

/**
 * The anchors of a document's headings, as GitHub makes them.
 * @param {string} file
 */
function anchorsOf(file) {
  const headings = proseOf(textOf(file)).match(/^#+ .*$/gm) ?? [];
  return headings.map((heading) =>
    heading
      .replace(/^#+ /, '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('every link leads to a file and a heading that exist', () => {
  const broken = documents.flatMap((file) =>
    linksOf(file).filter((link) => {
      const [target, anchor] = link.split('#');
      if (!exists(target)) return true;
      return anchor !== undefined && !anchorsOf(target).includes(anchor);
    }),
  );
  assertNone(broken);
});

test('every file and folder the documents name exists', () => {
  const isPath = (/** @type {string} */ span) =>
    /^(core|wasm|functions|infra|tests|docs|\.ci)\/[\w./-]*$/.test(span);
  const missing = documents.flatMap((file) =>
    codeSpansOf(file)
      .filter((span) => isPath(span) && !exists(span))
      .map((span) => `${file} names ${span}`),
  );
  assertNone(missing);
});

test('the index leads to every document', () => {
  const index = new Set(linksOf('docs/README.md').map((link) => link.split('#')[0]));
  const isIndex = (/** @type {string} */ file) => file === 'docs/README.md';
  assertNone(documents.filter((file) => !isIndex(file) && !index.has(file)));
});

test('the README names every top folder of the sources', () => {
  const readme = textOf('README.md');
  const folders = ['core', 'wasm', 'functions', 'infra', 'tests', 'docs'];
  const second = [...new Set(filesIn(['infra'], ['']).map((file) => file.split('/')[1]))]
    .filter((name) => exists(`infra/${name}/`))
    .map((name) => `infra/${name}`);
  assertNone([...folders, ...second].filter((folder) => !readme.includes(`\`${folder}/\``)));
});

test(`no line of the documents written for this page is wider than ${COLUMNS_MAX} characters`, () => {
  const isWide = (/** @type {string} */ line) => [...line].length > COLUMNS_MAX;
  const own = ['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', 'docs/README.md'];
  const more = ['docs/OPERATIONS.md', 'docs/CONFIGURATION.md', 'docs/API.md'];
  assertNone([...own, ...more].flatMap((file) => linesWhere(file, textOf(file), isWide)));
});
