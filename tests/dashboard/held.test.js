// Held rows in the page: found, understood, followed into the sheet, retried once the sheet has
// been corrected, and gone; a list that stays true by itself.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SPREADSHEET_ID } from '../../infra/local/stack.js';
import { runToEnd } from '../e2e/support.js';
import { createEditor, openDashboard, startDashboardStack } from './support.js';

/** @typedef {import('playwright-core').Page} Page */

const stack = await startDashboardStack({ rows: 150, environment: { SYNC_INTERVAL: '5' } });
const { plant } = createEditor(stack);
const { sql } = stack.backend;
await runToEnd(stack);

/** Rows of the list whose text has this. @param {Page} page @param {string} text */
const entries = (page, text) => page.locator('.virtual-rows [role=row]', { hasText: text });

/** @param {Page} page @param {string} text */
async function search(page, text) {
  await page.getByRole('searchbox').fill(text);
}

/**
 * The entry of a number, once the search for it has left nothing else: a row that is still moving
 * loses a click.
 * @param {Page} page
 * @param {string} key
 */
async function find(page, key) {
  await search(page, key);
  const entry = entries(page, key);
  await entry.waitFor();
  const others = page.locator('.virtual-rows [role=row]').filter({ hasNotText: key });
  await others.first().waitFor({ state: 'detached' });
  return entry;
}

const countOpen = async () => {
  const [{ n }] = await sql`
    select count(*)::int as n from sync_errors where resolved_at is null and ignored_at is null`;
  return n;
};

test('a bad cell is found with its place, its value and what to do; corrected, retried, gone', async (t) => {
  const planted = plant('price', '5,000～6,000万円位');
  await runToEnd(stack);
  const { page } = await openDashboard(t, stack, { hash: '#/held' });
  await search(page, `${planted.key} 万円位`);
  await page.getByText(`1 of ${await countOpen()} entries`).waitFor();
  const entry = entries(page, planted.key);
  const text = String(await entry.textContent());
  for (const part of [planted.header, '5,000～6,000万円位', `Row ${planted.row}`, planted.cell]) {
    assert.ok(text.includes(part), `${part} in ${text}`);
  }
  assert.match(text, /a range or an approximation, not one number\.\s*Decide on one number/);
  const link = entry.getByRole('link', { name: `Open cell ${planted.cell} in the sheet` });
  const place = `https://docs.google.com/spreadsheets/d/${SPREADSHEET_ID}/edit`;
  assert.equal(await link.getAttribute('href'), `${place}#gid=0&range=${planted.cell}`);
  assert.equal(await link.getAttribute('rel'), 'noopener noreferrer');
  assert.equal(await link.getAttribute('target'), '_blank');

  await entry.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Retry' }).click();
  await page.getByText('the entry is still held. Has the sheet been corrected?').waitFor();
  assert.equal(await entry.count(), 1);

  planted.mend();
  await page.getByRole('button', { name: 'Retry' }).click();
  await page.getByText('Retried: the entry is resolved.').waitFor();
  await page.getByText('No entry fits the search.').waitFor();
  assert.equal(await entry.count(), 0);
  const [{ resolved_by: by }] = await sql`
    select resolved_by from sync_errors where key = ${planted.key} and column_name = 'price'`;
  assert.equal(by, 'commit');
  await page.getByRole('link', { name: 'See the run' }).click();
  await page.getByRole('heading', { name: 'Run', exact: true }).waitFor();
});

test('it is found by number, column, value and reason, whatever the width of the letters', async (t) => {
  const planted = plant('agent_phone', '電話なし');
  await runToEnd(stack);
  const { page } = await openDashboard(t, stack, { hash: '#/held' });
  const wide = planted.key.replace(/[A-Z0-9]/g, (one) =>
    String.fromCharCode(one.charCodeAt(0) + 0xfee0),
  );
  for (const text of [planted.key.toLowerCase(), wide, '電話なし', 'no telephone number']) {
    await search(page, 'zzzz');
    await page.getByText('No entry fits the search.').waitFor();
    await search(page, text);
    await entries(page, planted.key).first().waitFor();
  }
  await search(page, `${planted.header} ${planted.key}`);
  await page.getByText(/^1 of/).waitFor();
  await page.getByRole('button', { name: 'Show all entries' }).waitFor({ state: 'detached' });
  planted.mend();
  await runToEnd(stack);
});

