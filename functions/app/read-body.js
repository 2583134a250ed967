// Reads a body to its end, within a limit: requests that reach us and answers we wait for alike.

/** The body is larger than the reader allows. */
export class TooLargeError extends Error {
  /** @param {number} bytesMax */
  constructor(bytesMax) {
    super(`the body is larger than ${bytesMax} bytes`);
    this.name = 'TooLargeError';
  }
}

/**
 * All bytes of a stream. Throws TooLargeError as soon as the limit is passed (what has not been
 * read is cancelled), and whatever the stream itself fails with.
 * @param {ReadableStream<Uint8Array> | null} stream
 * @param {number} bytesMax
 * @returns {Promise<Uint8Array>}
 */
export async function readBody(stream, bytesMax) {
  if (stream === null) return new Uint8Array(0);
  const reader = stream.getReader();
  /** @type {Uint8Array[]} */
  const chunks = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return join(chunks, size);
    size += value.byteLength;
    if (size > bytesMax) {
      // The sender may be gone already; that the rest cannot be cancelled changes nothing.
      reader.cancel().catch(() => undefined);
      throw new TooLargeError(bytesMax);
    }
    chunks.push(value);
  }
}

/**
 * @param {Uint8Array[]} chunks
 * @param {number} size
 * @returns {Uint8Array}
 */
function join(chunks, size) {
  if (chunks.length === 1) return chunks[0];
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
