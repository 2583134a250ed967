// Deliveries to real HTTP receivers: what arrives in each shape, and what is made of receivers that
// are dead, slow, redirecting or of another mind.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { ConfigurationError, readConfiguration } from '../../functions/app/configuration.js';
import { FORMATS, formatOf, webhookFormat } from '../../functions/app/alerts/event.js';
import { createAlertTarget } from '../../functions/app/alerts/index.js';
import { wordsOf } from '../../functions/app/alerts/texts.js';
import { exchange } from '../../functions/app/exchange.js';
import { FACTS, eventOf, startReceiver, testAlert } from './alert-support.js';
import { ROOT, startApp } from './security-support.js';
import { closedAddress, environment } from './support.js';

/** @typedef {import('./alert-support.js').Received} Received */

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** @param {Received} message @param {Webhook} webhook */
const verify = ({ body, headers }, webhook) =>
  webhook.verify(body, /** @type {Record<string, string>} */ (headers));

test('a generic message is signed so that a library of Standard Webhooks accepts it', async (t) => {
  const keys = [
    { secret: SECRET, webhook: new Webhook(SECRET) },
    {
      secret: 'a-plain-secret-of-mine',
      webhook: new Webhook('a-plain-secret-of-mine', { format: 'raw' }),
    },
  ];
  for (const { secret, webhook } of keys) {
    const receiver = await startReceiver(t);
    const variables = { SYNC_ALERT_WEBHOOK_URL: receiver.url, SYNC_ALERT_WEBHOOK_SECRET: secret };
    const { status, body } = await testAlert(variables);
    assert.deepEqual([status, body], [200, { delivered: true, format: 'generic' }]);
    const [message] = receiver.received;
    assert.equal(message.method, 'POST');
    assert.equal(message.path, '/hooks/secret-path?key=secret-key');
    assert.equal(message.headers['content-type'], 'application/json');
    const { id, event, source, at, openedAt } = /** @type {any} */ (verify(message, webhook));
    assert.equal(id, message.headers['webhook-id']);
    assert.deepEqual([event, source, openedAt], ['test', 'property-listings', null]);
    assert.ok(Math.abs(Date.parse(at) - Date.now()) < 60_000);
    const forged = { ...message, body: message.body.replace('test', 'tost') };
    assert.throws(() => verify(forged, webhook));
    assert.throws(() => verify(message, new Webhook('whsec_AAAAAAAAAAAAAAAAAAAAAAAA')));
  }
});

test('without a secret, and in a chat’s shape, nothing is signed', async (t) => {
  const receiver = await startReceiver(t);
  for (const more of [{}, { SYNC_ALERT_FORMAT: 'slack', SYNC_ALERT_WEBHOOK_SECRET: SECRET }]) {
    await testAlert({ SYNC_ALERT_WEBHOOK_URL: receiver.url, ...more });
  }
  assert.equal(receiver.received.length, 2);
  for (const { headers } of receiver.received) assert.ok(!('webhook-signature' in headers));
});

test('an alert of every rule arrives in every shape, opened, reminded of and resolved', async (t) => {
  const receiver = await startReceiver(t);
  const limits = { timeoutMs: 5_000, bytesMax: 65_536 };
  for (const format of FORMATS) {
    const variables = { SYNC_ALERT_WEBHOOK_URL: receiver.url, SYNC_ALERT_FORMAT: format };
    const configuration = await readConfiguration(environment(variables));
    const { language } = configuration.alerts;
    const target = createAlertTarget(configuration);
    assert.ok(target?.shape);
    for (const [rule, facts] of Object.entries(FACTS)) {
      for (const event of /** @type {const} */ (['opened', 'reminded', 'resolved'])) {
        const told = eventOf({ rule, facts, event });
        const bytes = new TextEncoder().encode(JSON.stringify(told));
        const plain = { 'content-type': 'application/json' };
        const message = await target.shape(plain, bytes);
        const answer = await exchange({ url: target.base, method: 'POST', ...message, ...limits });
        assert.equal(answer.ok && answer.status, 200);
        const [arrived] = receiver.messages().slice(-1);
        if (format === 'generic') assert.deepEqual(arrived, { ...told, dashboardUrl: null });
        else assert.ok(JSON.stringify(arrived).includes(wordsOf(told, language).title), rule);
      }
    }
  }
  assert.equal(receiver.received.length, FORMATS.length * Object.keys(FACTS).length * 3);
});

