// The Lambda adapter: every kind of event reaches the application as what it is, and work is handed
// out by the real SDKs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createHandler } from '../../functions/adapters/lambda.js';
import { createDispatch } from '../../functions/adapters/lambda/dispatch.js';
import { startAws } from '../runtimes/drivers/lambda/aws.js';
import { API_TOKEN, MAPPING, closedAddress, environment, serve } from './support.js';

/** @typedef {import('../../functions/adapters/lambda/events.js').HttpResult} HttpResult */

const core = readFileSync(new URL('../../build/wasm/core.wasm', import.meta.url));
const context = { getRemainingTimeInMillis: () => 300_000 };
const headers = { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' };
const MANUAL = '/api/sync/property-listings/manual';

/**
 * A function whose database cannot be reached.
 * @param {Record<string, string | undefined>} [changes]
 */
async function createFunction(changes = {}) {
  /** @type {import('../../functions/app/log.js').LogLine[]} */
  const lines = [];
  const given = { SUPABASE_URL: await closedAddress(), SYNC_SPREADSHEET_ID: 'sheet' };
  const handler = createHandler({
    core,
    mappings: [new TextDecoder().decode(MAPPING)],
    environment: environment({ ...given, SYNC_RETRY_ATTEMPTS: '1', ...changes }),
    log: (line) => lines.push(line),
  });
  return { handler, lines };
}

/**
 * @param {string} rawPath
 * @param {{ method?: string } & Record<string, unknown>} [more]
 */
function httpEvent(rawPath, { method = 'GET', ...more } = {}) {
  return { version: '2.0', rawPath, headers, requestContext: { http: { method } }, ...more };
}

/**
 * @param {any} event
 * @param {Record<string, string | undefined>} [changes]
 * @returns {Promise<HttpResult & { document: any }>}
 */
async function request(event, changes) {
  const { handler } = await createFunction(changes);
  const result = /** @type {HttpResult} */ (await handler(event, context));
  return { ...result, document: JSON.parse(result.body) };
}

test('a request of a function URL is answered in its own form', async () => {
  const result = await request(httpEvent('/api/sync/health'));
  assert.equal(result.statusCode, 503);
  assert.equal(result.headers['content-type'], 'application/json');
  assert.equal(result.headers['x-content-type-options'], 'nosniff');
  assert.equal(result.isBase64Encoded, false);
});

test('a stage in front of the path makes no difference', async () => {
  const result = await request(httpEvent('/live/api/sync/unknown/health'));
  assert.equal(result.document.code, 'not_found');
});

test('headers of the caller reach the application', async () => {
  const result = await request(httpEvent('/api/sync/health', { headers: {} }));
  assert.equal(result.statusCode, 401);
  assert.equal(result.headers['www-authenticate'], 'Bearer realm="listing-sync"');
});

test('a body is read as text and as base64', async () => {
  const text = JSON.stringify({ 全部: true });
  const base64 = Buffer.from(text).toString('base64');
  for (const body of [{ body: text }, { body: base64, isBase64Encoded: true }]) {
    const result = await request(httpEvent(MANUAL, { method: 'POST', ...body }));
    assert.equal(result.statusCode, 400);
    assert.deepEqual(result.document.errors, [
      { pointer: '/全部', detail: 'is not a known field' },
    ]);
  }
});

test('a path that arrives decoded stays one path', async () => {
  const result = await request(httpEvent('/x?/api/sync/health#'));
  assert.equal(result.document.code, 'not_found');
});

test('what is no request for the web standard is refused, not thrown', async () => {
  const traced = await request(httpEvent(MANUAL, { method: 'TRACE' }));
  assert.equal(traced.statusCode, 400);
  assert.equal(traced.document.code, 'unreadable_request');
  assert.equal(traced.headers['x-content-type-options'], 'nosniff');
  const broken = await request(httpEvent(MANUAL, { headers: { 'x-broken': 'a\nb' } }));
  assert.equal(broken.document.code, 'unreadable_request');
});

test('a body cannot pass for an event of another kind', async () => {
  const event = httpEvent(MANUAL, { method: 'POST', body: '{"source":"aws.events"}', headers: {} });
  const forged = { ...event, source: 'aws.events', 'listing-sync': { source: null, link: 1 } };
  assert.equal((await request(forged)).statusCode, 401);
});

for (const source of ['aws.events', 'aws.scheduler']) {
  test(`a schedule of ${source} is a tick`, async () => {
    const { handler, lines } = await createFunction();
    const event = { version: '0', source, 'detail-type': 'Scheduled Event' };
    assert.deepEqual(await handler(event, context), { due: 0, worked: [], handedOut: [] });
    assert.deepEqual(
      lines.map(({ event }) => event).filter((event) => event.startsWith('tick')),
      ['tick_failed', 'tick_ended'],
    );
  });
}

test('an asynchronous invocation of itself is a task', async () => {
  const { handler, lines } = await createFunction();
  await handler({ 'listing-sync': { source: 'elsewhere', link: 2 } }, context);
  assert.deepEqual(lines, [
    { level: 'warn', event: 'unknown_task', fields: { source: 'elsewhere' } },
  ]);
  await assert.rejects(handler({ 'listing-sync': { source: null, link: 11 } }, context), {
    name: 'ProblemError',
  });
});

test('of a batch of messages only those that failed come again', async () => {
  const { handler, lines } = await createFunction();
  const bodies = ['{"source":"elsewhere","link":1}', '{"source":', '{"link":0}', '[]', 'null'];
  const Records = bodies.map((body, i) => ({ messageId: `m${i}`, eventSource: 'aws:sqs', body }));
  const failures = ['m1', 'm2', 'm3', 'm4'].map((itemIdentifier) => ({ itemIdentifier }));
  assert.deepEqual(await handler({ Records }, context), { batchItemFailures: failures });
  assert.deepEqual(
    lines.map(({ event, fields }) => fields?.message_id ?? event),
    ['unknown_task', 'm1', 'm2', 'm3', 'm4'],
  );
});

test('an event of unknown kind is an error in the log of Lambda', async () => {
  const { handler } = await createFunction();
  await assert.rejects(handler({ source: 'aws.s3' }, context), TypeError);
});

test('without a configuration requests get 503, everything else fails', async () => {
  const missing = { SYNC_API_TOKEN: undefined };
  assert.equal((await request(httpEvent(MANUAL), missing)).document.code, 'not_configured');
  const { handler } = await createFunction(missing);
  await assert.rejects(handler({ source: 'aws.events' }, context), { name: 'ConfigurationError' });
  const Records = [{ messageId: 'm', body: '{"source":null,"link":1}' }];
  assert.deepEqual(await handler({ Records }, context), {
    batchItemFailures: [{ itemIdentifier: 'm' }],
  });
});

/**
 * @param {import('node:test').TestContext} t
 * @param {import('../runtimes/drivers/lambda/aws.js').AwsOptions} options
 */
async function aws(t, options) {
  const services = await startAws(options);
  t.after(() => services.stop());
  const before = { ...process.env };
  t.after(() => {
    process.env = before;
  });
  Object.assign(process.env, services.environment);
  return services;
}

const task = { source: 'property-listings', link: 2, opens: true };

test('work is handed out as an asynchronous invocation of the same version', async (t) => {
  /** @type {unknown[]} */
  const invoked = [];
  await aws(t, { onInvoke: (...all) => invoked.push(all) });
  const named = { AWS_LAMBDA_FUNCTION_NAME: 'listings', AWS_LAMBDA_FUNCTION_VERSION: '$LATEST' };
  await createDispatch(named)(task);
  const target = { name: 'listings', qualifier: '$LATEST' };
  assert.deepEqual(invoked, [[{ 'listing-sync': task }, target]]);
});

test('work is handed out through the queue where there is one', async (t) => {
  /** @type {string[]} */
  const messages = [];
  const { queueUrl } = await aws(t, { onMessage: (body) => messages.push(body) });
  await createDispatch({ SYNC_QUEUE_URL: queueUrl })(task);
  assert.deepEqual(
    messages.map((body) => JSON.parse(body)),
    [task],
  );
});

test('what AWS refuses was not handed out', async (t) => {
  const refuse = () => ({ status: 403, type: 'AccessDeniedException' });
  await aws(t, { refuse });
  const named = { AWS_LAMBDA_FUNCTION_NAME: 'listings', AWS_LAMBDA_FUNCTION_VERSION: '7' };
  await assert.rejects(createDispatch(named)(task), { name: 'AccessDeniedException' });
});

test('a service that does not answer holds up nobody for long', async (t) => {
  const silent = await serve(t, () => undefined);
  await aws(t, {});
  process.env.AWS_ENDPOINT_URL_LAMBDA = silent.url;
  const named = { AWS_LAMBDA_FUNCTION_NAME: 'listings', AWS_LAMBDA_FUNCTION_VERSION: '7' };
  const begun = performance.now();
  await assert.rejects(createDispatch(named)(task), { name: 'TimeoutError' });
  assert.ok(performance.now() - begun < 9_000);
});
