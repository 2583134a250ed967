// `transform` over sheets made of the tables of cell conversions: each row comes to what its table
// says. One sheet and one mapping for each type and policy.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parseExact, textOf } from '../../infra/cli/transform/exact-json.js';
import { decimal, parseVectors } from '../vectors/table.js';
import { call } from './support.js';

/** @typedef {import('../vectors/table.js').Vector} Vector */

const folder = mkdtempSync(join(tmpdir(), 'listing-sync-transform-'));
after(() => rmSync(folder, { recursive: true }));
const [mappingFile, sheetFile] = ['mapping.json', 'sheet.json'].map((name) => join(folder, name));

/**
 * @param {Vector[]} vectors
 * @returns {Map<string, Vector[]>} those of one type and policy together
 */
function grouped(vectors) {
  /** @type {Map<string, Vector[]>} */
  const groups = new Map();
  for (const vector of vectors) {
    const name = `${vector.type} ${vector.policy}`;
    groups.set(name, [...(groups.get(name) ?? []), vector]);
  }
  return groups;
}

/**
 * One sheet of the group: a vector a row, its cell as the table gives it, digit by digit.
 * @param {Vector[]} vectors
 */
function writeFiles(vectors) {
  const [{ type, policy }] = vectors;
  const { time_zone = 'Asia/Tokyo', ...policies } = JSON.parse(policy);
  const columns = [
    { header: 'key', column: 'key', type: 'text' },
    { header: 'value', column: 'value', type, ...policies },
  ];
  const mapping = { source: 'vectors', tab: 'v', table: 'v', key: 'key', time_zone, columns };
  const rows = vectors.map(({ cell }, i) => `["K${i}",${cell}]`);
  writeFileSync(mappingFile, JSON.stringify(mapping));
  writeFileSync(sheetFile, `{"range":"v!A1:B","values":[["key","value"],${rows}]}`);
}

/**
 * A line of the answer in the words of the table.
 * @param {any} line with exact numbers
 */
function describe({ outcome, writes, keeps, clears, holds }) {
  if (outcome === 'written' && holds.length > 0) {
    const [{ code, column }] = holds;
    assert.deepEqual([column, keeps], ['value', ['value']]);
    return code === 'error_cell' ? 'keep error_cell' : `invalid ${code}`;
  }
  if (outcome === 'held') return `invalid ${holds[0].code}`;
  if (keeps.includes('value')) return 'keep';
  if (clears.includes('value')) return 'clear';
  return `write ${textOf(writes.value)}`;
}

/** Numbers as exact decimals, all else as JSON. @param {string} text */
function normal(text) {
  const json = /^write (.*)$/s.exec(text)?.[1];
  return json === undefined ? text : `write ${decimal(json) ?? JSON.stringify(JSON.parse(json))}`;
}

for (const name of ['cells.tsv', 'more.tsv']) {
  test(`a sheet of the rows of ${name} is transformed as the table says`, async (t) => {
    const url = new URL(`../vectors/${name}`, import.meta.url);
    const groups = grouped(parseVectors(readFileSync(url, 'utf8')));
    let compared = 0;
    for (const [title, vectors] of groups) {
      writeFiles(vectors);
      const { code, stdout, stderr } = await call([
        'transform',
        sheetFile,
        '--mapping',
        mappingFile,
      ]);
      assert.equal(code, 0, `${title}: ${stderr}`);
      const lines = stdout.trimEnd().split('\n').map(parseExact);
      assert.equal(lines.length, vectors.length, title);
      vectors.forEach(({ line, expected }, i) => {
        assert.equal(textOf(lines[i].row), String(i + 2));
        assert.equal(lines[i].key, `K${i}`);
        assert.equal(normal(describe(lines[i])), normal(expected), `${name}:${line} (${title})`);
        compared += 1;
      });
    }
    t.diagnostic(`${compared} rows in ${groups.size} sheets`);
    assert.ok(compared > 100, 'the table is empty');
  });
}
