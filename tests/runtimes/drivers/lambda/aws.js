// Stands in for the two AWS services the Lambda function calls by the SDK: Lambda's own Invoke and
// SQS's SendMessage. It refuses what the API references do not allow, as they say.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

/** What the runtime gives the SDK. */
export const AWS_ENVIRONMENT = {
  AWS_REGION: 'ap-northeast-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'not-a-secret',
};

const INVOKE = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/**
 * @typedef {object} AwsOptions
 * @property {(payload: any, target: { name: string, qualifier: string | null }) => void} [onInvoke]
 *   an asynchronous invocation was accepted
 * @property {(body: string) => void} [onMessage] a message was put into the queue
 * @property {() => Refusal | null} [refuse] an answer in place of the service's own
 */

/** @typedef {{ status: number, type: string }} Refusal */

/** @param {AwsOptions} options */
export async function startAws(options) {
  const server = createServer((request, response) => {
    answer(request, options).then(({ status, headers = {}, body = '' }) => {
      response.writeHead(status, { 'x-amzn-requestid': crypto.randomUUID(), ...headers });
      response.end(body);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const url = `http://127.0.0.1:${port}`;
  return {
    queueUrl: `${url}/123456789012/tasks`,
    environment: { ...AWS_ENVIRONMENT, AWS_ENDPOINT_URL_LAMBDA: url, AWS_ENDPOINT_URL_SQS: url },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {AwsOptions} options
 * @returns {Promise<{ status: number, headers?: Record<string, string>, body?: string }>}
 */
async function answer(request, { onInvoke, onMessage, refuse }) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  const refused = refuse?.();
  if (refused) return fault(refused.status, refused.type);
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://aws');
  const invoke = INVOKE.exec(pathname);
  if (request.method !== 'POST') return fault(405, 'MethodNotAllowed');
  if (!isSigned(request, invoke ? 'lambda' : 'sqs')) return fault(403, 'MissingAuthentication');
  if (!invoke) return takeMessage(request, body, onMessage);
  if (request.headers['x-amz-invocation-type'] !== 'Event') {
    return fault(400, 'InvalidParameterValueException');
  }
  const target = { name: decodeURIComponent(invoke[1]), qualifier: searchParams.get('Qualifier') };
  onInvoke?.(JSON.parse(body), target);
  return { status: 202 };
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {string} text
 * @param {AwsOptions['onMessage']} onMessage
 */
function takeMessage({ headers }, text, onMessage) {
  const type = 'application/x-amz-json-1.0';
  if (headers['x-amz-target'] !== 'AmazonSQS.SendMessage' || headers['content-type'] !== type) {
    return fault(400, 'InvalidAction');
  }
  const { QueueUrl, MessageBody } = JSON.parse(text);
  if (!String(QueueUrl).endsWith('/tasks')) return fault(400, 'QueueDoesNotExist');
  onMessage?.(MessageBody);
  const digest = createHash('md5').update(MessageBody).digest('hex');
  const body = JSON.stringify({ MessageId: crypto.randomUUID(), MD5OfMessageBody: digest });
  return { status: 200, headers: { 'content-type': type }, body };
}

/**
 * Whether the request carries a signature of version 4 for the service; the signature itself is the
 * SDK's.
 * @param {import('node:http').IncomingMessage} request
 * @param {string} service
 */
function isSigned({ headers }, service) {
  const { AWS_ACCESS_KEY_ID: key, AWS_REGION: region } = AWS_ENVIRONMENT;
  const scope = `Credential=${key}/\\d{8}/${region}/${service}/aws4_request`;
  const form = `^AWS4-HMAC-SHA256 ${scope}, SignedHeaders=[\\w;-]+, Signature=[0-9a-f]{64}$`;
  return new RegExp(form).test(headers.authorization ?? '');
}

/**
 * @param {number} status
 * @param {string} type
 */
function fault(status, type) {
  const headers = { 'content-type': 'application/json', 'x-amzn-errortype': type };
  return { status, headers, body: JSON.stringify({ __type: type, Message: type }) };
}
