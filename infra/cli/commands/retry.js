// `listing-sync retry`: reads the rows of held entries again, after the sheet was corrected.
import { connect, CLIENT_OPTIONS, CLIENT_USAGE } from '../client/index.js';
import { CommandError, EXIT } from '../exit.js';
import { exitCodeOf } from '../follow.js';
import { chooseIds, FILTER_OPTIONS, FILTER_USAGE, portions } from '../held.js';
import { listenForInterrupt } from '../interrupt.js';
import { printAccepted, runOnce } from '../run-once.js';
import { printRun } from '../shown/run.js';
import { createTerminal } from '../terminal.js';
import { readArguments, UsageError } from '../usage-error.js';

const POSITIONALS_MAX = 10_000;

export const usage = `listing-sync retry ID… | --all | --code CODE [options]

Runs the property numbers of these held entries again; all rows where one has no number. Ids are
those of \`listing-sync errors\`.

  --all           every open entry
${FILTER_USAGE}
  --no-wait       records the run and returns; not for work done here
  --held-ok       exit code 0 where rows are still held
${CLIENT_USAGE}
  --json          {"runs": [status documents]}, more than one above 1000 entries

Exit codes: 0 completed, 1 a run failed or there was nothing to retry, 2 wrong usage or
configuration, 3 not reachable or refused, 4 completed but rows or cells are held, 130 Ctrl-C.
`;

/**
 * @param {string[]} args
 * @param {import('../main.js').Io} io
 * @returns {Promise<number>}
 */
export async function run(args, io) {
  const flag = { type: /** @type {const} */ ('boolean') };
  const own = { all: flag, 'no-wait': flag, 'held-ok': flag };
  const options = { ...CLIENT_OPTIONS, ...FILTER_OPTIONS, ...own };
  const { values, positionals } = readArguments(args, options, POSITIONALS_MAX);
  const { all, code, column, search } = values;
  const choose = chooseIds(positionals, { all, code, column, search });
  const client = await connect(values, io);
  if (values['no-wait'] && client.isLocal) {
    throw new UsageError('--no-wait needs --url: here, nobody would do the work');
  }
  const ids = await choose(client);
  if (ids.length === 0) throw nothingToRetry();
  return retryAll(client, ids, io, values);
}

/**
 * One run after the other.
 * @param {import('../client/index.js').Client} client
 * @param {number[]} ids
 * @param {import('../main.js').Io} io
 * @param {{ json?: boolean, 'no-wait'?: boolean, 'held-ok'?: boolean }} options
 */
async function retryAll(client, ids, io, { json, 'no-wait': noWait, 'held-ok': heldOk }) {
  const terminal = createTerminal(io);
  const interrupt = listenForInterrupt();
  const runs = [];
  /** @type {number} */
  let code = EXIT.fine;
  let isHasty = true;
  try {
    for (const portion of portions(ids)) {
      const status = await retry(client, portion, io, {
        isToBeAwaited: !noWait,
        isFirst: runs.length === 0,
        signal: interrupt.signal,
      });
      if (status === NOTHING) continue;
      if (status === null) return EXIT.interrupted;
      runs.push(status);
      if (!noWait) code = worse(code, exitCodeOf(status, heldOk === true));
      if (!json) (noWait ? printAccepted : printRun)(terminal, status);
    }
    if (json) terminal.json({ runs });
    isHasty = false;
    return code;
  } finally {
    await client.end(isHasty);
    interrupt.release();
  }
}

/** What an earlier run of the same command has settled. */
const NOTHING = Symbol('nothing to retry');

/**
 * @param {import('../client/index.js').Client} client
 * @param {number[]} ids
 * @param {import('../main.js').Io} io
 * @param {{ isToBeAwaited: boolean, isFirst: boolean, signal: AbortSignal }} options
 */
async function retry(client, ids, io, { isToBeAwaited, isFirst, signal }) {
  try {
    const request = { path: '/errors/retry', body: { ids }, isToBeAwaited };
    return await runOnce(client, request, io, signal);
  } catch (error) {
    const isSettled = error instanceof CommandError && error.problem.code === 'nothing_to_retry';
    if (isSettled && !isFirst) return NOTHING;
    throw error;
  }
}

/**
 * A failed run weighs more than held rows.
 * @param {number} a
 * @param {number} b
 * @returns {number}
 */
const worse = (a, b) => (a === EXIT.failed || b === EXIT.failed ? EXIT.failed : Math.max(a, b));

function nothingToRetry() {
  const problem = { code: 'nothing_to_retry', title: 'Nothing is held that could be retried' };
  return new CommandError({ exitCode: EXIT.failed, problem });
}
