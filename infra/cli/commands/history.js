// `listing-sync history`: the runs there were, youngest first.
import { connect, CLIENT_OPTIONS, CLIENT_USAGE } from '../client/index.js';
import { EXIT } from '../exit.js';
import { runLine } from '../shown/run.js';
import { createTerminal } from '../terminal.js';
import { readOptions, wholeNumber } from '../usage-error.js';

export const usage = `listing-sync history [--limit N] [--before CURSOR] [options]

  --limit N       runs to show (1 to 200; 20)
  --before CURSOR older ones: the "nextBefore" of an answer
${CLIENT_USAGE}
  --json          the document of GET …/history (docs/API.md) as one line

Exit codes: 0 fine, 2 wrong usage or configuration, 3 not reachable or refused.
`;

/**
 * @param {string[]} args
 * @param {import('../main.js').Io} io
 * @returns {Promise<number>}
 */
export async function run(args, io) {
  const text = { type: /** @type {const} */ ('string') };
  const values = readOptions(args, { ...CLIENT_OPTIONS, limit: text, before: text });
  const limit = wholeNumber('--limit', values.limit, [1, 200]) ?? 20;
  const query = new URLSearchParams({ limit: String(limit) });
  if (values.before !== undefined) query.set('before', values.before);
  const client = await connect(values, io);
  const { document } = await client.get(`/history?${query}`);
  const terminal = createTerminal(io);
  if (values.json) terminal.json(document);
  else show(document, terminal);
  return EXIT.fine;
}

/**
 * @param {any} document
 * @param {import('../terminal.js').Terminal} terminal
 */
function show({ runs, nextBefore }, { paint, print, width }) {
  for (const one of runs) print(runLine(one, { paint, width }, [one.syncId]));
  if (runs.length === 0) print('there has been no run yet');
  if (nextBefore !== null) print(paint('dim', `older ones: --before ${nextBefore}`));
}
