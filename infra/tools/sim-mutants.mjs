// npm run sim -- --mutants [--seeds N]: does the simulator find every planted bug of
// tests/sim/mutants? Each is switched on alone and gets up to N seeds (5,000).
// npm run sim -- --mutant NAME …: the simulator's own flags with that bug in it, to look at one.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cmakeEnvironment } from './cmake-presets.mjs';
import { readMutants } from './plant-mutants.mjs';
import { lastLines, runCommand } from './run-command.mjs';
import { MINUTE_MS, root } from './stage.mjs';

const SEEDS_MAX = 5000;
const SEEDS_COMPARED = 20;
const LINE_MAX = 300;
const build = join(root, 'build/sim');
const plain = join(build, 'sim');
const planted = join(build, 'sim_mutants');

/**
 * @typedef {object} Trial
 * @property {string} name
 * @property {string} breaks
 * @property {boolean} killed
 * @property {number} seeds how many it took
 * @property {string} finding "seed 7, row_lost" or why there is none
 */

/** Builds build/sim/sim_mutants beside the configured simulator; says why where that fails. */
async function buildPlanted() {
  const jobs = String(availableParallelism());
  const args = ['--build', build, '--target', 'sim_mutants', '--parallel', jobs];
  const built = await runCommand('cmake', args, { cwd: root, env: cmakeEnvironment() });
  if (built.ok) return '';
  // A build tool that names every file of the copy in one line hides the one that matters.
  const lines = built.output.split('\n').map((line) => line.slice(0, LINE_MAX));
  return `building the planted bugs failed:\n${lastLines(lines.join('\n'), 40)}`;
}

/** @param {string} name '' is none */
const environmentWith = (name) => ({ ...process.env, SIM_MUTANT: name });

/**
 * What a program records of the first seeds: file by file.
 * @param {string} program
 */
async function recordingsOf(program) {
  const folder = mkdtempSync(join(tmpdir(), 'listing-sync-sim-'));
  try {
    const args = ['--seeds', String(SEEDS_COMPARED), '--record', folder];
    const done = await runCommand(program, args, { env: environmentWith('') });
    if (!done.ok) throw new Error(`${done.why}\n${lastLines(done.output)}`);
    return new Map(
      readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'latin1')]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** With no bug switched on the planted build must be the plain one. */
async function whereBuildsDiffer() {
  const [expected, recorded] = [await recordingsOf(plain), await recordingsOf(planted)];
  if (expected.size === 0) return 'nothing was recorded';
  const names = new Set([...expected.keys(), ...recorded.keys()]);
  const differing = [...names].filter((name) => expected.get(name) !== recorded.get(name));
  return differing.length > 0 ? `recordings differ: ${differing.join(', ')}` : '';
}

/**
 * The plain simulator holds no planted bug; the planted one proves that the search can find them.
 * @param {string[]} names
 */
function whereBugsLeaked(names) {
  const [clean, dirty] = [plain, planted].map((program) => readFileSync(program, 'latin1'));
  const unfound = names.filter((name) => !dirty.includes(name));
  if (unfound.length > 0) return `not in the planted build: ${unfound.join(', ')}`;
  const leaked = [...names, 'SIM_MUTANT'].filter((name) => clean.includes(name));
  return leaked.length > 0 ? `in the plain build: ${leaked.join(', ')}` : '';
}

/**
 * Seeds until the first finding.
 * @param {string} name of the bug; '' is none
 * @param {number} from
 * @param {number} seeds
 */
async function runSeeds(name, from, seeds) {
  const args = `--from ${from} --seeds ${seeds} --jobs 1 --failures-max 1 --no-shrink`.split(' ');
  const options = { env: environmentWith(name), timeoutMs: 10 * MINUTE_MS };
  const { ok, why, output } = await runCommand(planted, args, options);
  const found = /^seed (\d+) FAILED: (\w+)/m.exec(output);
  if (found) return { seed: Number(found[1]), finding: found[2] };
  return { seed: from + seeds - 1, finding: '', why: ok ? '' : `${why}\n${lastLines(output)}` };
}

/**
 * A seed that finds something without the bug too proves nothing.
 * @param {import('./plant-mutants.mjs').Mutant} mutant
 * @param {number} seedsMax
 * @returns {Promise<Trial>}
 */
async function hunt({ name, breaks }, seedsMax) {
  for (let from = 0; ;) {
    const { seed, finding, why } = await runSeeds(name, from, seedsMax - from);
    const trial = { name, breaks, killed: finding !== '', seeds: seed + 1 };
    if (!finding) return { ...trial, finding: why || 'nothing was found' };
    const { finding: anyway } = await runSeeds('', seed, 1);
    if (!anyway) return { ...trial, finding: `seed ${seed}, ${finding}` };
    console.log(`seed ${seed} finds ${anyway} without any planted bug`);
    from = seed + 1;
    if (from >= seedsMax) return { ...trial, killed: false, finding: 'nothing was found' };
  }
}

/** @param {Trial} trial */
function lineOf({ name, breaks, killed, seeds, finding }) {
  const line = `${name.padEnd(38)}  ${killed ? 'killed  ' : 'SURVIVED'}`;
  const result = `${line}  ${String(seeds).padStart(5)} seeds  ${finding}`;
  return killed ? result : `${result}\n    ${breaks}`;
}

/** @param {number[]} numbers */
const median = (numbers) =>
  [...numbers].sort((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)] ?? null;

/**
 * @param {import('./plant-mutants.mjs').Mutant[]} mutants
 * @param {number} seedsMax
 */
async function huntAll(mutants, seedsMax) {
  const left = [...mutants];
  /** @type {Trial[]} */
  const trials = [];
  const hunter = async () => {
    for (let next = left.shift(); next; next = left.shift()) {
      const trial = await hunt(next, seedsMax);
      console.log(lineOf(trial));
      trials.push(trial);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, hunter));
  return trials;
}

/**
 * The end of every planted bug, or exit code 1.
 * @param {number} seedsMax
 */
async function killAll(seedsMax) {
  const mutants = await readMutants(join(root, 'tests/sim/mutants'));
  const wrong =
    whereBugsLeaked(mutants.map((mutant) => mutant.name)) || (await whereBuildsDiffer());
  if (wrong) throw new Error(wrong);
  const trials = await huntAll(mutants, seedsMax);
  const killed = trials.filter((trial) => trial.killed);
  const survived = trials.filter((trial) => !trial.killed).map((trial) => trial.name);
  const sums = { total: mutants.length, killed: killed.length, survived };
  const seeds = killed.map((trial) => trial.seeds);
  console.log(JSON.stringify({ ...sums, median_seeds: median(seeds) }));
  return survived.length === 0 && killed.length === mutants.length ? 0 : 1;
}

/**
 * @param {string[]} args
 * @param {string} name
 */
function valueOf(args, name) {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args[at + 1];
}

/** @param {string[]} args */
export const wantsMutants = (args) => args.includes('--mutants') || args.includes('--mutant');

/**
 * Needs build/sim to be configured. Answers the exit code.
 * @param {string[]} args of the command line
 */
export async function runMutants(args) {
  const failed = await buildPlanted();
  if (failed) throw new Error(failed);
  const one = valueOf(args, '--mutant');
  if (!one) return killAll(Number(valueOf(args, '--seeds') ?? SEEDS_MAX));
  const flags = args.filter((arg) => arg !== '--mutant' && arg !== one);
  return spawnSync(planted, flags, { env: environmentWith(one), stdio: 'inherit' }).status ?? 1;
}
