// Columns side by side, as wide as what stands in them; the last one takes what is left.
import { cut, pad, widthOf } from '../terminal.js';

const GAP = '  ';

/**
 * @param {string[][]} rows plain texts
 * @param {number} width of the terminal
 * @returns {string[][]} the same cells, padded; whoever prints may colour them
 */
export function align(rows, width) {
  const last = Math.max(0, ...rows.map((row) => row.length)) - 1;
  const widths = Array.from({ length: last }, (_, i) =>
    Math.max(0, ...rows.map((row) => widthOf(row[i] ?? ''))),
  );
  const used = widths.reduce((sum, one) => sum + one + GAP.length, 0);
  const room = Math.max(20, width - used);
  return rows.map((row) =>
    row.map((cell, i) => (i === last ? cut(cell, room) : pad(cell, widths[i]))),
  );
}

/**
 * Parts of one line; those that do not fit begin another, indented.
 * @param {string[]} parts
 * @param {number} width
 * @param {string} [indent]
 * @returns {string}
 */
export function flow(parts, width, indent = '  ') {
  let [text, used] = ['', 0];
  for (const part of parts) {
    const wide = widthOf(part);
    const begins = used > 0 && used + GAP.length + wide > width;
    text += text === '' ? part : `${begins ? `\n${indent}` : GAP}${part}`;
    used = begins ? indent.length + wide : used + wide + (used > 0 ? GAP.length : 0);
  }
  return text;
}

/** @param {string[]} cells */
export const joined = (cells) => cells.join(GAP).trimEnd();
