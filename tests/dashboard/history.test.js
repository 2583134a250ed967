// The runs of the past: the list with ledger, duration and cause, charts and what they say in
// words, a run in detail, live while it is under way.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runToEnd } from '../e2e/support.js';
import {
  PHONE,
  createEditor,
  findViolations,
  openDashboard,
  overflowsSideways,
  startDashboardStack,
} from './support.js';

/** @typedef {import('playwright-core').Page} Page */

const SOURCE = 'property-listings';
const OLD_RUNS = 450;
const stack = await startDashboardStack({ rows: 120, environment: { SYNC_INTERVAL: '5' } });
const { sql } = stack.backend;
const { plant } = createEditor(stack);
const planted = plant('rent', '判読不能');
await sql`
  insert into sync_runs (source, kind, trigger, status, read_count, unchanged_count, updated_count,
    failed_count, held_cells_count, requested_at, started_at, completed_at, invocations)
  select ${SOURCE}, 'full', 'scheduled', 'completed', 120, 118 - n % 40, n % 40, 2, n % 9, at, at,
    at + (1 + n % 60) * interval '1 second', 1
  from generate_series(1, ${OLD_RUNS}::int) n,
    lateral (select now() - n * interval '5 minutes' as at) as times`;
const full = await runToEnd(stack);
const dry = await runToEnd(stack, { dryRun: true });
const some = await runToEnd(stack, { propertyNumbers: [planted.key, 'AA99999999'] });
const failed = await fail();

/** A run that may not read the sheet. */
async function fail() {
  const error = { code: 403, status: 'PERMISSION_DENIED', message: 'no access' };
  stack.sheets.spoil((kind) => (kind === 'token' ? null : { status: 403, body: { error } }));
  const ended = await runToEnd(stack);
  stack.sheets.clearFaults();
  return ended;
}

/** @param {Page} page @param {string} syncId */
const rowOf = (page, syncId) =>
  page.locator('.history-table [role=row]', { has: page.locator(`a[href="#/history/${syncId}"]`) });

/** @param {Page} page @param {string} syncId @param {string} column */
const cellText = async (page, syncId, column) =>
  String(await rowOf(page, syncId).locator(`.history-cell-${column}`).textContent());

/** How many points of a chart have been drawn at. @param {Page} page */
const inkOf = (page) =>
  page.locator('.chart canvas').evaluateAll((canvases) =>
    canvases.map((canvas) => {
      const { width, height } = /** @type {HTMLCanvasElement} */ (canvas);
      const ink = /** @type {HTMLCanvasElement} */ (canvas).getContext('2d');
      const { data } = /** @type {CanvasRenderingContext2D} */ (ink).getImageData(
        0,
        0,
        width,
        height,
      );
      return { width, points: data.filter((alpha, i) => i % 4 === 3 && alpha > 0).length };
    }),
  );

test('each run is listed with its state, what it was, what became of the rows, and its cause', async (t) => {
  const { page } = await openDashboard(t, stack, { hash: '#/history' });
  await rowOf(page, full.syncId).waitFor();
  const { stats } = full;
  assert.equal(await cellText(page, full.syncId, 'state'), 'Completed');
  assert.equal(await cellText(page, full.syncId, 'total'), String(stats.total));
  assert.equal(
    await cellText(page, full.syncId, 'changed'),
    String(stats.inserted + stats.updated),
  );
  assert.equal(await cellText(page, full.syncId, 'held'), String(stats.failed + stats.heldCells));
  assert.match(await cellText(page, full.syncId, 'duration'), /\d (ms|sec)/);
  assert.match(await cellText(page, full.syncId, 'kind'), /by hand/);
  assert.match(await cellText(page, dry.syncId, 'kind'), /Dry run/);
  assert.match(await cellText(page, some.syncId, 'kind'), /2 numbers/);
  assert.equal(await cellText(page, failed.syncId, 'state'), 'Failed');
  assert.match(await cellText(page, failed.syncId, 'cause'), /sheet/);
  const times = await page
    .locator('.history-table .history-cell-time')
    .evaluateAll((cells) =>
      cells.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth),
    );
  assert.deepEqual(times, [], 'no time is cut off');
});

