// JSON as Google's front end writes it: HTML-safe, pretty unless told otherwise, doubles in the
// notation of Java (58000000 is 5.8E7).

/** A part of a document that writes itself, row by row, from what it has already encoded. */
/** @typedef {{ writeJson: (out: Chunks, pretty: boolean, depth: number) => void }} SelfWriting */
/** @typedef {(string | Buffer)[]} Chunks */

/**
 * @param {unknown} value
 * @param {{ pretty: boolean }} options
 * @returns {Buffer}
 */
export function encodeJson(value, { pretty }) {
  /** @type {Chunks} */
  const out = [];
  write(value, out, pretty, 0);
  if (pretty) out.push('\n');
  return joinChunks(out);
}

/** @param {string} text */
export function encodeString(text) {
  if (!NEEDS_ESCAPE.test(text)) return `"${text}"`;
  return JSON.stringify(text).replace(/[<>&='\u007f\u2028\u2029]/g, escape);
}

/** Most cells need none, and a test is much cheaper than a replacement. */
const NEEDS_ESCAPE = /[\p{Cc}\p{Cs}"\\<>&='\u2028\u2029]/u;

/**
 * A number of a cell, as `Double.toString` of Java writes it, but whole ones without `.0`.
 *
 * @param {number} value
 */
export function encodeDouble(value) {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1e-3 && size < 1e7) return String(value);
  const [digits, exponent] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}

/** @param {number} depth */
export function indent(depth) {
  return `\n${'  '.repeat(depth)}`;
}

/** @param {string} character */
function escape(character) {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** @param {unknown} value @param {Chunks} out @param {boolean} pretty @param {number} depth */
function write(value, out, pretty, depth) {
  if (typeof value === 'string') out.push(encodeString(value));
  else if (typeof value !== 'object' || value === null) out.push(String(value));
  else if ('writeJson' in value) {
    /** @type {SelfWriting} */ (value).writeJson(out, pretty, depth);
  } else if (Array.isArray(value)) {
    writeMembers('[]', value, (item) => write(item, out, pretty, depth + 1), out, pretty, depth);
  } else {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    const writeMember = (/** @type {[string, unknown]} */ [name, member]) => {
      out.push(encodeString(name), pretty ? ': ' : ':');
      write(member, out, pretty, depth + 1);
    };
    writeMembers('{}', members, writeMember, out, pretty, depth);
  }
}

/**
 * @template T
 * @param {string} brackets
 * @param {T[]} members
 * @param {(member: T) => void} writeMember
 * @param {Chunks} out
 * @param {boolean} pretty
 * @param {number} depth
 */
function writeMembers(brackets, members, writeMember, out, pretty, depth) {
  out.push(brackets[0]);
  members.forEach((member, i) => {
    if (i > 0) out.push(',');
    if (pretty) out.push(indent(depth + 1));
    writeMember(member);
  });
  if (pretty && members.length > 0) out.push(indent(depth));
  out.push(brackets[1]);
}

/**
 * Neighbouring strings become one buffer: encoding UTF-8 piece by piece is slow.
 * @param {Chunks} chunks
 */
function joinChunks(chunks) {
  const buffers = [];
  let text = '';
  for (const chunk of chunks) {
    if (typeof chunk === 'string') text += chunk;
    else {
      if (text !== '') buffers.push(Buffer.from(text));
      text = '';
      buffers.push(chunk);
    }
  }
  if (text !== '') buffers.push(Buffer.from(text));
  return buffers.length === 1 ? buffers[0] : Buffer.concat(buffers);
}
