// The last step of the wasm build: fails when the module imports anything, and takes emcc's own
// exports away (stackSave, its table, …) so that what is left is the ABI of wasm/README.md.
// Usage: node finish-wasm.mjs FILE   (rewritten in place; a second run changes nothing)
import { readFileSync, rmSync, writeFileSync } from 'node:fs';

const HEADER_BYTES = 8;
const EXPORT_SECTION = 7;

/** @param {string} name */
const isPublic = (name) => name === 'memory' || name === '_initialize' || name.startsWith('ls_');

/**
 * Reads an unsigned LEB128 number; returns it and the offset behind it.
 * @param {Uint8Array} bytes
 * @param {number} at
 * @returns {[value: number, next: number]}
 */
function readUnsigned(bytes, at) {
  let value = 0;
  for (let shift = 0, next = at; ; shift += 7) {
    const byte = bytes[next++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, next];
  }
}

/** @param {number} value */
function unsigned(value) {
  const bytes = [];
  for (; value >= 0x80; value = Math.floor(value / 128)) bytes.push((value % 128) | 0x80);
  return Uint8Array.from([...bytes, value]);
}

/**
 * The export section's content with the public entries only.
 * @param {Uint8Array} content
 */
function publicExports(content) {
  const kept = [];
  let [count, at] = readUnsigned(content, 0);
  for (; count > 0; --count) {
    const start = at;
    const [length, nameAt] = readUnsigned(content, start);
    const name = Buffer.from(content.subarray(nameAt, nameAt + length)).toString('utf8');
    at = readUnsigned(content, nameAt + length + 1)[1]; // one byte of kind, then the index
    if (isPublic(name)) kept.push(content.subarray(start, at));
  }
  return Buffer.concat([unsigned(kept.length), ...kept]);
}

/**
 * The same module, exporting only memory, _initialize and the ls_ functions.
 * @param {Uint8Array} bytes
 */
function withPublicExportsOnly(bytes) {
  const parts = [bytes.subarray(0, HEADER_BYTES)];
  for (let at = HEADER_BYTES; at < bytes.length;) {
    const [size, contentAt] = readUnsigned(bytes, at + 1);
    const end = contentAt + size;
    if (bytes[at] === EXPORT_SECTION) {
      const content = publicExports(bytes.subarray(contentAt, end));
      parts.push(Uint8Array.of(EXPORT_SECTION), unsigned(content.length), content);
    } else {
      parts.push(bytes.subarray(at, end));
    }
    at = end;
  }
  return Buffer.concat(parts);
}

/**
 * Why this module must not be shipped, or null.
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
function faultOf(bytes) {
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes));
  if (imports.length === 0) return null;
  const names = imports.map(({ module, name }) => `${module}.${name}`).join(', ');
  return `the core must have no imports, but it imports ${names}`;
}

const file = process.argv[2];
const built = readFileSync(file);
const fault = faultOf(built);
if (fault) {
  rmSync(file); // so that the next build cannot take it for finished
  console.error(`${file}: ${fault}`);
  process.exitCode = 1;
} else {
  const finished = withPublicExportsOnly(built);
  new WebAssembly.Module(finished); // throws if it is not a valid module any more
  writeFileSync(file, finished);
}
