// What a stage of npm test is, and the two things every stage does: run one command, keep its log.
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lastLines, runCommand } from './run-command.mjs';

/**
 * @typedef {object} Outcome
 * @property {boolean} ok
 * @property {string} summary one line
 * @property {string} [detail] what to read when it failed
 * @property {string} [closing] the test runner's own closing lines, printed either way
 * @property {boolean} [skipped]
 *
 * @typedef {object} Stage
 * @property {string} name for --only
 * @property {string} title
 * @property {() => Promise<Outcome>} run never throws for what a tool reports
 */

export const root = realpathSync(fileURLToPath(new URL('../..', import.meta.url)));
export const MINUTE_MS = 60_000;

/**
 * @param {string} name
 * @param {string} output
 */
export function keepLog(name, output) {
  const folder = join(root, 'build/logs');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.log`), output);
}

/**
 * The lines by which a test runner ends: ctest's count, node:test's list.
 * @param {string} output
 */
export const closingLines = (output) =>
  (output.match(/^(?:\d+% tests passed.*|Total Test time.*|ℹ \w+ [\d.]+)$/gm) ?? []).join('\n');

/**
 * A stage that is one command: `summarise` of its output when it passes, its last lines when not.
 * @param {string} name
 * @param {string} command
 * @param {string[]} args
 * @param {(output: string) => string} summarise
 * @returns {Promise<Outcome>}
 */
export async function oneCommand(name, command, args, summarise) {
  const done = await runCommand(command, args, { cwd: root, timeoutMs: 10 * MINUTE_MS });
  keepLog(name, done.output);
  const closing = closingLines(done.output);
  if (done.ok) return { ok: true, summary: summarise(done.output), closing };
  const detail = lastLines(done.output, 60);
  return { ok: false, summary: `${done.why} (build/logs/${name}.log)`, detail, closing };
}
