// The driver performs effects to the letter and ends cleanly. The scripted core says which effects;
// what they should be is the business of the real one.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { CoreError } from '../../wasm/js/core.js';
import { CredentialsError } from '../../functions/app/credentials.js';
import { runInvocation } from '../../functions/app/driver.js';
import { resolvePath } from '../../functions/app/targets.js';
import { scriptedCore, serve, textOf } from './support.js';

const MAPPING = new TextEncoder().encode('{"mapping":true}');
const STARTED = {
  job: /** @type {const} */ ('sync'),
  options: /** @type {any} */ ({}),
  budgets: {},
};
const FINISH = { type: 'finish', outcome: 'completed', document: { status: 'completed' } };

/** @param {object} [changes] */
const fetchEffect = (changes = {}) => ({
  type: 'fetch',
  id: 1,
  target: 'database',
  method: 'POST',
  path: '/rest/v1/rpc/sync_claim',
  headers: { 'content-type': 'application/json' },
  has_body: true,
  timeout_ms: 5000,
  max_bytes: 1000,
  renew_credentials: false,
  body: new TextEncoder().encode('{"p_source":"a"}'),
  ...changes,
});

/**
 * A host around a scripted core, with what it logs.
 * @param {(event: any, body: Uint8Array | null) => object[]} script
 * @param {string} [base]
 * @param {(renew: boolean) => Promise<Record<string, string>>} [authorize]
 */
function hostOf(script, base = 'http://127.0.0.1:1', authorize = async () => ({ apikey: 'key' })) {
  /** @type {any[]} */
  const lines = [];
  const core = scriptedCore(script);
  const targets = new Map([['database', { base, authorize }]]);
  return { core, targets, lines, log: (/** @type {object} */ line) => void lines.push(line) };
}

/**
 * Performs one effect; the event it led to.
 * @param {object} effect
 * @param {string} [base]
 * @param {(renew: boolean) => Promise<Record<string, string>>} [authorize]
 */
async function eventAfter(effect, base, authorize) {
  const host = hostOf(({ type }) => [type === 'started' ? effect : FINISH], base, authorize);
  await runInvocation(host, STARTED, MAPPING);
  return host.core.seen[1];
}

test('the first event carries clock, seed, instance and the mapping as its body', async () => {
  const host = hostOf(() => [FINISH]);
  const finish = await runInvocation(host, STARTED, MAPPING);
  assert.deepEqual(finish, FINISH);
  const [{ event, body }] = host.core.seen;
  assert.equal(body, MAPPING);
  assert.deepEqual([event.type, event.job], ['started', 'sync']);
  assert.ok(Number.isInteger(event.now_ms) && event.now_ms < 1000);
  assert.match(event.seed, /^[0-9a-f]{16}$/);
  assert.match(event.instance, /^[0-9a-f-]{36}$/);
});

test('no two invocations share seed or instance, unless told to', async () => {
  const host = hostOf(() => [FINISH]);
  await runInvocation(host, STARTED, MAPPING);
  const other = hostOf(() => [FINISH]);
  await runInvocation(other, STARTED, MAPPING);
  const [a, b] = [host, other].map(({ core }) => core.seen[0].event);
  assert.notEqual(a.seed, b.seed);
  assert.notEqual(a.instance, b.instance);
  const told = hostOf(() => [FINISH]);
  const fixed = { seed: '0123456789abcdef', instance: 'fixed' };
  await runInvocation(told, { ...STARTED, ...fixed }, MAPPING);
  const { seed, instance } = told.core.seen[0].event;
  assert.deepEqual({ seed, instance }, fixed);
});

test('a request goes out with its credentials, the answer comes in as bytes', async (t) => {
  /** @type {any} */
  let seen;
  const { url } = await serve(t, async (request, response) => {
    seen = { headers: request.headers, path: request.url, body: await textOf(request) };
    const headers = { 'content-type': 'application/json', 'retry-after': '3', etag: 'x' };
    response.writeHead(503, headers).end('{"busy":true}');
  });
  const { event, body } = await eventAfter(fetchEffect(), `${url}/base`);
  assert.equal(seen.path, '/base/rest/v1/rpc/sync_claim');
  assert.equal(seen.headers.apikey, 'key');
  assert.equal(seen.headers['content-type'], 'application/json');
  assert.equal(seen.body, '{"p_source":"a"}');
  const { now_ms: now, headers, ...rest } = event;
  assert.ok(Number.isInteger(now) && now >= 0);
  assert.deepEqual(rest, { type: 'response', id: 1, status: 503 });
  const { date, ...others } = headers;
  assert.ok(Date.parse(date) > 0);
  assert.deepEqual(others, { 'content-type': 'application/json', 'retry-after': '3' });
  assert.equal(new TextDecoder().decode(body ?? undefined), '{"busy":true}');
});

