// Where requests go: to the configured addresses, with the credentials meant for each, whatever a
// mapping, a caller or an answer says.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createApp } from '../../functions/app/app.js';
import { ConfigurationError, readConfiguration } from '../../functions/app/configuration.js';
import { isTrustworthy } from '../../functions/app/endpoints.js';
import { resolvePath } from '../../functions/app/targets.js';
import { loadCore } from '../../wasm/js/load-node.js';
import { startTestStack } from '../e2e/support.js';
import { filesIn, textOf } from '../tidy/source-text.js';
import { ROOT, startApp } from './security-support.js';
import { API_TOKEN, environment, keyFile, serve, textOf as bodyOf } from './support.js';

/** @typedef {{ url: URL, method: string, headers: Headers, redirect?: string }} Asked */

const HOSTILE = [
  '../../x',
  '..',
  'a@evil.example',
  '@evil.example/x',
  '//evil.example/x',
  'x?alt=media',
  'x#y',
  'x/../../../rest/v1/rpc/sync_prune',
  'x\\..\\y',
  '%2e%2e%2fx',
  'x\r\nhost: evil.example',
  '\u202e物件\u0000',
  '.evil.example',
  ':80@evil.example',
];

describe('one run on real services', () => {
  /** @type {import('../e2e/support.js').TestStack} */
  let stack;
  before(async () => {
    stack = await startTestStack({ rows: 30, seed: 6 });
  });
  after(() => stack?.stop());

  /**
   * @param {Partial<Parameters<typeof createApp>[0]>} changes
   * @param {Partial<import('../../functions/app/configuration.js').Configuration>} [settings]
   */
  function watched(changes, settings = {}) {
    /** @type {Asked[]} */
    const asked = [];
    const app = createApp({
      module: loadCore(),
      configuration: { ...stack.configuration, ...settings },
      mappings: [stack.mapping],
      log: () => undefined,
      fetch: (input, init) => {
        const { method = 'GET', redirect } = init ?? {};
        const headers = new Headers(init?.headers);
        asked.push({ url: new URL(String(input)), method, headers, redirect });
        return fetch(input, init);
      },
      ...changes,
    });
    return { app, asked };
  }

  test('only the configured hosts are asked, each with its own credentials', async (t) => {
    const monitor = await serve(t, (_, response) => response.end('ok'));
    const { app, asked } = watched({}, { heartbeatUrl: `${monitor.url}/ping/{source}` });
    const { worked } = await app.tick();
    assert.deepEqual(worked, [{ source: 'property-listings', outcome: 'completed' }]);
    const { supabase } = stack.configuration;
    const kinds = { database: 0, sheets: 0, token: 0, monitor: 0 };
    for (const { url, headers, redirect } of asked) {
      assert.equal(redirect, 'manual', url.href);
      const all = JSON.stringify([...headers]) + url.href;
      const isDatabase = url.origin === supabase.url;
      assert.equal(all.includes(supabase.serviceKey), isDatabase, url.href);
      const isSheets = url.href.startsWith(`${stack.sheets.url}/v4/`);
      assert.equal(headers.get('authorization')?.startsWith('Bearer ') ?? false, isSheets);
      if (isDatabase) {
        assert.match(url.pathname, /^\/rest\/v1\/rpc\/sync_[a-z_]+$/);
        kinds.database += 1;
      } else if (isSheets) {
        assert.match(url.pathname, /^\/v4\/spreadsheets\/local-spreadsheet\/values:batchGet$/);
        kinds.sheets += 1;
      } else if (url.href === stack.sheets.tokenUri) kinds.token += 1;
      else if (url.href === `${monitor.url}/ping/property-listings`) {
        assert.deepEqual([...headers], []);
        kinds.monitor += 1;
      } else assert.fail(`${url.href} is nobody's address`);
      assert.ok(!all.includes(stack.token), 'the own token goes nowhere');
    }
    assert.ok(kinds.database > 2 && kinds.sheets > 1, JSON.stringify(kinds));
    assert.deepEqual([kinds.token, kinds.monitor], [1, 1]);
  });

  test('no tab, id or name of a mapping leads a request elsewhere', async () => {
    const mapping = JSON.parse(new TextDecoder().decode(stack.mapping));
    let refused = 0;
    let asked = 0;
    for (const text of HOSTILE) {
      for (const change of [
        { spreadsheet_id: text },
        { tab: text },
        { table: text },
        { source: text },
      ]) {
        const bytes = new TextEncoder().encode(JSON.stringify({ ...mapping, ...change }));
        let one;
        try {
          one = watched({ mappings: [bytes] }, { spreadsheetId: undefined, ...idOf(change) });
        } catch (error) {
          assert.ok(error instanceof ConfigurationError, String(error));
          refused += 1;
          continue;
        }
        await one.app.tick();
        for (const { url } of one.asked) {
          const isKnown = [stack.backend.url, stack.sheets.url].includes(url.origin);
          assert.ok(isKnown && url.username === '' && url.hash === '', url.href);
          const isPath = /^\/(rest\/v1\/rpc\/sync_\w+|token)$/.test(url.pathname);
          const isRead = /^\/v4\/spreadsheets\/[^/]+\/values:batchGet$/.test(url.pathname);
          assert.ok(isPath || isRead, url.href);
          asked += 1;
        }
      }
    }
    assert.ok(refused >= HOSTILE.length && asked > HOSTILE.length, `${refused} ${asked}`);
  });

  test('neither the signed assertion nor the access token is sent on by a redirect', async (t) => {
    let strangers = 0;
    const stranger = await serve(t, (_, response) => {
      strangers += 1;
      response.end('{}');
    });
    for (const kind of ['token', 'batchGet']) {
      await stack.backend.sql`delete from public.sync_runs`;
      await stack.backend.sql`update public.sync_state set circuits = null`;
      const headers = { location: `${stranger.url}/` };
      stack.sheets.failNext({ kind, times: 9, status: 307, headers, body: '' });
      const { app, asked } = watched({});
      const { worked } = await app.tick();
      assert.notEqual(worked[0].outcome, 'completed');
      stack.sheets.clearFaults();
      assert.ok(asked.some(({ url }) => url.origin === stack.sheets.url));
    }
    assert.equal(strangers, 0);
  });

  /** @param {{ spreadsheet_id?: string }} change */
  const idOf = (change) =>
    change.spreadsheet_id === undefined ? { spreadsheetId: 'local-spreadsheet' } : {};

  test('a Host header, or what a proxy adds, changes no request and no answer', async () => {
    const { app, asked } = watched({});
    const headers = {
      authorization: `Bearer ${stack.token}`,
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-original-url': 'https://evil.example/api/sync/x/manual',
      forwarded: 'host=evil.example;proto=http',
    };
    for (const path of ['health', 'openapi.json', 'manual', 'scheduled', 'no-such-path']) {
      const method = path === 'manual' ? 'POST' : 'GET';
      const url = `https://evil.example${ROOT}/${path}`;
      const response = await app.fetch(new Request(url, { method, headers }));
      const all = JSON.stringify([...response.headers]) + (await response.text());
      assert.ok(!all.includes('evil'), all.slice(0, 500));
    }
    assert.ok(asked.length > 0);
    for (const { url } of asked) assert.ok(!url.href.includes('evil'), url.href);
  });
});

