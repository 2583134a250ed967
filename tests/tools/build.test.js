// `npm run build`: whole bundles or none, the same to the byte wherever and whenever it runs.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createCompiler } from '../../infra/tools/bundle/compile.mjs';
import { makeBundles } from '../../infra/tools/bundle/index.mjs';
import { PLATFORMS } from '../../infra/tools/bundle/platforms.mjs';
import { runCommand } from '../../infra/tools/run-command.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const BUILD = join(root, 'infra/tools/build.mjs');
const EXAMPLE = JSON.parse(
  readFileSync(join(root, 'infra/mappings/property-listings.json'), 'utf8'),
);

/** @param {import('node:test').TestContext} t */
function temporaryFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), 'listing-sync-build-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** @param {string[]} args @param {Partial<Parameters<typeof runCommand>[2]>} [options] */
const build = (args, options) => runCommand(process.execPath, [BUILD, ...args], options);

/**
 * @param {string} folder
 * @returns {Record<string, Buffer>} content by path
 */
function filesBelow(folder) {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => join(parentPath, name));
  return Object.fromEntries(paths.map((path) => [relative(folder, path), readFileSync(path)]));
}

/**
 * A file with a mapping of another name.
 * @param {string} folder
 * @param {string} source
 * @param {object} [changes]
 */
function writeMapping(folder, source, changes = {}) {
  const file = join(folder, `${source}.json`);
  writeFileSync(file, JSON.stringify({ ...EXAMPLE, source, table: 'rentals', ...changes }));
  return file;
}

test('two builds are the same to the byte, whatever the place and the time zone', async (t) => {
  const [one, other] = [temporaryFolder(t), temporaryFolder(t)];
  const first = await build(['--out', one], { cwd: root });
  const env = { ...process.env, TZ: 'Asia/Tokyo' };
  const second = await build(['--out', other], { cwd: tmpdir(), env });
  assert.ok(first.ok && second.ok, first.output + second.output);
  const [files, again] = [filesBelow(one), filesBelow(other)];
  assert.deepEqual(Object.keys(again).sort(), Object.keys(files).sort());
  for (const [name, bytes] of Object.entries(files)) {
    assert.ok(bytes.equals(again[name]), `${name} differs`);
    assert.ok(!bytes.includes(root), `${name} names a place on this machine`);
  }
  const folders = [...PLATFORMS, 'dashboard'].sort();
  assert.deepEqual(readdirSync(one).sort(), folders, 'something is left over');
  for (const platform of PLATFORMS) assert.match(first.output, new RegExp(`${platform} .* KB`));
});

test('a manifest names every file of its bundle by its hash, and the core', async () => {
  const core = readFileSync(join(root, 'build/wasm/core.wasm'));
  const sha256 = (/** @type {Uint8Array} */ bytes) =>
    createHash('sha256').update(bytes).digest('hex');
  for (const { platform, files } of await makeBundles({ root })) {
    const { 'manifest.json': text, ...others } = Object.fromEntries(files);
    const manifest = JSON.parse(Buffer.from(text).toString('utf8'));
    assert.equal(manifest.platform, platform);
    assert.equal(manifest.wasm_sha256, sha256(core));
    assert.match(manifest.mappings[0].hash, /^[0-9a-f]{16}$/);
    const expected = Object.entries(others).map(([name, bytes]) => [name, sha256(bytes)]);
    assert.deepEqual(manifest.files, Object.fromEntries(expected));
  }
});

test('every fault of every mapping is told, and nothing is written', async (t) => {
  const folder = temporaryFolder(t);
  const out = join(folder, 'dist');
  const bad = writeMapping(folder, 'bad', { table: '', time_zone: 7 });
  const worse = join(folder, 'worse.json');
  writeFileSync(worse, '{');
  const given = ['--mapping', bad, '--mapping', worse, '--out', out];
  const { code, output } = await build(given);
  assert.equal(code, 1);
  for (const told of [/bad\.json.*table/, /bad\.json.*time_zone/, /worse\.json/]) {
    assert.match(output, told);
  }
  assert.ok(!existsSync(out));
});

test('two mappings of one source are refused; a file that is not there, too', async (t) => {
  const folder = temporaryFolder(t);
  const file = writeMapping(folder, 'rentals');
  const twice = await build(['--mapping', file, '--mapping', file, '--out', join(folder, 'dist')]);
  assert.equal(twice.code, 1);
  assert.match(twice.output, /rentals/);
  const absent = await build(['--mapping', join(folder, 'absent.json'), '--out', folder]);
  assert.equal(absent.code, 1);
  assert.match(absent.output, /ENOENT/);
  assert.ok(!existsSync(join(folder, 'dist')));
});

test('a bundle takes the place of the one before it, whole', async (t) => {
  const folder = temporaryFolder(t);
  const rentals = writeMapping(folder, 'rentals');
  const out = join(folder, 'dist');
  const supabase = ['--platform', 'supabase', '--out', out];
  assert.ok((await build(supabase)).ok);
  const isExample = () =>
    Object.keys(filesBelow(out)).some((name) => name.endsWith('_add_property_listings.sql'));
  assert.ok(isExample());
  assert.ok((await build(['--mapping', rentals, ...supabase])).ok);
  assert.ok(!isExample(), "the example's table is still there");
  assert.deepEqual(readdirSync(out), ['supabase']);
});

test('a platform there is no bundle for is refused', async (t) => {
  const { code, output } = await build(['--platform', 'mainframe', '--out', temporaryFolder(t)]);
  assert.notEqual(code, 0);
  assert.match(output, /mainframe/);
});

test('a bundle for the web that needs Node is not made', async () => {
  const wasm = new Uint8Array();
  const page = { 'index.html': wasm, 'dashboard.js': wasm, 'dashboard.css': wasm };
  const { compile } = createCompiler({ root, wasm, mappings: [], page });
  const entry = 'functions/bundles/node.js';
  await assert.rejects(compile({ entry, core: 'file', runtime: 'web' }), /node:|node_modules/);
  const web = 'functions/bundles/supabase.js';
  const code = await compile({ entry: web, core: 'base64', runtime: 'web' });
  assert.doesNotMatch(Buffer.from(code).toString('utf8'), /from"node:|import\("node:/);
});
