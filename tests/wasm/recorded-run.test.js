// The same events give the same effects, byte for byte, natively and in wasm.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadCore } from '../../wasm/js/load-node.js';
import { recordRun } from './record-run.js';
import { decodeRecording, encodeRecording, replayOnWasm } from './recording.js';

const replayProgram = fileURLToPath(new URL('../../build/native/replay', import.meta.url));
const smallRun = fileURLToPath(new URL('recordings/small-run.rec', import.meta.url));
const OUTPUT_BYTES_MAX = 2 ** 28;

/** @param {string} file */
function replayNatively(file) {
  return execFileSync(replayProgram, [file], { maxBuffer: OUTPUT_BYTES_MAX });
}

/**
 * Names the first place of difference instead of printing megabytes.
 * @param {Buffer} native
 * @param {Buffer} wasm
 */
function assertSameBytes(native, wasm) {
  if (native.equals(wasm)) return;
  let at = 0;
  while (native[at] === wasm[at]) at += 1;
  const around = (/** @type {Buffer} */ bytes) => bytes.toString('utf8', at - 200, at + 200);
  assert.fail(`byte ${at} differs:\nnative: ${around(native)}\nwasm:   ${around(wasm)}`);
}

test('a real run of 300 rows with lost requests replays byte for byte', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'listing-sync-recording-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const { finish, steps } = await recordRun({ rows: 300, batchSize: 60 });
  assert.equal(finish.outcome, 'completed');
  const file = join(folder, 'run.rec');
  writeFileSync(file, encodeRecording(steps));
  const wasm = replayOnWasm(loadCore(), steps);
  assertSameBytes(replayNatively(file), wasm);

  // The replay is the run that was recorded: the same effects in the same order.
  const replayed = [...wasm.toString('utf8').matchAll(/^effects \d+\n(.*)$/gm)];
  const effects = replayed.flatMap(([, json]) => JSON.parse(json));
  const recorded = steps.flatMap((step) => step.effects);
  assert.deepEqual(
    effects.map(({ type, id }) => `${type} ${id}`),
    recorded.map((effect) => `${effect.type} ${'id' in effect ? effect.id : undefined}`),
  );
  const failures = effects.filter(({ event }) => event === 'request_failed');
  assert.ok(failures.length > 0, 'some requests were lost');
});

test('the checked-in recording replays byte for byte', () => {
  const wasm = replayOnWasm(loadCore(), decodeRecording(readFileSync(smallRun)));
  assertSameBytes(replayNatively(smallRun), wasm);
  assert.match(wasm.toString('utf8'), /"outcome":"completed"/);
});