test('a path of the core that leads elsewhere has no address', () => {
  const base = 'https://project.supabase.co/base';
  for (const path of [
    '@evil.example/x',
    '.evil.example/x',
    ':8080/x',
    '/../x',
    '/%2e%2e/x',
    '/a/../../x',
    '\\..\\x',
    '',
    '?x',
    '#x',
  ]) {
    assert.equal(resolvePath(base, path), null, path);
  }
  assert.equal(resolvePath(base, '/rest/v1/rpc/x'), `${base}/rest/v1/rpc/x`);
  assert.equal(resolvePath(base, '//evil.example/x'), `${base}//evil.example/x`);
});

test('plain http is spoken to this machine alone', async () => {
  const plain = [
    'http://example.com',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.com',
  ];
  plain.push('http://0.0.0.0', 'http://10.0.0.1', 'http://128.0.0.1', 'http://[::2]');
  plain.push('ftp://127.0.0.1', 'file:///etc/passwd', 'javascript:alert(1)', 'data:,x', 'x', '');
  for (const address of plain) assert.equal(isTrustworthy(address), false, address);
  for (const address of ['http://localhost:1', 'http://127.0.0.1', 'http://[::1]', 'https://x.y']) {
    assert.equal(isTrustworthy(address), true, address);
  }
  const names = ['SUPABASE_URL', 'GOOGLE_SHEETS_ENDPOINT', 'SYNC_SELF_URL'];
  names.push('SYNC_HEARTBEAT_URL', 'SYNC_ALERT_WEBHOOK_URL', 'SYNC_CORS_ORIGINS');
  for (const name of names) {
    for (const address of plain.filter((one) => one !== '')) {
      await assert.rejects(readConfiguration(environment({ [name]: address })), ConfigurationError);
    }
  }
  for (const uri of plain) {
    const GOOGLE_SERVICE_ACCOUNT_JSON = JSON.stringify(keyFile({ token_uri: uri }));
    const given = environment({ GOOGLE_SERVICE_ACCOUNT_JSON });
    await assert.rejects(readConfiguration(given), /token_uri" is not an https address/);
  }
});

test('no redirect is followed, by no kind of request', async (t) => {
  let strangers = 0;
  const stranger = await serve(t, (_, response) => {
    strangers += 1;
    response.end('{}');
  });
  for (const status of [301, 302, 303, 307, 308]) {
    let redirected = 0;
    const server = await serve(t, (request, response) => {
      void bodyOf(request);
      redirected += 1;
      response.writeHead(status, { location: `${stranger.url}${request.url}` }).end();
    });
    const variables = {
      SUPABASE_URL: server.url,
      GOOGLE_SHEETS_ENDPOINT: server.url,
      GOOGLE_SERVICE_ACCOUNT_JSON: JSON.stringify(keyFile({ token_uri: `${server.url}/token` })),
      SYNC_HEARTBEAT_URL: server.url,
      SYNC_RETRY_ATTEMPTS: '1',
    };
    const { call, app, settled } = await startApp({ variables });
    assert.equal((await call(`${ROOT}/health`)).status, 502);
    assert.equal((await call(`${ROOT}/manual`, { method: 'POST' })).status, 502);
    await app.tick();
    await settled();
    assert.ok(redirected >= 3, `${redirected}`);
  }
  assert.equal(strangers, 0);
});

test('only one module makes requests, and it never leaves redirects to chance', () => {
  const sources = filesIn(['functions/app', 'wasm/js'], ['.js']);
  const calling = sources.filter((file) => /(?<![.#\w]|async )fetch\(/.test(textOf(file)));
  assert.deepEqual(calling, ['functions/app/exchange.js']);
  assert.match(textOf('functions/app/exchange.js'), /redirect: [^\n]*'manual'/);
});

test('a caller cannot make the function call itself elsewhere', async () => {
  const { asked, call, settled } = await startApp({ variables: { SYNC_SELF_URL: undefined } });
  const headers = { 'content-type': 'application/json', 'x-forwarded-host': 'evil.example' };
  const body = JSON.stringify({ link: 1 });
  await call(`${ROOT}/continue`, { method: 'POST', headers, body });
  const more = JSON.stringify({ link: 1, url: 'https://evil.example' });
  const refused = await call(`${ROOT}/continue`, { method: 'POST', headers, body: more });
  assert.equal(refused.status, 400);
  await settled();
  assert.ok(asked.every(({ url }) => url.startsWith('http://127.0.0.1:')));
  assert.ok(asked.every(({ headers: sent }) => !JSON.stringify([...sent]).includes(API_TOKEN)));
});

test('SYNC_SPREADSHEET_ID is an id and nothing else', async () => {
  for (const id of HOSTILE) {
    const given = environment({ SYNC_SPREADSHEET_ID: id });
    await assert.rejects(readConfiguration(given), /must be the id alone/, id);
  }
});
