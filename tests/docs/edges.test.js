// The state diagram in ARCHITECTURE.md is what the core's table says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printEdges, readDocument, readEdges } from '../../infra/tools/print-edges.mjs';

test('the diagram is the edge table, printed by infra/tools/print-edges.mjs --write', () => {
  assert.equal(readDocument().printed, printEdges(readEdges()));
});

test('every edge stands in what is printed', () => {
  const edges = readEdges();
  const printed = printEdges(edges);
  for (const { from, to, when } of edges) {
    const lines = printed.split('\n');
    const line =
      from === to
        ? lines.find((text) => text.startsWith(`| \`${from}\` |`))
        : lines.find((text) => text.includes(`${from} --> ${to}:`));
    const words = from === to ? when : when.replaceAll(';', ',');
    assert.ok(line?.includes(words), `${from} to ${to}: ${when}`);
  }
});
