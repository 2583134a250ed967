// A table of cell conversions (the form of cells.tsv) and how it is run through the wasm.
import { createCore } from '../../wasm/js/core.js';
import { loadCore } from '../../wasm/js/load-node.js';

/**
 * @typedef {{ line: number, type: string, policy: string, cell: string, expected: string }} Vector
 */
/** @typedef {{ line: number, expected: string, got: string }} Failure */

/**
 * Throws Error naming the line that is not of the form.
 * @param {string} text
 * @returns {Vector[]}
 */
export function parseVectors(text) {
  const vectors = [];
  for (const [index, row] of text.split(/\r?\n/).entries()) {
    if (row.trim() === '' || row.startsWith('#')) continue;
    const fields = row.split('\t');
    if (fields.length !== 4) throw new Error(`line ${index + 1}: four fields, tab-separated`);
    const [type, policy, cell, expected] = fields;
    vectors.push({ line: index + 1, type, policy, cell, expected });
  }
  return vectors;
}

/**
 * @param {Vector[]} vectors
 * @returns {{ passed: number, failed: Failure[] }}
 */
export function runVectors(vectors) {
  const core = createCore(loadCore());
  /** @type {Failure[]} */
  const failed = [];
  for (const { line, type, policy, cell, expected } of vectors) {
    // `time_zone` belongs to the source; a table of vectors gives it beside the policies.
    const { time_zone: timeZone = 'Asia/Tokyo', ...rest } = JSON.parse(policy);
    const question = { query: 'convert', type, policy: rest, time_zone: timeZone, cell };
    const got = describe(core.query(question).answer);
    if (!matches(expected, got)) failed.push({ line, expected, got });
  }
  return { passed: vectors.length - failed.length, failed };
}

/** @param {any} answer @returns {string} in the words of the table */
function describe({ faults, action, code, value }) {
  if (faults) return `fault ${faults[0].code}`;
  if (action === 'write') return `write ${value}`;
  if (action === 'keep_error_cell') return 'keep error_cell';
  return action === 'invalid' ? `invalid ${code}` : action;
}

/** @param {string} expected @param {string} got */
function matches(expected, got) {
  if (expected === got) return true;
  const [a, b] = [expected, got].map((text) => /^write (.*)$/s.exec(text)?.[1]);
  if (a === undefined || b === undefined) return false;
  const [x, y] = [decimal(a), decimal(b)];
  if (x !== null || y !== null) return x === y;
  return JSON.stringify(JSON.parse(a)) === JSON.stringify(JSON.parse(b));
}

/**
 * A JSON number as digits and a power of ten, exactly: 1e-07 is 0.0000001, and no double is
 * between.
 * @param {string} json
 * @returns {string | null} null for anything but a number
 */
export function decimal(json) {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(json);
  if (!match) return null;
  const [, sign, whole, fraction = '', exponent = '0'] = match;
  const digits = (whole + fraction).replace(/^0+/, '');
  const trimmed = digits.replace(/0+$/, '');
  if (trimmed === '') return '0';
  const power = Number(exponent) - fraction.length + (digits.length - trimmed.length);
  return `${sign}${trimmed}e${power}`;
}
