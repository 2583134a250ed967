// The environment is read completely, judged completely and never quoted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigurationError, readConfiguration } from '../../functions/app/configuration.js';
import { serviceKeyHeaders } from '../../functions/app/targets.js';
import { API_TOKEN, READ_TOKEN, SECRET_KEY, environment, keyFile } from './support.js';

/**
 * @param {Record<string, string | undefined>} changes
 * @param {{ http?: boolean }} [options]
 * @returns {Promise<string[]>}
 */
async function problemsOf(changes, options) {
  try {
    await readConfiguration(environment(changes), options);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, String(error));
    return error.problems;
  }
}

/** @param {Record<string, unknown>} claims */
function jwt(claims) {
  const part = (/** @type {object} */ value) =>
    Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256' })}.${part(claims)}.c2lnbmF0dXJl`;
}

test('a complete environment gives the documented defaults', async () => {
  const configuration = await readConfiguration(environment());
  assert.deepEqual(configuration.options, {
    batch_size: 500,
    rate_limit: 10,
    sheets_rate_limit: 50,
    retry_attempts: 3,
    retry_delay_ms: 1000,
    breaker_threshold: 5,
    breaker_timeout_ms: 60_000,
    lease_ms: 60_000,
    timeout_ms: 30_000,
  });
  assert.equal(configuration.google.endpoint, 'https://sheets.googleapis.com');
  assert.deepEqual(configuration.tokens, { api: API_TOKEN, read: READ_TOKEN, cron: undefined });
  assert.deepEqual(configuration.corsOrigins, []);
  assert.deepEqual(configuration.budgets, {});
  assert.equal(configuration.selfUrl, undefined);
  assert.equal(configuration.intervalMs, 300_000);
  assert.equal(configuration.keepDays, 90);
  assert.equal(configuration.concurrency, 2);
  assert.equal(configuration.port, 8787);
  assert.equal(configuration.spreadsheetId, undefined);
});

test('every variable arrives where it belongs', async () => {
  const configuration = await readConfiguration(
    environment({
      SUPABASE_URL: ' https://host.example/supabase/ \n',
      GOOGLE_SHEETS_ENDPOINT: 'http://127.0.0.1:9999/',
      SYNC_SPREADSHEET_ID: '1AbC-d_E',
      SYNC_MAPPING: './mapping.json',
      SYNC_ALERT_WEBHOOK_URL: 'https://hooks.example/a?b=c',
      SYNC_HEARTBEAT_URL: 'https://beat.example/x/',
      SYNC_CONCURRENCY: '4',
      PORT: '0',
      SYNC_BATCH_SIZE: '1000',
      SYNC_RATE_LIMIT: '25',
      SYNC_RETRY_ATTEMPTS: '5',
      SYNC_RETRY_DELAY: '250',
      SYNC_CIRCUIT_BREAKER_THRESHOLD: '7',
      SYNC_CIRCUIT_BREAKER_TIMEOUT: '1500',
    }),
  );
  assert.equal(configuration.supabase.url, 'https://host.example/supabase');
  assert.equal(configuration.google.endpoint, 'http://127.0.0.1:9999');
  assert.equal(configuration.spreadsheetId, '1AbC-d_E');
  assert.equal(configuration.mapping, './mapping.json');
  assert.equal(configuration.alertWebhookUrl, 'https://hooks.example/a?b=c');
  assert.equal(configuration.heartbeatUrl, 'https://beat.example/x/');
  assert.deepEqual([configuration.concurrency, configuration.port], [4, 0]);
  const { options } = configuration;
  assert.deepEqual([options.batch_size, options.rate_limit, options.retry_attempts], [1000, 25, 5]);
  assert.deepEqual([options.retry_delay_ms, options.breaker_threshold], [250, 7]);
  assert.equal(options.breaker_timeout_ms, 1500);
});

test('an empty environment names every missing variable in one message', async () => {
  const required = ['SUPABASE_URL', 'SUPABASE_SERVICE_ROLE_KEY', 'GOOGLE_SERVICE_ACCOUNT_JSON'];
  await assert.rejects(readConfiguration({}), (/** @type {ConfigurationError} */ error) => {
    const problems = [...required, 'SYNC_API_TOKEN'].map((name) => `${name} is not set`);
    assert.deepEqual(error.problems, problems);
    for (const problem of problems) assert.ok(error.message.includes(problem));
    return true;
  });
});

test('blank counts as missing', async () => {
  assert.deepEqual(await problemsOf({ SUPABASE_URL: ' ' }), ['SUPABASE_URL is not set']);
});

