// Makes bundles, in memory first and then on disk: all that were asked for or none, and a folder in
// dist/ is always a whole bundle.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makePage } from '../dashboard.mjs';
import { filesBelow } from '../source-files.mjs';
import { BuildError } from './build-error.mjs';
import { checkMappings } from './check-mappings.mjs';
import { createCompiler } from './compile.mjs';
import { PLATFORMS, platformOf } from './platforms.mjs';

/** @typedef {{ platform: string, files: Map<string, Uint8Array> }} Bundle files by path, sorted */

/**
 * Throws BuildError with everything that is wrong with the mappings or the platforms' names.
 * @param {object} options
 * @param {string} options.root of the project
 * @param {import('./check-mappings.mjs').GivenMapping[]} [options.mappings] the example by default
 * @param {string[]} [options.platforms] all by default
 * @returns {Promise<Bundle[]>}
 */
export async function makeBundles({ root, mappings, platforms = PLATFORMS }) {
  const unknown = platforms.filter((name) => !PLATFORMS.includes(name));
  if (unknown.length > 0) {
    const known = PLATFORMS.join(', ');
    throw new BuildError([`there is no platform "${unknown.join('", "')}", only ${known}`]);
  }
  const wasm = new Uint8Array(readFileSync(join(root, 'build/wasm/core.wasm')));
  const checked = checkMappings(wasm, mappings ?? [exampleMapping(root)]);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const page = await makePage({ folder: root });
  const compiler = createCompiler({ root, wasm, mappings: checked, page });
  const filesOf = (/** @type {string} */ folder) => readFiles(root, folder);
  const bundles = [];
  for (const platform of new Set(platforms)) {
    const bundle = await platformOf(platform);
    const template = () => filesOf(`infra/platforms/${platform}`);
    const made = await bundle({
      ...compiler,
      template,
      filesOf,
      wasm,
      page,
      mappings: checked,
      version,
    });
    const files = sorted(made);
    files.set('manifest.json', manifest({ platform, version, wasm, mappings: checked, files }));
    bundles.push({ platform, files });
  }
  return bundles;
}

/**
 * Puts a bundle into `<out>/<platform>`; what was there before is gone then.
 * @param {Bundle} bundle
 * @param {string} out
 * @returns {string} the folder
 */
export function writeBundle({ platform, files }, out) {
  const place = join(out, platform);
  const [coming, leaving] = ['new', 'old'].map((age) => `${place}.${age}-${process.pid}`);
  try {
    for (const [name, bytes] of files) {
      const file = join(coming, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, bytes, { mode: name.endsWith('.sh') ? 0o755 : 0o644 });
    }
    if (existsSync(place)) renameSync(place, leaving);
    renameSync(coming, place);
  } finally {
    for (const rest of [coming, leaving]) rmSync(rest, { recursive: true, force: true });
  }
  return place;
}

/** @param {string} root */
function exampleMapping(root) {
  const name = 'infra/mappings/property-listings.json';
  return { name, bytes: readFileSync(join(root, name)) };
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {Record<string, Uint8Array>} by their path below the folder
 */
function readFiles(root, folder) {
  const names = filesBelow(root, folder, ['']).map((path) => path.slice(folder.length + 1));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(root, folder, name))]));
}

/**
 * @param {Record<string, string | Uint8Array>} files
 * @returns {Map<string, Uint8Array>}
 */
function sorted(files) {
  const names = Object.keys(files).sort();
  return new Map(
    names.map((name) => {
      const content = files[name];
      return [name, typeof content === 'string' ? Buffer.from(content) : content];
    }),
  );
}

/**
 * What is in a bundle, so that a deployment can be compared with a build.
 * @param {{ platform: string, version: string, wasm: Uint8Array, files: Map<string, Uint8Array>,
 *   mappings: import('./platforms.mjs').CheckedMapping[] }} bundle
 */
function manifest({ platform, version, wasm, mappings, files }) {
  const document = {
    platform,
    version,
    wasm_sha256: sha256(wasm),
    mappings: mappings.map(({ source, hash }) => ({ source, hash })),
    files: Object.fromEntries([...files].map(([name, bytes]) => [name, sha256(bytes)])),
  };
  return Buffer.from(`${JSON.stringify(document, null, 2)}\n`);
}

/** @param {Uint8Array} bytes */
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
