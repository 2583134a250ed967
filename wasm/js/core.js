// The one place where JavaScript touches wasm memory: copies bytes in, calls, copies bytes out. No
// decisions live here.

/** @typedef {import('./protocol.js').Event} Event */
/** @typedef {import('./protocol.js').Effect} Effect */

/**
 * `trap`: the core crashed or ran out of stack. `bad_output`: what it answered cannot be read. Both
 * cost the instance. `out_of_memory`: the bytes do not fit; nothing was handed over and the
 * instance lives on. `reentrant`: called from within a call. `not_loadable`: not a core.wasm.
 * @typedef {'trap' | 'bad_output' | 'out_of_memory' | 'reentrant' | 'not_loadable'} CoreErrorCode
 */

/** The only error that leaves this file; `code` is stable, `cause` is what was thrown inside. */
export class CoreError extends Error {
  /**
   * @param {CoreErrorCode} code
   * @param {string} message
   * @param {unknown} [cause]
   */
  constructor(code, message, cause) {
    super(message, { cause });
    this.name = 'CoreError';
    this.code = code;
  }
}

/**
 * @typedef {object} Exports
 * @property {WebAssembly.Memory} memory
 * @property {() => void} _initialize
 * @property {(size: number) => number} ls_alloc
 * @property {(address: number) => void} ls_free
 * @property {(event: number, eventSize: number, body: number, bodySize: number) => number} ls_step
 * @property {(query: number, querySize: number, body: number, bodySize: number) => number} ls_query
 * @property {() => number} ls_output
 * @property {(id: number) => number} ls_body
 */

/**
 * @typedef {object} Core
 * @property {(event: Event, body?: Uint8Array | null) => Effect[]} step feeds one event; a fetch
 *   effect carries a copy of its body
 * @property {(question: object, body?: Uint8Array | null) => { answer: any, bytes:
 *   Uint8Array<ArrayBuffer> | null }} query asks a pure question (wasm/README.md)
 * @property {() => void} drop forgets the instance and its memory; the next call makes a new one
 * @property {number} memoryBytes of the live instance; 0 without one
 * @property {number} generation grows with each drop: what was asked of an earlier generation is
 *   of no interest to this one
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Compiles bytes; a module is passed through. A module that imports anything is refused: the core
 * can do nothing to its host. Throws CoreError `not_loadable`.
 * @param {WebAssembly.Module | Uint8Array | ArrayBuffer} source
 * @returns {WebAssembly.Module}
 */
export function toModule(source) {
  const module = source instanceof WebAssembly.Module ? source : compile(source);
  const imports = WebAssembly.Module.imports(module).length;
  if (imports === 0) return module;
  throw new CoreError(
    'not_loadable',
    `the core imports nothing; this module has ${imports} imports`,
  );
}

/**
 * @param {Uint8Array | ArrayBuffer} bytes
 * @returns {WebAssembly.Module}
 */
function compile(bytes) {
  try {
    return new WebAssembly.Module(/** @type {BufferSource} */ (bytes));
  } catch (error) {
    throw new CoreError('not_loadable', `not a WebAssembly module: ${messageOf(error)}`, error);
  }
}

/**
 * A core around at most one wasm instance, made at the first call. Make one per invocation from a
 * module compiled once. Every method throws CoreError only.
 * @param {WebAssembly.Module | Uint8Array | ArrayBuffer} source
 * @returns {Core}
 */
