// More than twenty thousand spoiled requests to the real application on the real database: none
// breaks it, none hangs, and without a token that may, none changes anything.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import { after, before, test } from 'node:test';
import { answerHttp as answerForGcp } from '../../functions/adapters/gcp/http.js';
import { answerHttp as answerForLambda } from '../../functions/adapters/lambda/http.js';
import { createApp } from '../../functions/app/app.js';
import { createRandom } from '../../infra/local/generator/index.js';
import { loadCore } from '../../wasm/js/load-node.js';
import { runToEnd, startTestStack } from '../e2e/support.js';
import { fuzzRequest } from './fuzzed-requests-generator.js';
import { CRON_SECRET, SYNC_ID } from './security-support.js';
import { READ_TOKEN } from './support.js';

/** @typedef {import('./fuzzed-requests-generator.js').FuzzedRequest} FuzzedRequest */

const SEED = Number(process.env.FUZZ_SEED ?? 4);
const API_TOKEN = 'api-token-of-the-fuzzed-requests';
const AT_ONCE = 8;
const ANSWER_MS_MAX = 2_000;

/** @type {import('../e2e/support.js').TestStack} */
let stack;
/** @type {import('../../functions/app/app.js').App} */
let app;
/** @type {Promise<unknown>[]} */
const working = [];
/** @type {string[]} */
let syncIds;
/** @type {string[]} */
let keys;
/** How many answers of each status there were, for both parts. @type {Map<number, number>} */
const statuses = new Map();

before(async () => {
  const environment = {
    SYNC_API_TOKEN: API_TOKEN,
    SYNC_READ_TOKEN: READ_TOKEN,
    CRON_SECRET,
    SYNC_CORS_ORIGINS: 'https://admin.example.com',
  };
  stack = await startTestStack({ rows: 40, seed: 2, environment });
  keys = [...(stack.truth?.rows.keys() ?? []), 'AA0', '物', 'x'.repeat(64)];
  const { syncId } = await runToEnd(stack);
  syncIds = [syncId, SYNC_ID, syncId.toUpperCase(), `${syncId}0`];
  app = createApp({
    module: loadCore(),
    configuration: stack.configuration,
    mappings: [stack.mapping],
    log: (line) => stack.lines.push(line),
    waitUntil: (work) => void working.push(work),
  });
});
after(() => stack?.stop());

/** Everything the sync tables and the target hold, byte by byte. */
async function contents() {
  const { sql } = stack.backend;
  const found = await sql`select tablename as name from pg_tables where schemaname = 'public'`;
  const tables = found.map(({ name }) => String(name));
  for (const name of ['sync_state', 'sync_totals', 'property_listings']) {
    assert.ok(tables.includes(name), name);
  }
  const rows = tables.map(
    (name) => sql`
      select to_jsonb(t)::text || xmin::text as row from ${sql(name)} t order by 1`,
  );
  const held = await Promise.all(rows);
  return Object.fromEntries(tables.map((name, i) => [name, held[i].map(({ row }) => row)]));
}

/** @typedef {{ status: number, type: string, sniff: string, text: string }} Answered */

/**
 * In this process.
 * @param {FuzzedRequest} fuzzed
 * @returns {Promise<Answered | null>} null where the web standard has no such request
 */
async function inProcess({ method, path, headers, body }) {
  let request;
  try {
    request = new Request(`https://function.example${path}`, { method, headers, body });
  } catch {
    return null;
  }
  const response = await app.fetch(request);
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    sniff: response.headers.get('x-content-type-options') ?? '',
    text: await response.text(),
  };
}

/**
 * Over the wire, where also those get through that the web standard refuses.
 * @param {FuzzedRequest} fuzzed
 * @param {string | number} [port]
 * @returns {Promise<Answered | null>} null where not even Node's client would send it
 */
function overTheWire({ method, path, headers, body }, port = new URL(stack.url).port) {
  return new Promise((resolve, reject) => {
    let sent;
    try {
      const given = Object.fromEntries(headers.filter(([, value]) => value !== ''));
      sent = httpRequest({ port, method, path, headers: given, agent: false }, (response) => {
        let text = '';
        response.on('data', (chunk) => (text += chunk));
        response.on('error', reject);
        response.on('end', () => {
          const { 'content-type': type = '', 'x-content-type-options': sniff } = response.headers;
          resolve({ status: response.statusCode ?? 0, type, sniff: String(sniff ?? ''), text });
        });
      });
    } catch {
      return resolve(null);
    }
    // A server that has answered before the body was sent may close at once.
    sent.on('error', (error) =>
      /EPIPE|RESET/.test(String(error)) ? resolve(null) : reject(error),
    );
    sent.end(body ?? undefined);
  });
}

/**
 * As AWS Lambda gives it: the path decoded, the body as base64.
 * @param {FuzzedRequest} fuzzed
 * @returns {Promise<Answered>}
 */
async function asLambdaEvent({ method, path, headers, body }) {
  const [rawPath, rawQueryString = ''] = path.split('?', 2);
  const event = {
    rawPath: decoded(rawPath),
    rawQueryString,
    headers: Object.fromEntries(headers),
    requestContext: { http: { method } },
    ...(body && { body: Buffer.from(body).toString('base64'), isBase64Encoded: true }),
  };
  const {
    statusCode: status,
    headers: given,
    body: text,
  } = await answerForLambda(event, app.fetch);
  const { 'content-type': type = '', 'x-content-type-options': sniff = '' } = given;
  return { status, type, sniff, text };
}