test('older runs come as somebody scrolls; a new one comes by itself, to the top', async (t) => {
  const { page } = await openDashboard(t, stack, { hash: '#/history' });
  await rowOf(page, failed.syncId).waitFor();
  /** @type {string[]} */
  const asked = [];
  page.on('request', (request) => request.url().includes('before=') && asked.push(request.url()));
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await page.waitForFunction(() => {
    scrollTo(0, document.body.scrollHeight);
    return document.querySelector('.history-place')?.textContent?.includes('Nothing older is kept');
  });
  assert.equal(asked.length, 2);
  await page.getByText(`${OLD_RUNS + 4} runs`).waitFor();
  await page.evaluate(() => scrollTo(0, 0));
  const { syncId } = await runToEnd(stack, { propertyNumbers: [planted.key] });
  await rowOf(page, syncId).waitFor();
  await page.getByText(`${OLD_RUNS + 5} runs`).waitFor();
  assert.equal(await rowOf(page, syncId).getAttribute('aria-rowindex'), '2');
});

test('charts are drawn, in the colours of the theme and the width of the window, and told in words', async (t) => {
  const { page } = await openDashboard(t, stack, { hash: '#/history' });
  await page.locator('.chart canvas').nth(2).waitFor();
  const light = await inkOf(page);
  assert.equal(light.length, 3);
  for (const { points } of light) assert.ok(points > 1000, `${points} points`);
  const canvas = page.locator('.chart canvas').first();
  const before = await canvas.screenshot();
  await page.getByRole('button', { name: /dark/i }).click();
  await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
  assert.notDeepEqual(await canvas.screenshot(), before);
  await page.setViewportSize(PHONE);
  await page.waitForFunction(
    (width) => (document.querySelector('canvas')?.width ?? width) < width,
    light[0].width,
  );
  const [phone] = await inkOf(page);
  assert.ok(phone.points > 1000 && phone.width <= PHONE.width);

  const chart = page.locator('figure.chart', { hasText: 'Listings changed' });
  await chart.getByText('As a table').click();
  const rows = chart.locator('tbody tr');
  await rows.first().waitFor();
  assert.equal(await rows.count(), 50);
  const [{ inserted_count: inserted, updated_count: updated }] = await sql`
    select inserted_count, updated_count from sync_runs where sync_id = ${full.syncId}`;
  assert.deepEqual(await rows.first().locator('td').allTextContents(), [
    String(inserted),
    String(updated),
  ]);
});

test('the keyboard is not caught in the charts', async (t) => {
  const { page } = await openDashboard(t, stack, { hash: '#/history' });
  await rowOf(page, failed.syncId).waitFor();
  await page.locator('.chart-range').focus();
  for (let i = 0; i < 4; i++) await page.keyboard.press('Tab');
  assert.ok(
    await rowOf(page, (await stack.api.health()).lastEnded.syncId)
      .locator('a')
      .evaluate((link) => link === document.activeElement),
    'three tables, then the first run',
  );
});

test('a run tells what became of each row, and that the sum is right', async (t) => {
  const { page } = await openDashboard(t, stack, { hash: '#/history' });
  await rowOf(page, full.syncId).locator('a').click();
  await page.getByText(`It balances: all ${full.stats.total} rows are accounted for.`).waitFor();
  const parts = await page.locator('.ledger-table tbody td').allTextContents();
  assert.equal(
    parts.map(Number).reduce((sum, n) => sum + n, 0),
    full.stats.total,
  );
  assert.equal(
    await page.locator('.ledger-table tfoot td').textContent(),
    String(full.stats.total),
  );
  await page.getByText('headers of the sheet go to no column').waitFor();
  await page.getByText('社内メモ').waitFor();
  await page.getByRole('link', { name: 'All runs' }).click();
  await rowOf(page, full.syncId).waitFor();
});

test('what was held in a run is told with links to the cells', async (t) => {
  const { page } = await openDashboard(t, stack, { hash: `#/history/${full.syncId}` });
  const row = page.locator('.run-errors tbody tr', { hasText: planted.key });
  assert.match(String(await row.textContent()), /cannot be read as a number/);
  assert.ok(String(await row.textContent()).includes(planted.header));
  const link = row.getByRole('link');
  assert.match(
    String(await link.getAttribute('href')),
    new RegExp(`#gid=0&range=${planted.cell}$`),
  );
  assert.equal(await link.getAttribute('rel'), 'noopener noreferrer');
  assert.ok(!String(await page.locator('main').textContent()).includes('判読不能'));
  await page.getByRole('link', { name: 'To all held entries' }).click();
  await page.getByRole('searchbox').waitFor();
});

