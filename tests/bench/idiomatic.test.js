// The bench compares with a rival that does the same work: these tests keep the comparison honest.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';

import {
  compareTable,
  generateListings,
  readExampleMapping,
} from '../../infra/local/generator/index.js';
import { convertCell, createTransform } from './idiomatic.js';

/** @import { MappingColumn, SheetCell, Truth } from '../../infra/local/generator/types.js' */

/**
 * @typedef {{line: string, type: MappingColumn['type'], policy: object, cell: string, expected:
 *   string}} Vector
 */

/** @param {string} name @returns {Vector[]} */
function readVectors(name) {
  const text = readFileSync(new URL(`../vectors/${name}`, import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [type, policy, cell, expected] = line.split('\t');
      const column = /** @type {MappingColumn['type']} */ (type);
      return { line, type: column, policy: JSON.parse(policy), cell, expected };
    });
}

/** @param {Vector} vector */
function outcome({ type, policy, cell }) {
  const result = convertCell(type, policy, JSON.parse(cell), 'Asia/Tokyo');
  if (result.action === 'write') return `write ${result.json}`;
  if (result.action === 'invalid') return `invalid ${result.code}`;
  return result.action === 'keep_error_cell' ? 'keep error_cell' : result.action;
}

/**
 * Whether JSON.parse forgets how the number was written: more digits than a double holds, 1.50, -0.
 * Sheets sends none of these (its numbers are doubles, in their shortest form).
 *
 * @param {string} cell
 */
const isForgotten = (cell) => /^-?\d/.test(cell) && String(JSON.parse(cell)) !== cell;

for (const name of ['cells.tsv', 'more.tsv']) {
  test(`idiomatic JavaScript passes ${name}, but for digits that JSON.parse forgets`, () => {
    const vectors = readVectors(name);
    assert.ok(vectors.length > 100);
    const wrong = vectors
      .filter((vector) => outcome(vector) !== vector.expected && !isForgotten(vector.cell))
      .map((vector) => `${vector.line} => ${outcome(vector)}`);
    assert.deepEqual(wrong, []);
  });
}

test('of the founding vectors one line alone is beyond JSON.parse', () => {
  const lost = readVectors('cells.tsv').filter((vector) => outcome(vector) !== vector.expected);
  assert.deepEqual(
    lost.map(({ cell }) => cell),
    ['9007199254740993'],
  );
});

/**
 * A `values.get` answer as Sheets sends it: trailing blanks left out, error cells as text.
 *
 * @param {SheetCell[][]} rows
 */
function answerOf(rows) {
  const values = rows.map((row) => {
    const cells = row.map((cell) => (typeof cell === 'object' ? cell.error : cell));
    let end = cells.length;
    while (end > 0 && cells[end - 1] === '') end -= 1;
    return cells.slice(0, end);
  });
  return new TextEncoder().encode(JSON.stringify({ majorDimension: 'ROWS', values }));
}

/**
 * The table as it would be after inserting the row objects: absent keys take the defaults.
 *
 * @param {Uint8Array[]} bodies
 */
function tableOf(bodies) {
  const columns = readExampleMapping().columns.map(({ column }) => column);
  const absent = {
    ...Object.fromEntries(columns.map((name) => [name, null])),
    is_recommended: false,
  };
  return bodies
    .flatMap((body) => JSON.parse(new TextDecoder().decode(body)))
    .map((row) => ({ ...absent, ...row }));
}

/**
 * Held entries the core makes: of a duplicate key's rows one entry stands for all.
 *
 * @param {Truth} truth
 */
function entriesOf({ heldRows, heldCells }) {
  const rows = heldRows.filter(({ by, row, others = [] }) => {
    return by === 'core' && others.every((other) => other > row);
  });
  return rows.length + heldCells.length;
}

describe('idiomatic JavaScript makes of a generated sheet what is known to be true', () => {
  const transform = createTransform(readExampleMapping());
  for (const seed of [1, 2, 3, 4]) {
    test(`with every kind of fault, seed ${seed}`, () => {
      const { tab, truth } = generateListings({ rows: 1500, seed });
      const { bodies, held } = transform(answerOf(tab.rows), 500);
      const refused = new Set(
        truth.heldRows.filter(({ by }) => by === 'database').map(({ key }) => key),
      );
      assert.ok(refused.size > 0);
      const table = tableOf(bodies).filter((row) => !refused.has(row.property_number));
      assert.deepEqual(compareTable(truth, table, 'property_number'), []);
      assert.equal(held, entriesOf(truth));
    });
  }

  test('without faults nothing is held, and bodies have at most the rows asked for', () => {
    const { tab, truth } = generateListings({ rows: 1100, faults: 'none' });
    const { bodies, held } = transform(answerOf(tab.rows), 500);
    assert.equal(held, 0);
    assert.deepEqual(
      bodies.map((body) => JSON.parse(new TextDecoder().decode(body)).length),
      [500, 500, 100],
    );
    assert.deepEqual(compareTable(truth, tableOf(bodies), 'property_number'), []);
  });
});

test('a key stands where the mapping has it, and is absent where the column is kept', () => {
  const mapping = readExampleMapping();
  const { tab, truth } = generateListings({ rows: 50, faults: 'none' });
  const [body] = createTransform(mapping)(answerOf(tab.rows), 50).bodies;
  const names = mapping.columns.map(({ column }) => column);
  const kept = new Set(
    mapping.columns.filter(({ blank }) => blank === 'keep').map((c) => c.column),
  );
  assert.ok(kept.size > 0);
  for (const row of JSON.parse(new TextDecoder().decode(body))) {
    const present = names.filter((name) => name in row);
    assert.deepEqual(Object.keys(row), present);
    assert.ok(names.every((name) => name in row || kept.has(name)));
  }
  assert.equal(truth.rows.size, 50);
});

test('a number that no double holds is written digit for digit', () => {
  const values = [
    ['物件番号', '数'],
    ['AA1', '9007199254740993'],
    ['AA2', '0.1000000000000000055'],
  ];
  const transform = createTransform({
    source: 'numbers',
    tab: 'シート1',
    table: 'numbers',
    key: 'number',
    columns: [
      { header: '物件番号', column: 'number', type: 'text', required: true },
      { header: '数', column: 'value', type: 'number' },
    ],
  });
  const { bodies } = transform(new TextEncoder().encode(JSON.stringify({ values })), 10);
  assert.equal(
    new TextDecoder().decode(bodies[0]),
    '[{"number":"AA1","value":9007199254740993},{"number":"AA2","value":0.1000000000000000055}]',
  );
});
