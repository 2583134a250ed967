// Files stay small enough to be read in one sitting, lines narrow enough to be read side by side.
import { test } from 'node:test';
import { assertNone, filesIn, linesWhere, textOf } from './source-text.js';

const ADAPTER_LINES_MAX = 40;
const FILE_LINES_MAX = 500;
const COLUMNS_MAX = 100;
/**
 * Of a line with a string in it, which no formatter breaks: a test's name, a statement, a message.
 */
const STRING_COLUMNS_MAX = 130;

/** What the page says, a sentence a line. */
const SENTENCES = 'functions/dashboard/texts/';

/** Files that may be longer, each with the reason. */
const longFiles = new Map([['infra/supabase/schema.sql', 'a dump, generated from the migrations']]);
const folders = ['core', 'wasm', 'functions', 'infra', 'tests'];

const lineCount = (/** @type {string} */ file) => textOf(file).trimEnd().split('\n').length;

test(`an adapter knows one platform and has at most ${ADAPTER_LINES_MAX} lines`, () => {
  const adapters = filesIn(['functions/adapters'], ['.js']);
  const long = adapters.filter((file) => lineCount(file) > ADAPTER_LINES_MAX);
  assertNone(long);
});

test(`no source file is longer than ${FILE_LINES_MAX} lines`, () => {
  const sources = filesIn(folders, ['.h', '.cpp', '.c', '.js', '.mjs', '.sql', '.cmake']);
  const long = sources
    .filter((file) => !longFiles.has(file) && lineCount(file) > FILE_LINES_MAX)
    .map((file) => `${file}: ${lineCount(file)} lines`);
  assertNone(long);
});

test(`no line of C++ or JavaScript is wider than ${COLUMNS_MAX} characters`, () => {
  // A full-width character counts as one; an address cannot be folded.
  const isWide = (/** @type {string} */ line) =>
    [...line].length > (/['"`]/.test(line) ? STRING_COLUMNS_MAX : COLUMNS_MAX) &&
    !/https?:\/\//.test(line);
  const sources = filesIn(folders, ['.h', '.cpp', '.c', '.js', '.mjs']).filter(
    (file) => !file.startsWith(SENTENCES),
  );
  const wide = sources.flatMap((file) => linesWhere(file, textOf(file), isWide));
  assertNone(wide);
});
