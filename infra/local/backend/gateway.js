// The door of a Supabase project: /rest/v1 with an `apikey`, everything else refused. It is in the
// path of every measured request, so bodies are streamed both ways and never looked at.
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import { PlannedFaults, plannedAnswer, sendAnswer, waitUnlessLeft } from '../faults.js';

/** Headers that belong to one connection (RFC 9110, 7.6.1) or to the gateway itself. */
const NOT_FORWARDED = new Set([
  'apikey',
  'authorization',
  'connection',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
]);
const NOT_RETURNED = new Set(['connection', 'keep-alive', 'transfer-encoding']);

const LOG_LENGTH_MAX = 10_000;

/**
 * @typedef {object} GatewayRequest
 * @property {string} kind the last part of the path: a table's or a function's name
 * @property {string} method
 * @property {string} path as PostgREST gets it, with the query
 * @property {number | null} status null: no answer (yet)
 */

/**
 * @typedef {object} Gateway
 * @property {string} url
 * @property {GatewayRequest[]} requests the log, oldest first; empty it with `length = 0`
 * @property {PlannedFaults} faults
 * @property {() => Promise<void>} stop
 */

/**
 * Listens on `port` (0: any free one). Rejects if it is taken.
 *
 * @param {{ keys: import('./keys.js').Keys, restPort: number, port: number }} options
 * @returns {Promise<Gateway>}
 */
export async function startGateway({ keys, restPort, port }) {
  // PostgREST drops idle connections after 30 s: ours are dropped before, or a request could be
  // sent into one that is just being closed.
  const agent = new Agent({ keepAlive: true, maxSockets: 256, timeout: 10_000 });
  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 });
  const faults = new PlannedFaults();
  /** @type {GatewayRequest[]} */
  const requests = [];
  server.on('request', (incoming, outgoing) => {
    const { path, apikey } = route(incoming);
    if (path === null) return refuse(incoming, outgoing, 404, NO_ROUTE);
    const entry = record(requests, incoming.method ?? 'GET', path);
    outgoing.on('finish', () => (entry.status = outgoing.statusCode));
    const pass = (/** @type {import('./keys.js').Admission} */ admission) => {
      if ('refused' in admission) return refuse(incoming, outgoing, 401, admission.refused);
      const to = { agent, restPort, path, ...admission };
      const fault = faults.take(entry.kind);
      if (!fault) return forward(incoming, outgoing, to);
      forwardWithFault(incoming, outgoing, to, fault).catch(() => outgoing.destroy());
    };
    const admission = keys.admit(apikey, incoming.headers.authorization);
    if (!(admission instanceof Promise)) return pass(admission);
    admission.then(pass, (error) => outgoing.destroy(error));
  });
  await listen(server, port);
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    faults,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

const NO_ROUTE = { message: 'no Route matched with those values' };
const BAD_UPSTREAM = { message: 'An invalid response was received from the upstream server' };

/** @param {import('node:http').Server} server @param {number} port */
function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const { code } = /** @type {NodeJS.ErrnoException} */ (error);
      reject(code === 'EADDRINUSE' ? new Error(`port ${port} is in use`, { cause: error }) : error);
    });
    server.listen(port, '127.0.0.1', () => resolve(undefined));
  });
}

/**
 * What PostgREST is asked for, and the key, which may stand in the query as well.
 *
 * @param {import('node:http').IncomingMessage} incoming
 * @returns {{ path: string | null, apikey: string | undefined }}
 */
function route({ url = '/', headers }) {
  const match = /^\/rest\/v1(?=[/?]|$)\/?(.*)$/s.exec(url);
  const header = headers.apikey;
  let apikey = Array.isArray(header) ? header[0] : header;
  if (!match) return { path: null, apikey };
  let path = `/${match[1]}`;
  if (path.includes('apikey=')) {
    const parsed = new URL(path, 'http://gateway');
    apikey ??= parsed.searchParams.get('apikey') ?? undefined;
    path = path.replace(/([?&])apikey=[^&]*&?/, '$1').replace(/[?&]$/, '');
  }
  return { path, apikey };
}

