// The built module: its size, and how long it takes until the first answer in a fresh process.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';
import { BUILT_CORE } from '../../wasm/js/load-node.js';
import { median, round } from './measure.js';

const PROGRAM = `
  const begun = performance.now();
  const { createCore } = await import('${new URL('../../wasm/js/core.js', import.meta.url)}');
  const { loadCore } = await import('${new URL('../../wasm/js/load-node.js', import.meta.url)}');
  createCore(loadCore()).query({ query: 'version' });
  console.log(performance.now() - begun);`;

/** @param {number} processes */
export function benchLoad(processes) {
  const bytes = readFileSync(BUILT_CORE);
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  const times = Array.from({ length: processes }, () =>
    Number(execFileSync(process.execPath, ['--input-type=module', '-e', PROGRAM])),
  );
  return {
    wasm_bytes: bytes.byteLength,
    wasm_brotli_bytes: brotliCompressSync(bytes, { params }).byteLength,
    load_ms: round(median(times)),
  };
}
