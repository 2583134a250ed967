// How large a request may be before anything of it is looked at. The limit of its body is
// requests.js's; how long it may take to arrive is the server's or the platform's.
import { ProblemError } from './problem.js';

export const URL_LENGTH_MAX = 2_048;
export const HEADER_BYTES_MAX = 16_384;

/** Of `name: value` and its line end, as HTTP/1.1 writes it. */
const HEADER_FRAME_BYTES = 4;

/**
 * Throws ProblemError `uri_too_long` or `headers_too_large`.
 * @type {import('hono').MiddlewareHandler<any>}
 */
export async function limits({ req }, next) {
  const { url, headers } = req.raw;
  if (url.length > URL_LENGTH_MAX) {
    const title = `The address is longer than ${URL_LENGTH_MAX} characters`;
    throw new ProblemError({ status: 414, code: 'uri_too_long', title });
  }
  if (sizeOf(headers) > HEADER_BYTES_MAX) {
    const title = `The headers are larger than ${HEADER_BYTES_MAX} bytes`;
    throw new ProblemError({ status: 431, code: 'headers_too_large', title });
  }
  await next();
}

/** @param {Headers} headers whose characters are bytes */
function sizeOf(headers) {
  let bytes = 0;
  for (const [name, value] of headers) bytes += name.length + value.length + HEADER_FRAME_BYTES;
  return bytes;
}
