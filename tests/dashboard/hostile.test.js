// Hostile content: whatever a sheet, a database or a webhook can put into the page stays text. In
// every field of every view it runs nothing, asks for nothing, pushes nothing aside and reorders
// nothing beside it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { EXAMPLE_MAPPING, SPREADSHEET_ID } from '../../infra/local/stack.js';
import { runToEnd } from '../e2e/support.js';
import {
  DESKTOP,
  PHONE,
  openDashboard,
  overflowsSideways,
  startDashboardStack,
} from './support.js';

/** @typedef {import('playwright-core').Page} Page */

const SCRIPT = '<script>window.hacked = 1</script>';
const IMAGE = `"><img src=x onerror="window.hacked = 1">`;
const RIGHT_TO_LEFT = 'invoice\u202Egnp.exe\u2066\u2067';
/** One for each row of the sheet. */
const PAYLOADS = [
  SCRIPT,
  IMAGE,
  `'"></textarea></title><svg/onload="window.hacked = 1"><iframe srcdoc="x">`,
  'javascript:window.hacked=1//',
  RIGHT_TO_LEFT,
  'שלום עולם 123 ‏مرحبا',
  'zero\u200B\u200Dwidth\u2060\uFEFF\u00AD\u180E\u2028\u0085\u0007end',
  `{n} {name} {row} {total} \${1} %s &lt;b&gt; <b>bold</b>`,
  `e${'\u0301\u0489'.repeat(120)}`,
  'W'.repeat(50_000),
];
const KEYS = PAYLOADS.map((payload) => payload.slice(0, 64));

/** Every column takes hostile text and holds it. */
function hostileMapping() {
  const mapping = JSON.parse(readFileSync(EXAMPLE_MAPPING, 'utf8'));
  delete mapping.key_pattern;
  for (const column of mapping.columns) {
    for (const name of ['required', 'error_cell', 'fallback', 'max_length', 'sensitive', 'pattern'])
      delete column[name];
    if (column.column === mapping.key) continue;
    column.invalid = 'cell';
    if (column.type === 'text') column.pattern = '^nothing hostile$';
  }
  const headers = [SCRIPT, IMAGE, RIGHT_TO_LEFT];
  const texts = mapping.columns.filter((/** @type {any} */ { type }) => type === 'text').slice(1);
  headers.forEach((header, i) => (texts[i].header = header));
  return mapping;
}

/**
 * A row in which everything is the payload, and one that as a whole is refused.
 * @param {any} mapping
 */
function hostileTab(mapping) {
  const headers = mapping.columns.map((/** @type {any} */ { header }) => [header].flat()[0]);
  const unmapped = PAYLOADS.filter((payload) => !headers.includes(payload));
  const required = new Map([
    ['publication_status', '公開中'],
    ['property_type', '戸建'],
  ]);
  const rows = PAYLOADS.flatMap((payload, i) => {
    const cells = mapping.columns.map(
      (/** @type {any} */ { column }) => required.get(column) ?? payload,
    );
    cells[0] = KEYS[i];
    const whole = mapping.columns.map(() => payload);
    whole[0] = `${KEYS[i].slice(0, 60)}#${i}`;
    return [cells, whole];
  });
  return {
    title: mapping.tab,
    rows: [[...headers, ...unmapped], ...rows],
    rowCount: 1000,
    columnCount: headers.length + unmapped.length,
  };
}

/** What was put in by SQL. */
const planted = { runs: /** @type {string[]} */ ([]) };
const mapping = hostileMapping();
const stack = await startDashboardStack({
  mapping: JSON.stringify(mapping),
  tab: hostileTab(mapping),
  environment: { SYNC_INTERVAL: '5' },
});
const { sql } = stack.backend;
const SOURCE = 'property-listings';
const { syncId } = await runToEnd(stack);
// Two columns with one header: the cause of the failure tells both.
const repeatHeader = (/** @type {string} */ header) =>
  stack.sheets
    .spreadsheet(SPREADSHEET_ID)
    .setCell(mapping.tab, 1, mapping.columns.length + 1, header);
repeatHeader(IMAGE);
const duplicated = await runToEnd(stack);
repeatHeader('');
assert.equal(duplicated.cause.code, 'header_duplicated');
await plantInDatabase();

