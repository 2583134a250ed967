// `alerts`, here and over HTTP: what is open, what was, and the test of where they go.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startReceiver } from '../functions/alert-support.js';
import { assertSchema, call, onlyJson, startCliStack, uncoloured, visible } from './support.js';

/** @typedef {import('./support.js').CliStack} CliStack */

/** @type {Awaited<ReturnType<typeof startReceiver>>} */
let receiver;
/** @type {(response: import('node:http').ServerResponse) => void} */
let answer = (response) => void response.end('ok');
/** @type {CliStack} */
let cli;

before(async () => {
  receiver = await startReceiver(null, (response) => answer(response));
  const environment = { SYNC_ALERT_WEBHOOK_URL: receiver.url, SYNC_ALERT_HELD: '3' };
  cli = await startCliStack({ seed: 5, environment });
});
after(async () => {
  await cli?.stack.stop();
  receiver?.close();
});

const WAYS = /** @type {const} */ (['local', 'remote']);

for (const way of WAYS) {
  test(`${way}: while nothing is wrong it says so, and where alerts go`, async () => {
    assert.deepEqual(await call(['alerts'], cli[way]), {
      ...{ code: 0, stderr: '' },
      stdout: '✔ no alert\nalerts are sent as generic\n',
    });
  });

  test(`${way}: --test is delivered, and says in which shape`, async () => {
    receiver.received.length = 0;
    const { code, stdout, stderr } = await call(['alerts', '--test'], cli[way]);
    assert.deepEqual([code, stdout, stderr], [0, '✔ delivered (generic)\n', '']);
    assert.equal(receiver.received.length, 1);
    const json = onlyJson((await call(['alerts', '--test', '--json'], cli[way])).stdout);
    assertSchema('AlertDelivered', json);
  });

  test(`${way}: --test that is refused ends with 1, and never shows the address`, async () => {
    answer = (response) => void response.writeHead(404).end('no_service');
    const { code, stdout, stderr } = await call(['alerts', '--test'], cli[way]);
    answer = (response) => void response.end('ok');
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^✖ .*404.* \(alert_not_delivered\)\n {2}→ check SYNC_ALERT_WEBHOOK_URL/);
    assert.doesNotMatch(stderr, /secret/);
  });
}

test('here, without a webhook: alerts are sent nowhere, and --test ends with 1', async () => {
  const environment = { ...cli.local, SYNC_ALERT_WEBHOOK_URL: undefined };
  const { stdout } = await call(['alerts'], environment);
  assert.match(stdout, /alerts are sent nowhere: SYNC_ALERT_WEBHOOK_URL is not set\n$/);
  const { code, stderr } = await call(['alerts', '--test'], environment);
  assert.equal(code, 1);
  assert.match(stderr, /\(alerts_not_configured\)\n {2}→ set SYNC_ALERT_WEBHOOK_URL where/);
});

describe('after a run that holds more than the limit', () => {
  before(async () => {
    answer = (response) => void response.writeHead(500).end('\u001b[31mbroken');
    await call(['sync'], cli.local);
  });

  for (const way of WAYS) {
    test(`${way}: the alert is shown with its summary and its delivery`, async () => {
      const { code, stdout } = await call(['alerts'], cli[way]);
      assert.equal(code, 0);
      const time = '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d';
      const shown = `^! held_rows  since ${time}\n  4 held rows and cells await review \\(limit 3\\)\\.\n`;
      assert.match(stdout, new RegExp(shown));
      assert.match(stdout, /\n {2}not delivered yet/);
      assert.doesNotMatch(visible(stdout), /␛/);
    });

    test(`${way}: --json is the document of the API`, async () => {
      const { code, stdout } = await call(['alerts', '--json', '--state', 'all'], cli[way]);
      const document = onlyJson(stdout);
      assertSchema('Alerts', document);
      assert.deepEqual([code, document.alerts.length], [0, 1]);
    });

    test(`${way}: health counts it`, async () => {
      assert.match((await call(['health'], cli[way])).stdout, /\n {2}1 alert open\n/);
    });
  }

  test('once it is over it shows with --state all alone, with its end', async () => {
    answer = (response) => void response.end('ok');
    await call(['ignore', '--all'], cli.local);
    await call(['sync', '--held-ok'], cli.local);
    assert.match((await call(['alerts'], cli.remote)).stdout, /^✔ no alert\n/);
    const { stdout } = await call(['alerts', '--state', 'all'], cli.remote, { columns: 80 });
    assert.match(uncoloured(stdout), /^✔ held_rows {2}since .{19}, resolved .{19}\n/);
  });
});
