// What this project needs from the machine, how to see whether it is there, and what it is called
// by the package managers. Looks only at files and version numbers; installs nothing.
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * @typedef {'start' | 'test'} Purpose
 * @typedef {object} Need
 * @property {string} name for people
 * @property {Purpose[]} purposes
 * @property {() => boolean} isMet
 * @property {string[][]} apt packages; of each inner list the first that the distribution has
 * @property {string[]} brew
 * @property {boolean} optional nice to have: its absence stops nothing
 */

const isMac = process.platform === 'darwin';
const headerFolders = ['/usr/include', '/usr/local/include', '/opt/homebrew/include'];
const clangVersions = ['-14', '-19', '-18', '-17', '-16', '-15', ''];

/**
 * The path of a program, or null. Homebrew keeps clang's tools out of PATH.
 * @param {string} command
 */
export function findCommand(command) {
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    '/opt/homebrew/opt/llvm/bin',
    '/usr/local/opt/llvm/bin',
  ];
  for (const folder of folders.filter(Boolean)) {
    const file = join(folder, command);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      continue; // not here
    }
  }
  return null;
}

/**
 * A program of LLVM, version 14 first: it is the one whose formatting and checks the project
 * follows.
 * @param {string} command
 */
export function findClangTool(command) {
  for (const version of clangVersions) {
    const found = findCommand(command + version);
    if (found) return found;
  }
  return null;
}

const isCommand = (/** @type {string} */ command) => findCommand(command) !== null;
const hasAny = (/** @type {string[]} */ ...commands) => commands.some(isCommand);
const hasAll = (/** @type {string[]} */ ...commands) => commands.every(isCommand);

/** @param {string} header */
const hasHeader = (header) => headerFolders.some((folder) => existsSync(join(folder, header)));

function cmakeIsNewEnough() {
  if (!findCommand('cmake')) return false;
  const text = execFileSync('cmake', ['--version'], { encoding: 'utf8' });
  const [major, minor] = /version (\d+)\.(\d+)/.exec(text)?.slice(1).map(Number) ?? [0, 0];
  return major > 3 || (major === 3 && minor >= 25);
}

function hasLibFuzzer() {
  const clang = findClangTool('clang++');
  if (!clang) return false;
  const folder = execFileSync(clang, ['--print-runtime-dir'], { encoding: 'utf8' }).trim();
  return (
    existsSync(folder) && readdirSync(folder).some((name) => name.includes('libclang_rt.fuzzer'))
  );
}

/** The browser in which the page is tested, or null. */
export function findChromium() {
  const named = process.env.CHROMIUM_BIN;
  if (named) return existsSync(named) ? named : null;
  const inApplications = '/Applications/Chromium.app/Contents/MacOS/Chromium';
  if (existsSync(inApplications)) return inApplications;
  return findCommand('chromium') ?? findCommand('chromium-browser') ?? findCommand('google-chrome');
}

const hasCjkFont = () =>
  isMac || existsSync('/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc');
const hasPostgrest = () =>
  (process.platform === 'linux' && process.arch === 'x64') ||
  Boolean(process.env.POSTGREST_BIN) ||
  hasAny('postgrest');

const hasDeno = () =>
  (process.platform === 'linux' && process.arch === 'x64') ||
  Boolean(process.env.DENO_BIN) ||
  hasAny('deno');

/**
 * @param {Purpose[]} purposes
 * @param {string} name
 * @param {() => boolean} isMet
 * @param {string} apt packages, separated by spaces; 'a|b' is a, or b where there is no a
 * @param {string} brew
 * @returns {Need}
 */
function need(purposes, name, isMet, apt, brew) {
  const words = (/** @type {string} */ list) => list.split(' ').filter(Boolean);
  return {
    purposes,
    name,
    isMet,
    apt: words(apt).map((names) => names.split('|')),
    brew: words(brew),
    optional: false,
  };
}

/**
 * @param {Need} required
 * @returns {Need}
 */
const optional = (required) => ({ ...required, optional: true });

/** @type {Purpose[]} */
const both = ['start', 'test'];
/** @type {Purpose[]} */
const test = ['test'];
const hasJson = () => isMac || hasHeader('nlohmann/json.hpp');
const hasFmt = () => isMac || hasHeader('fmt/format.h');
const hasDoctest = () => isMac || hasHeader('doctest/doctest.h');
const hasFormat = () => findClangTool('clang-format') !== null;
const hasTidy = () => findClangTool('clang-tidy') !== null;
const libFuzzerPackages = 'clang-14|clang libclang-rt-14-dev|libclang-rt-dev';

/** On macOS CMake fetches the headers, pinned by commit. */
export const needs = [
  need(both, 'CMake 3.25 or newer', cmakeIsNewEnough, 'cmake', 'cmake'),
  need(both, 'ninja or make', () => hasAny('ninja', 'make'), 'ninja-build', 'ninja'),
  need(both, 'Emscripten', () => hasAll('em++', 'em-config'), 'emscripten', 'emscripten'),
  need(both, 'headers of nlohmann json', hasJson, 'nlohmann-json3-dev', ''),
  need(both, 'headers of fmt', hasFmt, 'libfmt-dev', ''),
  need(both, 'PostgREST', hasPostgrest, '', 'postgrest'),
  need(test, 'Deno', hasDeno, '', 'deno'),
  need(test, 'a C++20 compiler', () => hasAny('c++', 'g++'), 'g++', 'gcc'),
  need(test, 'headers of doctest', hasDoctest, 'doctest-dev', ''),
  need(test, 'clang with libFuzzer', hasLibFuzzer, libFuzzerPackages, 'llvm'),
  need(test, 'clang-format', hasFormat, 'clang-format-14|clang-format', 'clang-format'),
  need(test, 'clang-tidy', hasTidy, 'clang-tidy-14|clang-tidy', 'llvm'),
  need(test, 'gcovr', () => hasAny('gcovr'), 'gcovr', 'gcovr'),
  need(test, 'Chromium', () => findChromium() !== null, 'chromium|chromium-browser', 'chromium'),
  need(test, 'curl', () => hasAny('curl'), 'curl', 'curl'),
  optional(need(test, 'ccache', () => hasAny('ccache'), 'ccache', 'ccache')),
  optional(need(test, 'a font with Japanese characters', hasCjkFont, 'fonts-noto-cjk', '')),
];
