// Several at once: sources in one page, runs in one tab, tokens one after the other; and a source
// that the database does not know yet.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { readPage } from '../../functions/adapters/node/page-files.js';
import { startServer } from '../../functions/adapters/node.js';
import { loadCore } from '../../wasm/js/load-node.js';
import { PHONE, openDashboard, overflowsSideways, startDashboardStack } from './support.js';

const LONG = (/** @type {string} */ name) => `${name}-${'x'.repeat(62 - name.length)}`;
const SOURCES = ['property-listings', ...Array.from({ length: 28 }, (_, i) => LONG(`s${i}`))];
const UNKNOWN = 'not-registered';

const stack = await startDashboardStack({
  rows: 120,
  environment: { SYNC_INTERVAL: '5', SYNC_BATCH_SIZE: '10', SYNC_RATE_LIMIT: '2' },
});

/** The same function for thirty sources, all but one of them registered. */
async function startSeveral() {
  const given = JSON.parse(new TextDecoder().decode(stack.mapping));
  const mappings = [...SOURCES, UNKNOWN].map((source) =>
    new TextEncoder().encode(JSON.stringify({ ...given, source })),
  );
  for (const source of SOURCES) {
    await stack.backend.sql`
      select sync_register_source(${source}, 'public.property_listings', 'property_number')`;
  }
  const loadPage = readPage;
  const server = await startServer({
    ...{ module: loadCore(), mappings, loadPage, host: '127.0.0.1', log: () => {} },
    configuration: { ...stack.configuration, port: 0 },
  });
  after(() => server.close({ graceMs: 100 }));
  return { ...stack, url: server.url };
}

const several = await startSeveral();

test('a source is chosen among thirty by the keyboard, and stays chosen', async (t) => {
  const { page } = await openDashboard(t, several);
  const chooser = page.getByLabel('Source');
  await chooser.focus();
  await page.keyboard.press('ArrowDown');
  await page.waitForFunction(() => document.activeElement?.matches('select.source') ?? false);
  assert.equal(await chooser.inputValue(), SOURCES[1]);
  await page.keyboard.press('ArrowDown');
  await page.waitForFunction(
    (name) => /** @type {any} */ (document.activeElement)?.value === name,
    SOURCES[2],
  );
  await page.getByText('There has been no sync yet.').waitFor();
  await page.reload();
  await page.locator('.overall').waitFor();
  assert.equal(await chooser.inputValue(), SOURCES[2]);
});

test('names as long as they may be reach beyond no window', async (t) => {
  const { page } = await openDashboard(t, several, { viewport: PHONE, language: 'ja' });
  await page.locator('select.source').selectOption(SOURCES[3]);
  await page.locator('.overall .sentence', { hasText: '一度も行われていません' }).waitFor();
  assert.equal(await overflowsSideways(page), false);
});

test('a source that the database does not know is told as that, not as loading', async (t) => {
  const { page, expectProblem } = await openDashboard(t, several);
  expectProblem(/503/);
  await page.getByLabel('Source').selectOption(UNKNOWN);
  await page.locator('.overall.bad .sentence', { hasText: 'not registered' }).waitFor();
  assert.doesNotMatch(String(await page.locator('.away').textContent()), /last that was known/);
  assert.equal(await page.getByRole('heading', { name: 'Open alerts' }).isVisible(), false);
});

test('the language may change in mid-run, and the run is still seen', async (t) => {
  const { page } = await openDashboard(t, stack);
  await page.getByRole('button', { name: 'Sync now' }).click();
  await page.getByText(/\d+ of \d+ rows/).waitFor();
  const other = page.getByRole('button', { name: '日本語' });
  await other.focus();
  await page.keyboard.press('Enter');
  await page.locator('.running', { hasText: '同期中' }).waitFor();
  const back = page.getByRole('button', { name: 'English' });
  assert.ok(await back.evaluate((one) => one === document.activeElement), 'the focus is there');
  await page.locator('.running').waitFor({ state: 'hidden' });
});

test('a late answer to the token of before signs nobody out', async (t) => {
  const { page, expectProblem } = await openDashboard(t, stack);
  expectProblem(/401/);
  const late = deferred();
  await page.route(
    '**/manual',
    async (route) => {
      await late.promise;
      await route.fulfill({ status: 401, contentType: 'application/json', body: '{}' });
    },
    { times: 1 },
  );
  await page.getByRole('button', { name: 'Dry run', exact: true }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Access token').fill(stack.token);
  await page.keyboard.press('Enter');
  await page.locator('.overall').waitFor();
  const refused = page.waitForResponse((one) => one.status() === 401);
  late.resolve(undefined);
  await refused;
  await page.waitForTimeout(200);
  assert.ok(await page.locator('.overall').isVisible());
});

test('runs that wait do not stop the page from asking', async (t) => {
  const { page } = await openDashboard(t, stack);
  await page.getByRole('button', { name: 'Sync now' }).click();
  await page.getByText('Sync single listings').click();
  for (let i = 0; i < 8; i += 1) {
    const answer = page.waitForResponse((one) => one.url().endsWith('/manual'), { timeout: 1500 });
    await page.getByLabel('Property numbers').fill(`AA1000${i}`);
    await page.getByRole('button', { name: 'Sync these' }).click();
    assert.equal((await answer).status(), 202);
    await page.locator('.run-box', { hasText: '1 listing' }).waitFor();
  }
});

function deferred() {
  /** @type {(value?: unknown) => void} */
  let resolve = () => {};
  const promise = new Promise((done) => (resolve = done));
  return { promise, resolve };
}
