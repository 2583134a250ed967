// What the documents point at exists: links, headings, files, and each document from the index.
import { existsSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { test } from 'node:test';
import { assertNone, filesIn, linesWhere, root, textOf } from '../tidy/source-text.js';
import { codeSpansOf, documents, proseOf } from './documents.js';

const COLUMNS_MAX = 160;

/** Documents that may be wider, each with the reason. */
const wideDocuments = new Map([
  ['docs/DATABASE.md', 'signatures and answers of SQL functions'],
  ['docs/MAPPING.md', 'paragraphs that explain one rule, each on few long lines'],
  ['wasm/README.md', 'queries and their answers'],
]);

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

test(`no line of prose is wider than ${COLUMNS_MAX} characters`, () => {
  // A row of a table cannot be folded.
  const isWide = (/** @type {string} */ line) =>
    !line.startsWith('|') && [...line].length > COLUMNS_MAX;
  const narrow = documents.filter((file) => !wideDocuments.has(file));
  assertNone(narrow.flatMap((file) => linesWhere(file, textOf(file), isWide)));
});
