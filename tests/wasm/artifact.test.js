// Promises about the built file build/wasm/core.wasm, whatever the sources say.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';

const file = new URL('../../build/wasm/core.wasm', import.meta.url);
const manual = new URL('../../wasm/README.md', import.meta.url);
const PAGES_MAX = 4096; // 256 MB in pages of 64 KB

const bytes = readFileSync(file);
const module = new WebAssembly.Module(bytes);

test('core.wasm imports nothing', () => {
  assert.deepEqual(WebAssembly.Module.imports(module), []);
});

test('core.wasm exports what wasm/README.md describes, and nothing else', () => {
  const described = [...readFileSync(manual, 'utf8').matchAll(/^\| `(ls_\w+)\(/gm)].map(
    (match) => match[1],
  );
  assert.ok(described.length > 0, 'the manual has a table of exports');
  const exported = WebAssembly.Module.exports(module).map(({ name }) => name);
  assert.deepEqual(exported.toSorted(), [...described, '_initialize', 'memory'].toSorted());
});

test('core.wasm cannot take more than 256 MB', () => {
  const { memory } = new WebAssembly.Instance(module, {}).exports;
  assert.ok(memory instanceof WebAssembly.Memory);
  const pages = memory.buffer.byteLength / 65_536;
  assert.throws(() => memory.grow(PAGES_MAX - pages + 1), RangeError);
});

test('core.wasm is small enough to travel with a function', (t) => {
  const packed = brotliCompressSync(bytes).length;
  t.diagnostic(`core.wasm: ${bytes.length} bytes, ${packed} with brotli`);
  assert.ok(bytes.length < 1_000_000, `${bytes.length} bytes`);
});
