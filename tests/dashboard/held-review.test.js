// A person's word on held rows: ignored, dealt with, put back; with the keyboard alone; with a token
// that may only read; and that the list can be used by everybody.
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

const READ_TOKEN = 'a-token-that-only-reads';
const stack = await startDashboardStack({
  rows: 100,
  environment: { SYNC_READ_TOKEN: READ_TOKEN, SYNC_INTERVAL: '5' },
});
const { plant } = createEditor(stack);
const { sql } = stack.backend;
const planted = Array.from({ length: 12 }, (_, i) => plant('deposit', `判読不能${i}`));
await runToEnd(stack);

/** @param {Page} page @param {string} text */
const entries = (page, text) => page.locator('.virtual-rows [role=row]', { hasText: text });

/** @param {Page} page @param {{ key: string }} planted */
async function select(page, { key }) {
  await entries(page, key).getByRole('checkbox').check();
}

/** @param {string} key */
async function readEntry(key) {
  const [entry] = await sql`
    select ignored_at is not null as ignored, resolved_by from sync_errors where key = ${key}`;
  return entry;
}

/** @param {Page} page */
const selectedRows = (page) => page.locator('.virtual-rows [role=row][aria-selected=true]').count();

test('what is ignored goes to the ignored ones; undo brings it back, and so does putting it back', async (t) => {
  const { page } = await openDashboard(t, stack, { hash: '#/held?search=判読不能' });
  const [one, other] = planted;
  await select(page, one);
  await select(page, other);
  await page.getByRole('button', { name: 'Ignore until it changes' }).click();
  await page.getByText('2 entries are ignored until their cells change.').waitFor();
  await entries(page, one.key).waitFor({ state: 'detached' });
  assert.equal((await readEntry(one.key)).ignored, true);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Undone: 2 entries are as they were.').waitFor();
  await entries(page, one.key).waitFor();
  assert.equal((await readEntry(one.key)).ignored, false);

  await select(page, one);
  await page.getByRole('button', { name: 'Ignore until it changes' }).click();
  await page.getByText('1 entry is ignored').waitFor();
  await page.getByRole('button', { name: 'Ignored 1' }).click();
  await select(page, one);
  await page.getByRole('button', { name: 'Put back' }).click();
  await page.getByText('1 entry is open again.').waitFor();
  await page.getByRole('button', { name: /^Open/ }).click();
  await entries(page, one.key).waitFor();
});

test('the keyboard is not lost when a button, or what it was pressed for, is gone', async (t) => {
  const { page } = await openDashboard(t, stack, { hash: '#/held?search=判読不能' });
  const focused = () => page.evaluate(() => document.activeElement?.className);
  await select(page, planted[0]);
  await page.getByRole('button', { name: 'Ignore until it changes' }).press('Enter');
  await page.getByText('1 entry is ignored').waitFor();
  await page.waitForFunction(() => document.activeElement !== document.body);
  assert.equal(await focused(), 'held-notice');
  await page.getByRole('button', { name: 'Undo' }).press('Enter');
  await page.getByText('Undone: 1 entry').waitFor();
  await page.waitForFunction(() => document.activeElement !== document.body);
  assert.equal(await focused(), 'held-notice');
});

test('who works far down in the list stays there', async (t) => {
  const viewport = { width: 1280, height: 400 };
  const { page } = await openDashboard(t, stack, { hash: '#/held?search=判読不能', viewport });
  await page.locator('.virtual-rows [role=row]').first().waitFor();
  await page.evaluate(() => scrollTo({ top: document.body.scrollHeight, behavior: 'instant' }));
  const last = page.locator('.virtual-rows [role=row]').last();
  await last.getByRole('checkbox').check();
  const scrolled = () => page.evaluate(() => scrollY);
  const before = await scrolled();
  assert.ok(before > 200, `${before}`);
  await page.getByRole('button', { name: 'Ignore until it changes' }).click();
  await page.waitForFunction(() => document.activeElement?.className === 'held-notice');
  const after = await scrolled();
  assert.ok(after > before - 200, `${before} → ${after}`);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Undone: 1 entry').waitFor();
});

test('an ignored cell stays away run after run, and comes back when it changes', async (t) => {
  const [, , one] = planted;
  const { page } = await openDashboard(t, stack, { hash: '#/held?search=判読不能' });
  await select(page, one);
  await page.getByRole('button', { name: 'Ignore until it changes' }).click();
  await page.getByText('1 entry is ignored').waitFor();
  await runToEnd(stack);
  assert.equal((await readEntry(one.key)).ignored, true);
  assert.equal(await entries(page, one.key).count(), 0);
  one.spoil('判読不能、また別の');
  await runToEnd(stack);
  await entries(page, 'また別の').waitFor();
});

test('what is marked as dealt with goes to the resolved ones, with the reason, and can be put back', async (t) => {
  const [, , , one] = planted;
  const { page } = await openDashboard(t, stack, { hash: '#/held?search=判読不能' });
  await select(page, one);
  await page.getByRole('button', { name: 'Mark as dealt with' }).click();
  await page.getByText('1 entry is marked as dealt with.').waitFor();
  await page.getByRole('button', { name: 'Resolved' }).click();
  await entries(page, one.key).getByText('marked as dealt with').waitFor();
  assert.equal((await readEntry(one.key)).resolved_by, 'person');
  await select(page, one);
  await page.getByRole('button', { name: 'Put back' }).click();
  await page.getByText('1 entry is open again.').waitFor();
  assert.equal((await readEntry(one.key)).resolved_by, null);
});

