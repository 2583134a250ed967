// Whether node_modules is what package-lock.json says, and npm ci where it is not.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from './package-manager.mjs';
import { environmentOfThisNode, lastLines, runCommand } from './run-command.mjs';

const ERROR_LINES_MAX = 10;

/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {boolean} [optional]
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 * @property {string[]} [libc] of Linux: glibc or musl
 */

/**
 * @param {string} file
 * @returns {Record<string, LockedPackage>}
 */
const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;

/**
 * Optional packages may be absent, except those made for this very machine (the database's
 * programs).
 * @param {string} path
 * @param {LockedPackage} entry
 */
function mayBeAbsent(path, { optional, os, cpu, libc }) {
  if (!path.includes('node_modules/')) return true; // a workspace of this repository
  const isForThisMachine = os?.includes(process.platform) && cpu?.includes(process.arch);
  const isForThisLibc = libc?.includes(libcHere()) ?? true;
  return optional === true && !(isForThisMachine && isForThisLibc);
}

function libcHere() {
  const { header } = /** @type {{ header: object }} */ (process.report.getReport());
  return 'glibcVersionRuntime' in header ? 'glibc' : 'musl';
}

/**
 * True when each locked package is installed in its locked version and nothing else is; npm keeps
 * what it installed in node_modules/.package-lock.json.
 * @param {string} root
 */
export function nodeModulesMatch(root) {
  const record = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = packagesOf(record);
  const locked = packagesOf(join(root, 'package-lock.json'));
  const matches = (/** @type {[string, LockedPackage]} */ [path, entry]) => {
    if (!(path in installed)) return mayBeAbsent(path, entry);
    const same =
      installed[path].version === entry.version && installed[path].integrity === entry.integrity;
    return same && existsSync(join(root, path));
  };
  return (
    Object.entries(locked).every(matches) && Object.keys(installed).every((path) => path in locked)
  );
}

/**
 * Installs exactly what the lock file says, running no package's scripts.
 * @param {string} root
 */
export async function installNodeModules(root) {
  const npm = process.env.npm_execpath ?? '';
  const [command, ...args] = npm.endsWith('npm-cli.js') ? [process.execPath, npm] : ['npm'];
  const options = { cwd: root, env: environmentOfThisNode() };
  const done = await runCommand(command, [...args, 'ci', '--ignore-scripts'], options);
  if (done.ok) return;
  // npm says what is wrong first and explains its options last.
  const errors = done.output.split('\n').filter((line) => line.startsWith('npm error'));
  const cause = errors.slice(0, ERROR_LINES_MAX).join('\n');
  throw new Refusal(`npm ci failed:\n${lastLines(cause || done.output)}`);
}
