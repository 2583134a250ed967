// Requests and answers of the functions framework (Express over Node's own), from and to the web
// standard.
import { answerReadable } from '../unreadable.js';

/**
 * The framework has read the body of every type it is told (`rawBody`), and no other.
 * @typedef {import('node:http').IncomingMessage & { originalUrl: string, rawBody?: Uint8Array }}
 *   Incoming
 */

/**
 * @param {Incoming} incoming
 * @param {import('node:http').ServerResponse} outgoing
 * @param {(request: Request) => Promise<Response>} answer
 */
export async function answerHttp(incoming, outgoing, answer) {
  const response = await answerReadable(() => toRequest(incoming), answer);
  outgoing.statusCode = response.status;
  outgoing.setHeaders(response.headers);
  outgoing.end(new Uint8Array(await response.arrayBuffer()));
}

/** @param {Incoming} incoming */
function toRequest(incoming) {
  const { method = 'GET', originalUrl, rawBody } = incoming;
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  /** @type {RequestInit & { duplex: 'half' }} */
  const init = { method, headers, duplex: 'half' };
  if (!/^(GET|HEAD)$/.test(method)) {
    const { Readable } = process.getBuiltinModule('node:stream'); // an import would cost each start
    init.body = /** @type {BodyInit} */ (rawBody ?? Readable.toWeb(incoming));
  }
  return new Request(`https://function${originalUrl}`, init);
}
