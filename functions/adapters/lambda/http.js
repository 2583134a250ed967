// Requests and answers in payload format 2.0, from and to the web standard.
import { answerReadable } from '../unreadable.js';

const TEXT = /^(text\/|application\/([\w.-]+\+)?(json|javascript|xml)\b)/;

/**
 * @param {import('./events.js').HttpEvent} event
 * @param {(request: Request) => Promise<Response>} answer
 */
export async function answerHttp(event, answer) {
  return toResult(await answerReadable(() => toRequest(event), answer));
}

/** @param {import('./events.js').HttpEvent} event */
function toRequest({ rawPath, rawQueryString = '', requestContext, ...event }) {
  const url = new URL('https://function');
  url.pathname = rawPath; // API Gateway decoded it: what would end a path is encoded again
  url.search = rawQueryString;
  const headers = new Headers(event.headers);
  if (event.cookies) headers.set('cookie', event.cookies.join('; '));
  const { method } = requestContext.http;
  if (event.body === undefined || /^(GET|HEAD)$/.test(method)) {
    return new Request(url, { method, headers });
  }
  const bytes = Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8');
  return new Request(url, { method, headers, body: new Uint8Array(bytes) });
}

/** @param {Response} response @returns {Promise<import('./events.js').HttpResult>} */
async function toResult(response) {
  const cookies = response.headers.getSetCookie();
  response.headers.delete('set-cookie');
  const headers = Object.fromEntries(response.headers);
  const bytes = Buffer.from(await response.arrayBuffer());
  const isText = TEXT.test(headers['content-type'] ?? '') && !headers['content-encoding'];
  return {
    statusCode: response.status,
    headers,
    cookies,
    body: bytes.toString(isText ? 'utf8' : 'base64'),
    isBase64Encoded: !isText,
  };
}
