// The function URL in front of a Lambda function: HTTP in, events of payload format 2.0 to the
// function, its results out.
import { once } from 'node:events';
import { createServer } from 'node:http';

const TEXT = /^(text\/|application\/(json|javascript|xml|x-www-form-urlencoded))/;

/** @param {(event: unknown) => Promise<any>} invoke */
export async function startFunctionUrl(invoke) {
  const server = createServer((request, response) => {
    toEvent(request)
      .then(invoke)
      .then(
        ({ statusCode = 200, headers = {}, body = '', isBase64Encoded = false }) => {
          response.writeHead(statusCode, headers);
          response.end(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'));
        },
        () => response.writeHead(502).end('Internal Server Error'),
      );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** @param {import('node:http').IncomingMessage} request */
async function toEvent(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const [rawPath, rawQueryString = ''] = (request.url ?? '/').split('?', 2);
  const headers = Object.fromEntries(
    Object.entries(request.headersDistinct).map(([name, values]) => [name, values?.join(',')]),
  );
  const isBase64Encoded = !TEXT.test(headers['content-type'] ?? '');
  const { method } = request;
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    headers,
    requestContext: { http: { method, path: rawPath, protocol: 'HTTP/1.1' }, stage: '$default' },
    ...(bytes.length > 0 ? { body: bytes.toString(isBase64Encoded ? 'base64' : 'utf8') } : {}),
    isBase64Encoded,
  };
}
