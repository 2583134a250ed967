// Around the views: signing in and out, language, theme, the keyboard, a server that goes and
// comes, the page's weight and its security policy.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { makePage } from '../../infra/tools/dashboard.mjs';
import { startDoor } from '../e2e/door.js';
import {
  DESKTOP,
  PHONE,
  findViolations,
  openDashboard,
  overflowsSideways,
  startDashboardStack,
} from './support.js';

const READ_TOKEN = 'a-token-that-only-reads';
const CRON_TOKEN = 'a-token-of-the-scheduler';
/** With signs that mean something in an address: base64 has the first three. */
const API_TOKEN = 'a+token/of=the&tests?token=x';
const stack = await startDashboardStack({
  rows: 60,
  environment: {
    ...{ SYNC_API_TOKEN: API_TOKEN, SYNC_READ_TOKEN: READ_TOKEN, CRON_SECRET: CRON_TOKEN },
    SYNC_INTERVAL: '5',
  },
});
const door = await startDoor(stack.url);
after(() => door.shut());
const VIEWS = ['', 'held', 'history', 'alerts'];

test('one signs in with the token, which stays in this tab and out of every address', async (t) => {
  const { page } = await openDashboard(t, stack, { signIn: false });
  /** @type {string[]} */
  const addresses = [];
  page.on('request', (request) => addresses.push(request.url()));
  await page.getByLabel('Access token').fill(stack.token);
  await page.keyboard.press('Enter');
  await page.locator('.overall').waitFor();
  assert.equal(
    await page.evaluate(() => sessionStorage.getItem('listing-sync.token')),
    stack.token,
  );
  assert.ok(!(await page.evaluate(() => JSON.stringify(localStorage))).includes(stack.token));
  assert.ok(addresses.length > 0 && !addresses.some((one) => one.includes(stack.token)));
  await page.reload();
  await page.locator('.overall').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Access token').waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.getItem('listing-sync.token')), null);
});

test('a token in the address is taken over and gone from it at once', async (t) => {
  const { page } = await openDashboard(t, stack);
  assert.ok(!page.url().includes(stack.token));
  await page.locator('.overall').waitFor();
});

test('a token is taken over however the link is written, and leaves no trace', async (t) => {
  const { page } = await openDashboard(t, stack, { signIn: false });
  for (const hash of [`#/held?token=${API_TOKEN}`, `#token=${encodeURIComponent(API_TOKEN)}`]) {
    await page.evaluate(() => sessionStorage.clear());
    await page.goto(`${stack.url}/${hash}`);
    await page.locator('.overall').waitFor();
    assert.equal(page.url(), `${stack.url}/`);
    await page.reload();
    await page.locator('.overall').waitFor();
  }
});

test('a wrong token is refused with a word on what to do', async (t) => {
  const { page, expectProblem } = await openDashboard(t, stack, { signIn: false });
  expectProblem(/401/);
  await page.getByLabel('Access token').fill('wrong-token-wrong-token');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').filter({ hasText: 'not valid' }).waitFor();
  assert.ok(
    await page.getByLabel('Access token').evaluate((one) => one === document.activeElement),
  );
});

test('the token of the scheduler is told from a wrong one', async (t) => {
  const { page, expectProblem } = await openDashboard(t, stack, { signIn: false });
  expectProblem(/403/);
  await page.getByLabel('Access token').fill(CRON_TOKEN);
  await page.keyboard.press('Enter');
  await page.getByRole('alert').filter({ hasText: 'scheduler' }).waitFor();
});

test('a token that is no longer accepted leads back to signing in', async (t) => {
  const { page, expectProblem } = await openDashboard(t, stack);
  expectProblem(/401/);
  await page.evaluate(() => sessionStorage.setItem('listing-sync.token', 'changed-meanwhile-x'));
  await page.reload();
  await page.getByRole('alert').filter({ hasText: 'not valid' }).waitFor();
});

test('with the read token one sees everything, and learns that one cannot act', async (t) => {
  const { page, expectProblem } = await openDashboard(t, stack, { token: READ_TOKEN });
  expectProblem(/403/);
  await page.getByRole('button', { name: 'Sync now' }).click();
  await page.getByText('signed in with the read token').first().waitFor();
  assert.ok(await page.getByRole('button', { name: 'Sync now' }).isDisabled());
});