test('the keyboard alone moves, selects a range, opens details and retries', async (t) => {
  const { page } = await openDashboard(t, stack, { hash: '#/held?search=判読不能' });
  await page.getByText(/^12 of/).waitFor();
  await page.getByRole('checkbox', { name: 'Select all shown' }).focus();
  await page.keyboard.press('Tab');
  const rows = page.locator('.virtual-rows [role=row]');
  const isAt = (/** @type {number} */ n) =>
    rows.nth(n).evaluate((row) => row === document.activeElement);
  assert.ok(await isAt(0), 'the first stop is the first row');
  await page.keyboard.press('ArrowDown');
  assert.ok(await isAt(1));
  await page.keyboard.press(' ');
  assert.equal(await selectedRows(page), 1);
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  assert.equal(await selectedRows(page), 3);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.ok(await isAt(3), 'the focus is back');
  await page.keyboard.press('End');
  await page.locator('[role=row][aria-rowindex="13"]:focus').waitFor();
  await page.keyboard.press('Home');
  await page.locator('[role=row][aria-rowindex="2"]:focus').waitFor();
  await page.keyboard.press('Control+a');
  await page.getByText('12 selected').waitFor();
  await page.getByRole('button', { name: 'Retry' }).press('Enter');
  await page.getByText('Retried: all 12 entries are still held.').waitFor();
});

test('a range is selected with Shift and the mouse; what a search hides stays selected and is told', async (t) => {
  const { page } = await openDashboard(t, stack, { hash: '#/held?search=判読不能' });
  const boxes = page.locator('.virtual-rows').getByRole('checkbox');
  await boxes.nth(2).click();
  await boxes.nth(6).click({ modifiers: ['Shift'] });
  await page.getByText('5 selected').waitFor();
  await page.getByRole('searchbox').fill('zzzz');
  await page.getByText('(5 of them not shown now)').waitFor();
  await page.getByRole('button', { name: 'Show all entries' }).click();
  await page.getByRole('button', { name: 'Clear selection' }).click();
  await page.getByText(/\d selected/).waitFor({ state: 'hidden' });
  assert.equal(await selectedRows(page), 0);
});

test('what somebody else has dealt with meanwhile is told beside the button', async (t) => {
  const { page, expectProblem } = await openDashboard(t, stack, { hash: '#/held?search=判読不能' });
  expectProblem(/409/);
  const [, , , , one] = planted;
  await select(page, one);
  await sql`
    update sync_errors set resolved_at = now(), resolved_by = 'person' where key = ${one.key}`;
  await page.getByRole('button', { name: 'Retry' }).click();
  await page.locator('.held-notice [role=alert]').waitFor();
  await entries(page, one.key).waitFor({ state: 'detached' });
});

test('a token that only reads sees no value and is told what it may not do', async (t) => {
  const { page, expectProblem } = await openDashboard(t, stack, {
    hash: '#/held',
    token: READ_TOKEN,
  });
  expectProblem(/403/);
  const [, , , , , one] = planted;
  await page.getByRole('searchbox').fill(one.key);
  await page.getByText(/^1 of/).waitFor();
  await entries(page, one.key).getByText('Value not shown').waitFor();
  await select(page, one);
  await page.getByRole('button', { name: 'Ignore until it changes' }).click();
  await page.getByText('This token may only read').waitFor();
  assert.ok(await page.getByRole('button', { name: 'Retry' }).isDisabled());
  assert.equal((await readEntry(one.key)).ignored, false);
});

for (const language of /** @type {const} */ (['en', 'ja'])) {
  for (const theme of /** @type {const} */ (['light', 'dark'])) {
    test(`everybody can use the list and the details (${language}, ${theme})`, async (t) => {
      const { page, screenshot } = await openDashboard(t, stack, {
        hash: '#/held',
        language,
        theme,
      });
      await entries(page, 'AA').first().getByRole('checkbox').check();
      await screenshot(`held-${language}-${theme}`);
      assert.deepEqual(await findViolations(page), []);
      await entries(page, 'AA').first().getByRole('button').click();
      await page.getByRole('dialog').waitFor();
      await screenshot(`held-details-${language}-${theme}`);
      assert.deepEqual(await findViolations(page), []);
    });
  }
}

test('on a phone everything has its place, and nothing is cut off at the side', async (t) => {
  for (const language of /** @type {const} */ (['en', 'ja'])) {
    const { page, screenshot } = await openDashboard(t, stack, {
      hash: '#/held',
      language,
      viewport: PHONE,
    });
    await entries(page, 'AA').first().getByRole('checkbox').check();
    assert.ok(!(await overflowsSideways(page)));
    await screenshot(`held-phone-${language}`);
    assert.deepEqual(await findViolations(page), []);
    await entries(page, 'AA').first().getByRole('button').click();
    await page.getByRole('dialog').waitFor();
    assert.ok(!(await overflowsSideways(page)));
    await screenshot(`held-details-phone-${language}`);
  }
});
