// One HTTP exchange: a request out, an answer read to its end or a named reason why there is none.
// Knows nothing of targets, credentials or the core; retries nothing, follows no redirect.
import { TooLargeError, readBody } from './read-body.js';

/** @typedef {import('../../wasm/js/protocol.js').NoResponseWhy} NoResponseWhy */

/**
 * @typedef {object} ExchangeRequest
 * @property {string} url
 * @property {string} method
 * @property {Record<string, string>} headers
 * @property {Uint8Array<ArrayBuffer> | string | null} body
 * @property {number} timeoutMs from the first byte out to the last byte in
 * @property {number} bytesMax of the answer's body
 * @property {AbortSignal} [signal] gives up early
 * @property {typeof globalThis.fetch} [fetch]
 */

/** @typedef {{ ok: true, status: number, headers: Headers, body: Uint8Array }} Answer */
/** @typedef {{ ok: false, why: NoResponseWhy, message: string }} NoAnswer */

/**
 * Never throws and never hangs: after `timeoutMs` the answer is `timeout`. `network`: no answer
 * began. `cut_off`: it began and did not end. `too_large`: it is over `bytesMax`.
 * @param {ExchangeRequest} request
 * @returns {Promise<Answer | NoAnswer>}
 */
export async function exchange(request) {
  const { url, method, headers, body, timeoutMs, bytesMax, signal } = request;
  const fetch = request.fetch ?? globalThis.fetch;
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeoutMs);
  const giveUp = () => deadline.abort();
  signal?.addEventListener('abort', giveUp);
  if (signal?.aborted) giveUp();
  /** @type {Response | null} */
  let response = null;
  try {
    const init = { method, headers, body, redirect: /** @type {const} */ ('manual') };
    response = await fetch(url, { ...init, signal: deadline.signal });
    return await readAnswer(response, bytesMax);
  } catch (error) {
    if (deadline.signal.aborted) return { ok: false, why: 'timeout', message: 'no answer in time' };
    return explain(error, response !== null);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}

/**
 * @param {Response} response
 * @param {number} bytesMax
 * @returns {Promise<Answer | NoAnswer>}
 */
async function readAnswer(response, bytesMax) {
  const { status, headers } = response;
  const body = await readBody(response.body, bytesMax);
  // A compressed body is counted before it is unpacked; not every runtime reports an early end.
  const announced = headers.has('content-encoding') ? null : headers.get('content-length');
  if (announced !== null && body.byteLength < Number(announced)) {
    const message = `${body.byteLength} of ${announced} bytes arrived`;
    return { ok: false, why: 'cut_off', message };
  }
  return { ok: true, status, headers, body };
}

/**
 * @param {unknown} error
 * @param {boolean} begun
 * @returns {NoAnswer}
 */
function explain(error, begun) {
  if (error instanceof TooLargeError) {
    return { ok: false, why: 'too_large', message: error.message };
  }
  return { ok: false, why: begun ? 'cut_off' : 'network', message: reasonOf(error) };
}

/**
 * What went wrong, by its code. The error's own message stays out where it has no cause: a refused
 * header would be quoted in it, and headers carry credentials.
 * @param {unknown} error
 */
function reasonOf(error) {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof Error)) return 'the request failed';
  const { code } = /** @type {Error & { code?: unknown }} */ (cause);
  return typeof code === 'string' ? code : cause.message.slice(0, 200);
}
