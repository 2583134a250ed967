// The bugs planted for the simulator (tests/sim/mutants) exist in one build only: neither the
// sources nor the module that is shipped know the switch or a name.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readMutants } from '../../infra/tools/plant-mutants.mjs';
import { filesBelow } from '../../infra/tools/source-files.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'tests/sim/mutants');
const mutants = await readMutants(folder);
const names = mutants.map((mutant) => mutant.name);
const traces = [...names, 'SIM_MUTANT', 'mutants::planted'];

/** @param {string} file */
const textOf = (file) => readFileSync(file, 'latin1');

/** @param {string} text */
const tracesIn = (text) => traces.filter((trace) => text.includes(trace));

test('there are planted bugs to look for, and the search finds them where they are', () => {
  assert.ok(mutants.length >= 25, `${mutants.length} planted bugs`);
  const lists = readdirSync(folder).map((name) => textOf(join(folder, name)));
  assert.deepEqual(
    names.filter((name) => !lists.some((list) => list.includes(name))),
    [],
  );
});

test('the wasm module that is shipped holds no planted bug', () => {
  const wasm = textOf(join(root, 'build/wasm/core.wasm'));
  assert.ok(wasm.includes('sync_commit'), 'texts of the core are readable in the module');
  assert.deepEqual(tracesIn(wasm), []);
});

test('no source outside tests/sim/mutants knows the switch', () => {
  const folders = ['core', 'wasm', 'functions', 'tests/support', 'tests/sim', 'tests/core'];
  const files = folders
    .flatMap((below) => filesBelow(root, below, ['.h', '.cpp', '.c', '.js', '.mjs']))
    .filter((file) => !file.startsWith(join('tests', 'sim', 'mutants')));
  assert.ok(files.length > 100, 'there are sources to look at');
  const found = files.flatMap((file) =>
    tracesIn(textOf(join(root, file))).map((trace) => `${file}: ${trace}`),
  );
  assert.deepEqual(found, []);
});

test('a planted bug that has lost its place in the source stops the build and names itself', (t) => {
  const scratch = mkdtempSync(join(tmpdir(), 'listing-sync-mutants-'));
  t.after(() => rmSync(scratch, { recursive: true }));
  const lists = join(scratch, 'lists');
  mkdirSync(lists);
  const plant = (/** @type {string} */ original) => {
    const bug = { name: 'lost_its_place', breaks: '', kind: 'expression', bug: 'false' };
    const mutant = { ...bug, file: 'core/src/policy/budget.cpp', original };
    writeFileSync(join(lists, 'list.js'), `export default [${JSON.stringify(mutant)}];`);
    const args = ['infra/tools/plant-mutants.mjs', '--mutants', lists, '--to', scratch, 'core/src'];
    return spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  };
  assert.equal(plant('wall_ms ==\n 0').status, 0, 'layout does not count');
  assert.match(
    textOf(join(scratch, 'core/src/policy/budget.cpp')),
    /\(listing_sync::mutants::planted\(1\) \? \(false\) : \(wall_ms == 0\)\)/,
  );
  for (const original of ['wall_ms == 1', 'wall_ms']) {
    const { status, stderr } = plant(original);
    assert.equal(status, 1);
    assert.match(stderr, /lost_its_place does not fit, its text stands \d+ times/);
  }
});
