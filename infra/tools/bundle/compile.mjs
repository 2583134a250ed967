// An entry of functions/bundles/ and all it imports → JavaScript that stands alone (esbuild).
import { builtinModules } from 'node:module';
import { basename, parse } from 'node:path';
import { build } from 'esbuild';

/** @typedef {import('./platforms.mjs').CompileOptions} CompileOptions */

const CORE_FILE = './core.wasm';
const PAGE_PARTS = { html: 'index.html', js: 'dashboard.js', css: 'dashboard.css' };

/**
 * @type {Record<import('./platforms.mjs').CoreForm,
 *   (wasm: Uint8Array, runtime: CompileOptions['runtime']) => string>}
 */
const CORE_MODULES = {
  base64: (wasm, runtime) => {
    const text = `"${Buffer.from(wasm).toString('base64')}"`;
    // Node decodes ten times as fast as what the web has to offer.
    return `export default ${runtime === 'node' ? `Buffer.from(${text}, 'base64')` : text};`;
  },
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
 * @param {import('../dashboard.mjs').PageFiles} project.page
 */
export function createCompiler({ root, wasm, mappings, page }) {
  const texts = mappings.map(({ text }) => text);
  const pageModule = Object.entries(PAGE_PARTS)
    .map(([part, name]) => `export const ${part} = ${textOf(page[name])};`)
    .join('\n');
  /**
   * @param {CompileOptions} options
   * @param {import('esbuild').BuildOptions} more
   */
  async function run({ entry, core, runtime, external = [], only = {} }, more) {
    const virtual = {
      ...Object.fromEntries(Object.entries(only).map(partOf)),
      'listing-sync:core': CORE_MODULES[core](wasm, runtime),
      'listing-sync:mappings': `export default ${JSON.stringify(texts)};`,
      'listing-sync:page': pageModule,
    };
    /** @type {import('esbuild').BuildResult<{ write: false, metafile: true }>} */
    const { outputFiles, metafile } = await build({
      absWorkingDir: root,
      entryPoints: { main: entry },
      outdir: 'dist',
      bundle: true,
      format: 'esm',
      target: runtime === 'node' ? 'node20' : 'es2022',
      platform: runtime === 'node' ? 'node' : 'neutral',
      mainFields: ['module', 'main'],
      external: [...external, CORE_FILE],
      minify: true,
      charset: 'ascii', // one byte for each character in memory, with the core's base64 among them
      legalComments: 'eof',
      logLevel: 'silent',
      plugins: [virtualModules(virtual, root)],
      ...more,
      write: false,
      metafile: true,
    });
    refuseForeignImports(metafile, runtime, external);
    return outputFiles;
  }

  return {
    /** @type {import('./platforms.mjs').Kit['compile']} */
    compile: async (options) => (await run(options, {}))[0].contents,

    /** @type {import('./platforms.mjs').Kit['compileInParts']} */
    async compileInParts(options, entryFile) {
      const { name, ext } = parse(entryFile);
      const entryPoints = { [name]: options.entry };
      const naming = { outExtension: { '.js': ext }, chunkNames: 'part-[hash]' };
      const files = await run(options, { ...naming, entryPoints, splitting: true });
      return Object.fromEntries(files.map(({ path, contents }) => [basename(path), contents]));
    },
  };
}

/** @param {Uint8Array} bytes */
const textOf = (bytes) => JSON.stringify(Buffer.from(bytes).toString('utf8'));

/**
 * @param {[string, Record<string, string>]} entry a package, and the files of its exports
 * @returns {[string, string]} a module that stands for it
 */
function partOf([name, files]) {
  const lines = Object.entries(files).map(
    ([exported, file]) => `export { ${exported} } from './node_modules/${name}/${file}';`,
  );
  return [name, lines.join('\n')];
}

/**
 * @param {Record<string, string>} modules content by name
 * @param {string} resolveDir where what they import is looked for
 * @returns {import('esbuild').Plugin}
 */
function virtualModules(modules, resolveDir) {
  const namespace = 'listing-sync';
  return {
    name: namespace,
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^[^./]/ }, ({ path }) =>
        Object.hasOwn(modules, path) ? { path, namespace } : undefined,
      );
      onLoad({ filter: /.*/, namespace }, ({ path }) => ({
        contents: modules[path],
        loader: 'js',
        resolveDir,
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
  const imported = Object.values(outputs)
    .flatMap(({ imports }) => imports.map(({ path }) => path))
    .filter((path) => outputs[path] === undefined);
  const isNodes = (/** @type {string} */ path) =>
    path.startsWith('node:') || builtinModules.includes(path);
  const isThere = (/** @type {string} */ path) =>
    path === CORE_FILE || external.includes(path) || (runtime === 'node' && isNodes(path));
  const foreign = imported.filter((path) => !isThere(path));
  if (foreign.length > 0) throw new Error(`a bundle for ${runtime} imports ${foreign.join(', ')}`);
}