/** @param {GatewayRequest[]} log @param {string} method @param {string} path */
function record(log, method, path) {
  const kind = path.split('?', 1)[0].split('/').pop() ?? '';
  /** @type {GatewayRequest} */
  const entry = { kind, method, path, status: null };
  if (log.length >= LOG_LENGTH_MAX) log.shift();
  log.push(entry);
  return entry;
}

/**
 * @typedef {object} Destination
 * @property {Agent} agent
 * @property {number} restPort
 * @property {string} path
 * @property {string | undefined} authorization
 */

/** @param {import('node:http').IncomingMessage} incoming @param {Destination} to */
function openUpstream(incoming, { agent, restPort, path, authorization }) {
  const headers = pickHeaders(incoming.rawHeaders, NOT_FORWARDED);
  if (authorization !== undefined) headers.push('authorization', authorization);
  headers.push('host', `127.0.0.1:${restPort}`);
  const { method } = incoming;
  return request({ agent, host: '127.0.0.1', port: restPort, method, path, headers });
}

/**
 * @param {import('node:http').IncomingMessage} incoming
 * @param {import('node:http').ServerResponse} outgoing
 * @param {Destination} to
 */
function forward(incoming, outgoing, to) {
  const upstream = openUpstream(incoming, to);
  upstream.on('response', (answer) => {
    const status = answer.statusCode ?? 502;
    outgoing.writeHead(status, answer.statusMessage, pickHeaders(answer.rawHeaders, NOT_RETURNED));
    answer.on('error', () => outgoing.destroy()); // cut off upstream: cut off here
    answer.pipe(outgoing);
  });
  upstream.on('error', () => {
    if (outgoing.headersSent) outgoing.destroy();
    else refuse(incoming, outgoing, 502, BAD_UPSTREAM);
  });
  // A client that leaves takes its request along: PostgREST sees the abort too.
  incoming.on('error', () => upstream.destroy());
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) upstream.destroy();
  });
  incoming.pipe(upstream);
}

/**
 * For tests only: reads the answer to its end, so that it can be spoilt.
 *
 * @param {import('node:http').IncomingMessage} incoming
 * @param {import('node:http').ServerResponse} outgoing
 * @param {Destination} to
 * @param {import('../faults.js').Fault} fault
 */
async function forwardWithFault(incoming, outgoing, to, fault) {
  if (fault.delayMs && !(await waitUnlessLeft(fault.delayMs, outgoing))) return;
  if (fault.drop) return void outgoing.destroy();
  const planned = plannedAnswer(fault);
  if (planned && !fault.done) {
    incoming.resume();
    return void sendAnswer(outgoing, planned, fault);
  }
  const upstream = openUpstream(incoming, to);
  incoming.pipe(upstream);
  const [answer] = /** @type {[import('node:http').IncomingMessage]} */ (
    await once(upstream, 'response')
  );
  const chunks = [];
  for await (const chunk of answer) chunks.push(chunk);
  const headers = Object.fromEntries(pairs(pickHeaders(answer.rawHeaders, NOT_RETURNED)));
  const body = Buffer.concat(chunks);
  if (fault.lateMs && !(await waitUnlessLeft(fault.lateMs, outgoing))) return;
  const real = { status: answer.statusCode ?? 502, headers, body };
  sendAnswer(outgoing, planned ?? real, fault);
}

/** @param {string[]} raw @returns {[string, string][]} */
function pairs(raw) {
  return raw.flatMap((name, i) => (i % 2 === 0 ? [[name.toLowerCase(), raw[i + 1]]] : []));
}

/**
 * Raw headers (name, value, name, value …) without those in `left`.
 *
 * @param {string[]} raw
 * @param {Set<string>} left
 */
function pickHeaders(raw, left) {
  const picked = [];
  for (let i = 0; i < raw.length; i += 2) {
    if (!left.has(raw[i].toLowerCase())) picked.push(raw[i], raw[i + 1]);
  }
  return picked;
}

/**
 * @param {import('node:http').IncomingMessage} incoming
 * @param {import('node:http').ServerResponse} outgoing
 * @param {number} status
 * @param {Record<string, string>} body
 */
function refuse(incoming, outgoing, status, body) {
  incoming.unpipe();
  incoming.resume(); // read to the end, so that the connection can be used again
  outgoing.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  outgoing.end(JSON.stringify(body));
}
