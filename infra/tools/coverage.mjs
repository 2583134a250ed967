// Line coverage of core/, measured by gcovr after the coverage preset's tests have run.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { lastLines, runCommand } from './run-command.mjs';

const LINES_PERCENT_MIN = 90;
const WORST_SHOWN = 5;

/**
 * Removes the counts of earlier runs, and the notes of sources that are gone (gcovr would look for
 * them).
 * @param {string} root
 */
export function forgetCounts(root) {
  const folder = join(root, 'build/coverage');
  if (!existsSync(folder)) return;
  for (const name of /** @type {string[]} */ (readdirSync(folder, { recursive: true }))) {
    const isStaleNote = () => {
      const source = /\.dir[/\\](.*)\.gcno$/.exec(name)?.[1];
      return source !== undefined && !existsSync(join(root, source));
    };
    if (name.endsWith('.gcda') || isStaleNote()) rmSync(join(folder, name));
  }
}

/**
 * @param {string} root
 * @returns {Promise<import('./stage.mjs').Outcome>}
 */
export async function measureCoverage(root) {
  const report = join(root, 'build/coverage/coverage.json');
  const args = ['--root', root, '--filter', `${join(root, 'core')}/`, '-j', '2'];
  const gcovr = await runCommand('gcovr', [...args, '--json-summary', report, 'build/coverage'], {
    cwd: root,
  });
  if (!gcovr.ok) return { ok: false, summary: gcovr.why, detail: lastLines(gcovr.output) };
  const {
    line_covered: covered,
    line_total: total,
    files,
  } = JSON.parse(readFileSync(report, 'utf8'));
  const percent = total === 0 ? 0 : (100 * covered) / total;
  const share = `${percent.toFixed(1)} % of ${total} lines of core/`;
  const summary = `${share} (at least ${LINES_PERCENT_MIN} %)`;
  return { ok: percent >= LINES_PERCENT_MIN, summary, detail: worst(root, files) };
}

/**
 * @param {string} root
 * @param {{filename: string, line_percent: number, line_total: number}[]} files
 */
function worst(root, files) {
  const byShare = files
    .filter((file) => file.line_total > 0)
    .sort((a, b) => a.line_percent - b.line_percent);
  return byShare
    .slice(0, WORST_SHOWN)
    .map(
      ({ filename, line_percent: percent }) =>
        `${String(percent).padStart(6)} %  ${relative(root, join(root, filename))}`,
    )
    .join('\n');
}
