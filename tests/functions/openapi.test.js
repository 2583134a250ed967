// The OpenAPI document is valid, describes every route and no other, and real answers of the
// application on real services are what it says: status, media type, headers, every field.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { createApp } from '../../functions/app/app.js';
import { boot } from '../../functions/app/boot.js';
import { VERSION } from '../../functions/app/version.js';
import { loadCore } from '../../wasm/js/load-node.js';
import { startTestStack } from '../e2e/support.js';
import { filesIn, textOf } from '../tidy/source-text.js';
import { API_TOKEN, JSON_TYPE, MADE_AT_START, METHODS, ajv, produced } from './openapi-support.js';
import { assertDescribed, callerOf, initOf, operations, pathFor } from './openapi-support.js';
import { schemaAt, specification } from './openapi-support.js';
import { CRON_SECRET, ROOT, SYNC_ID } from './security-support.js';
import { READ_TOKEN, closedAddress, serve } from './support.js';

describe('the document', () => {
  test('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(specification));
    assert.ok(valid, JSON.stringify(errors));
    assert.equal(validator.version, '3.1');
  });

  test('is of the version of the package', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    assert.deepEqual([VERSION, specification.info.version], [version, version]);
  });

  test('describes every route of the application, and no other', () => {
    const routes = filesIn(['functions/app/routes'], ['.js']).flatMap((file) => [
      ...textOf(file).matchAll(/\$\{(ROOT|BASE)\}((?:\/:?[\w.]+)+)`/g),
    ]);
    const paths = routes
      .map(([, base, rest]) => (base === 'ROOT' ? '/api/sync/:source' : '/api/sync') + rest)
      .filter((path) => path !== '/api/sync/:source')
      .map((path) => path.replaceAll(/:(\w+)/g, '{$1}'));
    assert.ok(paths.length > 10, paths.join());
    assert.deepEqual([...new Set(paths)].sort(), Object.keys(specification.paths).sort());
  });

  test('names each operation once, and refers to nothing that is not there', () => {
    const ids = operations.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const [, name] of JSON.stringify(specification).matchAll(
      /"#\/components\/schemas\/(\w+)"/g,
    )) {
      assert.ok(specification.components.schemas[name], name);
    }
  });

  test('closes every object, so that no field can be forgotten', () => {
    /** @type {string[]} */
    const open = [];
    const walk = (/** @type {any} */ value, /** @type {string} */ place) => {
      if (value === null || typeof value !== 'object') return;
      if (value.type === 'object' && value.additionalProperties !== false) open.push(place);
      for (const [name, inner] of Object.entries(value)) walk(inner, `${place}/${name}`);
    };
    walk(specification.components.schemas, '');
    assert.deepEqual(open, ['/OpenApi'], 'the document itself alone is described elsewhere');
  });
});

describe('answers of the application', () => {
  /** @type {import('../e2e/support.js').TestStack} */
  let stack;
  /** @type {Promise<unknown>[]} */
  const working = [];

  /** @param {Partial<Parameters<typeof createApp>[0]>} [changes] */
  const deploy = (changes) =>
    callerOf(
      createApp({
        module: loadCore(),
        configuration: stack.configuration,
        mappings: [stack.mapping],
        log: () => undefined,
        waitUntil: (work) => void working.push(work),
        ...changes,
      }),
    );
  /** @type {ReturnType<typeof deploy>} */
  let call;
  /** Its work ends with the answer; what is recorded waits for the tick. @type {typeof call} */
  let patient;

  /** @param {object} body @param {typeof call} [by] */
  const post = (body, by = call) =>
    by(`${ROOT}/manual`, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) });
  /** @param {string} action @param {number[]} ids @param {typeof call} [by] */
  const postIds = (action, ids, by = call) => {
    const init = { method: 'POST', headers: JSON_TYPE, body: JSON.stringify({ ids }) };
    return by(`${ROOT}/errors/${action}`, init);
  };
  const settled = () => Promise.all(working.splice(0));
  /** @param {string} syncId */
  const statusOf = async (syncId) =>
    assertDescribed('readStatus', await call(`${ROOT}/status/${syncId}`), 200);
  const clear = () => stack.backend.sql`delete from public.sync_runs`;

  before(async () => {
    const environment = {
      SYNC_API_TOKEN: API_TOKEN,
      SYNC_READ_TOKEN: READ_TOKEN,
      CRON_SECRET,
      SYNC_RETRY_ATTEMPTS: '1',
    };
    stack = await startTestStack({ rows: 300, seed: 11, environment });
    call = deploy();
    patient = deploy({ waitUntil: undefined });
  });
  after(() => stack?.stop());

  test('before and after the first run, health is as described', async () => {
    const first = await assertDescribed('readHealth', await call(`${ROOT}/health`), 200);
    assert.equal(first.status, 'degraded');
    const { syncId } = await assertDescribed('requestRun', await post({}), 202);
    assert.equal((await statusOf(syncId)).status, 'in_progress');
    const during = await assertDescribed('readHealth', await call(`${ROOT}/health`), 200);
    assert.equal(during.running.syncId, syncId);
    await settled();
    const status = await statusOf(syncId);
    assert.equal(status.status, 'completed');
    assert.ok(status.errors.length > 0 && status.report.unmapped_headers);
    const health = await assertDescribed('readHealth', await call(`${ROOT}/health`), 200);
    assert.deepEqual(Object.keys(health.circuits).sort(), ['database', 'sheets']);
    const overview = await call('/api/sync/health', { token: READ_TOKEN });
    const { sources } = await assertDescribed('readOverview', overview, 200);
    assert.equal(sources[0].source, 'property-listings');
  });

  test('runs of every status are as described', async () => {
    const { syncId: open } = await assertDescribed('requestRun', await post({}, patient), 202);
    const chosen = await post({ propertyNumbers: ['AA99999'], batchSize: 7 }, patient);
    const { syncId: selective } = await assertDescribed('requestRun', chosen, 202);
    const { syncId: queued } = await assertDescribed('requestRun', await post({}, patient), 202);
    const { syncId: dry } = await assertDescribed(
      'requestRun',
      await post({ dryRun: true }, patient),
      202,
    );
    assert.equal((await statusOf(queued)).status, 'queued');
    const { syncId: forced } = await assertDescribed(
      'requestRun',
      await post({ force: true }),
      202,
    );
    await settled();
    assert.equal((await statusOf(open)).status, 'cancelled');
    for (const syncId of [selective, queued, dry, forced]) {
      assert.equal((await statusOf(syncId)).status, 'completed');
    }
    stack.sheets.failNext({ kind: 'batchGet', times: 9, status: 403, body: '{}' });
    const { syncId: failing } = await assertDescribed('requestRun', await post({}), 202);
    await settled();
    stack.sheets.clearFaults();
    const failed = await statusOf(failing);
    assert.deepEqual([failed.status, typeof failed.cause.message], ['failed', 'string']);
  });

  test('circuits that have changed are as described', async () => {
    stack.sheets.spoil(() => ({ status: 503, body: '' }));
    let health = { circuitBreakerState: 'closed', circuits: { sheets: { transitions: [] } } };
    for (let i = 0; i < 20 && health.circuitBreakerState === 'closed'; i += 1) {
      await stack.backend.sql`update public.sync_runs set resume_at = null`; // no pause in between
      await patient(`${ROOT}/scheduled`);
      health = await assertDescribed('readHealth', await call(`${ROOT}/health`), 200);
    }
    stack.sheets.clearFaults();
    assert.equal(health.circuitBreakerState, 'open');
    assert.ok(health.circuits.sheets.transitions.length > 0);
    await stack.backend.sql`update public.sync_state set circuits = null`;
    await clear();
  });

  test('too many requests are 429, with the time to wait', async () => {
    const forced = await post({ force: true }, patient);
    await assertDescribed('requestRun', forced, 202);
    const again = await post({ force: true }, patient);
    await assertDescribed('requestRun', again, 429, 'force_too_soon');
    assert.ok(Number(again.headers.get('retry-after')) > 0);
    for (let i = 0; i < 100; i += 1) await post({ propertyNumbers: [`AA${i}`] }, patient);
    const full = await post({ propertyNumbers: ['AA101'] }, patient);
    await assertDescribed('requestRun', full, 429, 'queue_full');
    const { errors } = await (await call(`${ROOT}/errors?limit=1000`)).json();
    const withNumber = errors.filter((/** @type {any} */ entry) => entry.propertyNumber !== null);
    const retried = await postIds('retry', [withNumber[0].id], patient);
    await assertDescribed('retryErrors', retried, 429, 'queue_full');
    await clear();
  });

  test('what can be read of it afterwards is as described', async () => {
    for (let n = 0; n < 3; n += 1) await post({}).then(settled);
    const limited = await call(`${ROOT}/history?limit=2`, { token: READ_TOKEN });
    const { runs, nextBefore } = await assertDescribed('readHistory', limited, 200);
    assert.equal(runs.length, 2);
    const next = await call(`${ROOT}/history?before=${nextBefore}`);
    assert.equal((await assertDescribed('readHistory', next, 200)).runs.length, 1);
    for (const state of ['open', 'ignored', 'resolved']) {
      await assertDescribed('readErrors', await call(`${ROOT}/errors?state=${state}`), 200);
    }
    const { errors } = await assertDescribed('readErrors', await call(`${ROOT}/errors`), 200);
    const ids = errors.map((/** @type {{ id: number }} */ { id }) => id);
    for (const action of ['ignore', 'reopen', 'resolve']) {
      const changed = await postIds(action, ids);
      assert.deepEqual(await assertDescribed(`${action}Errors`, changed, 200), {
        changed: ids.length,
      });
    }
    const nothing = await postIds('retry', ids);
    await assertDescribed('retryErrors', nothing, 409, 'nothing_to_retry');
    await postIds('reopen', ids);
    await assertDescribed('retryErrors', await postIds('retry', ids, patient), 202);
    await clear();
    const sheet = await assertDescribed('readSheet', await call(`${ROOT}/sheet`), 200);
    assert.equal(sheet.problem, null);
    stack.sheets.failNext({ status: 403, body: '{}' });
    const unread = await assertDescribed('readSheet', await call(`${ROOT}/sheet`), 200);
    assert.deepEqual([unread.gid, unread.columns[0].letter], [null, null]);
    await assertDescribed('listSources', await call('/api/sync/sources'), 200);
    for (const state of ['open', 'all']) {
      await assertDescribed('readAlerts', await call(`${ROOT}/alerts?state=${state}`), 200);
    }
  });

  test('whoever asks again with the tag hears that nothing has changed', async () => {
    const { syncId } = await assertDescribed('requestRun', await post({}), 202);
    await settled();
    const tagged = operations.filter(({ responses }) => responses[304]);
    assert.ok(tagged.length > 8);
    for (const { id, path } of tagged) {
      const place = pathFor(path).replace(SYNC_ID, syncId);
      const response = await call(place);
      const etag = response.headers.get('etag') ?? assert.fail(`${id} has no tag`);
      await assertDescribed(id, response, 200);
      await assertDescribed(id, await call(place, { headers: { 'if-none-match': etag } }), 304);
    }
    const events = await call(`${ROOT}/status/${syncId}/events`);
    await assertDescribed('followStatus', events, 200);
    const buffered = deploy({ streams: false });
    const refused = await buffered(`${ROOT}/status/${syncId}/events`);
    await assertDescribed('followStatus', refused, 406, 'no_stream');
    await clear();
  });

  test('a test of the webhook, where there is one', async (t) => {
    const path = `${ROOT}/alerts/test`;
    const without = await call(path, { method: 'POST' });
    await assertDescribed('testAlert', without, 409, 'alerts_not_configured');
    let status = 200;
    const { url } = await serve(t, (_request, response) => response.writeHead(status).end());
    const { configuration } = stack;
    const alerting = deploy({ configuration: { ...configuration, alertWebhookUrl: url } });
    await assertDescribed('testAlert', await alerting(path, { method: 'POST' }), 200);
    status = 400;
    const failed = await alerting(path, { method: 'POST' });
    await assertDescribed('testAlert', failed, 502, 'alert_not_delivered');
  });

  test('the tick and what is handed on, at once or after the work', async () => {
    const body = JSON.stringify({ link: 10, opens: true });
    const task = { method: 'POST', headers: JSON_TYPE, body };
    for (const { id, path, method } of operations.filter(({ id }) => id.startsWith('tick'))) {
      const token = CRON_SECRET;
      const done = await assertDescribed(id, await patient(pathFor(path), { method, token }), 200);
      assert.equal(done.status, 'done');
      await assertDescribed(id, await call(pathFor(path), { method, token }), 202);
      await settled();
    }
    await assertDescribed('continueWork', await patient(`${ROOT}/continue`, task), 200);
    await assertDescribed('continueWork', await call(`${ROOT}/continue`, task), 202);
    await settled();
  });

  test('the document itself, by a token that reads', async () => {
    const response = await call(`${ROOT}/openapi.json`, { token: READ_TOKEN });
    assert.deepEqual(await assertDescribed('readOpenApi', response, 200), specification);
  });

  test('a body that is wrong', async () => {
    for (const { id, path } of operations.filter(({ requestBody }) => requestBody)) {
      const send = (/** @type {string} */ body, headers = JSON_TYPE) =>
        call(pathFor(path), { method: 'POST', headers, body });
      for (const body of ['{', '[]', '{"no":1}', '{"link":11,"batchSize":0,"ids":[0]}']) {
        await assertDescribed(id, await send(body), 400, 'invalid_request');
      }
      await assertDescribed(id, await send('x'.repeat(70_000)), 413, 'body_too_large');
      const asText = { 'content-type': 'text/plain' };
      await assertDescribed(id, await send('{}', asText), 415, 'unsupported_media_type');
    }
    for (const [id, place] of [
      ['readStatus', 'status/5'],
      ['followStatus', 'status/5/events'],
      ['readHistory', 'history?limit=0'],
      ['readErrors', 'errors?state=closed'],
      ['readAlerts', 'alerts?after=1'],
    ]) {
      await assertDescribed(id, await call(`${ROOT}/${place}`), 400, 'invalid_request');
    }
  });

  test('request bodies that the document allows are those the application takes', async () => {
    const validate = schemaAt('components', 'schemas', 'RunRequest');
    /** @type {object[]} */
    const bodies = [{}, { force: false, dryRun: false }, { batchSize: 1 }, { batchSize: 1000 }];
    /** @type {object[]} */
    const wrong = [[], { batchSize: 0 }, { batchSize: 1001 }, { batchSize: null }, { force: 1 }];
    bodies.push({ propertyNumbers: ['物'.repeat(64)] });
    wrong.push({ propertyNumbers: [] }, { propertyNumbers: [''] }, { dryrun: true });
    wrong.push({ propertyNumbers: ['x'.repeat(65)] }, { propertyNumbers: Array(1001).fill('A') });
    for (const body of bodies) {
      assert.deepEqual([(await post(body, patient)).status, validate(body)], [202, true]);
    }
    for (const body of wrong) {
      assert.deepEqual([(await post(body, patient)).status, validate(body)], [400, false]);
    }
    await clear();
  });

  test('what every operation may refuse: who calls, where, and how much', async () => {
    for (const { id, path, method, security } of operations) {
      const init = { method };
      const place = pathFor(path);
      await assertDescribed(id, await call(place, { ...init, token: null }), 401, 'unauthorized');
      const names = security.flatMap((one) => Object.keys(one));
      const foreign = names.includes('readToken') ? CRON_SECRET : READ_TOKEN;
      await assertDescribed(id, await call(place, { ...init, token: foreign }), 403, 'forbidden');
      if (path.includes('{source}')) {
        const other = place.replace('property-listings', 'no-such-source');
        await assertDescribed(id, await call(other, init), 404, 'not_found');
      }
      const long = await call(`${place}?${'x'.repeat(2048)}`, init);
      await assertDescribed(id, long, 414, 'uri_too_long');
      const large = { ...init, headers: { 'x-large': 'x'.repeat(16_384) } };
      await assertDescribed(id, await call(place, large), 431, 'headers_too_large');
    }
    for (const [id, end] of [
      ['readStatus', ''],
      ['followStatus', '/events'],
    ]) {
      const unknown = await call(`${ROOT}/status/${SYNC_ID}${end}`);
      await assertDescribed(id, unknown, 404, 'unknown_run');
    }
  });

  test('each security scheme of an operation opens it, and no other token', async () => {
    const tokens = { apiToken: API_TOKEN, readToken: READ_TOKEN, cronSecret: CRON_SECRET };
    for (const { id, path, method, security } of operations) {
      const named = security.flatMap((one) => Object.keys(one));
      for (const [name, token] of Object.entries(tokens)) {
        const { status } = await call(pathFor(path), { method, token });
        assert.equal(status === 403, !named.includes(name), `${id} by ${name}: ${status}`);
        assert.notEqual(status, 401);
      }
      await settled();
    }
    await clear();
  });

  test('another method is 405 and told which there are, on every path', async () => {
    const validate = schemaAt(
      ...['components', 'responses', 'MethodNotAllowed', 'content'],
      ...['application/problem+json', 'schema'],
    );
    for (const path of Object.keys(specification.paths)) {
      const own = operations.filter((one) => one.path === path).map(({ method }) => method);
      const isTick = path.endsWith('/scheduled');
      const answered = own.includes('GET') && !isTick ? [...own, 'HEAD'] : own;
      const allow = [...answered, 'OPTIONS'].join(', ');
      const options = await call(pathFor(path), { method: 'OPTIONS', token: null });
      assert.deepEqual([options.status, options.headers.get('allow')], [204, allow]);
      for (const method of METHODS.filter((one) => one !== 'HEAD' && !own.includes(one))) {
        const refused = await call(pathFor(path), { method });
        assert.deepEqual([refused.status, refused.headers.get('allow')], [405, allow]);
        assert.ok(validate(await refused.json()), ajv.errorsText(validate.errors));
      }
    }
  });

  test('a database that refuses, is away, or knows no such source', async () => {
    const asking = operations.filter(({ responses }) =>
      JSON.stringify(responses[502] ?? '').includes('database_refused'),
    );
    assert.equal(asking.length, 14);
    for (const operation of asking) {
      const { id, path } = operation;
      const body = { code: '42501', message: 'permission denied for table x' };
      stack.backend.failNext({ status: 403, body });
      const refused = await patient(pathFor(path), initOf(operation));
      await assertDescribed(id, refused, 502, 'database_refused');
    }
    const url = await closedAddress();
    const { configuration } = stack;
    const away = { ...configuration, supabase: { ...configuration.supabase, url } };
    const alone = deploy({ configuration: away });
    for (const operation of asking) {
      const { id, path } = operation;
      const answer = await assertDescribed(id, await alone(pathFor(path), initOf(operation)), 503);
      assert.equal(
        answer.code ?? answer.status,
        /Health|Over/.test(id) ? 'unknown' : 'database_unavailable',
      );
    }
    const text = new TextDecoder().decode(stack.mapping);
    const mapping = JSON.stringify({ ...JSON.parse(text), source: 'elsewhere' });
    const lost = deploy({ mappings: [new TextEncoder().encode(mapping)] });
    const nowhere = await lost('/api/sync/elsewhere/manual', { method: 'POST' });
    await assertDescribed('requestRun', nowhere, 503, 'unknown_source');
    const unregistered = await lost('/api/sync/health');
    assert.equal((await assertDescribed('readOverview', unregistered, 200)).status, 'unhealthy');
  });

  test('a host that is going down, an error inside, and no configuration', async () => {
    const stopped = deploy({ signal: AbortSignal.abort() });
    const broken = deploy({
      waitUntil: () => {
        throw new Error('inside');
      },
    });
    const empty = callerOf(
      boot({
        core: new Uint8Array(0),
        mappings: [],
        environment: {},
        platform: 'node',
        log: () => undefined,
      }),
    );
    for (const operation of operations) {
      const { id, path, responses } = operation;
      const place = pathFor(path);
      const init = initOf(operation);
      await assertDescribed(id, await empty(place, init), 503, 'not_configured');
      if (responses[502] || id === 'readSheet') {
        await assertDescribed(id, await stopped(place, init), 500, 'host_stopped');
      } else if (!MADE_AT_START.includes(id)) {
        await assertDescribed(id, await broken(place, init), 500, 'internal_error');
      }
    }
    await stack.backend.sql`delete from public.sync_runs`;
  });

  test('whatever the document says may be answered has been', () => {
    const missing = operations
      .flatMap(({ id, responses }) => Object.keys(responses).map((status) => `${id} ${status}`))
      .filter((one) => !produced.has(one));
    // These 400 come from adapters, for what is no Request; a document that is made at the start
    // has no error inside.
    const asked = ['readStatus', 'followStatus', 'readHistory', 'readErrors', 'readAlerts'];
    const expected = operations.flatMap(({ id, requestBody }) => [
      ...(requestBody || asked.includes(id) ? [] : [`${id} 400`]),
      ...(MADE_AT_START.includes(id) ? [`${id} 500`] : []),
    ]);
    assert.deepEqual(missing.sort(), expected.sort());
  });
});
