// Long lists stay smooth: 5,000 held rows and 10,000 runs, scrolled from end to end and searched,
// without one task of the page that keeps it from answering for more than 100 ms.
import assert from 'node:assert/strict';
import { availableParallelism, loadavg } from 'node:os';
import { test } from 'node:test';
import { runToEnd } from '../e2e/support.js';
import { openDashboard, startDashboardStack } from './support.js';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('node:test').TestContext} TestContext */

const HELD = 5_000;
const RUNS = 10_000;
const TASK_MS_MAX = 100;
/**
 * The length of a task is the time on the clock, and other programs run on the same cores: what is
 * the page's own fault is there in each attempt, what is not goes by itself. Where more programs
 * want to run than there are cores it does not go: then the time counts for which the page's main
 * thread worked at the task, without that in which it waited for a core. The limit is for the
 * longest task of an attempt in either case; nothing is averaged.
 */
const ATTEMPTS_MAX = 3;
const SOURCE = 'property-listings';

const stack = await startDashboardStack({ rows: 10, environment: { SYNC_INTERVAL: '5' } });
const { sql } = stack.backend;
await runToEnd(stack);
await fillTables();

/** Values of all lengths up to what the server keeps, in several columns and with many causes. */
async function fillTables() {
  await sql`delete from sync_errors`;
  await sql`
    insert into sync_errors (source, key, column_name, kind, code, message, row_number, value,
      key_hash, sync_id, first_seen)
    select ${SOURCE}, 'AA' || 20000 + n, (array['price', 'rent', 'title', 'agent_phone',
        'built_on', 'land_area', 'seller_email'])[1 + n % 7], 'cell',
      (array['not_a_number', 'ambiguous_range', 'too_long', 'not_a_phone', 'impossible_date',
        'unexpected_unit', 'not_an_email', 'error_cell', '22003'])[1 + n % 9],
      'the value was refused: ' || n, n + 1, repeat('応相談 ' || n || ' 万円～', 1 + (n % 10) * (n % 10)),
      n, gen_random_uuid(), now() - n * interval '1 minute'
    from generate_series(1, ${HELD}::int) n`;
  await sql`
    insert into sync_runs (source, kind, trigger, status, cause_code, cause_message, read_count,
      unchanged_count, updated_count, failed_count, held_cells_count, requested_at, started_at,
      completed_at, invocations)
    select ${SOURCE}, 'full', case when n % 10 = 0 then 'manual' else 'scheduled' end,
      case when n % 37 = 0 then 'failed' else 'completed' end,
      case when n % 37 = 0 then 'PERMISSION_DENIED' end, case when n % 37 = 0 then 'no access' end,
      1000, 1000 - n % 50 - n % 7, n % 50, n % 7, n % 31, at, at, at + n % 90 * interval '1 second', 1
    from generate_series(1, ${RUNS}::int - 1) n,
      lateral (select now() - n * interval '5 minutes' as at) as times`;
}

/**
 * Measures from now on, in whole milliseconds: the longest task as the browser reports it (those of
 * 50 ms and more; 0: there was none), and the most work of the main thread at one task.
 * @param {Page} page
 * @returns {Promise<() => Promise<{ taskMs: number, workMs: number }>>} ends it
 */
async function measure(page) {
  const endTrace = await traceTasks(page);
  await page.evaluate(() => {
    const found = { taskMs: 0 };
    const note = (/** @type {number} */ ms) => (found.taskMs = Math.max(found.taskMs, ms));
    const observer = new PerformanceObserver((list) =>
      list.getEntries().forEach(({ duration }) => note(duration)),
    );
    observer.observe({ type: 'longtask' });
    Object.assign(window, { measured: { found, observer, note } });
  });
  return async () => {
    const taskMs = await page.evaluate(() => {
      const { found, observer, note } = /** @type {any} */ (window).measured;
      observer.takeRecords().forEach((/** @type {any} */ { duration }) => note(duration));
      observer.disconnect();
      return Math.round(found.taskMs);
    });
    return { taskMs, workMs: await endTrace() };
  };
}

/**
 * @param {Page} page
 * @returns {Promise<() => Promise<number>>} ends it; the most work at one task, in milliseconds
 */
async function traceTasks(page) {
  const debug = await page.context().newCDPSession(page);
  /** @type {any[]} */
  const events = [];
  debug.on('Tracing.dataCollected', ({ value }) => void events.push(...value));
  const traceConfig = { includedCategories: ['disabled-by-default-devtools.timeline'] };
  await debug.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig });
  return async () => {
    const ended = new Promise((resolve) => debug.once('Tracing.tracingComplete', resolve));
    await debug.send('Tracing.end');
    await ended;
    await debug.detach();
    const mains = events.filter(({ args }) => args?.name === 'CrRendererMain');
    const isMain = (/** @type {any} */ { pid, tid }) =>
      mains.some((main) => main.pid === pid && main.tid === tid);
    const tasks = events.filter(
      (event) => event.name === 'RunTask' && event.ph === 'X' && isMain(event),
    );
    assert.ok(tasks.length > 0, 'the trace has tasks');
    return Math.round(tasks.reduce((most, { dur, tdur = dur }) => Math.max(most, tdur), 0) / 1000);
  };
}

/**
 * @param {TestContext} t
 * @param {Page} page
 * @param {string} what
 * @param {() => Promise<unknown>} act what is done again in each attempt
 */