/** @param {string} path */
function decoded(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/**
 * @param {FuzzedRequest} fuzzed
 * @param {(fuzzed: FuzzedRequest) => Promise<Answered | null>} send
 * @param {string} which
 * @returns {Promise<Answered | null>}
 */
async function check(fuzzed, send, which) {
  const told = () => `${which}: ${fuzzed.method} ${JSON.stringify(fuzzed.path).slice(0, 300)}`;
  const begun = performance.now();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer: ${told()}`)), 5 * ANSWER_MS_MAX);
  });
  const answered = await Promise.race([send(fuzzed), late]).finally(() => clearTimeout(timer));
  if (answered === null) return null;
  const { status, text } = answered;
  statuses.set(status, (statuses.get(status) ?? 0) + 1);
  assert.ok(performance.now() - begun < ANSWER_MS_MAX, `slow: ${told()}`);
  assert.ok(status >= 200 && status < 500, `${status} ${text} ${told()}`);
  assert.ok(!/\n\s+at |node_modules|\.js:\d/.test(text), `a stack trace: ${told()}`);
  for (const secret of [API_TOKEN, READ_TOKEN, CRON_SECRET, stack.backend.secretKey]) {
    assert.ok(!text.includes(secret), `a secret: ${told()}`);
  }
  return answered;
}

/**
 * @param {object} options
 * @param {number} options.count
 * @param {number} options.stream of the seed
 * @param {string[]} options.tokens
 * @param {(fuzzed: FuzzedRequest) => Promise<Answered | null>} options.send
 * @param {(fuzzed: FuzzedRequest) => FuzzedRequest} [options.change]
 * @param {(fuzzed: FuzzedRequest, answered: Answered) => void} [options.look]
 */
async function fuzz({ count, stream, tokens, send, change = (one) => one, look = () => {} }) {
  const random = createRandom(SEED, stream);
  const secrets = [API_TOKEN, READ_TOKEN, CRON_SECRET];
  let made = 0;
  let sent = 0;
  const worker = async () => {
    while (made < count) {
      made += 1;
      const which = `FUZZ_SEED=${SEED}, stream ${stream}, request ${made}`;
      const fuzzed = change(fuzzRequest(random, { tokens, secrets, syncIds, keys }));
      const answered = await check(fuzzed, send, which);
      if (answered === null) continue;
      sent += 1;
      look(fuzzed, answered);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  assert.ok(sent > count * 0.8, `only ${sent} of ${count} could be sent`);
  return sent;
}

/** The scheduler's secret may tick, and nothing else. @param {FuzzedRequest} fuzzed */
const withoutTicks = (fuzzed) => {
  const isTick = /scheduled/.test(fuzzed.path);
  const isRight = (/** @type {string} */ value) => isTick && value.includes(CRON_SECRET);
  return { ...fuzzed, headers: fuzzed.headers.filter(([, value]) => !isRight(value)) };
};

const READS = ['GET', 'HEAD', 'OPTIONS'];
/**
 * What is let in without the API token reads.
 * @param {FuzzedRequest} fuzzed
 * @param {Answered} answered
 */
const readsOnly = ({ method, path }, { status, sniff, text, type }) => {
  assert.equal(sniff, 'nosniff', path);
  if (status < 300) assert.ok(READS.includes(method.toUpperCase()), `${method} ${path}: ${status}`);
  if (status >= 400 && text !== '') assert.equal(type, 'application/problem+json', path);
};

let total = 0;

test('without the API token nothing is changed, whatever is sent', async () => {
  const tokens = [READ_TOKEN, READ_TOKEN, CRON_SECRET, 'wrong-token-0123456789'];
  const earlier = await contents();
  const common = { tokens, change: withoutTicks };
  total += await fuzz({ ...common, count: 18_000, stream: 1, send: inProcess, look: readsOnly });
  total += await fuzz({ ...common, count: 3_000, stream: 2, send: overTheWire });
  total += await fuzz({ ...common, count: 1_000, stream: 5, send: asLambdaEvent, look: readsOnly });
  const gcp = createServer((incoming, outgoing) => {
    const request = Object.assign(incoming, { originalUrl: incoming.url ?? '' });
    answerForGcp(request, outgoing, app.fetch).catch(() => outgoing.writeHead(500).end());
  });
  await once(gcp.listen(0), 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (gcp.address());
  const send = (/** @type {FuzzedRequest} */ fuzzed) => overTheWire(fuzzed, port);
  total += await fuzz({ ...common, count: 1_000, stream: 6, send });
  gcp.close();
  assert.equal(working.length, 0, 'work was begun');
  assert.deepEqual(await contents(), earlier);
  for (const status of [200, 204, 400, 401, 403, 404, 405, 414]) {
    assert.ok(statuses.has(status), `${status} never came: ${[...statuses]}`);
  }
});

test('with the API token runs may be recorded, and nothing breaks', async () => {
  const tokens = [API_TOKEN];
  await runToEnd(stack, { force: true }); // so that the next one comes too soon
  statuses.clear();
  total += await fuzz({ tokens, count: 6_000, stream: 3, send: inProcess });
  total += await fuzz({ tokens, count: 2_000, stream: 4, send: overTheWire });
  await Promise.all(working.splice(0));
  for (const status of [200, 202, 204, 400, 404, 405, 413, 415, 429]) {
    assert.ok(statuses.has(status), `${status} never came: ${[...statuses]}`);
  }
  const broken = stack.lines.filter(({ event }) => /^core_|request_failed|engine_bug/.test(event));
  assert.deepEqual(broken, []);
});

test('that were more than twenty thousand, and the function still does its work', async () => {
  assert.ok(total >= 20_000, `${total}`);
  await stack.backend.sql`delete from public.sync_runs`;
  const status = await runToEnd(stack);
  assert.equal(status.status, 'completed');
});
