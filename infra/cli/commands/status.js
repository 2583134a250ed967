// `listing-sync status`: one run in full; without an id the one that is open, or else the last.
import { connect, CLIENT_OPTIONS, CLIENT_USAGE } from '../client/index.js';
import { remedyFor } from '../client/remedies.js';
import { CommandError, EXIT } from '../exit.js';
import { isOpen } from '../follow.js';
import { kindOf, moment, printRun } from '../shown/run.js';
import { createTerminal, plain } from '../terminal.js';
import { readArguments, UsageError } from '../usage-error.js';

export const usage = `listing-sync status [SYNC_ID] [options]

Shows a run: the open one, or else the last one, where no id is given. \`history\` lists the ids.

${CLIENT_USAGE}
  --json          the status document (docs/API.md) as one line

Exit codes: 0 open or completed, 1 failed, cancelled, superseded or unknown, 2 wrong usage or
configuration, 3 not reachable or refused.
`;

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * @param {string[]} args
 * @param {import('../main.js').Io} io
 * @returns {Promise<number>}
 */
export async function run(args, io) {
  const { values, positionals } = readArguments(args, CLIENT_OPTIONS, 1);
  if (positionals.length > 0 && !UUID.test(positionals[0])) {
    throw new UsageError(`"${positionals[0]}" is no id of a run: \`history\` lists them`);
  }
  const client = await connect(values, io);
  const terminal = createTerminal(io);
  const syncId = positionals[0] ?? (await lastRun(client));
  const { document } = await client.get(`/status/${syncId}`);
  if (values.json) terminal.json(document);
  else show(document, terminal);
  return isOpen(document) || document.status === 'completed' ? EXIT.fine : EXIT.failed;
}

/**
 * @param {import('../client/index.js').Client} client
 * @returns {Promise<string>}
 */
async function lastRun(client) {
  const { document } = await client.get('/health');
  if (document.status === 'unknown') throw unknown(document);
  const syncId = document.running?.syncId ?? document.lastEnded?.syncId;
  if (syncId) return syncId;
  throw new CommandError({
    exitCode: EXIT.failed,
    problem: { code: 'unknown_run', title: 'There has been no run yet', status: 404 },
    remedy: '`npx listing-sync sync` begins one',
  });
}

/** @param {any} health that could not be read */
function unknown({ reasons: [{ code, message }] }) {
  return new CommandError({
    exitCode: EXIT.unreachable,
    problem: { code, title: plain(message), status: 503 },
    text: `${plain(message)} (${plain(code)})`,
    remedy: remedyFor('database_unavailable', null),
  });
}

/**
 * @param {any} run
 * @param {import('../terminal.js').Terminal} terminal
 */
function show(run, terminal) {
  const { paint, print } = terminal;
  const { done, expected, percent } = run.progress;
  print(paint('dim', `${run.syncId}  ${kindOf(run)}${run.trigger ? `, ${run.trigger}` : ''}`));
  print(paint('dim', `started ${moment(run.startedAt)}, ended ${moment(run.completedAt)}`));
  if (isOpen(run)) print(`  ${percent} %  ${done}/${expected} rows`);
  printRun(terminal, run);
}