test('each shape arrives as its receiver wants it, in the language that was asked for', async (t) => {
  const receiver = await startReceiver(t);
  const variables = { SYNC_ALERT_WEBHOOK_URL: receiver.url, SYNC_SELF_URL: 'https://sync.example' };
  for (const [format, language] of [
    ['slack', 'ja'],
    ['teams', 'en'],
    ['google-chat', 'ja'],
  ]) {
    const more = { SYNC_ALERT_FORMAT: format, SYNC_ALERT_LANGUAGE: language };
    const { body } = await testAlert({ ...variables, ...more });
    assert.deepEqual(body, { delivered: true, format });
  }
  const [slack, teams, chat] = receiver.messages();
  assert.match(slack.text, /これはテストです/);
  assert.equal(slack.blocks[0].type, 'header');
  assert.ok(JSON.stringify(slack).includes('<https://sync.example/#/alerts|ダッシュボードを開く>'));
  assert.equal(teams.type, 'message');
  const [{ contentType, content }] = teams.attachments;
  assert.equal(contentType, 'application/vnd.microsoft.card.adaptive');
  assert.equal(content.type, 'AdaptiveCard');
  assert.equal(content.actions[0].url, 'https://sync.example/#/alerts');
  assert.match(content.body[1].text, /This is a test/);
  assert.match(chat.cardsV2[0].card.sections[0].widgets[0].textParagraph.text, /これはテストです/);
  assert.match(chat.fallbackText, /テスト/);
});

test('the way to the alerts is right whichever view of the dashboard was copied', async (t) => {
  const receiver = await startReceiver(t);
  for (const address of ['https://sync.example/d/', 'https://sync.example/d/#/history?x=1']) {
    await testAlert({ SYNC_ALERT_WEBHOOK_URL: receiver.url, SYNC_DASHBOARD_URL: address });
  }
  const links = receiver.messages().map(({ dashboardUrl }) => dashboardUrl);
  assert.deepEqual(links, Array(2).fill('https://sync.example/d/#/alerts'));
});

test('the format follows from the host of the address, unless it is set', async () => {
  const known = {
    'https://hooks.slack.com/services/T0/B0/x': 'slack',
    'https://acme.webhook.office.com/webhookb2/x': 'teams',
    'https://prod-12.westeurope.logic.azure.com:443/workflows/x': 'teams',
    'https://default1.environment.api.powerplatform.com/powerautomate/x': 'teams',
    'https://chat.googleapis.com/v1/spaces/x/messages?key=y': 'google-chat',
    'https://hooks.slack.com.evil.example/x': 'generic',
    'https://evilhooks.slack.com/x': 'generic',
    'https://example.com/hooks.slack.com': 'generic',
  };
  for (const [address, format] of Object.entries(known)) {
    assert.equal(formatOf(address), format, address);
    const given = environment({ SYNC_ALERT_WEBHOOK_URL: address });
    assert.equal(webhookFormat(await readConfiguration(given)), format);
  }
  const set = {
    SYNC_ALERT_WEBHOOK_URL: 'https://mattermost.example/x',
    SYNC_ALERT_FORMAT: 'Slack',
  };
  assert.equal(webhookFormat(await readConfiguration(environment(set))), 'slack');
  assert.equal(webhookFormat(await readConfiguration(environment())), null);
});

test('a receiver that says no, redirects or fails is told of by its status alone', async (t) => {
  const stranger = await startReceiver(t);
  for (const status of [301, 307, 400, 401, 403, 404, 410, 429, 500, 503]) {
    const receiver = await startReceiver(t, (response) => {
      response.writeHead(status, { location: stranger.url });
      response.end('<html>secret-answer</html>');
    });
    const {
      status: answered,
      body,
      written,
    } = await testAlert({
      SYNC_ALERT_WEBHOOK_URL: receiver.url,
      SYNC_ALERT_WEBHOOK_SECRET: SECRET,
    });
    assert.equal(answered, 502);
    assert.equal(body.code, 'alert_not_delivered');
    assert.match(body.detail, new RegExp(`^http_${status}: `));
    assert.ok(receiver.received.length <= 2);
    const all = JSON.stringify(body) + written.join('');
    for (const secret of ['secret-', 'MfKQ9r8G', '127.0.0.1', receiver.url]) {
      assert.ok(!all.includes(secret), `${secret} in ${all}`);
    }
  }
  assert.equal(stranger.received.length, 0);
});

