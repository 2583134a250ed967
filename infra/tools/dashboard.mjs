// Makes the page: functions/dashboard/ → build/dashboard/{index.html, dashboard.js, dashboard.css},
// which any static host can serve as they are.
// Usage: node infra/tools/dashboard.mjs [--dev]
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './stage.mjs';

/** @typedef {Record<string, Uint8Array>} PageFiles by name */

const SOURCE = 'functions/dashboard';
const PLACE = 'build/dashboard';

/**
 * Two builds of the same sources are the same bytes. Throws where the sources do not compile.
 * @param {{ folder?: string, isForPeople?: boolean }} [options] of the project; `isForPeople`: not
 *   minified
 * @returns {Promise<PageFiles>}
 */
export async function makePage({ folder = root, isForPeople = false } = {}) {
  // Not needed where the page is there already, and not there before npm ci.
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: { dashboard: `${SOURCE}/main.js`, style: `${SOURCE}/styles/index.css` },
    outdir: 'out',
    bundle: true,
    format: 'esm',
    target: ['es2022', 'chrome111', 'firefox113', 'safari16.4'],
    minify: !isForPeople,
    charset: 'ascii', // one byte for each character in the memory of a function that carries it
    legalComments: 'eof',
    logLevel: 'silent',
    write: false,
  });
  const contentOf = (/** @type {string} */ ending) => {
    const found = outputFiles.find(({ path }) => path.endsWith(ending));
    if (found === undefined) throw new Error(`esbuild made no ${ending}`);
    return found.contents;
  };
  return {
    'index.html': readFileSync(join(folder, SOURCE, 'index.html')),
    'dashboard.js': contentOf('dashboard.js'),
    'dashboard.css': contentOf('style.css'),
  };
}

/**
 * @param {Parameters<typeof makePage>[0]} [options]
 * @returns {Promise<string>} the folder
 */
export async function buildPage(options = {}) {
  const place = join(options.folder ?? root, PLACE);
  const files = Object.entries(await makePage(options));
  mkdirSync(place, { recursive: true });
  for (const [name, bytes] of files) writeFileSync(join(place, name), bytes);
  return place;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(await buildPage({ isForPeople: process.argv.includes('--dev') }));
}
