// Prints the engine's state machine from its edge table (core/src/engine/edges.cpp, read as text)
// in
// the form it has in ARCHITECTURE.md: a Mermaid diagram, and what keeps each state where it is.
// Usage: node infra/tools/print-edges.mjs [--check | --write]
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const TABLE = join(root, 'core/src/engine/edges.cpp');
const DOCUMENT = join(root, 'ARCHITECTURE.md');
const BEGIN = '<!-- edges: printed by infra/tools/print-edges.mjs -->\n';
const END = '<!-- /edges -->';

/** @typedef {{ from: string, on: string, to: string, when: string }} Edge */

/** @returns {Edge[]} */
export function readEdges() {
  const text = readFileSync(TABLE, 'utf8');
  const edge = /Edge\{\s*S::(\w+),\s*E::(\w+),\s*S::(\w+),\s*"([^"]*)"\s*\}/g;
  const edges = [...text.matchAll(edge)].map(([, from, on, to, when]) => ({ from, on, to, when }));
  const rows = text.match(/\bEdge\{/g)?.length ?? 0;
  if (edges.length === 0 || edges.length !== rows) {
    throw new Error(`${edges.length} of ${rows} edges could be read: the table's form has changed`);
  }
  return edges;
}

/**
 * Groups in the order of the table.
 * @param {Edge[]} edges
 * @param {(edge: Edge) => string} keyOf
 */
function groupBy(edges, keyOf) {
  /** @type {Map<string, Edge[]>} */
  const groups = new Map();
  for (const edge of edges) groups.set(keyOf(edge), [...(groups.get(keyOf(edge)) ?? []), edge]);
  return [...groups.values()];
}

const unique = (/** @type {string[]} */ texts) => [...new Set(texts)];

/** What a Mermaid label must not hold: it ends at these. */
const label = (/** @type {string} */ text) => text.replaceAll(';', ',').replaceAll(':', ' -');

/** @param {Edge[]} edges @returns {string} Markdown */
export function printEdges(edges) {
  const moves = edges.filter(({ from, to }) => from !== to);
  const stays = edges.filter(({ from, to }) => from === to);
  const arrows = groupBy(moves, ({ from, to }) => `${from} ${to}`).map((group) => {
    const whens = unique(group.map(({ when }) => label(when))).join('<br/>');
    return `    ${group[0].from} --> ${group[0].to}: ${whens}`;
  });
  const rows = groupBy(stays, ({ from }) => from).map((group) => {
    const reasons = group.map(({ on, when }) => `${on}: ${when}`).join(' · ');
    return `| \`${group[0].from}\` | ${reasons} |`;
  });
  const diagram = ['```mermaid', 'stateDiagram-v2', '    [*] --> idle', ...arrows];
  const table = ['| state | stays in it on |', '|---|---|', ...rows];
  return [...diagram, '    finished --> [*]', '```', '', ...table, ''].join('\n');
}

/** @returns {{ before: string, printed: string, after: string }} */
export function readDocument() {
  const text = readFileSync(DOCUMENT, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`ARCHITECTURE.md has no place for the edges`);
  const at = begin + BEGIN.length;
  return { before: text.slice(0, at), printed: text.slice(at, end), after: text.slice(end) };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const printed = printEdges(readEdges());
  const mode = process.argv[2];
  if (mode === '--write') {
    const { before, after } = readDocument();
    writeFileSync(DOCUMENT, before + printed + after);
  } else if (mode === '--check') {
    const isSame = readDocument().printed === printed;
    console.log(isSame ? 'ARCHITECTURE.md shows the edge table' : 'run it with --write');
    process.exitCode = isSame ? 0 : 1;
  } else {
    process.stdout.write(printed);
  }
}
