// Builds the simulator (tests/sim) and runs it; its flags are the program's own:
//   npm run sim -- --seeds N --from S [--verbose] [--record FOLDER] …
//   npm run sim -- --mutants [--seeds N]      does it find every planted bug? (sim-mutants.mjs)
// Exit code 1 where a seed breaks a promise; the last line is one JSON object.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildPreset } from './cmake-presets.mjs';
import { lastLines } from './run-command.mjs';
import { runMutants, wantsMutants } from './sim-mutants.mjs';
import { root } from './stage.mjs';

/** glibc keeps what worlds free at hand for the next one: a twentieth faster. Others ignore it. */
const env = { GLIBC_TUNABLES: 'glibc.malloc.tcache_count=60000', ...process.env };

/** @param {string[]} args */
function runPlain(args) {
  const program = join(root, 'build/sim/sim');
  const ended = spawnSync(program, args, { cwd: root, env, stdio: 'inherit' });
  return ended.status ?? 1;
}

const args = process.argv.slice(2);
const built = await buildPreset(root, 'sim');
if (built.ok) {
  try {
    process.exitCode = wantsMutants(args) ? await runMutants(args) : runPlain(args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
} else {
  console.error(`building the simulator failed:\n${lastLines(built.output, 40)}`);
  process.exitCode = 1;
}
