// `listing-sync sync`: asks for a run and stays until it has ended.
import { connect, CLIENT_OPTIONS, CLIENT_USAGE } from '../client/index.js';
import { EXIT } from '../exit.js';
import { exitCodeOf } from '../follow.js';
import { listenForInterrupt } from '../interrupt.js';
import { printAccepted, runOnce } from '../run-once.js';
import { printRun } from '../shown/run.js';
import { createTerminal } from '../terminal.js';
import { readOptions, UsageError, wholeNumber } from '../usage-error.js';

/** @typedef {import('../main.js').Io} Io */

const NUMBERS_MAX = 1000;

export const usage = `listing-sync sync [--numbers A,B…] [--dry-run] [--force] [options]

Reads the sheet and makes the table equal to it. Shows how far it is and what became of each row.

  --numbers A,B…  only these property numbers (1 to ${NUMBERS_MAX}; may be repeated)
  --dry-run       reports what would happen, writes nothing
  --force         cancels the open run and tries an open circuit; once a minute
  --batch-size N  rows per transaction (1 to 1000)
  --no-wait       records the run and returns; not for work done here
  --held-ok       exit code 0 where rows are held
${CLIENT_USAGE}
  --json          the status document (docs/API.md) as one line

Ctrl-C ends the waiting, not the run: the function, or the next tick, goes on with it.
Exit codes: 0 completed, 1 the run failed or was not accepted, 2 wrong usage or configuration,
3 not reachable or refused, 4 completed but rows or cells are held, 130 Ctrl-C.
`;

/**
 * @param {string[]} args
 * @param {Io} io
 * @returns {Promise<number>}
 */
export async function run(args, io) {
  const flag = { type: /** @type {const} */ ('boolean') };
  const text = { type: /** @type {const} */ ('string') };
  const values = readOptions(args, {
    ...CLIENT_OPTIONS,
    ...{ numbers: { ...text, multiple: /** @type {const} */ (true) }, 'batch-size': text },
    ...{ 'dry-run': flag, force: flag, 'no-wait': flag, 'held-ok': flag },
  });
  const body = requestOf(values);
  const client = await connect(values, io);
  if (values['no-wait'] && client.isLocal) {
    throw new UsageError('--no-wait needs --url: here, nobody would do the work');
  }
  return runToEnd(client, body, io, values);
}

/**
 * @param {{ numbers?: string[], 'batch-size'?: string, 'dry-run'?: boolean, force?: boolean }}
 *   given
 * @returns {object} the body of POST …/manual
 */
function requestOf({ numbers, 'batch-size': size, 'dry-run': dryRun, force }) {
  const batchSize = wholeNumber('--batch-size', size, [1, 1000]);
  const propertyNumbers = numbers && listOf(numbers);
  return {
    ...(force && { force }),
    ...(dryRun && { dryRun }),
    ...(batchSize && { batchSize }),
    ...(propertyNumbers && { propertyNumbers }),
  };
}

/** @param {string[]} texts each by commas @returns {string[]} */
export function listOf(texts) {
  const all = texts.flatMap((text) => text.split(/[,、，]/)).map((one) => one.trim());
  const list = [...new Set(all.filter((one) => one !== ''))];
  if (list.length > 0 && list.length <= NUMBERS_MAX) return list;
  throw new UsageError(`--numbers takes 1 to ${NUMBERS_MAX} property numbers`);
}

/**
 * Records a run and follows it to its end.
 * @param {import('../client/index.js').Client} client
 * @param {object} body
 * @param {Io} io
 * @param {{ json?: boolean, 'no-wait'?: boolean, 'held-ok'?: boolean }} options
 * @returns {Promise<number>} the exit code
 */
async function runToEnd(client, body, io, options) {
  const terminal = createTerminal(io);
  const interrupt = listenForInterrupt();
  const isToBeAwaited = !options['no-wait'];
  let isHasty = true;
  try {
    const request = { path: '/manual', body, isToBeAwaited };
    const status = await runOnce(client, request, io, interrupt.signal);
    if (status === null) return EXIT.interrupted;
    isHasty = false;
    if (options.json) terminal.json(status);
    else if (isToBeAwaited) printRun(terminal, status);
    else printAccepted(terminal, status);
    return isToBeAwaited ? exitCodeOf(status, options['held-ok'] === true) : EXIT.fine;
  } finally {
    await client.end(isHasty);
    interrupt.release();
  }
}
