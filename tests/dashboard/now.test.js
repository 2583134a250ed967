// The first view and its actions: the sentence, a run that moves, single numbers, a dry run, force.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTable, runToEnd } from '../e2e/support.js';
import { openDashboard, startDashboardStack, PHONE } from './support.js';

const slow = await startDashboardStack({
  rows: 400,
  environment: { SYNC_BATCH_SIZE: '10', SYNC_RATE_LIMIT: '8', SYNC_INTERVAL: '5' },
});
const quick = await startDashboardStack({ rows: 200, environment: { SYNC_INTERVAL: '5' } });

test('a run that is under way is seen moving, with its pace, to its end', async (t) => {
  const { page, screenshot } = await openDashboard(t, slow);
  await page.getByText('There has been no sync yet.').waitFor();
  await page.getByRole('button', { name: 'Sync now' }).click();
  const bar = page.locator('.run-box progress');
  /** @type {Set<number>} */
  const seen = new Set();
  const look = async () => seen.add(await bar.evaluate((one) => /** @type {any} */ (one).value));
  await page
    .getByText(/rows per second/)
    .first()
    .waitFor();
  await page.getByText('The first sync is under way.').waitFor();
  await screenshot('now-running');
  while (seen.size < 3) {
    await look();
    await page.waitForTimeout(300);
  }
  const values = [...seen];
  assert.deepEqual(
    values,
    [...values].sort((one, other) => one - other),
    'it only grows',
  );
  await page.locator('.run-box .badge', { hasText: 'Completed' }).waitFor();
  await page.locator('.toast', { hasText: 'has ended' }).waitFor();
});

test('a run that somebody else started is seen, too', async (t) => {
  const { page } = await openDashboard(t, slow);
  await page.locator('.overall.good, .overall.warn').waitFor();
  slow.sheets.failNext({ kind: 'batchGet', delayMs: 6000 }); // longer than between two looks
  const { syncId } = await slow.api.trigger({});
  await page.locator('.running progress').waitFor();
  await page.getByRole('heading', { name: 'Sync under way: whole sheet' }).waitFor();
  await slow.api.follow(syncId);
  await page.locator('.running').waitFor({ state: 'hidden' });
});

test('the sentence tells what is held, and the way to it', async (t) => {
  await runToEnd(quick);
  const { page, screenshot } = await openDashboard(t, quick);
  const [{ held }] = await quick.backend.sql`
    select count(*)::int as held from sync_errors where resolved_at is null`;
  assert.ok(held > 0, 'the generated sheet has flaws');
  await page.locator('.sentence', { hasText: 'held for review' }).waitFor();
  assert.equal(await page.locator('.figure strong').textContent(), String(held));
  await screenshot('now');
  await page.getByRole('link', { name: 'Look at them' }).click();
  await page.waitForURL(/#\/held/);
});

test('single numbers are synced, whatever they are separated by', async (t) => {
  const { page } = await openDashboard(t, quick);
  const rows = await readTable(quick);
  const [one, other] = rows.map(({ property_number: number }) => number);
  await quick.backend
    .sql`delete from public.property_listings where property_number in ${quick.backend.sql([one, other])}`;
  await page.getByText('Sync single listings').click();
  await page.getByRole('button', { name: 'Sync these' }).click();
  await page.getByRole('alert').filter({ hasText: 'at least one' }).waitFor();
  await page.getByLabel('Property numbers').fill(`${one}、\n  ${other}, ${one}`);
  await page.getByText('2 numbers').waitFor();
  await page.getByRole('button', { name: 'Sync these' }).click();
  await page.locator('.run-box .badge', { hasText: 'Completed' }).waitFor();
  assert.equal(await page.locator('.run-box .ledger-inserted dd').textContent(), '2');
  assert.equal((await readTable(quick)).length, rows.length);
});

test('numbers that are none, or too many, are refused where they are typed', async (t) => {
  const { page } = await openDashboard(t, quick);
  await page.getByText('Sync single listings').click();
  const box = page.getByLabel('Property numbers');
  await box.fill('x'.repeat(65));
  await page.getByRole('button', { name: 'Sync these' }).click();
  await page.getByRole('alert').filter({ hasText: 'longer than 64' }).waitFor();
  await box.fill(Array.from({ length: 1001 }, (_, i) => `N${i}`).join(' '));
  await page.getByRole('button', { name: 'Dry run of these' }).click();
  await page.getByRole('alert').filter({ hasText: '1,001 numbers' }).waitFor();
});

test('a dry run shows what would happen and writes nothing', async (t) => {
  const { page } = await openDashboard(t, quick);
  await quick.backend.sql`delete from public.property_listings`;
  await page.getByRole('button', { name: 'Dry run', exact: true }).click();
  await page.getByText('Nothing was written.').waitFor();
  assert.notEqual(await page.locator('.run-box .ledger-inserted dd').textContent(), '0');
  assert.equal((await readTable(quick)).length, 0);
  await runToEnd(quick);
});

test('force asks first; no and Escape do nothing, yes cancels the run under way', async (t) => {
  const { page, screenshot } = await openDashboard(t, slow);
  const { syncId } = await slow.api.trigger({});
  const force = page.getByRole('button', { name: 'Force …' });
  await force.click();
  await page.getByRole('dialog', { name: 'Force a new sync?' }).waitFor();
  await screenshot('force');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.ok(await force.evaluate((one) => one === document.activeElement), 'the focus is back');
  assert.equal((await slow.api.status(syncId)).status, 'in_progress');
  await force.click();
  await page.getByRole('button', { name: 'Force the sync' }).click();
  await page.locator('.run-box').waitFor();
  assert.equal((await slow.api.follow(syncId)).status, 'cancelled');
});

test('what the server refuses is told beside the button, in the reader’s language', async (t) => {
  const { page, expectProblem } = await openDashboard(t, slow, { language: 'ja', viewport: PHONE });
  expectProblem(/429/);
  await page.getByRole('button', { name: '強制実行…' }).click();
  await page.getByRole('button', { name: '強制的に同期する' }).click();
  await page.locator('.actions [role=alert]', { hasText: /1分以内に強制実行/ }).waitFor();
});

test('a failed run is told with its cause in plain words', async (t) => {
  const { page, screenshot } = await openDashboard(t, quick, { language: 'ja' });
  const error = { code: 403, status: 'PERMISSION_DENIED', message: 'no access' };
  quick.sheets.spoil((kind) => (kind === 'token' ? null : { status: 403, body: { error } }));
  t.after(() => quick.sheets.clearFaults());
  await page.getByRole('button', { name: '今すぐ同期' }).click();
  await page.locator('.overall', { hasText: 'シートを読み取る権限がありません' }).waitFor();
  await screenshot('now-failed-ja');
});