/** What a trigger, a driver or another program could have left: texts of no known shape. */
async function plantInDatabase() {
  for (const [i, payload] of PAYLOADS.entries()) {
    const key = payload.slice(0, 60);
    const errors = [{ row: i, key, column: payload, code: key, message: payload, kind: 'cell' }];
    const report = { unmapped_headers: PAYLOADS, sheet_moved: true };
    const [{ sync_id: id }] = await sql`
      insert into sync_runs (source, kind, trigger, status, cause_code, cause_message, report,
        errors, errors_count, requested_at, started_at, completed_at, invocations)
      values (${SOURCE}, 'full', ${payload.slice(0, 50)}, 'failed', ${key}, ${payload},
        ${sql.json(report)}, ${sql.json(errors)}, 1, now() - ${i + 1} * interval '1 minute',
        now() - interval '1 minute', now(), 1)
      returning sync_id`;
    planted.runs.push(id);
    await sql`
      insert into sync_errors (source, key, column_name, kind, code, message, row_number, value,
        key_hash, sync_id)
      values (${SOURCE}, ${`sql ${key}`}, ${payload.slice(0, 1000)}, 'cell', ${payload.slice(0, 80)},
        ${payload}, ${i + 2}, ${payload}, ${i}, ${id})`;
    const facts = { code: payload, target: payload, minutes: payload, failures: payload };
    await sql`
      insert into sync_alerts (source, rule, severity, summary, facts, last_error)
      values (${SOURCE}, ${`rule ${key}`}, 'critical', ${payload.slice(0, 1000)},
        ${sql.json(facts)}, ${payload.slice(0, 200)})`;
  }
  const facts = { code: RIGHT_TO_LEFT, failures: 3, limit: 3 };
  await sql`
    insert into sync_alerts (source, rule, summary, facts)
    values (${SOURCE}, 'consecutive_failures', ${SCRIPT}, ${sql.json(facts)})`;
}

/**
 * The texts of the page that do not stand from left to right, or change places with a neighbour.
 * @param {Page} page
 * @returns {Promise<string[]>}
 */
const findDisorder = (page) =>
  page.evaluate(() => {
    const isOneLine = (/** @type {DOMRect} */ a, /** @type {DOMRect} */ b) =>
      a.width > 0 &&
      b.width > 0 &&
      Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > Math.min(a.height, b.height) / 2;
    /** @param {Node} node @param {number} [from] @param {number} [to] */
    const boxesOf = (node, from, to) => {
      const range = document.createRange();
      range.selectNodeContents(node);
      if (from !== undefined && to !== undefined) {
        range.setStart(node, from);
        range.setEnd(node, to);
      }
      return [...range.getClientRects()];
    };
    const found = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = /** @type {Text} */ (texts.currentNode);
      if (text.parentElement?.closest('bdi, script, option, noscript')) continue;
      // What stands between these two characters is isolated, as by the element bdi.
      const isolated = [...text.data.matchAll(/\u2068[^\u2069]*\u2069/g)];
      for (let i = 1; i < Math.min(text.length, 300); i++) {
        if (isolated.some(({ 0: { length }, index }) => i > index && i < index + length)) continue;
        const [before] = boxesOf(text, i - 1, i);
        const [after] = boxesOf(text, i, i + 1);
        if (!before || !after || !isOneLine(before, after) || after.left >= before.left) continue;
        found.push(`letters: ${text.data.slice(0, 80)}`);
        break;
      }
    }
    for (const parent of new Set(
      [...document.querySelectorAll('bdi')].flatMap(({ parentElement: one }) => [
        one,
        one?.parentElement,
      ]),
    )) {
      const children = [...(parent?.childNodes ?? [])]
        .map((child) => boxesOf(child))
        .filter((boxes) => boxes[0]);
      for (let i = 1; i < children.length; i++) {
        const before = /** @type {DOMRect} */ (children[i - 1].at(-1));
        const [after] = children[i];
        if (isOneLine(before, after) && after.left < before.left)
          found.push(`neighbours: ${parent?.textContent?.slice(0, 80)}`);
      }
    }
    return found;
  });