async function assertSmooth(t, page, what, act) {
  const attempts = [];
  while (attempts.length < ATTEMPTS_MAX) {
    const end = await measure(page);
    await act();
    const found = await end();
    attempts.push(found);
    const { taskMs, workMs } = found;
    const isBusy = loadavg()[0] > availableParallelism();
    const busy = isBusy ? '; the machine is overloaded' : '';
    t.diagnostic(`${what}: longest task ${taskMs} ms, most work at one ${workMs} ms${busy}`);
    if ((isBusy ? workMs : taskMs) <= TASK_MS_MAX) return;
  }
  assert.fail(`${what}: over ${TASK_MS_MAX} ms in each attempt: ${JSON.stringify(attempts)}`);
}

/**
 * From the top to the very bottom, also of what is still being loaded; notes which rows were there.
 * @param {Page} page
 * @param {{ stepPx: number, rows: number }} options `rows`: how many there are in all
 * @returns {Promise<number>} how many different rows have been in the page
 */
const scrollThrough = (page, options) =>
  page.evaluate(async ({ stepPx, rows }) => {
    const seen = new Set();
    const look = () => {
      for (const row of document.querySelectorAll('.virtual-rows [role=row]'))
        seen.add(row.getAttribute('aria-rowindex'));
    };
    scrollTo({ top: 0, behavior: 'instant' });
    const until = performance.now() + 60_000;
    while (performance.now() < until && !seen.has(String(rows + 1))) {
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      look();
      scrollBy({ top: stepPx, behavior: 'instant' });
    }
    return seen.size;
  }, options);

/** As a hand does. @param {Page} page */
async function turnWheel(page) {
  await page.mouse.move(800, 500);
  for (const deltaY of [...Array(40).fill(400), ...Array(20).fill(4000), ...Array(40).fill(-700)]) {
    await page.mouse.wheel(0, deltaY);
  }
}

test('the measurement sees a task that is too long', async (t) => {
  const { page } = await openDashboard(t, stack);
  const end = await measure(page);
  await page.evaluate(() => {
    setTimeout(() => {
      const until = performance.now() + 150;
      while (performance.now() < until);
    });
    return new Promise((resolve) => setTimeout(resolve, 300));
  });
  const { taskMs, workMs } = await end();
  assert.ok(taskMs >= 150 && workMs > 50, `${taskMs} and ${workMs} ms`);
});

test('5,000 held rows: each can be reached, and scrolling through all of them stays smooth', async (t) => {
  const { page } = await openDashboard(t, stack, { hash: '#/held' });
  await page.getByText('5,000 entries', { exact: true }).waitFor();
  await assertSmooth(t, page, 'scrolling from top to bottom', async () => {
    assert.equal(await scrollThrough(page, { stepPx: 1500, rows: HELD }), HELD);
  });
  await assertSmooth(t, page, 'the wheel', () => turnWheel(page));
});

test('5,000 held rows: typing in the search stays smooth, and every letter counts', async (t) => {
  const { page } = await openDashboard(t, stack, { hash: '#/held' });
  const search = page.getByRole('searchbox');
  await page.getByText('5,000 entries', { exact: true }).waitFor();
  await assertSmooth(t, page, 'typing', async () => {
    for (const text of ['AA2499', '応相談 77 ', 'telephone number', '価格', '9']) {
      await search.pressSequentially(text, { delay: 40 });
      await page.getByText(/^[\d,]+ of 5,000 entries$/).waitFor();
      await search.press('Control+a');
      await search.press('Delete');
      await page.getByText('5,000 entries', { exact: true }).waitFor();
    }
  });
  await search.fill('AA24998');
  await page.getByText('1 of 5,000 entries').waitFor();
});

test('5,000 held rows: opening, choosing a cause and selecting all stay smooth', async (t) => {
  const { page } = await openDashboard(t, stack);
  await page.locator('.overall').waitFor();
  const go = (/** @type {string} */ hash) => page.evaluate((to) => void (location.hash = to), hash);
  await assertSmooth(t, page, 'opening, filtering, selecting', async () => {
    await go('#/held');
    await page.getByText('5,000 entries', { exact: true }).waitFor();
    await page.getByRole('checkbox', { name: 'Select all shown' }).check();
    await page.getByText('5,000 selected').waitFor();
    await page.getByRole('checkbox', { name: 'Select all shown' }).uncheck();
    await page.locator('.held-causes button').nth(1).click();
    await page.getByText(/^\d+ of 5,000 entries$/).waitFor();
    await go('#/');
    await page.locator('.overall').waitFor();
  });
});

test('10,000 runs: read as far as somebody scrolls, each can be reached, smoothly', async (t) => {
  const { page } = await openDashboard(t, stack, { hash: '#/history' });
  let asked = 0;
  page.on('request', (request) => (asked += Number(request.url().includes('before='))));
  await page.locator('.history-table .virtual-rows [role=row]').first().waitFor();
  await page.waitForTimeout(500);
  assert.equal(asked, 0, 'only the youngest are asked for before somebody scrolls');
  await assertSmooth(t, page, 'scrolling through the history', async () => {
    assert.equal(await scrollThrough(page, { stepPx: 1000, rows: RUNS }), RUNS);
  });
  await page.getByText('Nothing older is kept.').waitFor();
  assert.ok(asked >= RUNS / 200 - 1, `${asked} pages were read`);
  await assertSmooth(t, page, 'the wheel', () => turnWheel(page));
  await assertSmooth(t, page, 'charts of 1,000 runs', async () => {
    await page.locator('.chart-range').selectOption('1000');
    await page.waitForTimeout(300);
    await page.locator('.chart-range').selectOption('50');
    await page.waitForTimeout(300);
  });
});
