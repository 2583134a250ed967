// The package as an installer sees it: packed, installed into an empty project, used from there by
// a program, by TypeScript and by the shell.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { EXAMPLE_MAPPING, SPREADSHEET_ID } from '../../infra/local/stack.js';
import { pack, prepare } from '../../infra/tools/pack.mjs';
import { environmentOfThisNode, runCommand } from '../../infra/tools/run-command.mjs';
import { root } from '../../infra/tools/stage.mjs';
import { readTable, startTestStack } from '../e2e/support.js';
import { environment, keyFile } from '../functions/support.js';
import { assertWholeLibrary, brokenImports } from './support.js';

const PACKED_BYTES_MAX = 1_000_000;
const MINUTE_MS = 60_000;
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'listing-sync-package-')));
const project = join(folder, 'project');
let tarball = '';

before(async () => {
  await prepare();
  tarball = await pack({ to: join(folder, 'first') });
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }');
  // Its dependencies as `npm ci` installed them here, so that no registry is asked.
  const others = ['hono', '@hono/node-server'].map((name) =>
    pack({ folder: join(root, 'node_modules', name), to: join(folder, 'dependencies') }),
  );
  const tarballs = [tarball, ...(await Promise.all(others))];
  await run('npm', ['install', '--ignore-scripts', '--offline', '--no-audit', ...tarballs]);
});
after(() => rmSync(folder, { recursive: true, force: true }));

/**
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [environment]
 */
async function run(command, args, environment = {}) {
  const env = { ...environmentOfThisNode(), ...environment };
  const done = await runCommand(command, args, { cwd: project, env, timeoutMs: 3 * MINUTE_MS });
  assert.ok(done.ok, `${command} ${args.join(' ')}: ${done.why}\n${done.output}`);
  return done.output;
}