/** What would be there if a text had become markup. @param {Page} page */
const findMarkup = (page) =>
  page.evaluate(() => {
    const foreign = 'img, iframe, object, embed, base, form[action], script:not([src]), bdi bdi, b';
    const links = [...document.querySelectorAll('a')].filter(
      (link) => link.hasAttribute('href') && !/^(#|https?:)/.test(link.getAttribute('href') ?? ''),
    );
    const listeners = [...document.querySelectorAll('*')].filter((element) =>
      [...element.attributes].some(
        ({ name }) => /^(on|style$|srcdoc)/.test(name) && name !== 'style',
      ),
    );
    return [...document.querySelectorAll(foreign), ...links, ...listeners].map(
      ({ outerHTML }) => outerHTML,
    );
  });

/**
 * Everything that must hold of a view with hostile content in it.
 * @param {Page} page
 * @param {string} where
 */
async function assertHarmless(page, where) {
  assert.equal(await page.evaluate(() => /** @type {any} */ (window).hacked), undefined, where);
  assert.deepEqual(await findMarkup(page), [], where);
  assert.deepEqual(await findDisorder(page), [], where);
  assert.equal(await overflowsSideways(page), false, `${where} keeps within the window`);
}

/**
 * Opens a page; when the test ends, it has asked for nothing but itself and the API.
 * @param {import('node:test').TestContext} t
 * @param {import('./support.js').PageOptions} options
 */
async function open(t, options) {
  const dashboard = await openDashboard(t, stack, options);
  /** @type {string[]} */
  const foreign = [];
  dashboard.page.on('request', (request) => {
    const { href, origin, pathname } = new URL(request.url());
    const isOwn = origin === stack.url && /^\/($|dashboard\.|api\/sync\/)/.test(pathname);
    if (!isOwn) foreign.push(href);
  });
  t.after(() => assert.deepEqual(foreign, []));
  return dashboard;
}

/** Almost a window down. @param {Page} page @returns {Promise<boolean>} false: at the bottom */
const scrollOn = (page) =>
  page.evaluate(async () => {
    const before = scrollY;
    scrollBy({ top: innerHeight * 0.8, behavior: 'instant' });
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return scrollY > before;
  });

test('the looks of this test see what they look for', async (t) => {
  const { page } = await open(t, {});
  await page.locator('.overall').waitFor();
  await page.evaluate((text) => {
    const line = document.createElement('p');
    line.textContent = `before ${text} after`;
    document.body.append(line, document.createElement('img'));
    const wide = document.createElement('div');
    wide.style.width = '5000px';
    wide.textContent = 'wide';
    document.body.append(wide);
  }, RIGHT_TO_LEFT);
  assert.equal((await findDisorder(page)).length, 1);
  assert.equal((await findMarkup(page)).length, 1);
  assert.ok(await overflowsSideways(page));
});

for (const viewport of [DESKTOP, PHONE]) {
  const size = `${viewport.width} px`;

  test(`held: every column's value, every number, header and message is text (${size})`, async (t) => {
    const { page, screenshot } = await open(t, { hash: '#/held', viewport });
    await page.getByText(/^\d,\d+ entries$/).waitFor();
    for (const [i, payload] of PAYLOADS.entries()) {
      await page.getByRole('searchbox').fill(payload.slice(0, 12));
      await page.waitForTimeout(200);
      await page.locator('.virtual-rows [role=row]').first().waitFor();
      let windows = 0;
      do await assertHarmless(page, `held rows with payload ${i}`);
      while (++windows < 3 && (await scrollOn(page)));
      if (i === 4 || i === 8) await screenshot(`hostile-held-${viewport.width}-${i}`);
      await page.locator('.virtual-rows').getByRole('button').first().click();
      await page.getByRole('dialog').waitFor();
      await assertHarmless(page, `details with payload ${i}`);
      await page.keyboard.press('Escape');
    }
  });
}

for (const viewport of [DESKTOP, PHONE]) {
  const size = `${viewport.width} px`;

  test(`history and its charts: causes and triggers are text (${size})`, async (t) => {
    const { page, screenshot } = await open(t, { hash: '#/history', viewport });
    await page.locator('.history-table .virtual-rows [role=row]').first().waitFor();
    do await assertHarmless(page, 'history');
    while (await scrollOn(page));
    await screenshot(`hostile-history-${viewport.width}`);
  });

  test(`a run: its cause, errors and headers are text (${size})`, async (t) => {
    const { page, screenshot } = await open(t, { hash: `#/history/${syncId}`, viewport });
    await page.getByRole('heading', { name: /^Held in this run/ }).waitFor();
    await assertHarmless(page, 'the run that read the sheet');
    await screenshot(`hostile-run-${viewport.width}`);
    for (const id of [...planted.runs, duplicated.syncId]) {
      await page.evaluate((to) => void (location.hash = `#/history/${to}`), id);
      await page.locator('.run-id', { hasText: id }).waitFor();
      await assertHarmless(page, `run ${planted.runs.indexOf(id)}`);
    }
    await screenshot(`hostile-run-cause-${viewport.width}`);
  });

  test(`now and alerts: causes, rules, summaries and facts are text (${size})`, async (t) => {
    const { page, screenshot } = await open(t, { viewport });
    await page.locator('.overall:not(.idle)').waitFor();
    await page.getByRole('heading', { name: 'Open alerts' }).waitFor();
    await assertHarmless(page, 'now');
    await screenshot(`hostile-now-${viewport.width}`);
    await page.evaluate(() => void (location.hash = '#/alerts'));
    await page.locator('article.alert').nth(PAYLOADS.length).waitFor();
    for (const more of await page.locator('article.alert summary').all()) await more.click();
    await assertHarmless(page, 'alerts');
    await screenshot(`hostile-alerts-${viewport.width}`);
  });
}

test('an address with markup in it is no way in either', async (t) => {
  const { page, expectProblem } = await open(t, {});
  expectProblem(/40[04]/);
  for (const payload of PAYLOADS.slice(0, 8)) {
    const text = encodeURIComponent(payload);
    for (const hash of [`#/held?search=${text}&code=${text}&column=${text}`, `#/history/${text}`]) {
      await page.evaluate((to) => void (location.hash = to), hash);
      await page
        .locator('main :is(.virtual-rows [role=row], .empty, [role=alert]):visible')
        .first()
        .waitFor();
      await assertHarmless(page, hash);
    }
  }
});
