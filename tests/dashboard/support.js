// Shared by the tests of the page: the real stack, a real Chromium, and what must never happen in
// it (an error in the console, a script error, something the security policy had to stop).
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { after } from 'node:test';
import { chromium } from 'playwright-core';
import { columnLetters } from '../../infra/local/sheets/a1.js';
import { SPREADSHEET_ID } from '../../infra/local/stack.js';
import { findChromium } from '../../infra/tools/system-needs.mjs';
import { startTestStack } from '../e2e/support.js';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('node:test').TestContext} TestContext */
/** @typedef {Awaited<ReturnType<typeof startTestStack>>} TestStack */
/** @typedef {import('../../infra/local/generator/types.js').SheetCell} SheetCell */
/**
 * @typedef {object} PageOptions
 * @property {'ja' | 'en'} [language] of the browser
 * @property {'light' | 'dark'} [theme] of the system
 * @property {{ width: number, height: number }} [viewport]
 * @property {boolean} [signIn] begins signed in; true by default
 * @property {string} [token] another than the stack's
 * @property {string} [hash] where to begin, as `#/held`
 * @property {string} [url] of the page; the stack's own by default
 * @property {boolean} [reducedMotion]
 */
/**
 * @typedef {object} Dashboard
 * @property {Page} page
 * @property {(problem: RegExp) => void} expectProblem an error of the console that belongs to the
 *   test, such as the browser's own word on an answer of 401
 * @property {(name: string) => Promise<void>} screenshot into build/screenshots/
 * @property {() => Promise<void>} check fails where something happened that must not
 */

export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 375, height: 812 };

const TIMEOUT_MS = 20_000;
const SCREENSHOTS = fileURLToPath(new URL('../../build/screenshots/', import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** @type {Promise<import('playwright-core').Browser> | null} */
let browser = null;

function startBrowser() {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error('there is no Chromium: set CHROMIUM_BIN');
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
}

after(async () => (await browser)?.close());

/**
 * A stack that ends with the test, or with the file where it is started outside of a test.
 * @param {Parameters<typeof startTestStack>[0]} [options]
 * @returns {Promise<TestStack>}
 */
export async function startDashboardStack(options) {
  const stack = await startTestStack(options);
  after(() => stack.stop());
  return stack;
}

/**
 * A page in a browser profile of its own. When the test ends, `check` has been called.
 * @param {TestContext} t
 * @param {TestStack} stack
 * @param {PageOptions} [options]
 * @returns {Promise<Dashboard>}
 */
export async function openDashboard(t, stack, options = {}) {
  const {
    language = 'en',
    theme = 'light',
    viewport = DESKTOP,
    signIn = true,
    hash = '',
  } = options;
  const { token = stack.token, url = stack.url, reducedMotion = false } = options;
  browser ??= startBrowser();
  const context = await (
    await browser
  ).newContext({
    locale: language === 'ja' ? 'ja-JP' : 'en-GB',
    timezoneId: 'Asia/Tokyo',
    colorScheme: theme,
    viewport,
    reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
  });
  context.setDefaultTimeout(TIMEOUT_MS);
  const page = await context.newPage();
  const { problems, expectProblem } = watchOver(page);
  const check = async () => assert.deepEqual(problems(), []);
  t.after(async () => {
    await context.close();
    await check();
  });
  await page.goto(`${url}/${signIn ? `#token=${token}` : hash}`);
  if (signIn) {
    await page.locator('.navigation').waitFor();
    if (hash !== '') await page.evaluate((to) => void (location.hash = to), hash);
  }
  return { page, expectProblem, check, screenshot: (name) => screenshot(page, name) };
}

/**
 * Everything that must not happen, as it happens.
 * @param {Page} page
 */
function watchOver(page) {
  /** @type {string[]} */
  const all = [];
  /** @type {RegExp[]} */
  const expected = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) all.push(message.text());
  });
  page.on('pageerror', (error) => all.push(`script error: ${error.stack}`));
  page.on('dialog', (dialog) => {
    all.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  return {
    problems: () => all.filter((text) => !expected.some((pattern) => pattern.test(text))),
    expectProblem: (/** @type {RegExp} */ pattern) => void expected.push(pattern),
  };
}

/**
 * @param {Page} page
 * @param {string} name
 */
async function screenshot(page, name) {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: `${SCREENSHOTS}${name}.png`, animations: 'disabled' });
}

/**
 * What axe finds of serious and critical violations of WCAG 2.2 AA, as lines for people. The policy
 * lets no script be put into the page, so axe comes in by the debugger.
 * @param {Page} page
 * @returns {Promise<string[]>}
 */
export async function findViolations(page) {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = /** @type {any} */ (globalThis);
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await axe.run({ runOnly: { type: 'tag', values: tags } });
    return violations
      .filter((/** @type {any} */ { impact }) => impact === 'serious' || impact === 'critical')
      .flatMap((/** @type {any} */ { id, nodes }) =>
        nodes.map(
          (/** @type {any} */ node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary}`,
        ),
      );
  });
}

/** Whether anything reaches beyond the window's width. @param {Page} page */
export const overflowsSideways = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

/**
 * Whoever writes the sheet: puts something wrong into listings that are in order, each time into
 * another one, and takes it back.
 * @param {TestStack} stack
 */
export function createEditor({ sheets, truth }) {
  if (truth === null) throw new Error('a generated sheet has a truth');
  const book = sheets.spreadsheet(SPREADSHEET_ID);
  const [tab] = book.tabs;
  const spoilt = new Set(truth.heldCells.map(({ key }) => key));
  const sound = [...truth.rows.keys()].filter((key) => !spoilt.has(key));
  return {
    tab,
    /** @param {string} column @param {SheetCell} cell */
    plant(column, cell) {
      const key = String(sound.shift());
      const row = Number(truth.rowOf.get(key));
      const at = Number(truth.cellOf.get(column)) + 1;
      const before = tab.cell(row, at);
      const write = (/** @type {typeof cell} */ next) => book.setCell(tab.title, row, at, next);
      write(cell);
      return {
        key,
        row,
        header: String(tab.cell(1, at)).trim(),
        cell: `${columnLetters(at)}${row}`,
        spoil: write,
        mend: () => write(/** @type {typeof cell} */ (before)),
      };
    },
  };
}
