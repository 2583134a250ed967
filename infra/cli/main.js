#!/usr/bin/env node
// `npx listing-sync <command>`: one file per command, loaded when it is asked for.
import { readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CommandError, EXIT } from './exit.js';
import { nearest } from './nearest.js';
import { createPaint, createTerminal, harmless, wantsColour } from './terminal.js';
import { UsageError } from './usage-error.js';

/**
 * @typedef {object} Io
 * @property {Record<string, string | undefined>} environment
 * @property {NodeJS.WritableStream & { isTTY?: boolean, columns?: number }} stdout
 * @property {NodeJS.WritableStream & { isTTY?: boolean, columns?: number }} stderr
 * @property {NodeJS.ReadableStream} [stdin]
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
  sync: {
    summary: 'makes the table equal to the sheet, and shows how far it is',
    load: () => import('./commands/sync.js'),
  },
  status: {
    summary: 'one run in full: the open one, or the last',
    load: () => import('./commands/status.js'),
  },
  watch: {
    summary: 'stays, and shows runs as they go',
    load: () => import('./commands/watch.js'),
  },
  health: {
    summary: 'whether the table shows what the sheet says, and why not',
    load: () => import('./commands/health.js'),
  },
  history: {
    summary: 'the runs there were, youngest first',
    load: () => import('./commands/history.js'),
  },
  errors: {
    summary: 'rows and cells that are held for review',
    load: () => import('./commands/errors.js'),
  },
  retry: {
    summary: 'tries held rows again',
    load: () => import('./commands/retry.js'),
  },
  ignore: {
    summary: 'sets held entries aside until they change',
    load: () => import('./commands/ignore.js'),
  },
  resolve: {
    summary: 'marks held entries as dealt with',
    load: () => import('./commands/resolve.js'),
  },
  reopen: {
    summary: 'takes ignore or resolve back',
    load: () => import('./commands/reopen.js'),
  },
  alerts: {
    summary: 'what is wrong for longer; --test sends one',
    load: () => import('./commands/alerts.js'),
  },
  transform: {
    summary: 'what a mapping makes of a sheet, offline',
    load: () => import('./commands/transform.js'),
  },
  doctor: {
    summary: 'checks the whole set-up, with a remedy for each failure',
    load: () => import('./doctor/index.js'),
  },
  init: {
    summary: 'writes a first mapping from a sheet and a table',
    load: () => import('./init/index.js'),
  },
};

const USAGE = `listing-sync <command> [options]

${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(9)} ${summary}`)
  .join('\n')}

listing-sync <command> --help explains a command; --version tells the version. The environment
variables are those of the function (docs/CONFIGURATION.md); SYNC_URL names one that is deployed.
NO_COLOR switches colours off. All of this: docs/CLI.md.

Exit codes: 0 fine; 1 the run failed, unhealthy, or nothing done; 2 the command line or the
configuration is wrong; 3 not reachable, or refused; 4 completed, but rows are held; 130 Ctrl-C.
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
    return args.length === 0 ? EXIT.usage : EXIT.fine;
  }
  if (name === '--version') {
    io.stdout.write(`${version()}\n`);
    return EXIT.fine;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    const guess = nearest(name, Object.keys(COMMANDS));
    const hint = guess === null ? '' : `; did you mean "${guess}"?`;
    const told = `there is no command "${harmless(name)}"${hint}`;
    io.stderr.write(`${told}\n\n${USAGE}`);
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
    return tell(error, { usage, asJson: args.includes('--json') }, io);
  }
}

/**
 * @param {unknown} error
 * @param {{ usage: string, asJson: boolean }} command asJson: a problem document goes where the
 *   answer would have gone
 * @param {Io} io
 * @returns {number} the exit code
 */
function tell(error, { usage, asJson }, io) {
  const paint = createPaint(io.stderr.isTTY === true && wantsColour(io.environment));
  const message = error instanceof Error ? error.message : String(error);
  io.stderr.write(`${paint('red', '✖')} ${harmless(message)}\n`);
  if (error instanceof UsageError) {
    const [synopsis] = usage.split('\n\n');
    io.stderr.write(`\n${synopsis}\n(--help explains it all)\n`);
    if (asJson) createTerminal(io).json({ code: 'wrong_usage', title: message });
    return EXIT.usage;
  }
  if (!(error instanceof CommandError)) return EXIT.failed;
  if (error.remedy !== undefined) io.stderr.write(paint('yellow', `  → ${error.remedy}\n`));
  if (asJson) createTerminal(io).json(error.problem);
  return error.exitCode;
}

function version() {
  const file = new URL('../../package.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).version;
}

const isProgram =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isProgram) {
  const { env: environment, stdin, stdout, stderr } = process;
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error) => {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EPIPE') throw error;
      process.exit(); // whoever reads has enough (`| head`)
    });
  }
  const io = { environment, stdin, stdout, stderr, isTerminal: stdout.isTTY === true };
  process.exitCode = await main(process.argv.slice(2), io);
}
