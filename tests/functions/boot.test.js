// From a platform's environment to the application: what it says when it cannot be made, which
// mappings it takes, and how it goes on after an answer in each way a platform can have.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { boot } from '../../functions/app/boot.js';
import { PRESETS, narrowest, remaining } from '../../functions/app/budgets.js';
import { BUILT_CORE, loadCore } from '../../wasm/js/load-node.js';
import { API_TOKEN, MAPPING, closedAddress, environment, keyFile, serve } from './support.js';

/** @typedef {import('../../functions/app/boot.js').BootOptions} BootOptions */
/** @typedef {import('../../functions/app/work.js').Task} Task */

const core = loadCore();
const mapping = JSON.stringify({ ...JSON.parse(new TextDecoder().decode(MAPPING)), source: 'a' });
const headers = { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' };
const ROOT = 'https://function.example/api/sync';

/**
 * A function whose database is at `url`.
 * @param {string} url
 * @param {Partial<BootOptions>} [options]
 * @param {Record<string, string | undefined>} [changes] of the environment
 */
function start(url, options = {}, changes = {}) {
  /** @type {any[]} */
  const lines = [];
  const app = boot({
    core,
    mappings: [mapping],
    platform: 'node',
    environment: environment({
      SUPABASE_URL: url,
      GOOGLE_SHEETS_ENDPOINT: url,
      GOOGLE_SERVICE_ACCOUNT_JSON: JSON.stringify(keyFile({ token_uri: `${url}/token` })),
      SYNC_SPREADSHEET_ID: 'sheet',
      SYNC_RETRY_DELAY: '1',
      ...changes,
    }),
    log: (line) => void lines.push(line),
    ...options,
  });
  const post = async (/** @type {string} */ path, body = '{}') => {
    const response = await app.fetch(
      new Request(`${ROOT}${path}`, { method: 'POST', headers, body }),
    );
    return { status: response.status, body: /** @type {any} */ (await response.json()) };
  };
  return { app, lines, post };
}

/**
 * A database that records every run, has nothing to do, and says what is due.
 * @param {import('node:test').TestContext} t
 */
async function quietDatabase(t) {
  /** @type {string[]} */
  const asked = [];
  const answers = /** @type {Record<string, object>} */ ({
    sync_request_run: { outcome: 'recorded', sync_id: 's', status: 'in_progress' },
    sync_read_due: { sources: [{ source: 'a', registered: true, due: true, opens: true }] },
    sync_claim: { outcome: 'idle', now: 1 },
  });
  const server = await serve(t, (request, response) => {
    const name = String(request.url).split('/').at(-1)?.split('?')[0] ?? '';
    asked.push(name);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answers[name] ?? {}));
  });
  return { url: server.url, asked };
}

test('bad configuration is told in the log in full, and to callers without details', async () => {
  const { app, lines, post } = start(
    'https://project.example',
    {},
    { SYNC_API_TOKEN: 'short', PORT: 'x' },
  );
  const { status, body } = await post('/property-listings/scheduled');
  assert.deepEqual([status, body.code], [503, 'not_configured']);
  assert.ok(!JSON.stringify(body).includes('SYNC_API_TOKEN'));
  const problems = lines.map(({ event, fields }) => `${event}: ${fields.problem}`);
  assert.equal(problems.length, 2, 'each once, however often somebody calls');
  assert.match(problems[0], /^not_configured: SYNC_API_TOKEN must have at least 16 characters$/);
  await assert.rejects(app.tick(), /SYNC_API_TOKEN/);
  await assert.rejects(app.work({ source: 'a', link: 1 }), /SYNC_API_TOKEN/);
});

test('a core that cannot be loaded is told, not thrown at the platform', async () => {
  const { post, lines } = start('https://project.example', { core: 'AAAA' });
  const { status, body } = await post('/property-listings/manual');
  assert.deepEqual([status, body.code], [503, 'not_started']);
  assert.match(lines[0].fields.problem, /WebAssembly/);
});

