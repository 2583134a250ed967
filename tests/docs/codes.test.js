// docs/OPERATIONS.md names every stable code, and no code that does not exist.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertNone, filesIn, textOf } from '../tidy/source-text.js';
import { codeSpansOf, proseOf } from './documents.js';

const OPERATIONS = 'docs/OPERATIONS.md';

const textBelow = (/** @type {string} */ folder, /** @type {string[]} */ endings) =>
  filesIn([folder], endings).map(textOf).join('\n');
const engine = textBelow('core/src/engine', ['.cpp']);
const core = textBelow('core/src', ['.cpp', '.h']);
const reports = textBelow('core/src/report', ['.cpp']);
const classifier = textBelow('core/src/database', ['.cpp']);
const transform = textBelow('core/src/transform', ['.cpp']);
const cells = textOf('core/src/cells/code_names.cpp');
const migrations = textBelow('infra/supabase/migrations', ['.sql']);
// the page has words of its own, for its reader
const functions = ['app', 'adapters', 'bundles']
  .map((folder) => textBelow(`functions/${folder}`, ['.js']))
  .join('\n');
const loader = textBelow('wasm/js', ['.js']);

/**
 * Where the codes of each kind stand in the sources. `least` keeps a pattern from going blind when
 * the sources change their form.
 * @type {{ kind: string, text: string, pattern: RegExp, least: number, prefix?: string }[]}
 */
