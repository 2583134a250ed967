// The core is pure: no I/O, clock, chance, threads, exceptions or hidden state. The zero-import
// test on the built module proves most of it; these find it at its line.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertNone, codeOnly, filesIn, includesOf, linesWhere, textOf } from './source-text.js';

const impureHeaders = new Set(
  [
    ...['chrono', 'ctime', 'random', 'thread', 'mutex', 'future', 'atomic', 'condition_variable'],
    ...['iostream', 'istream', 'ostream', 'fstream', 'sstream', 'filesystem', 'locale', 'regex'],
    ...['time.h', 'stdio.h', 'unistd.h'],
  ].map((name) => `<${name}>`),
);
const sources = filesIn(['core'], ['.h', '.cpp']);

test('the core includes no header of clocks, chance, threads or streams', () => {
  assert.ok(sources.length > 0, 'there is a core to look at');
  const found = sources.flatMap((file) =>
    includesOf(textOf(file))
      .filter((include) => impureHeaders.has(include))
      .map((include) => `${file} includes ${include}`),
  );
  assertNone(found);
});

test('the core neither throws nor catches', () => {
  const isBad = (/** @type {string} */ line) => /\b(throw|try|catch)\b/.test(line);
  const found = sources.flatMap((file) => linesWhere(file, codeOnly(textOf(file)), isBad));
  assertNone(found);
});

// A variable after `static`: its name is followed by = { [ or ; where a function's is followed by
// (.
const staticVariable = /\b(?:static|thread_local)\s+(?!.*\b(?:constexpr|const)\b)[^()=;{]*[=;{[]/;
// At the left margin (namespaces are not indented): "type name;" or with an initialiser.
const namespaceVariable =
  /^(?!.*\b(?:const|constexpr)\b)[A-Za-z_][\w:<>,*& ]*[\w>*&] +\w+ *(?:=.*|\{[^}]*\})?;$/;
const declarationWord =
  /^(?:using|namespace|struct|class|enum|union|template|typedef|extern|friend|return|static)\b/;

/**
 * In a header "Type name;" may declare a function of a named type; a variable there needs `inline`.
 * @param {string} line
 * @param {boolean} isHeader
 */
function isMutableState(line, isHeader) {
  if (staticVariable.test(line)) return true;
  if (isHeader && !line.startsWith('inline ')) return false;
  return namespaceVariable.test(line) && !declarationWord.test(line);
}

test('the core keeps no mutable state outside its objects', () => {
  const found = sources.flatMap((file) =>
    linesWhere(file, codeOnly(textOf(file)), (line) => isMutableState(line, file.endsWith('.h'))),
  );
  assertNone(found);
});

test('the scan for mutable state sees what it should and nothing else', () => {
  const bad = ['static int count = 0;', '  static std::string cache;', 'std::vector<int> seen;'];
  bad.push('int counter = 0;', 'thread_local int depth;', 'static int table[4];', 'Cache cache{};');
  const good = [
    'static int f(int a);',
    'static constexpr int kMax = 4;',
    'constexpr int kMax = 4;',
  ];
  good.push('  int count = 0;', 'static const char* const kName = 0;', 'struct Cell;', 'int f();');
  good.push('  static Result<int> of(int a = 1) {', 'using A = int;', 'const int kOne{1};', '};');
  const found = [...bad, ...good].filter((line) => isMutableState(line, false));
  assert.deepEqual(found, bad);
  const inHeader = ['Conversion convert_text;', 'inline int count = 0;', 'static int count = 0;'];
  assert.deepEqual(
    inHeader.filter((line) => isMutableState(line, true)),
    inHeader.slice(1),
  );
});
