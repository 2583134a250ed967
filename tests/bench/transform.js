// Conversion alone: the core in wasm against idiomatic JavaScript, the same bytes in, the same
// bytes out.
import { readFileSync } from 'node:fs';
import { generateListings } from '../../infra/local/generator/index.js';
import { encodeJson } from '../../infra/local/sheets/google-json.js';
import { EXAMPLE_MAPPING } from '../../infra/local/stack.js';
import { createCore } from '../../wasm/js/core.js';
import { loadCore } from '../../wasm/js/load-node.js';
import { createTransform } from './idiomatic.js';
import { collectGarbage, median, round } from './measure.js';

const ROWS_PER_BODY = 500;

/** @typedef {{ run: () => { bodies: Uint8Array[], held: number }, bytes: number }} Rival */

/**
 * @param {number} rows
 * @param {number} pairs
 */
export function benchTransform(rows, pairs) {
  const mappingText = readFileSync(EXAMPLE_MAPPING, 'utf8');
  const { tab } = generateListings({ rows, seed: 42, mapping: JSON.parse(mappingText) });
  const answer = sheetAnswer(tab);
  const core = createCore(loadCore());
  const keyColumn = tab.rows[0].indexOf('物件番号');
  const inWasm = wasmRival(core, mappingText, answer(keyColumn));
  const inJs = createTransform(JSON.parse(mappingText));
  const plain = answer(null);
  assertEqual(inWasm(), inJs(plain, ROWS_PER_BODY));
  const times = { wasm: /** @type {number[]} */ ([]), js: /** @type {number[]} */ ([]) };
  for (let i = 0; i < pairs; i += 1) {
    times.wasm.push(timed(inWasm));
    times.js.push(timed(() => inJs(plain, ROWS_PER_BODY)));
  }
  const ratios = times.js.map((ms, i) => ms / times.wasm[i]);
  return {
    transform_vs_js: round(median(ratios)),
    transform_ms: round(median(times.wasm)),
    transform_js_ms: round(median(times.js)),
    transform_rows: rows,
    transform_bytes_in: plain.byteLength,
    wasm_memory_mb: round(core.memoryBytes / 2 ** 20),
  };
}

/**
 * The answer of a batchGet, compact as `prettyPrint=false` gives it.
 * @param {import('../../infra/local/generator/types.js').SheetTab} tab
 * @returns {(keyColumn: number | null) => Uint8Array} with the key column as a range of its own,
 *   or not
 */
function sheetAnswer(tab) {
  const cells = tab.rows.map((row) => {
    const shown = row.map((cell) => (typeof cell === 'object' ? cell.error : cell));
    while (shown.length > 0 && shown.at(-1) === '') shown.pop();
    return shown;
  });
  return (keyColumn) => {
    const keys = keyColumn === null ? [] : [cells.map((row) => [row[keyColumn] ?? ''])];
    const valueRanges = [[cells[0]], ...keys, cells.slice(1)].map((values) => ({
      range: `'${tab.title}'!A1:EZ${tab.rows.length}`,
      majorDimension: 'ROWS',
      values,
    }));
    return new TextEncoder().encode(
      String(encodeJson({ spreadsheetId: 'bench', valueRanges }, { pretty: false })),
    );
  };
}

/**
 * @param {import('../../wasm/js/core.js').Core} core
 * @param {string} mapping
 * @param {Uint8Array} answer
 */
function wasmRival(core, mapping, answer) {
  return () => {
    core.query({ query: 'transform_open', mapping, with_keys: true }, answer);
    /** @type {Uint8Array[]} */
    const bodies = [];
    let held = 0;
    for (let done = false; !done;) {
      const next = core.query({ query: 'transform_next', rows_max: ROWS_PER_BODY });
      if (next.answer.faults) throw new Error(JSON.stringify(next.answer.faults));
      if (next.bytes && next.answer.rows > 0) bodies.push(next.bytes);
      held += next.answer.held.length;
      done = next.answer.done;
    }
    return { bodies, held };
  };
}

/** @typedef {{ bodies: Uint8Array[], held: number }} Result */
/** @param {Result} a @param {Result} b */
function assertEqual(a, b) {
  if (a.held !== b.held) throw new Error(`held: ${a.held} in wasm, ${b.held} in JavaScript`);
  if (a.bodies.length !== b.bodies.length) throw new Error('another number of bodies');
  for (const [i, body] of a.bodies.entries()) {
    if (Buffer.compare(body, b.bodies[i]) !== 0)
      throw new Error(firstDifference(body, b.bodies[i]));
  }
}

/** @param {Uint8Array} a @param {Uint8Array} b */
function firstDifference(a, b) {
  const at = a.findIndex((byte, i) => byte !== b[i]);
  const show = (/** @type {Uint8Array} */ bytes) =>
    new TextDecoder().decode(bytes.subarray(Math.max(0, at - 60), at + 60));
  return `outputs differ at byte ${at}:\n  wasm ${show(a)}\n  js   ${show(b)}`;
}

/** @param {() => unknown} work */
function timed(work) {
  collectGarbage();
  const begun = performance.now();
  work();
  return performance.now() - begun;
}