const KINDS = [
  { kind: 'causes of failed runs', text: engine, pattern: /\bclose\("(\w+)"/g, least: 3 },
  { kind: 'reasons to yield', text: engine, pattern: /\byield\("(\w+)"/g, least: 3 },
  { kind: 'outcomes', text: engine, pattern: /\bfinish\(\s*"(\w+)"/g, least: 6 },
  { kind: 'causes of an end', text: engine, pattern: /\bfinish\("\w+",\s*\{"(\w+)"/g, least: 2 },
  { kind: 'log events of the core', text: core, pattern: /\blog\([^;{]*?,\s*"(\w+)"/g, least: 9 },
  {
    kind: 'problems of the core',
    text: engine,
    pattern: /\b(?:finish_)?problem\(\s*(?:outbox_, )?\d+, "(\w+)"/g,
    least: 3,
  },
  {
    kind: 'reasons of health',
    text: reports,
    pattern: /health\.add\(\s*\{[^;]*?(?:true|false|silent_ms), "(\w+)"/g,
    least: 9,
  },
  { kind: 'codes of cells', text: cells, pattern: /return "(?!none")(\w+)"/g, least: 18 },
  {
    kind: 'held rows',
    text: engine + transform,
    pattern: /hold_keys\(\w+, "(\w+)"|entry\.code = "(\w+)"|hold_keyless\([^;]*"(\w+)", batch/g,
    least: 4,
  },
  {
    kind: 'answers to HTTP errors',
    text: classifier,
    pattern: /ClassifyRule\{\w+, \d+, \d+, "([\w]+\*?)"/g,
    least: 25,
  },
  {
    kind: 'faults of answers, mappings and patterns',
    text: core,
    pattern:
      /\b(?:fail|fault_at|fault|add)\(\s*[^"()]*(?:\([^()]*\)[^"()]*)*"([a-z]+(?:_[a-z0-9]+)*)"/g,
    least: 25,
  },
  {
    kind: 'single faults',
    text: core,
    pattern: /Faults?\{+"(\w+)"|reject\(\{\{"(\w+)"|push_back\(\s*\{"(\w+)", "|\bcode = "(\w+)"/g,
    least: 6,
  },
  {
    kind: 'words of refusals',
    text: migrations,
    pattern: /refuse\(\s*'PT\d+', '(\w+)'/g,
    least: 7,
  },
  { kind: 'words of conflicts', text: migrations, pattern: /when '\w{5}' then '(\w+)'/g, least: 2 },
  { kind: 'causes set by SQL', text: migrations, pattern: /cause_code = '(\w+)'/g, least: 2 },
  { kind: 'rows held by SQL', text: migrations, pattern: /failure\(i, '(\w+)'/g, least: 2 },
  { kind: 'problems of the function', text: functions, pattern: /\bcode: '(\w+)'/g, least: 9 },
  { kind: 'log events of the host', text: functions, pattern: /',\s*event: '(\w+)'/g, least: 9 },
  { kind: 'ends by the host', text: functions, pattern: /#fail\('(\w+)'/g, least: 3 },
  { kind: 'credentials', text: functions, pattern: /CredentialsError\('(\w+)'/g, least: 6 },
  {
    kind: 'errors of the loader',
    text: loader,
    pattern: /CoreError\('(\w+)'/g,
    least: 5,
    prefix: 'core_',
  },
];

/** Compared in the core, which passes them on as the cause of an end. */
const OUTCOMES_OF_SQL = [
  'stale_fence',
  'out_of_order',
  'run_closed',
  'all_refused',
  'state_too_new',
];
const ANSWERED_AS_PROBLEMS = ['force_too_soon', 'queue_full', 'unknown_run', 'unknown_source'];
/** Ends and answers that are no code to look up. */
const ORDINARY = ['answered'];

/** @param {typeof KINDS[number]} kind */
function codesOf({ text, pattern, prefix = '' }) {
  const found = [...text.matchAll(pattern)].flatMap((match) => match.slice(1).filter(Boolean));
  return [...new Set(found)]
    .filter((code) => !ORDINARY.includes(code) && code !== 'http_')
    .map((code) => prefix + code);
}

const documented = new Set(codeSpansOf(OPERATIONS));

describe('every code stands in OPERATIONS.md', () => {
  for (const kind of KINDS) {
    test(kind.kind, () => {
      const codes = codesOf(kind);
      assert.ok(codes.length >= kind.least, `only ${codes.length} found: ${codes.join(', ')}`);
      assertNone(codes.filter((code) => !documented.has(code)));
    });
  }

  test('outcomes of the functions that end an invocation or an answer', () => {
    const outcomes = new Set(migrations.match(/(?<='outcome', ')\w+/g));
    const known = new Set(engine.match(/(?<=outcome == ")\w+/g));
    for (const outcome of OUTCOMES_OF_SQL) {
      assert.ok(outcomes.has(outcome) || known.has(outcome), `${outcome} is no outcome any more`);
    }
    const all = [...OUTCOMES_OF_SQL, ...ANSWERED_AS_PROBLEMS];
    assertNone(all.filter((outcome) => !documented.has(outcome)));
  });
});

test('OPERATIONS.md explains no code that does not exist', () => {
  const sources = core + migrations + functions + loader;
  const cores = new Set(KINDS.filter(({ prefix }) => prefix).flatMap(codesOf));
  // Google's canonical codes (AIP-193) come from Google, core_… from the driver, http_… from a
  // status.
  const isForeign = (/** @type {string} */ code) => /^[A-Z]+(_[A-Z]+)*$|^http_</.test(code);
  // tests/docs/metrics.test.js holds these to the function
  const isMetric = (/** @type {string} */ code) => code.startsWith('listing_sync_');
  const isKnown = (/** @type {string} */ code) =>
    isForeign(code) ||
    isMetric(code) ||
    cores.has(code) ||
    new RegExp(`['"]${escape(code)}['"]`).test(sources);
  const rows = proseOf(textOf(OPERATIONS)).match(/^\| `[^|]*\|/gm) ?? [];
  assert.ok(rows.length > 80, `${rows.length} rows with codes`);
  const codes = rows.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map((match) => match[1]));
  assertNone(codes.filter((code) => !isKnown(code) && code !== 'core_…'));
});

const escape = (/** @type {string} */ text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
