// `npm run build`: one folder per platform below dist/, each to be deployed with that platform's own
// tool, and dashboard/ for any static host. Two builds of the same sources are the same bytes.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { brotliCompressSync } from 'node:zlib';
import { BuildError } from './bundle/build-error.mjs';
import { makeBundles, writeBundle } from './bundle/index.mjs';
import { PLATFORMS } from './bundle/platforms.mjs';
import { makePage } from './dashboard.mjs';
import { root } from './stage.mjs';

const USAGE = `npm run build [-- --mapping FILE]... [--platform NAME]... [--out FOLDER]

  --mapping FILE    a mapping to bundle, once for each source
                    (default: infra/mappings/property-listings.json)
  --platform NAME   ${PLATFORMS.join(', ')} (default: all)
  --out FOLDER      (default: dist)`;

/** @param {string[]} args @returns {Promise<number>} the exit code: 1 refused, 2 wrong usage */
export async function main(args) {
  const text = { type: /** @type {const} */ ('string') };
  const list = { ...text, multiple: /** @type {const} */ (true) };
  const options = {
    mapping: list,
    platform: list,
    out: text,
    help: { type: /** @type {const} */ ('boolean') },
  };
  let values;
  try {
    values = parseArgs({ args, options }).values;
  } catch (error) {
    console.error(`${messageOf(error)}\n\n${USAGE}`);
    return 2;
  }
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  try {
    await build(values);
    return 0;
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(error.message);
    return 1;
  }
}

/** @param {{ mapping?: string[], platform?: string[], out?: string }} values */
async function build({ mapping, platform, out = join(root, 'dist') }) {
  const mappings = mapping?.map((name) => ({ name, bytes: readMapping(name) }));
  const bundles = await makeBundles({ root, mappings, platforms: platform });
  const page = new Map(Object.entries(await makePage()));
  if (platform === undefined) bundles.push({ platform: 'dashboard', files: page });
  const folder = resolve(out);
  const compressed = createSizes();
  for (const bundle of bundles) {
    writeBundle(bundle, folder);
    const files = [...bundle.files.values()];
    const sizes = [files.map(({ length }) => length), files.map(compressed)].map(kilobytes);
    console.log(`${bundle.platform.padEnd(12)}${sizes[0]}${sizes[1]} with brotli`);
  }
  console.log(`in ${folder}`);
}

/** @param {string} name */
function readMapping(name) {
  try {
    return readFileSync(name);
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    throw new BuildError([`${name} cannot be read (${code})`]);
  }
}

/** Compresses each content once: the core is in most bundles. */
function createSizes() {
  /** @type {Map<Uint8Array, number>} */
  const known = new Map();
  return (/** @type {Uint8Array} */ bytes) => {
    const size = known.get(bytes) ?? brotliCompressSync(bytes).length;
    known.set(bytes, size);
    return size;
  };
}

/** @param {number[]} sizes */
const kilobytes = (sizes) =>
  `${Math.ceil(sizes.reduce((sum, size) => sum + size, 0) / 1000)} KB`.padStart(9);

/** @param {unknown} error */
const messageOf = (error) => (error instanceof Error ? error.message : String(error));

process.exitCode = await main(process.argv.slice(2));