test('the core cannot take the place of the credentials', async (t) => {
  /** @type {any} */
  let key;
  const { url } = await serve(t, (request, response) => {
    key = request.headers.apikey;
    response.end();
  });
  await eventAfter(fetchEffect({ headers: { apikey: 'forged' } }), url);
  assert.equal(key, 'key');
});

test('each way to get no answer is told by its name', async (t) => {
  const silent = await serve(t, () => undefined);
  const cut = await serve(t, (_request, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('half', () => response.destroy());
  });
  const huge = await serve(t, (_request, response) => response.end('x'.repeat(1001)));
  const gone = await serve(t, (request) => request.socket.destroy());
  const why = async (/** @type {string} */ base, changes = {}) => {
    const { event, body } = await eventAfter(fetchEffect(changes), base);
    assert.deepEqual([event.type, event.id, body], ['no_response', 1, null]);
    assert.equal(typeof event.message, 'string');
    return event.why;
  };
  assert.equal(await why(silent.url, { timeout_ms: 50 }), 'timeout');
  assert.equal(await why(cut.url), 'cut_off');
  assert.equal(await why(huge.url), 'too_large');
  assert.equal(await why(gone.url), 'network');
});

test('a refusal of the credentials is told apart from an outage of their endpoint', async () => {
  const whyOf = async (/** @type {Error} */ error) => {
    const { event } = await eventAfter(fetchEffect(), undefined, () => Promise.reject(error));
    return [event.why, event.message];
  };
  const refused = new CredentialsError('token_refused', 'revoked');
  assert.deepEqual(await whyOf(refused), ['credentials', 'revoked']);
  const away = new CredentialsError('token_unreachable', 'away');
  assert.deepEqual(await whyOf(away), ['network', 'away']);
  const unknown = ['credentials', 'the credentials could not be made'];
  assert.deepEqual(await whyOf(new Error('secret inside')), unknown);
});

test('credentials are renewed when the effect says so', async (t) => {
  const { url } = await serve(t, (_request, response) => response.end());
  /** @type {boolean[]} */
  const renewals = [];
  const authorize = async (/** @type {boolean} */ renew) => {
    renewals.push(renew);
    return {};
  };
  await eventAfter(fetchEffect(), url, authorize);
  await eventAfter(fetchEffect({ renew_credentials: true }), url, authorize);
  assert.deepEqual(renewals, [false, true]);
});

test('a path that leads elsewhere is refused, and nothing is sent', async () => {
  const base = 'https://project.supabase.co/api';
  assert.equal(resolvePath(base, '/rest/v1/a?b=c'), `${base}/rest/v1/a?b=c`);
  assert.equal(resolvePath(base, '//evil.example/a'), `${base}//evil.example/a`);
  for (const path of ['@evil.example/', '.evil.example/', ':1/', '/../b', '/%2e%2e/b', 'x', '']) {
    assert.equal(resolvePath(base, path), null, path);
  }
  const host = hostOf(() => [fetchEffect({ path: '@evil.example/' })], base);
  const finish = await runInvocation(host, STARTED, MAPPING);
  assert.equal(finish.outcome, 'failed');
  assert.equal(finish.document.cause?.code, 'effect_refused');
});

test('an unknown target or effect ends the invocation', async () => {
  for (const effect of [fetchEffect({ target: 'other' }), { type: 'format_disk' }]) {
    const finish = await runInvocation(
      hostOf(() => [effect]),
      STARTED,
      MAPPING,
    );
    assert.equal(finish.document.cause?.code, 'effect_refused');
  }
});

test('a wait ends with a timer event, not before its time', async () => {
  const { event } = await eventAfter({ type: 'wait', id: 7, ms: 40 });
  assert.deepEqual([event.type, event.id], ['timer', 7]);
  assert.ok(event.now_ms >= 39, `${event.now_ms}`);
});

test('a wait longer than timers can be does not end at once', async (t) => {
  const { url } = await serve(t, (_request, response) => response.end());
  const host = hostOf(({ type }) => {
    if (type !== 'started') return [FINISH];
    return [{ type: 'wait', id: 2, ms: 2 ** 31 }, fetchEffect()];
  }, url);
  await runInvocation(host, STARTED, MAPPING);
  assert.deepEqual(
    host.core.seen.map(({ event }) => event.type),
    ['started', 'response'],
  );
});