/** @param {string} file @returns {Promise<string[]>} what is in a tarball */
async function filesOf(file) {
  const names = (await run('tar', ['-tzf', file])).trim().split('\n');
  return names.map((name) => name.replace(/^package\//, ''));
}

test('the tarball holds the library and nothing of the workshop', async () => {
  assertWholeLibrary(await filesOf(tarball));
  const { length } = readFileSync(tarball);
  assert.ok(length < PACKED_BYTES_MAX, `${length} bytes packed`);
});

test('every import in it leads to a file of it, or to a dependency', async () => {
  const files = await filesOf(tarball);
  const installed = join(project, 'node_modules/listing-sync');
  assert.deepEqual(brokenImports(installed, files), []);
});

test('an installation has the declared dependencies and no others', () => {
  const { packages } = JSON.parse(
    readFileSync(join(project, 'node_modules/.package-lock.json'), 'utf8'),
  );
  assert.deepEqual(Object.keys(packages).sort(), [
    'node_modules/@hono/node-server',
    'node_modules/hono',
    'node_modules/listing-sync',
  ]);
});

test('the core that is installed is the one that was tested', () => {
  const hash = (/** @type {string} */ file) =>
    createHash('sha256').update(readFileSync(file)).digest('hex');
  const installed = join(project, 'node_modules/listing-sync/build/wasm/core.wasm');
  assert.equal(hash(installed), hash(join(root, 'build/wasm/core.wasm')));
});

test('packing twice gives the same bytes', async () => {
  await prepare();
  const again = await pack({ to: join(folder, 'second') });
  const content = (/** @type {string} */ file) => gunzipSync(readFileSync(file));
  assert.ok(content(again).equals(content(tarball)));
});

test('`npm pack`, as anybody types it, makes what is missing first', async () => {
  rmSync(join(root, 'dist/types'), { recursive: true, force: true });
  const to = join(folder, 'third');
  mkdirSync(to);
  const args = ['pack', '--silent', '--pack-destination', to];
  const done = await runCommand('npm', args, { cwd: root, timeoutMs: 3 * MINUTE_MS });
  assert.ok(done.ok, done.output);
  assertWholeLibrary(await filesOf(join(to, basename(tarball))));
});

test('without its core, doctor says what is not there', async () => {
  const core = join(project, 'node_modules/listing-sync/build/wasm/core.wasm');
  const doctor = join(project, 'node_modules/listing-sync/infra/cli/main.js');
  const nobody = 'http://127.0.0.1:9';
  const env = {
    ...environmentOfThisNode(),
    ...environment({ SUPABASE_URL: nobody, GOOGLE_SHEETS_ENDPOINT: nobody }),
    GOOGLE_SERVICE_ACCOUNT_JSON: JSON.stringify(keyFile({ token_uri: `${nobody}/token` })),
    SYNC_MAPPING: fileURLToPath(EXAMPLE_MAPPING),
  };
  renameSync(core, `${core}.away`);
  try {
    const args = [doctor, 'doctor', '--json'];
    const done = await runCommand(process.execPath, args, {
      cwd: project,
      env,
      timeoutMs: MINUTE_MS,
    });
    assert.equal(done.ok, false);
    assert.match(done.output, /core.wasm is not there/);
    assert.doesNotMatch(done.output, /defect of doctor/);
  } finally {
    renameSync(`${core}.away`, core);
  }
});

test('nothing in the package names a folder of the machine it was packed on', () => {
  const content = gunzipSync(readFileSync(tarball)).toString('latin1');
  assert.equal(content.indexOf(root), -1);
});

test('a program of the project syncs 300 rows with it', { timeout: 2 * MINUTE_MS }, async (t) => {
  const stack = await startTestStack({ rows: 300 });
  t.after(stack.stop);
  writeFileSync(join(project, 'sync.js'), PROGRAM);
  const output = await run(process.execPath, ['sync.js'], {
    SUPABASE_URL: stack.backend.url,
    SUPABASE_SERVICE_ROLE_KEY: stack.backend.secretKey,
    GOOGLE_SERVICE_ACCOUNT_JSON: JSON.stringify(stack.sheets.serviceAccount),
    GOOGLE_SHEETS_ENDPOINT: stack.sheets.url,
    SYNC_SPREADSHEET_ID: SPREADSHEET_ID,
  });
  const { status, stats, health } = JSON.parse(output.trim().split('\n').at(-1) ?? '');
  assert.equal(status, 'completed');
  assert.equal(stats.total, 300);
  assert.equal(stats.inserted, (await readTable(stack)).length);
  assert.equal(health.circuitBreakerState, 'closed');
});

const PROGRAM = `
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PropertyListingRestSyncService, loadCore, readConfiguration } from 'listing-sync';

const mapping = import.meta.resolve('listing-sync/mappings/property-listings.json');
const service = new PropertyListingRestSyncService({
  module: loadCore(),
  mapping: readFileSync(fileURLToPath(mapping)),
  configuration: await readConfiguration(process.env, { http: false }),
  log: () => {},
});
const { status, stats } = await service.syncAll();
console.log(JSON.stringify({ status, stats, health: await service.getHealth() }));
`;

test('TypeScript knows its types, and refuses what they do not allow', async () => {
  writeFileSync(join(project, 'typed.ts'), TYPED);
  const rules = ['--strict', '--noEmit', '--target', 'ES2023', '--lib', 'ES2023,DOM'];
  const modules = ['--module', 'NodeNext', '--moduleResolution', 'NodeNext'];
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  // Declarations of Node itself are the installer's affair; here they are the repository's.
  const node = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')];
  await run(process.execPath, [tsc, ...rules, ...modules, ...node, 'typed.ts']);
});

const TYPED = `
import {
  ConfigurationError, ProblemError, PropertyListingRestSyncService, boot, loadCore,
  readConfiguration,
} from 'listing-sync';
import type { App, Configuration, SyncStatus, TickReport } from 'listing-sync';

const configuration: Configuration = await readConfiguration(process.env, { http: false });
const mapping = new Uint8Array();
const service = new PropertyListingRestSyncService({ module: loadCore(), mapping, configuration });
const status: SyncStatus = await service.syncByNumbers(['AA1']);
const count: number = status.stats.inserted;
try {
  await service.syncAll();
} catch (error) {
  if (error instanceof ProblemError) console.log(error.problem.code satisfies string, count);
  if (error instanceof ConfigurationError) console.log(error.problems satisfies string[]);
}
const app: App = boot({ core: loadCore(), mappings: [], environment: {}, platform: 'node' });
const report: TickReport = await app.tick();
const answer: Response = await app.fetch(new Request('https://example.com/api/sync/health'));
console.log(report.handedOut.length, answer.status);

// @ts-expect-error numbers are texts
await service.syncByNumbers([1]);
// @ts-expect-error a platform that does not exist
boot({ core: loadCore(), mappings: [], environment: {}, platform: 'toaster' });
// @ts-expect-error the mapping is missing
new PropertyListingRestSyncService({ module: loadCore(), configuration });
`;

test('npx finds the command line, and each command explains itself', async () => {
  const npx = (/** @type {string[]} */ ...args) =>
    run('npx', ['--offline', 'listing-sync', ...args]);
  assert.match(await npx('--help'), /^listing-sync <command>/m);
  assert.match(await npx('init', '--help'), /--spreadsheet/);
  assert.match(await npx('doctor', '--help'), /listing-sync doctor/);
});
