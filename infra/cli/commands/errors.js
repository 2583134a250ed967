// `listing-sync errors`: the rows and cells that are held for review, and why.
import { connect, CLIENT_OPTIONS, CLIENT_USAGE } from '../client/index.js';
import { EXIT } from '../exit.js';
import { FILTER_OPTIONS, FILTER_USAGE, pages, queryOf } from '../held.js';
import { entryLines } from '../shown/entries.js';
import { align, joined } from '../shown/table.js';
import { createTerminal, plain } from '../terminal.js';
import { readOptions, wholeNumber } from '../usage-error.js';

/** @typedef {import('../terminal.js').Terminal} Terminal */

const GROUPS_SHOWN = 10;

export const usage = `listing-sync errors [--state STATE] [--search TEXT] [--code CODE] [options]

Lists rows and cells that were not written, each with its id, place, value and cause. They go away
by themselves when the sheet is corrected and a run has seen it.

  --state STATE   open (default), ignored or resolved
${FILTER_USAGE}
  --limit N       entries to show (1 to 1000; 100)
  --all           every one, however many
${CLIENT_USAGE}
  --json          the document of GET …/errors (docs/API.md) as one line; with --all one line for
                  each entry

Exit codes: 0 fine (held entries or none), 2 wrong usage or configuration, 3 not reachable or
refused.
`;

/**
 * @param {string[]} args
 * @param {import('../main.js').Io} io
 * @returns {Promise<number>}
 */
export async function run(args, io) {
  const text = { type: /** @type {const} */ ('string') };
  const flag = { type: /** @type {const} */ ('boolean') };
  const own = { state: text, limit: text, all: flag };
  const values = readOptions(args, { ...CLIENT_OPTIONS, ...FILTER_OPTIONS, ...own });
  const { code, column, search, state, all, json } = values;
  const limit = wholeNumber('--limit', values.limit, [1, 1000]) ?? (all ? 1000 : 100);
  const query = queryOf({ code, column, search }, { state, limit });
  const client = await connect(values, io);
  const terminal = createTerminal(io);
  const isFiltered = Boolean(code ?? column ?? search);
  let isFirst = true;
  for await (const document of pages(client, query)) {
    if (!json) show(document, terminal, { state, isFiltered, isFirst, isLast: !all });
    else if (all) for (const entry of document.errors) terminal.json(entry);
    else terminal.json(document);
    if (!all) break;
    isFirst = false;
  }
  return EXIT.fine;
}

/**
 * @param {any} document
 * @param {Terminal} terminal
 * @param {{ state?: string, isFiltered: boolean, isFirst: boolean, isLast: boolean }} page
 */
function show(document, terminal, { state = 'open', isFiltered, isFirst, isLast }) {
  const { paint, print } = terminal;
  const { errors, groups, nextAfter, openCount, ignoredCount } = document;
  if (isFirst) print(paint('bold', `${openCount} open, ${ignoredCount} ignored`));
  // Groups are those of the whole state.
  if (isFirst && !isFiltered && groups?.length > 0) printGroups(groups, terminal);
  for (const line of entryLines(errors, terminal)) print(line);
  if (errors.length === 0 && isFirst) {
    const what = state === 'open' ? 'held' : state;
    print(isFiltered ? `nothing that is ${what} fits` : `nothing is ${what}`);
  }
  if (isLast && nextAfter !== null) print(paint('dim', '… and more: --all, or --limit'));
}

/**
 * @param {{ code: string, column: string | null, count: number }[]} groups
 * @param {Terminal} terminal
 */
function printGroups(groups, { paint, print, width }) {
  const rows = groups
    .slice(0, GROUPS_SHOWN)
    .map(({ count, code, column }) => [`  ${count} ×`, plain(code), plain(column ?? '(the row)')]);
  for (const cells of align(rows, width)) print(paint('yellow', joined(cells)));
  const more = groups.length - rows.length;
  if (more > 0) print(paint('dim', `  … and ${more} more causes`));
  print();
}
