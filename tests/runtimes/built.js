// Bundles as `npm run build` makes them, in a folder of this test's own.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import { makeBundles, writeBundle } from '../../infra/tools/bundle/index.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** How a module's first bytes look in base64. */
const INLINED = /(["'`])(AGFzbQ[A-Za-z0-9+/]+=*)\1/;

/**
 * @param {string} platform
 * @param {object[]} [mappings] the example by default
 * @returns {Promise<{ folder: string, remove: () => void }>}
 */
export async function buildBundle(platform, mappings) {
  const given = mappings?.map((mapping, i) => ({
    name: `mapping ${i}`,
    bytes: Buffer.from(JSON.stringify(mapping)),
  }));
  const out = mkdtempSync(join(tmpdir(), `listing-sync-${platform}-`));
  const remove = () => rmSync(out, { recursive: true, force: true });
  try {
    const [bundle] = await makeBundles({ root, mappings: given, platforms: [platform] });
    return { folder: writeBundle(bundle, out), remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/**
 * The core in a bundle, whatever form it has there: a file, in a zip, or inlined.
 * @param {string} folder
 * @returns {Uint8Array}
 */
export function coreIn(folder) {
  for (const [name, bytes] of filesIn(folder)) {
    if (name.endsWith('.wasm')) return bytes;
    const inlined = /\.m?js$/.test(name) && INLINED.exec(Buffer.from(bytes).toString('utf8'));
    if (inlined) return Buffer.from(inlined[2], 'base64');
  }
  throw new Error(`there is no core in ${folder}`);
}

/**
 * @param {string} folder
 * @returns {[name: string, bytes: Uint8Array][]} with the content of each zip
 */
export function filesIn(folder) {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  const names = entries.filter((entry) => entry.isFile());
  return names.flatMap(({ name, parentPath }) => {
    const bytes = readFileSync(join(parentPath, name));
    return name.endsWith('.zip') ? Object.entries(unzipSync(bytes)) : [[name, bytes]];
  });
}

/** @param {Uint8Array} bytes */
export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