test('on a phone what was held in a run is read without scrolling sideways', async (t) => {
  const hash = `#/history/${full.syncId}`;
  const { page } = await openDashboard(t, stack, { hash, viewport: PHONE });
  const place = page.locator('.table-place', { has: page.locator('.run-errors') });
  await place.waitFor();
  assert.equal(await place.evaluate((one) => one.scrollWidth - one.clientWidth), 0);
  assert.equal(await overflowsSideways(page), false);
});

test('a failed run tells why and what to do', async (t) => {
  const { page } = await openDashboard(t, stack, { hash: `#/history/${failed.syncId}` });
  const cause = page.locator('.run-cause');
  await cause.waitFor();
  assert.match(String(await cause.textContent()), /service account[\s\S]*PERMISSION_DENIED/);
  await page.locator('.run-state', { hasText: 'Failed' }).waitFor();
});

test('a run that is under way is seen moving in its detail, and ending', async (t) => {
  const slow = await startDashboardStack({
    rows: 400,
    environment: { SYNC_BATCH_SIZE: '10', SYNC_RATE_LIMIT: '8' },
  });
  const { syncId } = await slow.api.trigger({});
  const { page } = await openDashboard(t, slow, { hash: `#/history/${syncId}` });
  const total = page.locator('.ledger-table tfoot td');
  await page.locator('.run progress').waitFor();
  const seen = new Set();
  for (let i = 0; i < 100 && seen.size < 3; i++) {
    seen.add(Number(await total.textContent()));
    await page.waitForTimeout(200);
  }
  assert.equal(seen.size, 3, 'it moved');
  assert.deepEqual(
    [...seen],
    [...seen].sort((a, b) => a - b),
  );
  await page.locator('.run-state', { hasText: 'Completed' }).waitFor();
  await page.locator('.run progress').waitFor({ state: 'detached' });
  assert.equal(await total.textContent(), '400');
});

test('a run that is not there, or no number of a run at all, is told, with a way back', async (t) => {
  const { page, expectProblem } = await openDashboard(t, stack);
  expectProblem(/40[04]/);
  for (const id of ['00000000-0000-4000-8000-000000000000', 'nonsense', '%00%ff']) {
    await page.evaluate((to) => void (location.hash = `#/history/${to}`), id);
    await page.locator('.run [role=alert]', { hasText: 'There is no such run.' }).waitFor();
    await page.getByRole('link', { name: 'All runs' }).click();
    await rowOf(page, full.syncId).waitFor();
  }
});

for (const language of /** @type {const} */ (['en', 'ja'])) {
  for (const theme of /** @type {const} */ (['light', 'dark'])) {
    test(`everybody can use the list and a run (${language}, ${theme})`, async (t) => {
      const { page, screenshot } = await openDashboard(t, stack, {
        hash: '#/history',
        language,
        theme,
      });
      await rowOf(page, full.syncId).waitFor();
      await page.locator('.chart-table summary').first().click();
      assert.deepEqual(await findViolations(page), []);
      await page.locator('.chart-table summary').first().click();
      await screenshot(`history-${language}-${theme}`);
      for (const { syncId } of [full, failed]) {
        await page.evaluate((to) => void (location.hash = `#/history/${to}`), syncId);
        await page.locator('.run-id', { hasText: syncId }).waitFor();
        assert.deepEqual(await findViolations(page), []);
      }
      await page.goBack();
      await page.locator('.run-id', { hasText: full.syncId }).waitFor();
      await screenshot(`run-${language}-${theme}`);
    });
  }

  test(`on a phone nothing of the runs is cut off at the side (${language})`, async (t) => {
    const { page, screenshot } = await openDashboard(t, stack, {
      hash: '#/history',
      language,
      viewport: PHONE,
    });
    await page.locator('.history-table .virtual-rows [role=row]').first().scrollIntoViewIfNeeded();
    assert.ok(!(await overflowsSideways(page)));
    assert.deepEqual(await findViolations(page), []);
    await screenshot(`history-phone-${language}`);
    await page.evaluate((to) => void (location.hash = `#/history/${to}`), full.syncId);
    await page.locator('.run-errors').waitFor();
    assert.ok(!(await overflowsSideways(page)));
    await screenshot(`run-phone-${language}`);
  });
}
