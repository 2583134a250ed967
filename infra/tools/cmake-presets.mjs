// Configuring and building a CMake preset, incrementally.
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { environmentOfThisNode, runCommand } from './run-command.mjs';
import { findCommand } from './system-needs.mjs';

/** The environment for CMake: Ninja where there is one, else CMake's default. */
export function cmakeEnvironment() {
  const generator = process.env.CMAKE_GENERATOR ?? (findCommand('ninja') ? 'Ninja' : undefined);
  return { ...environmentOfThisNode(), ...(generator ? { CMAKE_GENERATOR: generator } : {}) };
}

/**
 * A build folder that came along with a moved or copied clone would point at the old place.
 * @param {string} root
 * @param {string} folder
 */
function removeForeignBuild(root, folder) {
  const cache = join(folder, 'CMakeCache.txt');
  if (!existsSync(cache)) return;
  const home = /^CMAKE_HOME_DIRECTORY:INTERNAL=(.*)$/m.exec(readFileSync(cache, 'utf8'))?.[1];
  if (home !== root) rmSync(folder, { recursive: true, force: true });
}

/**
 * CMake looks at the presets only when configuring.
 * @param {string} root
 * @param {string} folder
 */
function isConfigured(root, folder) {
  const made = ['build.ninja', 'Makefile'].map((name) => join(folder, name)).find(existsSync);
  return (
    made !== undefined && statSync(made).mtimeMs > statSync(join(root, 'CMakePresets.json')).mtimeMs
  );
}

/**
 * Builds build/<preset>, configuring it first where that has not been done.
 * @param {string} root
 * @param {string} preset
 * @returns {Promise<import('./run-command.mjs').Finished>}
 */
export async function buildPreset(root, preset) {
  const folder = join(root, 'build', preset);
  const options = { cwd: root, env: cmakeEnvironment() };
  removeForeignBuild(root, folder);
  if (!isConfigured(root, folder)) {
    const configured = await runCommand('cmake', ['--preset', preset], options);
    if (!configured.ok) return configured;
  }
  const jobs = String(availableParallelism());
  return runCommand('cmake', ['--build', '--preset', preset, '--parallel', jobs], options);
}
