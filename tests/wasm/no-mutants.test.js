// The bugs planted for the simulator (tests/sim/mutants) exist in one build only: neither the
// sources nor the module that is shipped know the switch or a name.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
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
