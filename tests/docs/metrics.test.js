// The table of metrics in OPERATIONS.md, and the queries of its examples, against the function.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metricsText } from '../../functions/app/metrics.js';
import { facts } from '../functions/metrics-facts.js';
import { assertNone, textOf } from '../tidy/source-text.js';

const section = /^## Metrics$[\s\S]*?(?=^## )/m.exec(textOf('docs/OPERATIONS.md'))?.[0] ?? '';
const lines = metricsText({ sources: [facts()] })
  .split('\n')
  .filter((line) => /^[a-z]/.test(line));

/** Label names by the name of the series. */
const told = new Map(
  lines.map((line) => [
    /^\w+/.exec(line)?.[0],
    [...line.matchAll(/(\w+)="/g)].map((match) => match[1]),
  ]),
);

/** The cells of the table's rows, without its head. */
const rows = [...section.matchAll(/^\| (`listing_sync_.*)\|$/gm)].map((match) =>
  match[1].split('|').map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map((span) => span[1])),
);

test('the table has each metric once, with its labels', () => {
  const documented = rows.flatMap(([names, labels]) => names.map((name) => [name, labels]));
  assert.deepEqual(documented.map(([name]) => name).sort(), [...told.keys()].sort());
  for (const [name, labels] of documented) assert.deepEqual(labels, told.get(String(name)));
});

test('the words that labels can have stand in the table', () => {
  const words = lines.flatMap((line) =>
    [...line.matchAll(/(?:status|result|state)="([^"]+)"/g)].map((match) => match[1]),
  );
  assert.ok(words.length > 10);
  assertNone([...new Set(words)].filter((word) => !section.includes(`\`${word}\``)));
});

test('the examples ask for metrics that are told', () => {
  const queries = [...section.matchAll(/^ +expr: (.*)$/gm)].map((match) => match[1]);
  assert.equal(queries.length, 3);
  const names = queries.flatMap((query) => query.match(/listing_sync_\w+/g) ?? []);
  assert.ok(names.length >= 3);
  assertNone(names.filter((name) => !told.has(name)));
});