test("the page speaks the browser's language, and another one when asked", async (t) => {
  const { page } = await openDashboard(t, stack, { language: 'ja' });
  await page.getByRole('button', { name: '今すぐ同期' }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'ja');
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('button', { name: 'Sync now' }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Sync now' }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
});

test('the theme is the system’s until somebody chooses', async (t) => {
  const { page } = await openDashboard(t, stack, { theme: 'dark' });
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  assert.equal(await theme(), 'dark');
  await page.getByRole('button', { name: 'Switch to light colours' }).click();
  assert.equal(await theme(), 'light');
  await page.reload();
  await page.locator('.overall').waitFor();
  assert.equal(await theme(), 'light');
});

test('everything can be reached and done by the keyboard alone', async (t) => {
  const { page } = await openDashboard(t, stack, { signIn: false });
  await page.keyboard.type(stack.token);
  await page.keyboard.press('Enter');
  await page.locator('.overall').waitFor();
  /** @type {string[]} */
  const reached = [];
  for (let i = 0; i < 25; i += 1) {
    await page.keyboard.press('Tab');
    reached.push(await page.evaluate(() => document.activeElement?.textContent ?? ''));
  }
  for (const word of ['Skip to the content', 'Now', 'History', 'Sync now', 'Dry run', 'Force …']) {
    assert.ok(
      reached.some((one) => one.startsWith(word)),
      `${word} in ${reached}`,
    );
  }
  await page.getByRole('button', { name: 'Dry run', exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.locator('.run-box .badge', { hasText: 'Completed' }).waitFor();
  assert.match(
    String(await page.evaluate(() => document.activeElement?.textContent)),
    /^Dry run/,
    'the focus comes back to a button that was off for a moment',
  );
  await page.getByRole('link', { name: 'Alerts' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Alerts' }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H1');
  assert.match(await page.title(), /^Alerts/);
});

test('questions are asked on a page that did not come by https, too', async (t) => {
  const { page } = await openDashboard(t, stack, { signIn: false });
  // What browsers leave out there, unless the server is this very machine.
  await page.addInitScript(() => delete (/** @type {any} */ (Crypto.prototype).randomUUID));
  await page.goto(`${stack.url}/#token=${API_TOKEN}`);
  await page.reload();
  await page.getByRole('button', { name: 'Force …' }).click();
  await page.getByRole('dialog', { name: 'Force a new sync?' }).waitFor();
});

test('a server that goes is told, and one that comes back is found', async (t) => {
  const { page, expectProblem } = await openDashboard(t, stack, { url: door.url });
  expectProblem(/ERR_CONNECTION|ERR_EMPTY|ERR_NETWORK|ERR_SOCKET/);
  await page.locator('.overall .sentence').waitFor();
  await door.shut();
  await page.getByRole('alert').filter({ hasText: 'does not answer' }).waitFor();
  await page.getByRole('button', { name: 'Dry run', exact: true }).click();
  await page.locator('.actions').getByText('does not answer').waitFor();
  await door.open();
  await page.locator('.away').waitFor({ state: 'hidden' });
});

test('a page that is opened while the server is away waits for it', async (t) => {
  const { page, expectProblem } = await openDashboard(t, stack, { url: door.url });
  expectProblem(/ERR_|500/);
  await page.locator('.overall').waitFor();
  await page.route('**/api/sync/sources', (route) => route.abort(), { times: 1 });
  await page.reload();
  await page.getByText('Trying again').waitFor();
  await page.locator('.overall').waitFor();
});

for (const theme of /** @type {const} */ (['light', 'dark'])) {
  for (const language of /** @type {const} */ (['en', 'ja'])) {
    test(`no view has a serious barrier: ${theme}, ${language}`, async (t) => {
      const { page } = await openDashboard(t, stack, { theme, language });
      for (const view of VIEWS) {
        await page.evaluate((to) => void (location.hash = `#/${to}`), view);
        await page.locator('.navigation [aria-current]').waitFor();
        await page.waitForLoadState('networkidle').catch(() => undefined);
        assert.deepEqual(await findViolations(page), [], `#/${view}`);
      }
    });
  }
}

test('signing in has no serious barrier either', async (t) => {
  for (const theme of /** @type {const} */ (['light', 'dark'])) {
    const { page } = await openDashboard(t, stack, { theme, signIn: false });
    await page.getByLabel('Access token').waitFor();
    assert.deepEqual(await findViolations(page), []);
  }
});

test('nothing reaches beyond a window of 320 pixels', async (t) => {
  for (const language of /** @type {const} */ (['en', 'ja'])) {
    const viewport = { width: 320, height: 640 };
    const { page } = await openDashboard(t, stack, { language, viewport });
    for (const view of VIEWS) {
      await page.evaluate((to) => void (location.hash = `#/${to}`), view);
      await page.locator('main h1').waitFor({ state: 'attached' });
      assert.equal(await overflowsSideways(page), false, `#/${view} ${language}`);
    }
  }
});

/** The page from somewhere else, as any static host serves it. */
async function startStaticHost() {
  const files = await makePage();
  const types = { html: 'text/html', js: 'text/javascript', css: 'text/css' };
  const host = createServer(({ url = '/' }, response) => {
    const name = url === '/' ? 'index.html' : url.slice(1);
    const ending = /** @type {keyof typeof types} */ (name.split('.').at(-1));
    const isThere = Object.hasOwn(files, name);
    response.writeHead(isThere ? 200 : 404, { 'content-type': types[ending] ?? 'text/plain' });
    response.end(isThere ? files[name] : undefined);
  });
  await once(host.listen(0, '127.0.0.1'), 'listening');
  after(() => host.close());
  const { port } = /** @type {import('node:net').AddressInfo} */ (host.address());
  return `http://127.0.0.1:${port}`;
}

test('from a static host the page asks where the function is, and works with it', async (t) => {
  const url = await startStaticHost();
  const far = await startDashboardStack({ rows: 30, environment: { SYNC_CORS_ORIGINS: url } });
  const { page, expectProblem } = await openDashboard(t, far, { url, signIn: false });
  expectProblem(/404/);
  await page.getByLabel('Access token').fill(far.token);
  await page.keyboard.press('Enter');
  await page.getByRole('alert').filter({ hasText: 'no Listing Sync at this address' }).waitFor();
  await page.getByLabel('Address of the function').fill('ftp://somewhere');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').filter({ hasText: 'not an address' }).waitFor();
  await page.getByLabel('Address of the function').fill(`${far.url}/api/sync`);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Sync now' }).click();
  await page.locator('.run-box .badge', { hasText: 'Completed' }).waitFor();
  const again = page.waitForResponse(
    (one) => one.status() === 304 && one.url().endsWith('/health'),
  );
  await again; // conditional requests get through, too
});

test('the page weighs at most 100 KB compressed, and is there within a second', async (t) => {
  const files = ['/', '/dashboard.js', '/dashboard.css'];
  let bytes = 0;
  for (const file of files) {
    const text = await (await fetch(`${stack.url}${file}`)).arrayBuffer();
    bytes += brotliCompressSync(new Uint8Array(text)).length;
  }
  t.diagnostic(`${bytes} bytes with brotli`);
  assert.ok(bytes <= 100_000, `${bytes} bytes`);
  const { page } = await openDashboard(t, stack, { viewport: DESKTOP });
  await page.reload();
  await page.locator('.overall .sentence').filter({ hasNotText: 'Loading' }).waitFor();
  const ms = await page.evaluate(() => performance.now());
  t.diagnostic(`first useful paint ${Math.round(ms)} ms after the navigation`);
  assert.ok(ms < 1000, `${ms} ms`);
});

test('the policy is there, allows nothing inline, and lets no text become markup', async (t) => {
  const answer = await fetch(`${stack.url}/`);
  const policy = answer.headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.match(policy, /require-trusted-types-for 'script'/);
  assert.ok(!/unsafe|\*/.test(policy), policy);
  const html = await answer.text();
  assert.ok(!/<script(?![^>]*src=)|<style|\sstyle=|\son\w+=/.test(html));
  const again = { 'if-none-match': answer.headers.get('etag') ?? '' };
  const unchanged = await fetch(`${stack.url}/`, { headers: again });
  assert.equal(unchanged.status, 304);
  assert.equal(
    unchanged.headers.get('content-security-policy'),
    policy,
    'browsers take over the new',
  );
  const { page, expectProblem } = await openDashboard(t, stack);
  expectProblem(/TrustedHTML|Content Security Policy|Content-Security-Policy/);
  const wasStopped = await page.evaluate(() => {
    const element = document.createElement('div');
    try {
      element.innerHTML = '<b>x</b>';
    } catch {
      return true;
    }
    return false;
  });
  assert.ok(wasStopped);
});

test('on a phone every way to a view is in sight', async (t) => {
  const { page } = await openDashboard(t, stack, { viewport: PHONE, language: 'ja' });
  const box = await page.locator('.navigation a').last().boundingBox();
  assert.ok(box !== null && box.x + box.width <= PHONE.width, JSON.stringify(box));
});
