// Running other programs: quietly, with their last lines at hand when they fail.
import { spawn } from 'node:child_process';

const OUTPUT_MAX = 4_000_000;

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
 * @param {{cwd?: string, env?: Record<string, string | undefined>, timeoutMs?: number, show?: boolean}} [options]
 *   show: pass the output on to the terminal as well
 * @returns {Promise<Finished>}
 */
export function runCommand(command, args, { cwd, env, timeoutMs = 0, show = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let timedOut = false;
    const collect = (/** @type {NodeJS.WriteStream} */ stream) => (/** @type {Buffer} */ chunk) => {
      output = (output + chunk.toString('utf8')).slice(-OUTPUT_MAX);
      if (show) stream.write(chunk);
    };
    child.stdout.on('data', collect(process.stdout));
    child.stderr.on('data', collect(process.stderr));
    const timer =
      timeoutMs && setTimeout(() => ((timedOut = true), child.kill('SIGKILL')), timeoutMs);
    const end = (/** @type {number | null} */ code, /** @type {string} */ why) => {
      clearTimeout(timer);
      resolve({ ok: code === 0, code, output, why });
    };
    child.on('error', (error) => end(null, `${command} could not be started (${error.message})`));
    child.on('close', (code, signal) => {
      if (timedOut) end(null, `${command} took longer than ${Math.round(timeoutMs / 1000)} s`);
      else end(code, `${command} ended with ${signal ?? `exit code ${code}`}`);
    });
  });
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
