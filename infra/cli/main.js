#!/usr/bin/env node
// `npx listing-sync <command>`: one file per command, loaded when it is asked for.
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { nearest } from './nearest.js';
import { createTerminal } from './terminal.js';
import { UsageError } from './usage-error.js';

/**
 * @typedef {object} Io
 * @property {Record<string, string | undefined>} environment
 * @property {NodeJS.WritableStream & { isTTY?: boolean, columns?: number }} stdout
 * @property {NodeJS.WritableStream} stderr
 * @property {boolean} isTerminal whether stdout is one
 */

/**
 * @typedef {object} Command
 * @property {string} usage
 * @property {(args: string[], io: Io) => Promise<number>} run resolves with the exit code; throws
 *   UsageError
 */

/** @type {Record<string, { summary: string, load: () => Promise<Command> }>} */
const COMMANDS = {
  doctor: {
    summary: 'checks the whole set-up, with a remedy for each failure',
    load: () => import('./doctor/index.js'),
  },
  init: {
    summary: 'writes a first mapping from a sheet and a table',
    load: () => import('./init/index.js'),
  },
};

const EXIT = { failed: 1, usage: 2 };

const USAGE = `listing-sync <command> [options]

${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(9)} ${summary}`)
  .join('\n')}

listing-sync <command> --help explains a command. The environment variables are those of the
function (docs/CONFIGURATION.md). NO_COLOR switches colours off.

Exit codes: 0 fine, 1 something failed, 2 the command line is wrong.
`;

/**
 * @param {string[]} args
 * @param {Io} io
 * @returns {Promise<number>} the exit code
 */
export async function main(args, io) {
  const [name = '--help', ...rest] = args;
  if (name === '--help' || name === '-h' || name === 'help') {
    io.stdout.write(USAGE);
    return args.length === 0 ? EXIT.usage : 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    const guess = nearest(name, Object.keys(COMMANDS));
    const hint = guess === null ? '' : `; did you mean "${guess}"?`;
    io.stderr.write(`there is no command "${name}"${hint}\n\n${USAGE}`);
    return EXIT.usage;
  }
  return runCommand(await command.load(), rest, io);
}

/**
 * @param {Command} command
 * @param {string[]} args
 * @param {Io} io
 */
async function runCommand({ usage, run }, args, io) {
  if (args.includes('--help') || args.includes('-h')) {
    io.stdout.write(usage);
    return 0;
  }
  try {
    return await run(args, io);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const { paint } = createTerminal(io);
    io.stderr.write(`${paint('red', '✖')} ${message}\n`);
    if (error instanceof UsageError) io.stderr.write(`\n${usage}`);
    return error instanceof UsageError ? EXIT.usage : EXIT.failed;
  }
}

const isProgram =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isProgram) {
  const { env: environment, stdout, stderr } = process;
  stdout.on('error', (error) => {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EPIPE') throw error;
    process.exit(); // whoever reads has enough (`| head`)
  });
  const io = { environment, stdout, stderr, isTerminal: stdout.isTTY === true };
  process.exitCode = await main(process.argv.slice(2), io);
}
