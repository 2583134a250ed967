// Runs the fuzz targets (tests/fuzz/*_fuzz.cpp) and counts what they tried. What a run finds worth
// keeping stays in build/fuzz/corpus and is the start of the next. A target <name>_fuzz may have
// seeds in tests/fuzz/corpus/<name>/ and words in tests/fuzz/dictionaries/<name>.dict.
// Usage: node infra/tools/fuzz.mjs [--minutes N | --seconds-each N] [--target NAME]
//   --minutes is for all targets together (default 5)
import { existsSync, mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildPreset } from './cmake-presets.mjs';
import { lastLines, runCommand } from './run-command.mjs';
import { filesBelow } from './source-files.mjs';
import { root } from './stage.mjs';

// Two at least: on a single core each has half of it, for as long.
const parallel = Math.max(2, availableParallelism());

function readArguments() {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '5' },
      'seconds-each': { type: 'string' },
      target: { type: 'string' },
    },
  });
  const all = filesBelow(root, 'tests/fuzz', ['_fuzz.cpp']).map((file) => basename(file, '.cpp'));
  const targets = values.target ? all.filter((name) => name === values.target) : all;
  if (targets.length === 0) throw new Error(`no such fuzz target; there are: ${all.join(', ')}`);
  const rounds = Math.ceil(targets.length / parallel);
  const seconds = Number(
    values['seconds-each'] ?? Math.floor((Number(values.minutes) * 60) / rounds),
  );
  if (!(seconds >= 1)) throw new Error('--minutes and --seconds-each take positive numbers');
  return { targets, seconds: Math.floor(seconds) };
}

/**
 * @param {string} target
 * @param {number} seconds
 */
async function fuzz(target, seconds) {
  const folder = join(root, 'build/fuzz');
  const corpus = join(folder, 'corpus', target);
  const name = target.replace(/_fuzz$/, '');
  const seeds = join(root, 'tests/fuzz/corpus', name);
  const dictionary = join(root, `tests/fuzz/dictionaries/${name}.dict`);
  mkdirSync(corpus, { recursive: true });
  const program = join(folder, target);
  const limits = [`-max_total_time=${seconds}`, '-timeout=10', '-rss_limit_mb=2048'];
  if (existsSync(dictionary)) limits.push(`-dict=${dictionary}`);
  const places = [
    `-artifact_prefix=${folder}/${target}-`,
    corpus,
    ...(existsSync(seeds) ? [seeds] : []),
  ];
  const done = await runCommand(program, [...limits, '-print_final_stats=1', ...places], {
    cwd: root,
    timeoutMs: (seconds + 60) * 1000,
  });
  const runs = Number(/number_of_executed_units: (\d+)/.exec(done.output)?.[1] ?? 0);
  const found = /Test unit written to (\S+)/.exec(done.output)?.[1];
  return { target, runs, ok: done.ok && runs > 0, found, program, output: done.output };
}

/** @param {Awaited<ReturnType<typeof fuzz>>} result */
function report({ target, runs, ok, found, program, output }) {
  if (ok) return console.log(`${target}: ${runs.toLocaleString('en')} runs, nothing found`);
  console.log(
    `${target}: FAILED after ${runs.toLocaleString('en')} runs\n${lastLines(output, 40)}`,
  );
  if (found) console.log(`replay: ${program} ${found}`);
}

async function main() {
  const { targets, seconds } = readArguments();
  const built = await buildPreset(root, 'fuzz');
  if (!built.ok)
    throw new Error(`building the fuzz targets failed:\n${lastLines(built.output, 40)}`);
  let failed = 0;
  const waiting = [...targets];
  const worker = async () => {
    for (let target = waiting.shift(); target; target = waiting.shift()) {
      const result = await fuzz(target, seconds);
      report(result);
      if (!result.ok) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return failed;
}

try {
  process.exitCode = (await main()) > 0 ? 1 : 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
