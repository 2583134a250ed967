// What the simulator makes a native engine answer, the built wasm answers too, byte for byte.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadCore } from '../../wasm/js/load-node.js';
import { decodeRecording, replayOnWasm } from '../wasm/recording.js';

const simulator = fileURLToPath(new URL('../../infra/tools/sim.mjs', import.meta.url));
const SEEDS = 20;
/** One seed in fifty has 117 columns; this range holds one. */
const FROM = 40;

/** @param {string} folder */
function record(folder) {
  const flags = ['--seeds', String(SEEDS), '--from', String(FROM), '--record', folder];
  const output = execFileSync(process.execPath, [simulator, ...flags], { encoding: 'utf8' });
  return JSON.parse(output.trim().split('\n').slice(-1).join(''));
}

test('faulty runs of the simulator replay through the wasm byte for byte', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'listing-sync-sim-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const { runs, invocations } = record(folder);
  assert.equal(runs, SEEDS);
  const module = loadCore();
  const names = readdirSync(folder).filter((file) => file.endsWith('.rec'));
  assert.ok(names.length > invocations / 2, `${names.length} of ${invocations} are recorded`);
  const outcomes = new Set();
  for (const name of names) {
    const steps = decodeRecording(readFileSync(join(folder, name)));
    const expected = readFileSync(join(folder, name.replace('.rec', '.effects')));
    const wasm = replayOnWasm(module, steps);
    assert.ok(wasm.equals(expected), `${name}: the wasm answers differently`);
    const finish = /"outcome":"(\w+)","type":"finish"/.exec(wasm.toString('utf8'));
    outcomes.add(finish?.[1] ?? 'killed');
  }
  for (const outcome of ['completed', 'killed', 'yielded', 'busy'])
    assert.ok(outcomes.has(outcome), `${outcome} is among ${[...outcomes]}`);
});