test('a receiver that is dead or hangs up is told of in our words, without its address', async (t) => {
  const dead = new URL('/secret-path', await closedAddress()).href;
  const rude = await startReceiver(t, (response) => response.destroy());
  for (const address of [dead, rude.url]) {
    const { status, body, written } = await testAlert({ SYNC_ALERT_WEBHOOK_URL: address });
    assert.equal(status, 502);
    assert.match(body.detail, /^(network|cut_off): the webhook/);
    const all = JSON.stringify(body) + written.join('');
    assert.ok(!all.includes('secret-') && !all.includes(new URL(address).host), all);
  }
});

test('a receiver that never answers keeps a person waiting for half a minute at most', async (t) => {
  const mute = await startReceiver(t, () => undefined);
  const { status, body, ms } = await testAlert({ SYNC_ALERT_WEBHOOK_URL: mute.url });
  assert.equal(status, 502);
  assert.match(body.detail, /^timeout: /);
  assert.ok(ms < 30_000, String(ms));
});

test('without a webhook a test is refused', async () => {
  const { status, body } = await testAlert({});
  assert.deepEqual([status, body.code], [409, 'alerts_not_configured']);
});

test('neither the read token nor none may send a test', async () => {
  const { call } = await startApp();
  for (const token of [null, 'read-token-0123456789']) {
    const { status } = await call(`${ROOT}/alerts/test`, { method: 'POST', token });
    assert.ok(status === 401 || status === 403);
  }
});

test('settings that make no sense are named, and no secret is repeated', async () => {
  const bad = {
    SYNC_ALERT_FORMAT: 'discord',
    SYNC_ALERT_LANGUAGE: 'fr',
    SYNC_ALERT_SILENT_MINUTES: '10081',
    SYNC_ALERT_FAILURES: '-1',
    SYNC_ALERT_ERROR_PERCENT: '101',
    SYNC_ALERT_HELD: 'x',
    SYNC_ALERT_CHANGE_PERCENT: '5.5',
    SYNC_ALERT_MISSING_PERCENT: '101',
    SYNC_DASHBOARD_URL: 'http://example.com',
  };
  const secrets = [
    'short',
    'whsec_not base64 at all!!',
    'whsec_%%%%%%%%%%%%%%%%%%%%',
    'whsec_AAAAAAAAAAA=',
  ];
  for (const secret of secrets) {
    const given = environment({ ...bad, SYNC_ALERT_WEBHOOK_SECRET: secret });
    const error = await readConfiguration(given).then(
      () => assert.fail('accepted'),
      (reason) => reason,
    );
    assert.ok(error instanceof ConfigurationError);
    for (const name of [...Object.keys(bad), 'SYNC_ALERT_WEBHOOK_SECRET']) {
      assert.equal(error.problems.filter((one) => one.startsWith(`${name} `)).length, 1, name);
    }
    assert.ok(!error.message.includes(secret));
  }
});

test('what is set arrives at the core, what is not is the core’s to know', async () => {
  const { alerts, dashboardUrl } = await readConfiguration(environment());
  assert.deepEqual([alerts.rules, alerts.language, dashboardUrl], [{}, 'en', undefined]);
  const set = {
    SYNC_ALERT_SILENT_MINUTES: '90',
    SYNC_ALERT_FAILURES: '0',
    SYNC_ALERT_ERROR_PERCENT: '10',
    SYNC_ALERT_HELD: '7',
    SYNC_ALERT_CHANGE_PERCENT: '100',
    SYNC_ALERT_MISSING_PERCENT: '1',
    SYNC_DASHBOARD_URL: 'https://static.example/sync/',
  };
  const given = await readConfiguration(environment(set));
  assert.deepEqual(given.alerts.rules, {
    silent_ms: 5_400_000,
    failures: 0,
    error_percent: 10,
    held: 7,
    change_percent: 100,
    missing_percent: 1,
  });
  assert.equal(given.dashboardUrl, 'https://static.example/sync/');
});