test('events reach the core one at a time, in the order of their arrival', async (t) => {
  const { url } = await serve(t, (request, response) => {
    const ms = Number(new URL(request.url ?? '', 'http://x').searchParams.get('ms'));
    setTimeout(() => response.end(), ms);
  });
  let answered = 0;
  const paths = ['/a?ms=120', '/a?ms=10', '/a?ms=60'];
  const host = hostOf(({ type }) => {
    if (type === 'started') return paths.map((path, id) => fetchEffect({ id, path }));
    answered += 1;
    return answered === 3 ? [FINISH] : [];
  }, url);
  await runInvocation(host, STARTED, MAPPING);
  assert.deepEqual(
    host.core.seen.slice(1).map(({ event }) => event.id),
    [1, 2, 0],
  );
});

test('after finish no timer, no request and no event is left', async (t) => {
  /** @type {Promise<unknown> | undefined} */
  let requestClosed;
  /** @type {() => void} */
  let reached = () => undefined;
  const arrival = new Promise((resolve) => (reached = () => resolve(undefined)));
  const { url } = await serve(t, (_request, response) => {
    requestClosed = once(response, 'close');
    reached();
  });
  const host = hostOf(({ type }) => {
    if (type === 'timer') return [FINISH, { type: 'wait', id: 4, ms: 1 }];
    return [fetchEffect(), { type: 'wait', id: 2, ms: 200 }, { type: 'wait', id: 3, ms: 60_000 }];
  }, url);
  const finish = runInvocation(host, STARTED, MAPPING);
  await arrival;
  await finish;
  await requestClosed;
  assert.equal(host.core.seen.length, 2);
  assert.equal(host.core.generation, 1);
});

test('a trap ends the invocation as core_trap, and late answers stay outside', async (t) => {
  const { url } = await serve(t, (_request, response) => response.end());
  const host = hostOf(({ type }) => {
    if (type !== 'started') throw new CoreError('trap', 'unreachable');
    return [fetchEffect({ id: 1 }), fetchEffect({ id: 2 })];
  }, url);
  const finish = await runInvocation(host, STARTED, MAPPING);
  const cause = { code: 'core_trap', message: 'unreachable' };
  assert.deepEqual(finish, { type: 'finish', outcome: 'failed', document: { cause } });
  const [line] = host.lines;
  assert.deepEqual([line.level, line.event, line.job], ['error', 'core_trap', 'sync']);
  assert.deepEqual([line.fields.on, line.fields.message], ['response', 'unreachable']);
  assert.equal(host.core.seen.length, 2);
});

test('whatever else the core throws counts as a trap', async () => {
  const host = hostOf(() => {
    throw new RangeError('Maximum call stack size exceeded');
  });
  const finish = await runInvocation(host, STARTED, MAPPING);
  assert.equal(finish.document.cause?.code, 'core_trap');
});

test('an answer for an instance that is gone never reaches its successor', async (t) => {
  const { url } = await serve(t, (_request, response) => response.end());
  const host = hostOf(() => [fetchEffect()], url);
  const running = runInvocation(host, STARTED, MAPPING);
  host.core.drop();
  assert.equal((await running).document.cause?.code, 'core_lost');
  assert.equal(host.core.seen.length, 1);
});

test('a host that goes down ends the invocation at once', async () => {
  const stop = new AbortController();
  const host = hostOf(() => [{ type: 'wait', id: 1, ms: 60_000 }]);
  const running = runInvocation({ ...host, signal: stop.signal }, STARTED, MAPPING);
  stop.abort();
  assert.equal((await running).document.cause?.code, 'host_stopped');
  const late = await runInvocation({ ...host, signal: stop.signal }, STARTED, MAPPING);
  assert.equal(late.document.cause?.code, 'host_stopped');
  assert.equal(host.core.seen.length, 1);
});

test('log lines carry the invocation, its job and, once known, its run', async () => {
  const log = (/** @type {string} */ event, /** @type {object} */ fields) => ({
    type: 'log',
    level: 'info',
    event,
    fields,
  });
  const host = hostOf(() => [
    log('claiming', {}),
    log('claimed', { sync_id: 'run-1' }),
    log('reading', { rows: 5 }),
    FINISH,
  ]);
  await runInvocation(host, { ...STARTED, instance: 'i' }, MAPPING);
  const ids = { level: 'info', instance: 'i', job: 'sync' };
  assert.deepEqual(host.lines.slice(0, 3), [
    { ...ids, event: 'claiming', sync_id: undefined, fields: {} },
    { ...ids, event: 'claimed', sync_id: 'run-1', fields: { sync_id: 'run-1' } },
    { ...ids, event: 'reading', sync_id: 'run-1', fields: { rows: 5 } },
  ]);
  assert.equal(host.lines[3].event, 'invocation_ended');
});