test('the core comes compiled, as bytes or as base64', async (t) => {
  const bytes = readFileSync(BUILT_CORE);
  const { url } = await quietDatabase(t);
  for (const given of [core, bytes, bytes.toString('base64')]) {
    assert.equal((await start(url, { core: given }).post('/a/manual')).status, 202);
  }
});

test('SYNC_MAPPING takes the place of the bundled mappings', async (t) => {
  const { url } = await quietDatabase(t);
  const [one, two] = ['one', 'two'].map((source) => ({ ...JSON.parse(mapping), source }));
  const statusOf = async (
    /** @type {string} */ given,
    /** @type {Partial<BootOptions>} */ options,
  ) => {
    const { post } = start(url, options, { SYNC_MAPPING: given });
    return Promise.all(
      ['/one/manual', '/two/manual'].map(async (path) => (await post(path)).status),
    );
  };
  assert.deepEqual(await statusOf(JSON.stringify(one), {}), [202, 404]);
  assert.deepEqual(await statusOf(JSON.stringify([one, two]), {}), [202, 202]);
  const readMappings = (/** @type {string} */ path) => [JSON.stringify({ ...one, source: path })];
  assert.deepEqual(await statusOf('two', { readMappings }), [404, 202]);
  for (const [given, problem] of [
    ['./mapping.json', /must be inline JSON here/],
    ['[{', /is not JSON/],
    ['[]', /there is no mapping/],
    [JSON.stringify([one, one]), /two mappings have the source name "one"/],
    [JSON.stringify([one, { source: 'x' }]), /\(mapping 2 of 2\)/],
  ]) {
    const { post, lines } = start(url, {}, { SYNC_MAPPING: String(given) });
    assert.equal((await post('/one/manual')).body.code, 'not_configured');
    assert.match(
      lines.map(({ fields }) => fields.problem).join('\n'),
      /** @type {RegExp} */ (problem),
    );
  }
});

test('where the function lives on after its answer, the work follows the 202', async (t) => {
  const { url, asked } = await quietDatabase(t);
  /** @type {[Promise<unknown>, unknown][]} */
  const working = [];
  const waitUntil = (/** @type {Promise<unknown>} */ work, /** @type {unknown} */ context) =>
    void working.push([work, context]);
  const { app } = start(url, { waitUntil });
  const context = { name: 'of the platform' };
  const request = new Request(`${ROOT}/a/manual`, { method: 'POST', headers });
  assert.equal((await app.fetch(request, context)).status, 202);
  assert.equal(working[0][1], context);
  await working[0][0];
  assert.deepEqual(asked, ['sync_request_run', 'sync_claim', 'sync_watch']);
});

test('where nothing runs after the answer, the work is handed out before it', async (t) => {
  const { url, asked } = await quietDatabase(t);
  /** @type {Task[]} */
  const tasks = [];
  const { app, post } = start(url, { dispatch: async (task) => void tasks.push(task) });
  assert.equal((await post('/a/manual')).status, 202);
  assert.deepEqual((await post('/a/scheduled')).body, { status: 'accepted' });
  assert.deepEqual(asked, ['sync_request_run']);
  assert.deepEqual(tasks, [
    { source: 'a', link: 1 },
    { source: null, link: 1 },
  ]);
  for (const task of tasks) await app.work(task);
  const work = ['sync_claim', 'sync_watch'];
  assert.deepEqual(asked.slice(1), [...work, 'sync_read_due', ...work]);
});

test('where a task cannot be handed out, the tick works before it answers', async (t) => {
  const { url, asked } = await quietDatabase(t);
  const dispatch = () => Promise.reject(new Error('no right to invoke'));
  const { post, lines } = start(url, { dispatch });
  assert.equal((await post('/a/manual')).status, 202, 'recorded all the same');
  const { status, body } = await post('/a/scheduled');
  assert.equal(status, 200);
  assert.deepEqual(body, {
    status: 'done',
    due: 1,
    worked: [{ source: 'a', outcome: 'idle' }],
    handedOut: [],
  });
  assert.deepEqual(asked, ['sync_request_run', 'sync_read_due', 'sync_claim', 'sync_watch']);
  assert.equal(lines.filter(({ event }) => event === 'hand_out_failed').length, 2);
});