test('entries are grouped by cause; a cause shows its entries, and the address leads back to them', async (t) => {
  const planted = [0, 1, 2, 3, 4, 5, 6].map(() => plant('publication_status', '準備中'));
  planted.push(plant('deal_type', '交換'));
  await runToEnd(stack);
  const rows = await sql`
    select code, count(*)::int as n from sync_errors
    where resolved_at is null and ignored_at is null group by 1 order by n desc`;
  const { page } = await openDashboard(t, stack, { hash: '#/held' });
  await page.getByText(`Causes (${rows.length})`).waitFor();
  const causes = page.locator('.held-causes-list > li > button');
  const counts = (await causes.locator('.cause-count').allTextContents()).map(Number);
  const all = await countOpen();
  assert.deepEqual(counts, [all, ...rows.map(({ n }) => n)]);
  const cause = causes.filter({ hasText: 'none of the choices' });
  const ofCause = Number(await cause.locator('.cause-count').textContent());
  await cause.click();
  await page.getByText(`${ofCause} of ${all} entries`).waitFor();
  assert.equal(await cause.getAttribute('aria-pressed'), 'true');
  assert.match(page.url(), /code=not_in_values$/);
  const column = page.locator('.cause-columns button', { hasText: planted[0].header });
  const n = Number(await column.locator('.cause-count').textContent());
  assert.ok(n >= planted.length - 1 && n < ofCause);
  await column.click();
  await page.getByText(`${n} of ${all} entries`).waitFor();
  assert.equal(await column.getAttribute('aria-pressed'), 'true');
  assert.ok(await column.evaluate((one) => one === document.activeElement), 'the focus stayed');
  for (const { key } of planted.slice(0, -1)) assert.equal(await entries(page, key).count(), 1);
  assert.match(page.url(), /code=not_in_values&column=publication_status/);
  await page.reload();
  await page.getByText(`${n} of ${all} entries`).waitFor();
  planted.forEach(({ mend }) => mend());
  await runToEnd(stack);
});

test('what a run has resolved leaves by itself; search, selection and focus stay', async (t) => {
  const planted = [
    plant('rent', '判読不能一'),
    plant('rent', '判読不能二'),
    plant('rent', '判読不能三'),
  ];
  await runToEnd(stack);
  const { page } = await openDashboard(t, stack, { hash: '#/held' });
  await search(page, '判読不能');
  await page.getByText(/^3 of/).waitFor();
  const [first, second, third] = planted.map(({ key }) => entries(page, key));
  await second.getByRole('checkbox').check();
  await third.getByRole('checkbox').check();
  await second.focus();
  planted[0].mend();
  planted[2].mend();
  await runToEnd(stack);
  await page.locator('.toast', { hasText: '2 entries are no longer open' }).waitFor();
  await page.getByText(/^1 of/).waitFor();
  assert.deepEqual([await first.count(), await second.count(), await third.count()], [0, 1, 0]);
  assert.equal(await page.getByRole('searchbox').inputValue(), '判読不能');
  assert.ok(await second.getByRole('checkbox').isChecked());
  assert.ok(await second.evaluate((row) => row === document.activeElement), 'the focus stayed');
  await page.getByText('1 selected').waitFor();

  const added = plant('rent', '判読不能四');
  await runToEnd(stack);
  await entries(page, added.key).waitFor();
  await page.locator('.toast', { hasText: '1 new entry is held' }).waitFor();
  assert.ok(await second.getByRole('checkbox').isChecked());
  planted[1].mend();
  added.mend();
  await runToEnd(stack);
});

test('a sensitive value is hidden in the list and in the details, with the reason', async (t) => {
  const planted = plant('seller_email', 'himitsu-no-address');
  await runToEnd(stack);
  const { page } = await openDashboard(t, stack, { hash: '#/held' });
  const entry = await find(page, planted.key);
  assert.match(String(await entry.textContent()), /•••\s+（hidden, personal data）/);
  await entry.getByRole('button', { name: /^Details/ }).click();
  const details = page.getByRole('dialog');
  assert.match(String(await details.textContent()), /•••\s+（hidden, personal data）/);
  assert.ok(!(await page.content()).includes('himitsu'));
  await page.keyboard.press('Escape');
  await search(page, 'himitsu');
  await page.getByText('No entry fits the search.').waitFor();
  planted.mend();
  await runToEnd(stack);
});

test('the details tell everything of an entry, with a link to the run that noticed it', async (t) => {
  const planted = plant('registered_on', '平成31年5月1日');
  const { syncId } = await runToEnd(stack);
  const { page } = await openDashboard(t, stack, { hash: '#/held', language: 'ja' });
  const entry = await find(page, planted.key);
  await entry.getByRole('button', { name: /詳細/ }).click();
  const details = page.getByRole('dialog');
  const text = String(await details.textContent());
  for (const part of [planted.header, '平成31年5月1日', planted.cell, '暦に']) {
    assert.ok(text.includes(part), `${part} in ${text}`);
  }
  await details.locator(`a[href="#/history/${syncId}"]`).click();
  await details.waitFor({ state: 'detached' });
  await page.locator('.run-ledger, .ledger-table').first().waitFor();
  planted.mend();
  await runToEnd(stack);
});

test('while the sheet cannot be read, links lead to the sheet, and the page says so', async (t) => {
  const planted = plant('price', '応相談です');
  await runToEnd(stack);
  const error = { code: 403, status: 'PERMISSION_DENIED', message: 'no access' };
  stack.sheets.spoil((kind) => (kind === 'token' ? null : { status: 403, body: { error } }));
  t.after(() => stack.sheets.clearFaults());
  const { page } = await openDashboard(t, stack, { hash: '#/held' });
  await page.getByText('links open the sheet, not the cell').waitFor();
  await search(page, '応相談です');
  const link = entries(page, planted.key).getByRole('link');
  assert.match(String(await link.getAttribute('href')), /\/edit$/);
  planted.mend();
});
