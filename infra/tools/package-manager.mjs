// Installing what is missing: apt-get on Debian and Ubuntu, brew on macOS, nothing elsewhere.
// Decides whether it may before it changes anything; without the right to install it says what to
// run.
import { lastLines, runCommand } from './run-command.mjs';
import { findCommand } from './system-needs.mjs';

/** @typedef {import('./system-needs.mjs').Need} Need */

const aptInstallCommand = 'apt-get install -y --no-install-recommends';

/** What stops the bootstrap: its message is all the user sees. */
export class Refusal extends Error {}

/**
 * Installs the packages of the needs; throws a Refusal where that is not possible.
 * @param {Need[]} missing
 * @param {(line: string) => void} say
 */
export async function install(missing, say) {
  if (process.platform === 'darwin' && findCommand('brew')) return brewInstall(missing, say);
  if (findCommand('apt-get')) return aptInstall(missing, say);
  const names = missing.map(({ name }) => `  - ${name}`).join('\n');
  throw new Refusal(
    'This machine has neither apt-get nor brew. ' +
      `Please install, then run the same command again:\n${names}`,
  );
}

/**
 * @param {Need[]} missing
 * @param {(line: string) => void} say
 */
async function brewInstall(missing, say) {
  const packages = [...new Set(missing.flatMap(({ brew }) => brew))];
  say(`installing with brew: ${packages.join(' ')}`);
  const installed = await runCommand('brew', ['install', ...packages]);
  if (!installed.ok) throw failed('brew install', packages, installed.output);
}

/**
 * @param {Need[]} missing
 * @param {(line: string) => void} say
 */
async function aptInstall(missing, say) {
  refuseWithoutPackage(missing);
  const prefix = await administrator();
  if (!prefix) {
    const first = missing.flatMap(({ apt }) => apt.map((names) => names[0]));
    throw new Refusal(
      `Missing: ${missing.map(({ name }) => name).join(', ')}.\n` +
        'Installing needs root, and sudo does not work without a password here. ' +
        'Please run this, then the same command again:\n\n' +
        `  sudo apt-get update && sudo ${aptInstallCommand} ${first.join(' ')}\n`,
    );
  }
  const quiet = [
    ...prefix,
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    '-o',
    'DPkg::Lock::Timeout=120',
  ];
  say('asking apt for its package lists');
  // A failing mirror need not matter; whether it does shows when installing.
  const updated = await runCommand(quiet[0], [...quiet.slice(1), 'update', '-q']);
  const packages = await chooseNames(missing);
  say(`installing with apt: ${packages.join(' ')}`);
  const args = [...quiet.slice(1), 'install', '-y', '-q', '--no-install-recommends', ...packages];
  const installed = await runCommand(quiet[0], args);
  if (!installed.ok)
    throw failed(
      'apt-get install',
      packages,
      (updated.ok ? '' : updated.output) + installed.output,
    );
}

/** @param {Need[]} missing */
function refuseWithoutPackage(missing) {
  const without = missing.filter(({ apt }) => apt.length === 0);
  if (without.length === 0) return;
  throw new Refusal(
    `apt has no package for ${without.map(({ name }) => name).join(', ')}: please install by hand.`,
  );
}

/** What makes a command run as root: nothing, sudo, or null where neither works. */
async function administrator() {
  if (process.getuid?.() === 0) return [];
  if (findCommand('sudo') && (await runCommand('sudo', ['-n', 'true'])).ok) return ['sudo', '-n'];
  return null;
}

/**
 * Of each list of alternatives the first name that apt knows; the first where it knows none (its
 * error says so).
 * @param {Need[]} missing
 */
async function chooseNames(missing) {
  const chosen = [];
  for (const names of missing.flatMap(({ apt }) => apt)) {
    const known = [];
    for (const name of names)
      if ((await runCommand('apt-cache', ['show', name])).ok) known.push(name);
    chosen.push(known[0] ?? names[0]);
  }
  return chosen;
}

/**
 * @param {string} what
 * @param {string[]} packages
 * @param {string} output
 */
function failed(what, packages, output) {
  return new Refusal(`${what} ${packages.join(' ')} failed; its last lines:\n${lastLines(output)}`);
}