test('where there is neither, a run is recorded and the tick works on it', async (t) => {
  const { url, asked } = await quietDatabase(t);
  const { post } = start(url);
  assert.equal((await post('/a/manual')).status, 202);
  assert.deepEqual(asked, ['sync_request_run']);
  assert.equal((await post('/a/scheduled')).body.status, 'done');
  assert.deepEqual((await post('/a/continue', '{"link":10}')).body, { status: 'done' });
});

test('a link outside the chain, or an unknown field, is refused', async (t) => {
  const { url, asked } = await quietDatabase(t);
  const { post } = start(url);
  for (const body of [
    '{}',
    '[]',
    '{"link":0}',
    '{"link":11}',
    '{"link":"1"}',
    '{"link":1,"x":1}',
  ]) {
    assert.equal((await post('/a/continue', body)).body.code, 'invalid_request', body);
  }
  assert.equal((await post('/a/continue', '{"link":1,"opens":"yes"}')).status, 400);
  assert.deepEqual(asked, []);
});

test('the scheduler opens the tick with a token of its own, by GET too, and nothing else', async (t) => {
  const { url } = await quietDatabase(t);
  const CRON_SECRET = 'of-the-scheduler-0123456789';
  const { app } = start(url, {}, { CRON_SECRET });
  const status = async (/** @type {string} */ path, /** @type {string} */ method) => {
    const init = { method, headers: { authorization: `Bearer ${CRON_SECRET}` } };
    return (await app.fetch(new Request(`${ROOT}${path}`, init))).status;
  };
  for (const path of ['/scheduled', '/a/scheduled']) {
    assert.equal(await status(path, 'GET'), 200);
    assert.equal(await status(path, 'POST'), 200);
  }
  for (const [path, method] of [
    ['/a/manual', 'POST'],
    ['/a/continue', 'POST'],
    ['/a/health', 'GET'],
    ['/health', 'GET'],
    ['/a/scheduled/x', 'GET'],
    ['/x/a/scheduled', 'GET'],
  ]) {
    assert.equal(await status(path, method), 403, path);
  }
});

test('a function that cannot reach its database says so at the tick, without harm', async () => {
  const { post, lines } = start(await closedAddress());
  const { status, body } = await post('/a/scheduled');
  assert.deepEqual([status, body.due], [200, 0]);
  assert.equal(
    lines.find(({ event }) => event === 'tick_failed').fields.code,
    'database_unavailable',
  );
});

test('each platform has its budget; what is configured takes its place; the moment narrows it', () => {
  for (const preset of Object.values(PRESETS)) {
    assert.ok((preset.requests ?? 5) >= 5);
    assert.ok((preset.wall_ms ?? 5_000) >= 5_000);
  }
  assert.deepEqual(narrowest([PRESETS.cloudflare, { wall_ms: 10_000 }, {}]), {
    wall_ms: 10_000,
    requests: 45,
    rows: 250,
    memory_mb: 128,
  });
  assert.deepEqual(narrowest([{ wall_ms: 0 }, { wall_ms: 5 }]), { wall_ms: 5 });
  const used = { ms: 1_000, requests: 41, rows: 0 };
  assert.equal(remaining({ requests: 45 }, used), null, 'fewer than a commit needs');
  assert.equal(remaining({ wall_ms: 1_000 }, used), null);
  assert.deepEqual(remaining({ wall_ms: 3_000, memory_mb: 64 }, used), {
    wall_ms: 2_000,
    requests: 0,
    rows: 0,
    memory_mb: 64,
  });
});
