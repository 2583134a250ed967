// `npm start`: the whole product on this machine. Starts what is missing, runs the first sync, then
// stays: the HTTP function answers and the scheduler ticks.
import { pathToFileURL } from 'node:url';
import { createLog } from '../../functions/app/log.js';
import { USAGE, readArguments } from './arguments.js';
import { createApi } from './client.js';
import { startStack } from './stack.js';
import { createTerminal, printResult } from './terminal.js';

/** @typedef {import('./stack.js').Stack} Stack */
/** @typedef {ReturnType<typeof createTerminal>} Terminal */

const TICK_MS = 5 * 60_000;

/** @param {string[]} args @returns {Promise<number>} the exit code */
export async function main(args) {
  const terminal = createTerminal();
  let stack;
  try {
    const options = readArguments(args, process.env);
    if (options.help) {
      terminal.print(USAGE);
      return 0;
    }
    const log = createLog({ write: (line) => process.stderr.write(`${line}\n`), level: 'warn' });
    const onStep = (/** @type {string} */ what) => terminal.step(`starting ${what}`);
    stack = await startStack({ ...options, log, onStep });
    const report = await syncOnce(stack, terminal);
    if (!options.once) await serve(stack, terminal);
    if (options.json) terminal.print(JSON.stringify(report));
    return report.status === 'completed' ? 0 : 1;
  } catch (error) {
    terminal.problem(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    await stack?.stop();
  }
}

/**
 * @param {Stack} stack
 * @param {Terminal} terminal
 */
async function syncOnce(stack, terminal) {
  const api = createApi(stack);
  terminal.step('first sync');
  const begun = performance.now();
  const { syncId } = await api.trigger();
  const status = await api.follow(syncId, ({ progress }) => {
    if (progress) terminal.progress.update(progress);
  });
  terminal.progress.end();
  const ms = performance.now() - begun;
  printResult(terminal, status, ms);
  const { stats, errorsTotal, cause } = status;
  const sheetsRequests = stack.sheets?.counts().reads ?? null;
  return {
    syncId,
    status: status.status,
    stats,
    errorsTotal,
    cause,
    durationMs: Math.round(ms),
    sheetsRequests,
  };
}

/**
 * Until somebody ends it.
 * @param {Stack} stack
 * @param {Terminal} terminal
 */
async function serve(stack, terminal) {
  const { paint, print } = terminal;
  const api = createApi(stack);
  const path = `${stack.url}/api/sync/property-listings`;
  print();
  // Behind the # the token stays in the browser: no server and no log ever sees it.
  print(
    `  ${paint('bold', 'dashboard')}      ${stack.url}/#token=${encodeURIComponent(stack.token)}`,
  );
  print(`  ${paint('bold', 'HTTP function')}  ${path}/health`);
  print(`  ${paint('bold', 'token')}          ${stack.token}`);
  if (stack.backend) print(`  ${paint('bold', 'database')}       ${stack.backend.dbUrl}`);
  if (stack.sheets) print(`  ${paint('bold', 'Sheets')}         ${stack.sheets.url}`);
  print();
  print(`  curl -H 'authorization: Bearer ${stack.token}' ${path}/health`);
  print(paint('dim', '  The scheduler syncs every 5 minutes. Ctrl-C ends everything.'));
  const tick = () =>
    api.tick().catch((error) => terminal.problem(`the scheduled tick failed: ${error.message}`));
  const timer = setInterval(tick, TICK_MS);
  await new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, resolve);
  });
  clearInterval(timer);
  print();
  terminal.step('stopping');
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = await main(process.argv.slice(2));
}
