// Requests and answers in payload format 2.0, from and to the web standard. Its cookies, which
// travel apart from the headers, are left out: the application neither reads nor sets any.
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
  const { method } = requestContext.http;
  const hasBody = event.body !== undefined && !/^(GET|HEAD)$/.test(method);
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  const body = hasBody ? new Uint8Array(bytes) : null;
  return new Request(url, { method, headers: event.headers, body });
}

/** @param {Response} response @returns {Promise<import('./events.js').HttpResult>} */
async function toResult(response) {
  const headers = Object.fromEntries(response.headers);
  const isText = TEXT.test(headers['content-type'] ?? '') && !headers['content-encoding'];
  const bytes = Buffer.from(await response.arrayBuffer());
  return {
    statusCode: response.status,
    headers,
    body: bytes.toString(isText ? 'utf8' : 'base64'),
    isBase64Encoded: !isText,
  };
}
