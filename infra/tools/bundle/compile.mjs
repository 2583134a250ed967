// One entry of functions/bundles/ and all it imports → one file of JavaScript (esbuild).
import { builtinModules } from 'node:module';
import { build } from 'esbuild';

/** @typedef {import('./platforms.mjs').CompileOptions} CompileOptions */

const CORE_FILE = './core.wasm';

/** @type {Record<import('./platforms.mjs').CoreForm, (wasm: Uint8Array) => string>} */
const CORE_MODULES = {
  base64: (wasm) => `export default "${Buffer.from(wasm).toString('base64')}";`,
  // An import of node:fs would take a millisecond longer: all of it is made into a module.
  file: () =>
    `const { readFileSync } = process.getBuiltinModule('node:fs');
     export default readFileSync(new URL('${CORE_FILE}', import.meta.url));`,
  module: () => `export { default } from '${CORE_FILE}';`,
};

/**
 * @param {object} project
 * @param {string} project.root
 * @param {Uint8Array} project.wasm
 * @param {import('./platforms.mjs').CheckedMapping[]} project.mappings
 */
export function createCompiler({ root, wasm, mappings }) {
  const texts = mappings.map(({ text }) => text);
  /** @param {CompileOptions} options @returns {Promise<Uint8Array>} */
  return async ({ entry, core, runtime, external = [] }) => {
    const virtual = {
      'listing-sync:core': CORE_MODULES[core](wasm),
      'listing-sync:mappings': `export default ${JSON.stringify(texts)};`,
    };
    const { outputFiles, metafile } = await build({
      absWorkingDir: root,
      entryPoints: [entry],
      outdir: 'dist',
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      target: runtime === 'node' ? 'node20' : 'es2022',
      platform: runtime === 'node' ? 'node' : 'neutral',
      mainFields: ['module', 'main'],
      external: [...external, CORE_FILE],
      minify: true,
      charset: 'ascii', // one byte for each character in memory, with the core's base64 among them
      legalComments: 'eof',
      logLevel: 'silent',
      plugins: [virtualModules(virtual)],
    });
    refuseForeignImports(metafile, runtime, external);
    return outputFiles[0].contents;
  };
}

/**
 * @param {Record<string, string>} modules content by name
 * @returns {import('esbuild').Plugin}
 */
function virtualModules(modules) {
  const namespace = 'listing-sync';
  return {
    name: namespace,
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^listing-sync:/ }, ({ path }) => ({ path, namespace }));
      onLoad({ filter: /.*/, namespace }, ({ path }) => ({
        contents: modules[path],
        loader: 'js',
      }));
    },
  };
}

/**
 * What is still imported must be there where the bundle runs.
 * @param {import('esbuild').Metafile} metafile
 * @param {CompileOptions['runtime']} runtime
 * @param {string[]} external
 */
function refuseForeignImports({ outputs }, runtime, external) {
  const imported = Object.values(outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  const isNodes = (/** @type {string} */ path) =>
    path.startsWith('node:') || builtinModules.includes(path);
  const isThere = (/** @type {string} */ path) =>
    path === CORE_FILE || external.includes(path) || (runtime === 'node' && isNodes(path));
  const foreign = imported.filter((path) => !isThere(path));
  if (foreign.length > 0) throw new Error(`a bundle for ${runtime} imports ${foreign.join(', ')}`);
}
