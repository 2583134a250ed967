// `npm run bench`: figures that are ratios within one run, so that they mean the same on every
// machine.
// Ends with one line of JSON.
import { parseArgs } from 'node:util';
import { benchApi } from './api.js';
import { benchLoad } from './load.js';
import { benchOverhead } from './overhead.js';
import { benchTransform } from './transform.js';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000' },
    pairs: { type: 'string', default: '7' },
    processes: { type: 'string', default: '11' },
    asked: { type: 'string', default: '500' },
  },
});
const pairs = Number(values.pairs);

const load = benchLoad(Number(values.processes));
console.log(`core.wasm: ${load.wasm_bytes} bytes, ${load.wasm_brotli_bytes} with brotli`);
console.log(`load to first answer: ${load.load_ms} ms (median of ${values.processes} processes)`);
const transform = benchTransform(Number(values.rows), pairs);
console.log(
  `transform of ${transform.transform_rows} rows: ${transform.transform_ms} ms in wasm, ` +
    `${transform.transform_js_ms} ms in JavaScript: ${transform.transform_vs_js} times as fast ` +
    `(median of ${pairs} pairs), ${transform.wasm_memory_mb} MB of memory`,
);
const overhead = await benchOverhead(1000, pairs);
console.log(
  `whole run of 1000 rows: ${overhead.whole_run_ms} ms, bare loop ${overhead.bare_loop_ms} ms: ` +
    `${overhead.overhead_vs_bare_loop} times (median of ${pairs} alternating pairs); ` +
    `nothing changed: ${overhead.whole_run_unchanged_ms} ms`,
);
const api = await benchApi(Number(values.asked));
console.log(`the API with 10,000 runs and 100,000 held rows stored, ${values.asked} times each:`);
for (const name of new Set(Object.keys(api).map((key) => key.split('_')[0]))) {
  const [p50, p99] = [api[`${name}_p50_ms`], api[`${name}_p99_ms`]];
  console.log(`  ${name}: ${p50} ms at p50, ${p99} ms at p99`);
}
console.log(JSON.stringify({ ...load, ...transform, ...overhead, ...api }));
