// Running other programs: quietly, with their last lines at hand when they fail.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const OUTPUT_MAX = 4_000_000;
const GRACE_MS = 5000;

/**
 * @typedef {object} Finished
 * @property {boolean} ok
 * @property {number | null} code exit code; null where a signal or the time limit ended it
 * @property {string} output stdout and stderr as they came (the last 4 MB)
 * @property {string} why one line for people, when not ok
 */

/**
 * Runs a program without stdin and waits for its end; never throws for what the program does.
 * @param {string} command
 * @param {string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number}} [options]
 * @returns {Promise<Finished>}
 */
export function runCommand(command, args, { cwd, env = process.env, timeoutMs = 0 } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (/** @type {Buffer} */ chunk) => {
      output = (output + chunk.toString('utf8')).slice(-OUTPUT_MAX);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const limit = timeoutMs > 0 ? endAfter(child, timeoutMs) : null;
    const end = (/** @type {number | null} */ code, /** @type {string} */ why) => {
      limit?.cancel();
      resolve({ ok: code === 0, code, output, why });
    };
    child.on('error', (error) => end(null, `${command} could not be started (${error.message})`));
    child.on('exit', () => setTimeout(() => closeStreams(child), GRACE_MS).unref());
    child.on('close', (code, signal) => {
      if (limit?.isOver()) end(null, `${command} took longer than ${timeoutMs / 1000} s`);
      else end(code, `${command} ended with ${signal ?? `exit code ${code}`}`);
    });
  });
}

/**
 * Grandchildren that outlive a program may hold its output open; nobody waits for them.
 * @param {import('node:child_process').ChildProcess} child
 */
function closeStreams(child) {
  child.stdout?.destroy();
  child.stderr?.destroy();
}

/**
 * Ends a program at its time limit: politely, so that it can end its own children, then for good.
 * @param {import('node:child_process').ChildProcess} child
 * @param {number} timeoutMs
 */
function endAfter(child, timeoutMs) {
  let over = false;
  let timer = setTimeout(() => {
    over = true;
    child.kill('SIGTERM');
    timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  }, timeoutMs);
  return { cancel: () => clearTimeout(timer), isOver: () => over };
}

/**
 * The environment for programs that run `node` themselves: this very Node comes first, whatever
 * else a package may have put into PATH (Debian's emscripten brings an older one).
 * @returns {NodeJS.ProcessEnv}
 */
export function environmentOfThisNode() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const first = folders.map((folder) => join(folder, 'node')).find(existsSync);
  if (first && realpathSync(first) === realpathSync(process.execPath)) return process.env;
  return { ...process.env, PATH: [dirname(process.execPath), ...folders].join(delimiter) };
}

/**
 * The last lines of an output, indented, for a message.
 * @param {string} output
 * @param {number} [count]
 */
export function lastLines(output, count = 15) {
  const lines = output.trimEnd().split('\n').slice(-count);
  return lines.map((line) => `  ${line}`).join('\n');
}