test('as a library no token is needed', async () => {
  const none = { SYNC_API_TOKEN: undefined, SYNC_READ_TOKEN: undefined };
  assert.deepEqual(await problemsOf(none, { http: false }), []);
  assert.deepEqual(await problemsOf(none), ['SYNC_API_TOKEN is not set']);
});

test('all problems are listed at once and no value is repeated', async () => {
  const bad = {
    SUPABASE_URL: 'http://leaked-host.example',
    SUPABASE_SERVICE_ROLE_KEY: 'leaked-service-key',
    GOOGLE_SERVICE_ACCOUNT_JSON: '{"private_key":"leaked-private-key"}',
    GOOGLE_SHEETS_ENDPOINT: 'ftp://leaked-endpoint',
    SYNC_API_TOKEN: 'leaked-token',
    SYNC_READ_TOKEN: 'leaked token with spaces',
    SYNC_SPREADSHEET_ID: 'https://docs.google.com/leaked-sheet',
    SYNC_ALERT_WEBHOOK_URL: 'leaked-webhook',
    SYNC_HEARTBEAT_URL: 'https://leaked-user:leaked-password@beat.example',
    SYNC_CONCURRENCY: '0-leaked',
    PORT: '65536',
    SYNC_BATCH_SIZE: '1001',
    SYNC_RATE_LIMIT: '0',
    SYNC_RETRY_ATTEMPTS: '-1',
    SYNC_RETRY_DELAY: '1e3',
    SYNC_CIRCUIT_BREAKER_THRESHOLD: '1.5',
    SYNC_CIRCUIT_BREAKER_TIMEOUT: 'leaked',
  };
  const problems = await problemsOf(bad);
  const named = problems.map((problem) => problem.split(' ')[0]);
  assert.deepEqual(named.sort(), Object.keys(bad).sort());
  assert.ok(!problems.join('\n').includes('leaked'), problems.join('\n'));
});

test('only https is spoken, except on this machine', async () => {
  for (const url of [
    'http://127.0.0.1:5',
    'http://localhost:5',
    'http://[::1]:5',
    'https://x.co',
  ]) {
    assert.deepEqual(await problemsOf({ SUPABASE_URL: url }), [], url);
  }
  for (const url of ['http://x.co', 'http://127.0.0.1.x.co', 'http://localhost.x.co', 'x.co']) {
    assert.equal((await problemsOf({ SUPABASE_URL: url })).length, 1, url);
  }
});

test('an address that paths are appended to has neither query nor fragment', async () => {
  for (const url of ['https://x.co/?a=b', 'https://x.co/#a', 'https://x.co/rest/v1/']) {
    assert.equal((await problemsOf({ SUPABASE_URL: url })).length, 1, url);
  }
  const { supabase } = await readConfiguration(environment({ SUPABASE_URL: 'https://x.co/?' }));
  assert.equal(supabase.url, 'https://x.co');
});

test('both kinds of service key are accepted, each in its own headers', async () => {
  const legacy = jwt({ role: 'service_role' });
  assert.deepEqual(await problemsOf({ SUPABASE_SERVICE_ROLE_KEY: legacy }), []);
  const authorization = `Bearer ${legacy}`;
  assert.deepEqual(serviceKeyHeaders(legacy), { apikey: legacy, authorization });
  assert.deepEqual(serviceKeyHeaders(SECRET_KEY), { apikey: SECRET_KEY });
});

test('the key of the wrong role is told apart from a broken one', async () => {
  const told = async (/** @type {string} */ key) =>
    (await problemsOf({ SUPABASE_SERVICE_ROLE_KEY: key }))[0];
  assert.match(await told(jwt({ role: 'anon' })), /is the key of role anon/);
  assert.match(await told('sb_publishable_x'), /is a publishable key/);
  assert.match(await told('a key'), /is neither a JWT nor/);
});

test('a read token that opens everything is refused', async () => {
  assert.deepEqual(await problemsOf({ SYNC_READ_TOKEN: API_TOKEN }), [
    'SYNC_READ_TOKEN must differ from SYNC_API_TOKEN',
  ]);
});

test('what is wrong with the service-account key is named', async () => {
  const text = JSON.stringify(keyFile({ client_email: undefined }));
  const [problem] = await problemsOf({ GOOGLE_SERVICE_ACCOUNT_JSON: text });
  assert.match(problem, /^GOOGLE_SERVICE_ACCOUNT_JSON .*it has no "client_email"/);
});