export function createCore(source) {
  const module = toModule(source);
  /** @type {Exports | null} */
  let instance = null;
  let generation = 0;
  let entered = false;

  function drop() {
    instance = null;
    generation += 1;
  }

  /**
   * @template T
   * @param {(exports: Exports) => T} call
   * @returns {T}
   */
  function enter(call) {
    if (entered) throw new CoreError('reentrant', 'the core was called from within a call');
    entered = true;
    try {
      instance ??= instantiate(module);
      return call(instance);
    } catch (error) {
      throw judge(error);
    } finally {
      entered = false;
    }
  }

  /**
   * Anything but an error of our own leaves the instance in an unknown state.
   * @param {unknown} error
   */
  function judge(error) {
    const known =
      error instanceof CoreError ? error : new CoreError('trap', messageOf(error), error);
    if (known.code === 'trap' || known.code === 'bad_output') drop();
    return known;
  }

  return {
    step: (event, body = null) =>
      enter((exports) => {
        send(exports, exports.ls_step, event, body);
        return withBodies(exports, readJson(exports));
      }),
    query: (question, body = null) =>
      enter((exports) => {
        send(exports, exports.ls_query, question, body);
        return { answer: readJson(exports), bytes: readBytes(exports, exports.ls_body(0)) };
      }),
    drop,
    get memoryBytes() {
      return instance === null ? 0 : instance.memory.buffer.byteLength;
    },
    get generation() {
      return generation;
    },
  };
}

/**
 * @param {WebAssembly.Module} module
 * @returns {Exports}
 */
function instantiate(module) {
  let exports;
  try {
    exports = /** @type {Exports} */ (
      /** @type {unknown} */ (new WebAssembly.Instance(module, {}).exports)
    );
  } catch (error) {
    throw new CoreError('not_loadable', `the core does not start: ${messageOf(error)}`, error);
  }
  exports._initialize();
  return exports;
}

/**
 * Copies a document and a body in and calls; the core takes over both buffers.
 * @param {Exports} exports
 * @param {(document: number, documentSize: number, body: number, bodySize: number) => number} call
 * @param {object} document
 * @param {Uint8Array | null} body
 */
function send(exports, call, document, body) {
  const json = encoder.encode(JSON.stringify(document));
  const jsonAt = copyIn(exports, json);
  const bodyAt = copyBodyIn(exports, body, jsonAt);
  const code = call(jsonAt, json.byteLength, bodyAt, body?.byteLength ?? 0);
  if (code !== 0) throw new CoreError('bad_output', `the core answered ${code}`);
}

/**
 * @param {Exports} exports
 * @param {Uint8Array | null} body
 * @param {number} jsonAt given back when there is no room for the body
 */
function copyBodyIn(exports, body, jsonAt) {
  if (body === null || body.byteLength === 0) return 0;
  try {
    return copyIn(exports, body);
  } catch (error) {
    exports.ls_free(jsonAt);
    throw error;
  }
}

/**
 * @param {Exports} exports
 * @param {Uint8Array} bytes
 * @returns {number} their address
 */
function copyIn(exports, bytes) {
  const address = exports.ls_alloc(bytes.byteLength) >>> 0;
  if (address === 0) {
    throw new CoreError('out_of_memory', `no room for ${bytes.byteLength} bytes in the core`);
  }
  new Uint8Array(exports.memory.buffer, address, bytes.byteLength).set(bytes);
  return address;
}

/**
 * The bytes a (pointer, length) pair in wasm memory refers to, copied out. The buffer is looked up
 * anew each time: growing detaches it.
 * @param {Exports} exports
 * @param {number} pair address of two u32
 * @returns {Uint8Array<ArrayBuffer> | null} null for (0, 0)
 */
function readBytes(exports, pair) {
  const view = new DataView(exports.memory.buffer, pair >>> 0, 8);
  const [address, size] = [view.getUint32(0, true), view.getUint32(4, true)];
  return size === 0 ? null : new Uint8Array(exports.memory.buffer, address, size).slice();
}

/**
 * @param {Exports} exports
 * @returns {any}
 */
function readJson(exports) {
  const bytes = readBytes(exports, exports.ls_output());
  try {
    return JSON.parse(decoder.decode(bytes ?? undefined));
  } catch (error) {
    throw new CoreError('bad_output', `the core's answer is not JSON: ${messageOf(error)}`, error);
  }
}

/**
 * @param {Exports} exports
 * @param {Effect[]} effects
 * @returns {Effect[]}
 */
function withBodies(exports, effects) {
  for (const effect of effects) {
    if (effect.type !== 'fetch') continue;
    effect.body = effect.has_body ? readBytes(exports, exports.ls_body(effect.id)) : null;
  }
  return effects;
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
