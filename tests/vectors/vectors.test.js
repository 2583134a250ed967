// Every line of every table of conversions holds through the wasm too.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decimal, parseVectors, runVectors } from './table.js';

for (const name of ['cells.tsv', 'more.tsv']) {
  test(`every line of ${name} holds through the wasm`, (t) => {
    const vectors = parseVectors(readFileSync(new URL(name, import.meta.url), 'utf8'));
    const { passed, failed } = runVectors(vectors);
    t.diagnostic(`${passed} of ${vectors.length}`);
    assert.ok(passed > 100, 'the table is empty');
    assert.deepEqual(failed, []);
  });
}

test('a wrong expectation is found out', () => {
  const wrong = [
    'number\t{}\t"1.10"\twrite 1.2',
    'date\t{}\t"1/9"\tclear',
    'text\t{}\t"a"\twrite "b"',
  ];
  assert.equal(runVectors(parseVectors(wrong.join('\n'))).failed.length, wrong.length);
});

test('numbers are compared as exact decimals', () => {
  assert.equal(decimal('1e-07'), decimal('0.0000001'));
  assert.equal(decimal('1.10'), decimal('1.1'));
  assert.notEqual(decimal('9007199254740993'), decimal('9007199254740992'));
});
