// Alerts in the page: one that is open, with its numbers; the test button, when the webhook is
// there and when it is dead; one that is over.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, test } from 'node:test';
import { SPREADSHEET_ID } from '../../infra/local/stack.js';
import { runToEnd } from '../e2e/support.js';
import { startDoor } from '../e2e/door.js';
import { findViolations, openDashboard, startDashboardStack } from './support.js';

/** @type {{ status: number, bodies: string[] }} */
const webhook = { status: 200, bodies: [] };
const receiver = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  webhook.bodies.push(body);
  response.writeHead(webhook.status).end();
});
await once(receiver.listen(0, '127.0.0.1'), 'listening');
after(() => receiver.close());
const { port } = /** @type {import('node:net').AddressInfo} */ (receiver.address());
const SECRET = `whsec_${Buffer.from('the secret of a test, 32 bytes !').toString('base64')}`;
const stack = await startDashboardStack({
  rows: 100,
  environment: {
    SYNC_ALERT_WEBHOOK_URL: `http://127.0.0.1:${port}/hook`,
    SYNC_ALERT_WEBHOOK_SECRET: SECRET,
    SYNC_INTERVAL: '5',
  },
});

/** That the rules are looked at and what they found is delivered. */
async function watch() {
  await runToEnd(stack);
  await stack.api.tick();
}

/** From the last row upwards, so that each number still means its row. */
async function deleteHeldRows() {
  const headers = { authorization: `Bearer ${stack.token}` };
  const address = `${stack.url}/api/sync/property-listings/errors?limit=1000`;
  const { errors } = await (await fetch(address, { headers })).json();
  const held = errors.filter((/** @type {any} */ { kind }) => kind === 'row');
  const rows = new Set(held.map((/** @type {any} */ { row }) => row));
  assert.ok(rows.size > 0, 'there are rows to delete');
  const book = stack.sheets.spreadsheet(SPREADSHEET_ID);
  const [{ title }] = book.tabs;
  for (const row of [...rows].sort((one, other) => other - one)) book.deleteRow(title, row);
}

test('an open alert is shown with its numbers, in both languages, and in the first view', async (t) => {
  await watch();
  const { page, screenshot } = await openDashboard(t, stack, { hash: '#/alerts' });
  const alert = page.locator('article.alert', { hasText: 'Many rows are held' });
  await alert.waitFor();
  assert.match(
    String(await alert.textContent()),
    /\d+ of \d+ rows \([\d.]+ %\) could not be taken over/,
  );
  await page.locator('.navigation a[href="#/alerts"] .count', { hasText: /^1$/ }).waitFor();
  await screenshot('alerts');
  assert.deepEqual(await findViolations(page), []);
  await page.getByRole('button', { name: '日本語' }).click();
  await page.locator('article.alert', { hasText: '保留の割合が高くなっています' }).waitFor();
  await page.getByRole('link', { name: '現在' }).click();
  await page.getByRole('heading', { name: '発生中のアラート' }).waitFor();
  await page.getByRole('link', { name: 'アラートの一覧' }).waitFor();
});

test('while the server is away the alerts that were known stay', async (t) => {
  const door = await startDoor(stack.url);
  const options = { url: door.url, hash: '#/alerts' };
  const { page, expectProblem } = await openDashboard(t, stack, options);
  expectProblem(/ERR_/);
  await page.locator('article.alert').waitFor();
  await door.shut();
  await page.getByRole('alert').filter({ hasText: 'does not answer' }).first().waitFor();
  await page.waitForTimeout(1500); // the view has asked as well by now
  assert.ok(await page.locator('article.alert').isVisible());
});

test('the test button sends an alert and tells that it arrived', async (t) => {
  const { page } = await openDashboard(t, stack, { hash: '#/alerts' });
  const before = webhook.bodies.length;
  await page.getByRole('button', { name: 'Send a test alert' }).click();
  await page.getByText('The test alert was accepted').waitFor();
  assert.equal(webhook.bodies.length, before + 1);
});

test('a webhook that refuses is told beside the button', async (t) => {
  const { page, expectProblem } = await openDashboard(t, stack, { hash: '#/alerts' });
  expectProblem(/502/);
  webhook.status = 410;
  t.after(() => void (webhook.status = 200));
  await page.getByRole('button', { name: 'Send a test alert' }).click();
  await page.getByRole('alert').filter({ hasText: 'did not arrive' }).waitFor();
});

test('an alert that is over moves to the past by itself', async (t) => {
  const { page } = await openDashboard(t, stack, { hash: '#/alerts' });
  await page.locator('article.alert').waitFor();
  await deleteHeldRows();
  await watch();
  await page.getByText('No alert is open.').waitFor();
  await page.locator('.table tbody tr', { hasText: 'Many rows are held' }).waitFor();
});

test('without a webhook the button is off, and the reason is told', async (t) => {
  const silent = await startDashboardStack({ rows: 5 });
  const { page } = await openDashboard(t, silent, { hash: '#/alerts' });
  await page.getByText('No webhook is configured').waitFor();
  assert.ok(await page.getByRole('button', { name: 'Send a test alert' }).isDisabled());
});
