// Recorded runs: the events of an invocation with their bytes, taken while a real run goes on, and
// what the built wasm answers to them, in the form of tests/support/recording.h.
import { createCore } from '../../wasm/js/core.js';

/** @typedef {import('../../wasm/js/core.js').Core} Core */
/** @typedef {import('../../wasm/js/protocol.js').Event} Event */
/** @typedef {import('../../wasm/js/protocol.js').Effect} Effect */
/** @typedef {{ event: Uint8Array, body: Uint8Array, effects: Effect[] }} RecordedStep */

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const NOTHING = new Uint8Array();
const LINE_END = encoder.encode('\n');

/**
 * A core that keeps what goes through it. Events are kept as the boundary encodes them.
 * @param {WebAssembly.Module} module
 * @returns {{ core: Core, steps: RecordedStep[] }}
 */
export function createRecordingCore(module) {
  const inner = createCore(module);
  /** @type {RecordedStep[]} */
  const steps = [];
  const core = {
    ...inner,
    step: (/** @type {Event} */ event, /** @type {Uint8Array | null} */ body = null) => {
      const kept = { event: encoder.encode(JSON.stringify(event)), body: body?.slice() ?? NOTHING };
      const effects = inner.step(event, body);
      steps.push({ ...kept, effects });
      return effects;
    },
    get memoryBytes() {
      return inner.memoryBytes;
    },
    get generation() {
      return inner.generation;
    },
  };
  return { core, steps };
}

/**
 * @param {Pick<RecordedStep, 'event' | 'body'>[]} steps
 * @returns {Buffer}
 */
export function encodeRecording(steps) {
  return Buffer.concat(
    steps.flatMap(({ event, body }) => [
      encoder.encode(`event ${event.length} ${body.length}\n`),
      event,
      body,
      LINE_END,
    ]),
  );
}

/**
 * @param {Buffer} bytes
 * @returns {Pick<RecordedStep, 'event' | 'body'>[]}
 */
export function decodeRecording(bytes) {
  const steps = [];
  for (let at = 0; at < bytes.length;) {
    const lineEnd = bytes.indexOf('\n', at);
    const sizes = /^event (\d+) (\d+)$/.exec(bytes.toString('latin1', at, lineEnd));
    if (sizes === null) throw new Error(`no recording: byte ${at}`);
    const [eventSize, bodySize] = sizes.slice(1).map(Number);
    const body = lineEnd + 1 + eventSize;
    at = body + bodySize + 1;
    const event = bytes.subarray(lineEnd + 1, body);
    steps.push({ event, body: bytes.subarray(body, body + bodySize) });
  }
  return steps;
}

/**
 * What a fresh instance of the module answers, byte for byte: past the loader, straight to the
 * exports, so that nothing is parsed and printed again on the way.
 * @param {WebAssembly.Module} module
 * @param {Pick<RecordedStep, 'event' | 'body'>[]} steps
 * @returns {Buffer}
 */
export function replayOnWasm(module, steps) {
  const exports = /** @type {any} */ (new WebAssembly.Instance(module, {}).exports);
  exports._initialize();
  const copyIn = (/** @type {Uint8Array} */ bytes) => {
    if (bytes.length === 0) return 0;
    const address = exports.ls_alloc(bytes.length);
    new Uint8Array(exports.memory.buffer, address, bytes.length).set(bytes);
    return address;
  };
  const copyOut = (/** @type {number} */ pair) => {
    const [address, size] = new Uint32Array(exports.memory.buffer, pair, 2);
    return new Uint8Array(exports.memory.buffer, address, size).slice();
  };
  const parts = [];
  for (const { event, body } of steps) {
    const [eventAt, bodyAt] = [copyIn(event), copyIn(body)];
    if (exports.ls_step(eventAt, event.length, bodyAt, body.length) !== 0) {
      throw new Error('ls_step failed');
    }
    const effects = copyOut(exports.ls_output());
    parts.push(encoder.encode(`effects ${effects.length}\n`), effects, LINE_END);
    for (const effect of JSON.parse(decoder.decode(effects))) {
      if (!effect.has_body) continue;
      const sent = copyOut(exports.ls_body(effect.id));
      parts.push(encoder.encode(`body ${effect.id} ${sent.length}\n`), sent, LINE_END);
    }
  }
  return Buffer.concat(parts);
}
