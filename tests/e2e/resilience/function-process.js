// The test's side of a function process that can be killed; the program itself is in
// function-program.js. It dies with the test.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { EXAMPLE_MAPPING, SPREADSHEET_ID } from '../../../infra/local/stack.js';

/** @typedef {import('../../../wasm/js/protocol.js').FinishEffect} FinishEffect */
/** @typedef {import('../../../functions/app/log.js').LogLine} LogLine */

/**
 * @typedef {object} FunctionProcess
 * @property {string} url of its HTTP server; '' without one
 * @property {() => Promise<FinishEffect>} tick one scheduled tick, to its end
 * @property {() => void} work one tick after the other until it is killed
 * @property {() => Promise<void>} kill SIGKILL; settles when the process is gone
 */

const PROGRAM = fileURLToPath(new URL('function-program.js', import.meta.url));

/**
 * Forks one and waits until it can work.
 * @param {import('./support.js').ResilienceStack} stack its log lines go there
 * @param {object} [settings]
 * @param {Record<string, number>} [settings.options] for the core
 * @param {Record<string, string>} [settings.environment]
 * @param {boolean} [settings.serve] opens a port, too
 * @returns {Promise<FunctionProcess>}
 */
export async function startFunctionProcess(stack, settings = {}) {
  const { options = {}, environment = {}, serve = false } = settings;
  const { backend, sheets } = stack;
  const env = {
    PATH: process.env.PATH,
    SUPABASE_URL: backend.url,
    SUPABASE_SERVICE_ROLE_KEY: backend.secretKey,
    GOOGLE_SERVICE_ACCOUNT_JSON: JSON.stringify(sheets.serviceAccount),
    GOOGLE_SHEETS_ENDPOINT: sheets.url,
    SYNC_SPREADSHEET_ID: SPREADSHEET_ID,
    SYNC_MAPPING: fileURLToPath(EXAMPLE_MAPPING),
    SYNC_API_TOKEN: stack.token,
    PORT: '0',
    ...stack.environment,
    ...environment,
  };
  const child = fork(PROGRAM, [JSON.stringify({ options, serve })], { env });
  const gone = once(child, 'exit');
  child.on('message', (/** @type {any} */ { line }) => line && stack.lines.push(line));
  const said = (/** @type {string} */ what) => answerOf(child, gone, what);
  const url = await said('ready');
  return {
    url,
    async tick() {
      const finish = said('finish');
      child.send('tick');
      return finish;
    },
    work: () => void child.send('work'),
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {Promise<unknown[]>} gone
 * @param {string} what
 * @returns {Promise<any>} what the next message of this name carries
 */
function answerOf(child, gone, what) {
  return new Promise((resolve, reject) => {
    const listen = (/** @type {any} */ message) => {
      if (!(what in message)) return;
      child.off('message', listen);
      resolve(message[what]);
    };
    child.on('message', listen);
    gone.then(([code]) => reject(new Error(`the function process ended (${code}) before ${what}`)));
  });
}

/**
 * Processes that have started up already, so that the next is there when one was killed.
 * @param {() => Promise<FunctionProcess>} start
 * @param {number} count kept ready
 */
export function createWarmPool(start, count) {
  const warming = Array.from({ length: count }, start);
  return {
    async take() {
      const next = warming.shift();
      warming.push(start());
      return /** @type {Promise<FunctionProcess>} */ (next);
    },
    async drain() {
      for (const process of warming) await (await process).kill();
    },
  };
}
