// Alerts through the real function and database: a sheet that goes wrong is told of once, in the
// receiver's shape, and told as over when it is right again; a webhook that is dead costs nothing.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { createApp } from '../../functions/app/app.js';
import { readConfiguration } from '../../functions/app/configuration.js';
import { SPREADSHEET_ID } from '../../infra/local/stack.js';
import { loadCore } from '../../wasm/js/load-node.js';
import { startReceiver } from '../functions/alert-support.js';
import { environment } from '../functions/support.js';
import { startTestStack } from './support.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const ROOT = '/api/sync/property-listings';

describe('alerts of a deployment', () => {
  /** @type {import('./support.js').TestStack} */
  let stack;
  /** @type {any} */
  let tab;
  before(async () => {
    const environment = { SYNC_INTERVAL: '5' };
    stack = await startTestStack({ rows: 60, seed: 4, environment });
    tab = stack.sheets.spreadsheet(SPREADSHEET_ID).tabs[0];
  });
  after(() => stack?.stop());
  afterEach(async () => {
    await stack.backend.sql`delete from public.sync_alerts`;
    await stack.backend.sql`delete from public.sync_runs`;
    stack.lines.length = 0;
  });

  /**
   * The stack's services behind another webhook; a run is due in each tick.
   * @param {Record<string, string>} variables
   * @param {{ budgets?: import('../../wasm/js/protocol.js').Budgets }} [options]
   */
  async function deploy(variables, options = {}) {
    const { alerts, alertWebhookUrl } = await readConfiguration(environment(variables));
    const app = createApp({
      module: loadCore(),
      configuration: { ...stack.configuration, alerts, alertWebhookUrl },
      mappings: [stack.mapping],
      log: (line) => void stack.lines.push(line),
      ...options,
    });
    /** @param {string} path @param {RequestInit} [init] */
    const call = (path, init) => {
      const headers = { authorization: `Bearer ${stack.token}` };
      const request = new Request(`https://function.example${ROOT}${path}`, { ...init, headers });
      return app.fetch(request);
    };
    return { app, call };
  }

  /** Lets time pass for all that is stored. */
  async function pass(/** @type {number} */ minutes) {
    const { sql } = stack.backend;
    const interval = `${minutes} minutes`;
    await sql`update public.sync_runs set requested_at = requested_at - ${interval}::interval,
      started_at = started_at - ${interval}::interval,
      completed_at = completed_at - ${interval}::interval`;
    await sql`update public.sync_alerts set remind_at = remind_at - ${interval}::interval,
      deliver_at = deliver_at - ${interval}::interval,
      claimed_until = claimed_until - ${interval}::interval`;
  }

  /** @param {() => Promise<void>} body */
  async function withoutItsHeader(body) {
    const columns = Array.from({ length: tab.columnCount }, (_, i) => i + 1);
    const column = columns.find((one) => tab.cell(1, one) === '土地面積') ?? assert.fail();
    tab.setCell(1, column, 'なにか');
    try {
      await body();
    } finally {
      tab.setCell(1, column, '土地面積');
    }
  }

  /** @param {string} path @param {Awaited<ReturnType<typeof deploy>>} deployment */
  const read = async (path, { call }) => /** @type {any} */ (await (await call(path)).json());

  test('headers that were changed are told once, reminded of, and told as mended', async (t) => {
    const receiver = await startReceiver(t);
    const deployment = await deploy({
      SYNC_ALERT_WEBHOOK_URL: receiver.url,
      SYNC_ALERT_WEBHOOK_SECRET: SECRET,
    });
    const { app } = deployment;
    assert.equal((await app.tick()).worked[0].outcome, 'completed');
    assert.equal(receiver.received.length, 0);
    await withoutItsHeader(async () => {
      for (let i = 0; i < 2; i += 1) {
        await pass(5);
        assert.equal((await app.tick()).worked[0].outcome, 'failed');
      }
      await pass(60);
      assert.equal((await app.tick()).worked[0].outcome, 'failed');
      const { alerts, webhook } = await read('/alerts', deployment);
      assert.equal(webhook, 'generic');
      assert.deepEqual(
        alerts.map((/** @type {any} */ { rule, status, delivery }) => [rule, status, delivery]),
        [
          ['consecutive_failures', 'open', 'delivered'],
          ['no_success', 'open', 'delivered'],
          ['header_drift', 'open', 'delivered'],
        ],
      );
    });
    await pass(5);
    assert.equal((await app.tick()).worked[0].outcome, 'completed');
    const events = receiver.messages().map(({ event, rule }) => `${event} ${rule}`);
    assert.deepEqual(events.slice(0, 2), ['opened header_drift', 'reminded header_drift']);
    assert.deepEqual(events.slice(2).sort(), [
      'opened consecutive_failures',
      'opened no_success',
      'resolved consecutive_failures',
      'resolved header_drift',
      'resolved no_success',
    ]);
    for (const { body, headers } of receiver.received) {
      new Webhook(SECRET).verify(body, /** @type {any} */ (headers));
      assert.ok(!body.includes('なにか'), 'nothing of the sheet is told');
    }
    assert.deepEqual((await read('/alerts', deployment)).alerts, []);
    assert.equal((await read('/alerts?state=all', deployment)).alerts.length, 3);
    await app.tick();
    assert.equal(receiver.received.length, 7);
  });

  test('each shape arrives from a real run', async (t) => {
    for (const format of ['generic', 'slack', 'teams', 'google-chat']) {
      await stack.backend.sql`delete from public.sync_alerts`;
      await stack.backend.sql`delete from public.sync_runs`;
      const receiver = await startReceiver(t);
      const { app } = await deploy({
        SYNC_ALERT_WEBHOOK_URL: receiver.url,
        SYNC_ALERT_FORMAT: format,
      });
      await withoutItsHeader(async () => void (await app.tick()));
      assert.equal(receiver.received.length, 1);
      // Teams' Markdown has a backslash in between.
      assert.match(receiver.received[0].body, /header\\*_missing/);
      const [message] = receiver.messages();
      const member = { slack: 'blocks', teams: 'attachments', 'google-chat': 'cardsV2' }[format];
      assert.ok(message[member ?? 'summary'].length > 0);
    }
  });

  test('a dead webhook stops no run, and hears of the alert when it is back', async (t) => {
    let isDead = true;
    const receiver = await startReceiver(t, (response) => {
      response.statusCode = isDead ? 500 : 204;
      response.end();
    });
    const deployment = await deploy({
      SYNC_ALERT_WEBHOOK_URL: receiver.url,
      SYNC_ALERT_HELD: '1',
      SYNC_RETRY_ATTEMPTS: '1',
    });
    assert.equal((await deployment.app.tick()).worked[0].outcome, 'completed');
    const [alert] = (await read('/alerts', deployment)).alerts;
    assert.deepEqual([alert.delivery, alert.attempts], ['pending', 1]);
    assert.equal(alert.lastError, 'http_500: the webhook is not well');
    assert.ok(stack.lines.some(({ event }) => event === 'alert_undelivered'));
    const before = receiver.received.length;
    await deployment.app.tick();
    assert.equal(receiver.received.length, before, 'not before its time');
    isDead = false;
    await pass(3);
    const report = await deployment.app.tick();
    assert.deepEqual(report.worked, [], 'no run was due, only the delivery');
    assert.equal(receiver.messages().at(-1).event, 'opened');
    assert.equal((await read('/alerts', deployment)).alerts[0].delivery, 'delivered');
    assert.ok(!JSON.stringify(stack.lines).includes('secret-'), 'the address is in no line');
  });

  test('a tick in which nothing is due is one request, alerts included', async (t) => {
    const receiver = await startReceiver(t);
    let requests = 0;
    const { app } = await deploy(
      { SYNC_ALERT_WEBHOOK_URL: receiver.url, SYNC_ALERT_HELD: '1' },
      /** @type {any} */ ({
        fetch: (/** @type {any} */ input, /** @type {any} */ init) => {
          requests += 1;
          return fetch(input, init);
        },
      }),
    );
    await app.tick();
    assert.equal(receiver.received.length, 1);
    requests = 0;
    await app.tick();
    assert.equal(requests, 1);
  });

  test('within a budget of few requests the run comes first, and alerts still arrive', async (t) => {
    const receiver = await startReceiver(t);
    let requests = 0;
    const { app } = await deploy(
      { SYNC_ALERT_WEBHOOK_URL: receiver.url, SYNC_ALERT_HELD: '1' },
      /** @type {any} */ ({
        budgets: { requests: 16 },
        fetch: (/** @type {any} */ input, /** @type {any} */ init) => {
          requests += 1;
          return fetch(input, init);
        },
      }),
    );
    for (let i = 0; i < 5 && receiver.received.length === 0; i += 1) {
      requests = 0;
      await app.tick();
      assert.ok(requests <= 17, `${requests} (the access token is one more)`);
      await pass(6);
    }
    assert.equal(receiver.received.length, 1);
  });

  test('an unchanged answer to who polls is 304', async () => {
    const { call, app } = await deploy({});
    await app.tick();
    const first = await call('/alerts');
    const etag = first.headers.get('etag');
    assert.ok(etag);
    assert.equal((await first.json()).webhook, null);
    const { status } = await call('/alerts?state=closed');
    assert.equal(status, 400);
  });
});
