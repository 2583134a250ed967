// How long each runtime takes from a built bundle to a core that can be asked, in fresh processes.
// `node tests/runtimes/cold-start.js` prints it.
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { buildBundle, filesIn } from './built.js';
import { findDeno } from './drivers/deno.js';
import { createWorkerd } from './drivers/workerd.js';

const run = promisify(execFile);
const PROBE = fileURLToPath(new URL('./cold-start/probe.js', import.meta.url));

/** Where the bundle of each platform begins; Lambda's has been unzipped. */
const FILES = {
  node: 'server.mjs',
  lambda: 'unzipped/index.mjs',
  gcp: 'index.js',
  vercel: 'api/listing-sync.js',
  supabase: 'supabase/functions/listing-sync/index.js',
};

/** Configured well; nobody is ever called. */
const ENVIRONMENT = {
  SUPABASE_URL: 'https://example.supabase.co',
  SUPABASE_SERVICE_ROLE_KEY: 'sb_secret_cold_start',
  SYNC_API_TOKEN: 'a-token-of-a-cold-start',
  SYNC_SPREADSHEET_ID: 'spreadsheet',
  GOOGLE_SERVICE_ACCOUNT_JSON: await serviceAccount(),
  AWS_LAMBDA_FUNCTION_NAME: 'listing-sync',
  PORT: '0',
};

/**
 * Medians, in milliseconds. `loaded`: the bundle's evaluation, the core's compilation and its
 * instantiation. `ready`: the same with what lies between them, which is reading the configuration
 * and the key in it.
 * @typedef {{ loaded: number, ready: number }} Times
 * @typedef {Times & { fastest: number }} ColdStart `fastest`: loaded, of the quickest process
 */

/** @typedef {keyof typeof FILES} Platform */
export const PLATFORMS = /** @type {Platform[]} */ (Object.keys(FILES));

/**
 * @param {Platform} platform
 * @param {number} processes
 * @returns {Promise<ColdStart>}
 */
export async function measureColdStart(platform, processes) {
  const built = await buildBundle(platform);
  try {
    if (platform === 'lambda') unzip(built.folder);
    const file = pathToFileURL(join(built.folder, FILES[platform])).href;
    const times = [];
    for (let i = 0; i < processes; i += 1) {
      times.push(await probe([file, platform], built.folder));
    }
    return {
      loaded: median(times.map(({ loaded }) => loaded)),
      ready: median(times.map(({ ready }) => ready)),
      fastest: Math.min(...times.map(({ loaded }) => loaded)),
    };
  } finally {
    built.remove();
  }
}

/**
 * workerd's clocks stand still while it computes: seen from outside, the first answer compared with
 * the next.
 * @param {number} processes
 * @returns {Promise<Pick<ColdStart, 'ready'>>}
 */
export async function measureWorkerd(processes) {
  const built = await buildBundle('cloudflare');
  try {
    const times = [];
    for (let i = 0; i < processes; i += 1) times.push(await firstAnswer(built.folder));
    return { ready: median(times) };
  } finally {
    built.remove();
  }
}

/** @param {number[]} values */
const median = (values) => values.sort((one, other) => one - other)[values.length >> 1];

/** @param {string} folder */
async function firstAnswer(folder) {
  const runtime = await createWorkerd().start({ folder, environment: ENVIRONMENT });
  try {
    const took = [];
    for (let i = 0; i < 2; i += 1) {
      const begun = performance.now();
      await (await fetch(`${runtime.url}/api/sync/health`)).text();
      took.push(performance.now() - begun);
    }
    return took[0] - took[1];
  } finally {
    await runtime.stop();
  }
}

/**
 * @param {[file: string, platform: Platform]} what
 * @param {string} folder
 */
async function probe(what, folder) {
  const isDeno = what[1] === 'supabase';
  const args = [PROBE, ...what];
  const deno = ['run', '--no-prompt', '--no-config', '--allow-env', '--allow-read'];
  const env = { ...ENVIRONMENT, DENO_DIR: join(folder, '../deno-cache') };
  const { stdout } = isDeno
    ? await run(findDeno(), [...deno, ...args], { env })
    : await run(process.execPath, args, { env });
  const told = /^\{"loaded".*$/m.exec(stdout);
  if (told === null) throw new Error(`the core was never there: ${stdout}`);
  return /** @type {Times} */ (JSON.parse(told[0]));
}

/** @param {string} folder */
function unzip(folder) {
  mkdirSync(join(folder, 'unzipped'));
  for (const [name, bytes] of filesIn(folder)) writeFileSync(join(folder, 'unzipped', name), bytes);
}

async function serviceAccount() {
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  const { privateKey } = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', privateKey)).toString('base64');
  return JSON.stringify({
    type: 'service_account',
    client_email: 'cold@start.iam.gserviceaccount.com',
    private_key: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`,
    private_key_id: '1',
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const print = (/** @type {string} */ platform, /** @type {Partial<ColdStart>} */ times) => {
    const told = [times.loaded, times.ready].map((ms) => (ms?.toFixed(1) ?? '').padStart(8));
    console.log(platform.padEnd(12) + told.join(''));
  };
  console.log('ms'.padEnd(12) + '  loaded   ready');
  for (const platform of PLATFORMS) print(platform, await measureColdStart(platform, 21));
  print('cloudflare', await measureWorkerd(5));
}
