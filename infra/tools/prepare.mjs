// The steps of the bootstrap: install what the machine lacks, npm ci, build the wasm and the page.
// Runs before npm ci, so it needs nothing but Node. What is done already is skipped.
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildPreset } from './cmake-presets.mjs';
import { installNodeModules, nodeModulesMatch } from './node-modules.mjs';
import { install, Refusal } from './package-manager.mjs';
import { lastLines } from './run-command.mjs';
import { needs } from './system-needs.mjs';

const root = realpathSync(fileURLToPath(new URL('../..', import.meta.url)));

/** @typedef {import('./system-needs.mjs').Purpose} Purpose */

/** @param {string[]} args */
function readArguments(args) {
  const { values } = parseArgs({
    args,
    strict: false,
    options: { for: { type: 'string' }, quiet: { type: 'boolean' } },
  });
  if (values.for !== 'start' && values.for !== 'test') {
    throw new Refusal('Usage: node infra/tools/bootstrap.mjs --for start|test [--quiet]');
  }
  return { purpose: /** @type {Purpose} */ (values.for), quiet: values.quiet === true };
}

/**
 * @param {Purpose} purpose
 * @param {(line: string) => void} say
 */
async function provideSystemPackages(purpose, say) {
  const missing = needs.filter((need) => need.purposes.includes(purpose) && !need.isMet());
  const required = missing.filter((need) => !need.optional);
  if (missing.length === 0) return;
  say(`missing on this machine: ${missing.map(({ name }) => name).join(', ')}`);
  try {
    await install(missing, say);
  } catch (error) {
    if (!(error instanceof Refusal) || required.length > 0) throw error;
    say(`going on without: ${missing.map(({ name }) => name).join(', ')}`);
  }
  const still = required.filter((need) => !need.isMet());
  if (still.length === 0) return;
  const names = still.map(({ name }) => name).join(', ');
  throw new Refusal(
    `Installed, but still not found: ${names}. Please install a fitting version by hand.`,
  );
}

/** @param {(line: string) => void} say */
async function provideNodeModules(say) {
  if (nodeModulesMatch(root)) return;
  say('installing node modules (npm ci)');
  await installNodeModules(root);
}

async function buildWasm() {
  const built = await buildPreset(root, 'wasm');
  if (!built.ok)
    throw new Refusal(`Building core.wasm failed; the last lines:\n${lastLines(built.output, 30)}`);
}

/** @param {string[]} args */
async function steps(args) {
  const begun = performance.now();
  const seconds = () => ((performance.now() - begun) / 1000).toFixed(1);
  const { purpose, quiet } = readArguments(args);
  const say = (/** @type {string} */ line) => {
    if (!quiet) console.error(`bootstrap ${seconds().padStart(5)} s  ${line}`);
  };
  await provideSystemPackages(purpose, say);
  await provideNodeModules(say);
  say('building core.wasm where its sources changed');
  await buildWasm();
  // What it is made with is there only now.
  const { buildPage } = await import('./dashboard.mjs');
  await buildPage();
  say(`ready for npm ${purpose}`);
}

/**
 * Runs the steps; what stops them is told in one message.
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
export async function prepare(args) {
  try {
    await steps(args);
    return 0;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    console.error(error.message);
    return 1;
  }
}
