// The table of log events in OPERATIONS.md, for the tests that hold the code and its lines to it.
import { textOf } from '../tidy/source-text.js';

/** @typedef {{ events: string[], levels: string[], fields: string[] }} LogRow */

const spans = (/** @type {string} */ cell) =>
  [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]);

/** @returns {LogRow[]} an event that has several meanings has several rows */
export function readLogTable() {
  const text = textOf('docs/OPERATIONS.md');
  const [, table = ''] =
    /^\| event \| level \| fields \|.*\n\|[-|]+\n((?:\|.*\n)+)/m.exec(text) ?? [];
  return table
    .trimEnd()
    .split('\n')
    .map((row) => {
      const [, events, levels, fields] = row.split('|');
      return { events: spans(events), levels: levels.trim().split(', '), fields: spans(fields) };
    });
}

/**
 * What the table does not allow about a line; none for a line that is as documented.
 * @param {LogRow[]} table
 * @param {{ event: string, level: string, fields?: object }} line
 * @returns {string[]}
 */
export function undocumented(table, { event, level, fields = {} }) {
  const names = Object.keys(fields);
  const rows = table.filter(({ events }) => events.includes(event));
  if (rows.length === 0) return [`${event} is not in the table`];
  const fits = rows.filter(({ levels }) => levels.includes(level));
  if (fits.length === 0) return [`${event} is not said to come at level ${level}`];
  const strange = fits.map((row) => names.filter((name) => !row.fields.includes(name)));
  if (strange.some((list) => list.length === 0)) return [];
  return [`${event} at level ${level} has the fields ${strange[0].join(', ')}`];
}
