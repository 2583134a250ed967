// The C++ stages of npm test: doctest under each preset, coverage, clang-format, fuzz.
import { basename, join } from 'node:path';
import { buildPreset } from './cmake-presets.mjs';
import { forgetCounts, measureCoverage } from './coverage.mjs';
import { environmentOfThisNode, lastLines, runCommand } from './run-command.mjs';
import { filesBelow } from './source-files.mjs';
import { closingLines, keepLog, MINUTE_MS, oneCommand, root } from './stage.mjs';
import { findClangTool } from './system-needs.mjs';

/** @typedef {import('./stage.mjs').Outcome} Outcome */

const FUZZ_SECONDS = 60;
const SIM_SEEDS = 2000;
const inEnglish = (/** @type {number} */ count) => count.toLocaleString('en');

/**
 * Adds up what the doctest runs of one ctest call said of themselves.
 * @param {string} output
 */
function countTests(output) {
  const total = (/** @type {string} */ what) =>
    [...output.matchAll(new RegExp(`\\[doctest\\] ${what}: +(\\d+)`, 'g'))].reduce(
      (sum, match) => sum + Number(match[1]),
      0,
    );
  return { cases: total('test cases'), assertions: total('assertions') };
}

/**
 * What the failed tests of a `ctest -V` run printed (their lines begin with the test's number), and
 * ctest's list.
 * @param {string} output
 */
function failedTests(output) {
  const summary = output.slice(output.lastIndexOf('% tests passed') - 3);
  const numbers = [...summary.matchAll(/^\s+(\d+) - /gm)].map((match) => match[1]);
  const lines = output.split('\n');
  const printed = numbers.map((number) => {
    const own = lines.filter((line) => line.startsWith(`${number}: `));
    return own.slice(-60).join('\n');
  });
  return [...printed, summary].join('\n\n');
}

/**
 * Builds a preset and runs its tests.
 * @param {string} preset
 * @returns {Promise<Outcome>}
 */
export async function ctest(preset) {
  const built = await buildPreset(root, preset);
  keepLog(preset, built.output);
  if (!built.ok)
    return { ok: false, summary: 'the build failed', detail: lastLines(built.output, 60) };
  const options = { cwd: root, env: environmentOfThisNode(), timeoutMs: 15 * MINUTE_MS };
  const run = await runCommand('ctest', ['--preset', preset, '-V'], options);
  keepLog(preset, built.output + run.output);
  const { cases, assertions } = countTests(run.output);
  const counts = `${inEnglish(cases)} cases, ${inEnglish(assertions)} assertions`;
  const closing = closingLines(run.output);
  if (run.ok && cases > 0) return { ok: true, summary: `doctest: ${counts}`, closing };
  const summary = `${run.why}; doctest: ${counts} (build/logs/${preset}.log)`;
  return { ok: false, summary, detail: failedTests(run.output), closing };
}

/** @returns {Promise<Outcome>} */
export async function coverage() {
  forgetCounts(root);
  const tested = await ctest('coverage');
  return tested.ok ? { ...(await measureCoverage(root)), closing: tested.closing } : tested;
}

/** @returns {Promise<Outcome>} */
export async function clangFormat() {
  const program = findClangTool('clang-format');
  const version = program ? (await runCommand(program, ['--version'])).output.trim() : 'none';
  if (!program || !version.includes('version 14.')) {
    return {
      ok: true,
      skipped: true,
      summary: `versions differ: needs clang-format 14, not ${version}`,
    };
  }
  const folders = ['core', 'wasm', 'tests'];
  const files = folders.flatMap((folder) => filesBelow(root, folder, ['.h', '.cpp', '.c']));
  const args = ['--dry-run', '-Werror', ...files];
  return oneCommand('clang-format', program, args, () => `${files.length} files`);
}

/** Each fuzz target for a minute, its count printed; longer runs are `npm run fuzz -- --minutes N`. */
export async function fuzz() {
  const args = [join(root, 'infra/tools/fuzz.mjs'), `--seconds-each=${FUZZ_SECONDS}`];
  const targets = filesBelow(root, 'tests/fuzz', ['_fuzz.cpp']).map((file) =>
    basename(file, '.cpp'),
  );
  let counts = '';
  const outcome = await oneCommand('fuzz', process.execPath, args, (output) => {
    const lines = output.match(/^\w+: [\d,]+ runs.*$/gm) ?? [];
    counts = lines.join('\n');
    const runs = lines.map((line) => Number(/([\d,]+) runs/.exec(line)?.[1].replaceAll(',', '')));
    const total = runs.reduce((sum, count) => sum + count, 0).toLocaleString('en');
    return `${targets.length} targets, ${total} runs, nothing found`;
  });
  return counts ? { ...outcome, closing: counts } : outcome;
}

/** The simulator's first seeds; `npm run sim -- --seeds N` runs more. */
export async function sim() {
  const args = [join(root, 'infra/tools/sim.mjs'), `--seeds=${SIM_SEEDS}`];
  return oneCommand('sim', process.execPath, args, (output) => {
    const sums = JSON.parse(output.trim().split('\n').slice(-1).join(''));
    const counts = `${inEnglish(sums.invocations)} invocations, ${inEnglish(sums.faults)} faults`;
    return `${inEnglish(sums.runs)} runs, ${counts}, ${sums.simulated_hours} h, nothing found`;
  });
}

/** Every planted bug is found by the simulator, each within its first seeds. */
export async function mutants() {
  const args = [join(root, 'infra/tools/sim.mjs'), '--mutants'];
  return oneCommand('mutants', process.execPath, args, (output) => {
    const sums = JSON.parse(output.trim().split('\n').slice(-1).join(''));
    const seeds = `in ${sums.median_seeds} seeds (median)`;
    return `${sums.killed} of ${sums.total} planted bugs found, ${seeds}`;
  });
}
