// `npm run pack`: the library package as a tarball in dist/. With --prepare only what is generated
// is made (npm's own prepack hook): the declarations for TypeScript, out of the JSDoc.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './run-command.mjs';
import { MINUTE_MS, root } from './stage.mjs';

/** The package's face; what it imports is declared with it. */
const ENTRY = 'functions/index.js';
const TYPES = 'dist/types';

/**
 * Declarations of the entry and all it reaches, below dist/types by the same paths. Throws where
 * the sources do not pass the compiler.
 * @param {{ folder?: string }} [options] of the project; another one in tests
 */
export async function writeTypes({ folder = root } = {}) {
  rmSync(join(folder, TYPES), { recursive: true, force: true });
  const options = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly'];
  const rules = ['--allowJs', '--checkJs', '--strict', '--skipLibCheck', '--types', 'node'];
  const target = ['--target', 'ES2023', '--lib', 'ES2023,DOM,DOM.Iterable'];
  const modules = ['--module', 'NodeNext', '--moduleResolution', 'NodeNext'];
  const places = ['--rootDir', '.', '--outDir', TYPES];
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const args = [tsc, ...options, ...rules, ...target, ...modules, ...places, ENTRY];
  await run(process.execPath, args, folder);
}

/**
 * @param {{ folder?: string, to: string }} options `to`: the folder for the tarball
 * @returns {Promise<string>} the tarball
 */
export async function pack({ folder = root, to }) {
  mkdirSync(to, { recursive: true });
  const args = ['pack', '--silent', '--ignore-scripts', '--pack-destination', to];
  await run('npm', args, folder);
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(to, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
}

/** @param {{ folder?: string }} [options] Throws where core.wasm has not been built. */
export async function prepare({ folder = root } = {}) {
  if (!existsSync(join(folder, 'build/wasm/core.wasm'))) {
    throw new Error('build/wasm/core.wasm is missing: npm run build:wasm');
  }
  await writeTypes({ folder });
}

/** @param {string} command @param {string[]} args @param {string} cwd */
async function run(command, args, cwd) {
  const done = await runCommand(command, args, { cwd, timeoutMs: 5 * MINUTE_MS });
  if (done.ok) return done.output;
  throw new Error(`${basename(command)} ${args[0]}: ${done.why}\n${done.output}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await prepare();
  if (!process.argv.includes('--prepare')) {
    console.log(await pack({ to: join(root, 'dist') }));
  }
}
