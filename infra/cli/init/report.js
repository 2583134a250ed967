// What init tells: the pairs with their reasons, what is left, what to look at, what comes next.
import { createTerminal } from '../terminal.js';
import { shown } from './shown.js';

/** @typedef {import('./plan.js').Plan} Plan */
/** @typedef {import('./pairs.js').Pair} Pair */

/**
 * @param {Plan} plan
 * @param {string} out
 */
export function asDocument(plan, out) {
  const { source, key, suggestions, leftHeaders, leftColumns, notes, sql } = plan;
  return {
    file: out,
    source,
    key,
    pairs: suggestions.map(({ pair: { header, column, reason }, item, share, notes: own }) => ({
      header: header.text,
      column: column.name,
      type: item.type,
      reason,
      readable: Math.round(share * 1000) / 1000,
      notes: own,
    })),
    unmatched_headers: leftHeaders.map(({ header, guess, why }) => ({
      header: header.text,
      nearest: guess?.column.name ?? null,
      why,
    })),
    unmatched_columns: leftColumns.map(({ column, guess, why }) => ({
      column: column.name,
      nearest: guess?.header.text ?? null,
      why,
    })),
    notes,
    registration_sql: sql,
  };
}

/**
 * @param {Plan} plan
 * @param {string} out
 * @param {import('../main.js').Io} io
 */
export function report(plan, out, io) {
  const { paint, print, wrap } = createTerminal(io);
  const { suggestions, leftHeaders, leftColumns, notes, sql } = plan;
  print(paint('bold', `${suggestions.length} columns, written to ${out}`));
  for (const { pair, item, notes: own } of suggestions) {
    const { header, column, reason } = pair;
    const type = item.unit === undefined ? item.type : `${item.type} (${item.unit})`;
    const name = shown(column.name);
    print(`  ${shown(header.text)} → ${name}  ${type}  ${paint('dim', `(${reason})`)}`);
    for (const note of own) print(paint('yellow', wrap(note, 6)));
  }
  list(
    'headers without a column',
    leftHeaders.map(({ header, guess, why }) =>
      remark(header.text, why ?? nearest(guess?.column.name)),
    ),
  );
  list(
    'columns without a header',
    leftColumns.map(({ column, guess, why }) =>
      remark(column.name, why ?? nearest(guess?.header.text)),
    ),
  );
  list(
    'look at this',
    notes.map((note) => paint('yellow', wrap(note, 2).trimStart())),
  );
  print(`\n${paint('bold', 'next')}`);
  print(wrap(`1. Read ${out}: every line is a suggestion (docs/MAPPING.md).`, 2));
  print('  2. As the owner of the database, once:\n');
  print(sql.replace(/^/gm, '     '));
  print(`\n  3. listing-sync doctor --mapping ${out}`);
  print(`  4. npm run build -- --mapping ${out}   (or SYNC_MAPPING=${out})`);

  /** @param {string} title @param {string[]} lines */
  function list(title, lines) {
    if (lines.length === 0) return;
    print(`\n${paint('bold', `${lines.length} ${title}`)}`);
    for (const line of lines) print(`  ${line}`);
  }

  /** @param {string} name @param {string} why */
  function remark(name, why) {
    return why === '' ? shown(name) : `${shown(name)}  ${paint('dim', `(${why})`)}`;
  }
}

/** @param {string | undefined} name */
const nearest = (name) => (name === undefined ? '' : `nearest: ${shown(name)}`);
