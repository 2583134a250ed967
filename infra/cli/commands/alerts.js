// `listing-sync alerts`: what is wrong for longer; --test sends one to where they go.
import { connect, CLIENT_OPTIONS, CLIENT_USAGE } from '../client/index.js';
import { EXIT } from '../exit.js';
import { moment } from '../shown/run.js';
import { createTerminal, plain } from '../terminal.js';
import { readOptions, UsageError, wholeNumber } from '../usage-error.js';

export const usage = `listing-sync alerts [--state open|all] [--limit N] [options]
listing-sync alerts --test [options]

  --state STATE   open (default) or all
  --limit N       alerts to show (1 to 500; 100)
  --test          sends a test alert to SYNC_ALERT_WEBHOOK_URL, and says whether it arrived
${CLIENT_USAGE}
  --json          the document of GET …/alerts or POST …/alerts/test (docs/API.md) as one line

Exit codes: 0 fine (alerts or none), 1 the test was not delivered or no address is set, 2 wrong
usage or configuration, 3 not reachable or refused.
`;

/**
 * @param {string[]} args
 * @param {import('../main.js').Io} io
 * @returns {Promise<number>}
 */
export async function run(args, io) {
  const text = { type: /** @type {const} */ ('string') };
  const flag = { type: /** @type {const} */ ('boolean') };
  const values = readOptions(args, { ...CLIENT_OPTIONS, state: text, limit: text, test: flag });
  const { state = 'open', test, json } = values;
  const limit = wholeNumber('--limit', values.limit, [1, 500]) ?? 100;
  if (!['open', 'all'].includes(state)) throw new UsageError('--state is open or all');
  const client = await connect(values, io);
  const terminal = createTerminal(io);
  const { document } = test
    ? await client.post('/alerts/test', {})
    : await client.get(`/alerts?state=${state}&limit=${limit}`);
  if (json) terminal.json(document);
  else if (test) terminal.print(`${terminal.paint('green', '✔')} delivered (${document.format})`);
  else show(document, terminal);
  return EXIT.fine;
}

/**
 * @param {any} document
 * @param {import('../terminal.js').Terminal} terminal
 */
function show({ alerts, webhook }, terminal) {
  const { paint, print } = terminal;
  for (const alert of alerts) showOne(alert, terminal);
  if (alerts.length === 0) print(`${paint('green', '✔')} no alert`);
  const where = webhook === null ? 'nowhere: SYNC_ALERT_WEBHOOK_URL is not set' : `as ${webhook}`;
  print(paint('dim', `alerts are sent ${where}`));
}

/**
 * @param {any} alert
 * @param {import('../terminal.js').Terminal} terminal
 */
function showOne(alert, { paint, print, wrap }) {
  const { rule, severity, status, openedAt, resolvedAt, summary, delivery, lastError } = alert;
  const isOpen = status === 'open';
  const colour = !isOpen ? 'dim' : severity === 'critical' ? 'red' : 'yellow';
  const until = isOpen ? '' : `, resolved ${moment(resolvedAt)}`;
  print(`${paint(colour, isOpen ? '!' : '✔')} ${plain(rule)}  since ${moment(openedAt)}${until}`);
  print(wrap(plain(summary), 2));
  if (delivery === 'pending') {
    print(wrap(`not delivered yet${lastError ? `: ${plain(lastError)}` : ''}`, 2));
  }
}
