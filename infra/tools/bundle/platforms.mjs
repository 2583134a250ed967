// The platforms there are bundles for. Another one is a file beside this
// (infra/tools/bundle/<platform>.mjs with `bundle(kit)`), an entry functions/bundles/<platform>.js,
// templates in infra/platforms/<platform>/ that are copied as they are, and a name here.

/**
 * `base64`: text inside the bundle. `file`: core.wasm beside it, read at its start. `module`:
 * core.wasm beside it, imported and compiled by the platform.
 * @typedef {'base64' | 'file' | 'module'} CoreForm
 */

/**
 * @typedef {object} CompileOptions
 * @property {string} entry
 * @property {CoreForm} core
 * @property {'node' | 'web'} runtime `web`: nothing of Node may be imported
 * @property {string[]} [external] modules that are there where the bundle runs
 * @property {Record<string, Record<string, string>>} [only] of a package just these exports, each
 *   with its file: what the rest would do when it is evaluated is left out
 */

/** @typedef {{ source: string, table: string, hash: string, text: string }} CheckedMapping */

/**
 * What the file of a platform works with.
 * @typedef {object} Kit
 * @property {(options: CompileOptions) => Promise<Uint8Array>} compile into one file
 * @property {(options: CompileOptions, entryFile: string) => Promise<Record<string, Uint8Array>>}
 *   compileInParts what is imported dynamically is loaded only then; named is the entry's file
 * @property {() => Record<string, Uint8Array>} template the files of infra/platforms/<platform>
 * @property {(folder: string) => Record<string, Uint8Array>} filesOf any folder of the project
 * @property {Uint8Array} wasm
 * @property {import('../dashboard.mjs').PageFiles} page
 * @property {CheckedMapping[]} mappings
 * @property {string} version
 */

/** @typedef {(kit: Kit) => Promise<Record<string, string | Uint8Array>>} BundlePlatform */

/** In the order in which the build prints them. */
export const PLATFORMS = ['supabase', 'cloudflare', 'lambda', 'gcp', 'vercel', 'node'];

/**
 * @param {string} name one of PLATFORMS
 * @returns {Promise<BundlePlatform>}
 */
export async function platformOf(name) {
  const { bundle } = await import(`./${name}.mjs`);
  return bundle;
}
