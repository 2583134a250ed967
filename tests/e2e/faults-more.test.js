// What others do while a run is under way: people edit the sheet or the table, other requests come,
// the function is killed, two of them work at once. Faulty answers are in faults.test.js.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { createJobs } from '../../functions/app/jobs.js';
import { generateListings } from '../../infra/local/generator/index.js';
import { SPREADSHEET_ID } from '../../infra/local/stack.js';
import { loadCore } from '../../wasm/js/load-node.js';
import { assertWhole, readVersions, runToEnd, startTestStack } from './support.js';

/** @typedef {import('./support.js').TestStack} TestStack */
/** @typedef {import('../../infra/local/generator/types.js').Truth} Truth */

const ROWS = 300;
const BATCH = 20;
/** Longer than a request to the function takes: what comes meanwhile is there before the page. */
const PAGE_DELAY_MS = 250;

const sheet = generateListings({ rows: ROWS, seed: 5, faults: 'none', badRows: 4 });
/** The same listings and ten more, which people may add. */
const longer = generateListings({ rows: ROWS + 10, seed: 5, faults: 'none' });
const TAB = sheet.tab.title;
const KEY_COLUMN = (sheet.truth.cellOf.get('property_number') ?? 0) + 1;

/** @type {TestStack} */
let stack;
/** @type {ReturnType<TestStack['sheets']['spreadsheet']>} */
let book;

before(async () => {
  const environment = { SYNC_BATCH_SIZE: String(BATCH) };
  stack = await startTestStack({ tab: sheet.tab, environment });
  book = stack.sheets.spreadsheet(SPREADSHEET_ID);
  await runToEnd(stack);
});
beforeEach(async () => {
  await stack.backend.sql`truncate public.property_listings, public.sync_errors`;
  book.replaceRows(TAB, sheet.tab.rows);
  stack.lines.length = 0;
});
afterEach(() => stack.sheets.beforeEach(null));
after(() => stack?.stop());

/** @param {string} event @returns {Record<string, any>[]} the fields of its log lines */
const logged = (event) =>
  stack.lines.filter((line) => line.event === event).map(({ fields = {} }) => fields);

/**
 * Runs `edit` before the n-th page read from now is answered.
 * @param {number} n @param {() => void} edit
 * @returns {{ readonly done: boolean }}
 */
function onRead(n, edit) {
  let reads = 0;
  stack.sheets.beforeEach(({ kind }) => {
    if (kind === 'batchGet' && ++reads === n) edit();
  });
  return {
    get done() {
      return reads >= n;
    },
  };
}

/**
 * Holds the n-th read back until `work` has had its time; what it promised.
 * @template T
 * @param {number} n @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
function during(n, work) {
  return new Promise((resolve, reject) => {
    onRead(n, () => {
      stack.sheets.failNext({ kind: 'batchGet', delayMs: PAGE_DELAY_MS });
      work().then(resolve, reject);
    });
  });
}

describe('rows and columns edited between two page reads', () => {
  /** @param {string} key @returns {number} where the row stands now */
  const rowOf = (key) =>
    book.tab(TAB).rows.findIndex(({ cells }) => cells[KEY_COLUMN - 1] === key) + 1;
  const keysInOrder = [...sheet.truth.rowOf].sort(([, a], [, b]) => a - b).map(([key]) => key);

  /** @param {number} n @param {() => void} edit @param {Truth} [truth] */
  async function runWithEdit(n, edit, truth = sheet.truth) {
    const edited = onRead(n, edit);
    const status = await runToEnd(stack);
    assert.ok(edited.done, `there was no read ${n}`);
    await assertWhole(stack, status, truth);
    return status;
  }

  for (const n of [2, 3, 4]) {
    for (const descending of [true, false]) {
      const way = descending ? 'downwards' : 'upwards';
      test(`a sort ${way} before read ${n} loses nothing and counts nothing twice`, async () => {
        book.sort(TAB, KEY_COLUMN, { descending: !descending });
        const status = await runWithEdit(n, () => book.sort(TAB, KEY_COLUMN, { descending }));
        const { read, failed, skipped } = sheet.truth.counts;
        assert.deepEqual(
          [status.stats.total, status.stats.failed, status.stats.skipped],
          [read, failed, skipped],
        );
      });
    }
  }

  test('rows deleted above the next page push no row out of the run', async () => {
    // The ones gone had been read: they stay in the table, for nobody asked to delete there.
    const gone = keysInOrder.slice(2, 12);
    await runWithEdit(2, () => gone.forEach((key) => book.deleteRow(TAB, rowOf(key))));
    for (const key of gone) assert.equal(rowOf(key), 0);
  });

  test('rows deleted below before they were read are not in the table', async () => {
    const gone = new Set(keysInOrder.slice(-15));
    const rows = new Map([...sheet.truth.rows].filter(([key]) => !gone.has(key)));
    const erase = () => gone.forEach((key) => book.deleteRow(TAB, rowOf(key)));
    await runWithEdit(2, erase, { ...sheet.truth, rows });
  });

  test('rows inserted above what was read are in the table at the end, and nothing else is lost', async () => {
    const added = longer.tab.rows.slice(ROWS + 1);
    const truth = { ...sheet.truth, rows: new Map(sheet.truth.rows) };
    for (const cells of added) {
      const key = String(cells[KEY_COLUMN - 1]);
      truth.rows.set(key, longer.truth.rows.get(key) ?? {});
    }
    await runWithEdit(3, () => added.forEach((cells) => book.insertRow(TAB, 2, cells)), truth);
  });

  test('columns in reverse order are followed: no cell lands in a wrong column', async () => {
    const reverse = () => {
      const tab = book.tab(TAB);
      const width = tab.columnCount;
      const padded = tab.rows.map(({ cells }) => Array.from({ length: width }, (_, i) => cells[i]));
      book.replaceRows(
        TAB,
        padded.map((cells) => cells.reverse().map((cell) => cell ?? null)),
      );
    };
    await runWithEdit(2, reverse);
    book.replaceRows(TAB, sheet.tab.rows);
    await assertWhole(stack, await runToEnd(stack), sheet.truth);
  });

  test('a column inserted in front is followed', async () => {
    const shift = () =>
      book.replaceRows(
        TAB,
        book.tab(TAB).rows.map(({ cells }, i) => [i === 0 ? '担当' : '佐藤', ...cells]),
      );
    await runWithEdit(3, shift);
  });
});

describe('requests that come during a run', () => {
  test('a selective one goes first at the next batch boundary; both complete', async () => {
    const keys = [...sheet.truth.rows.keys()].slice(-3);
    const selective = during(2, () => stack.api.trigger({ propertyNumbers: keys }));
    const full = await runToEnd(stack);
    const chosen = await stack.api.follow((await selective).syncId);
    await assertWhole(stack, full, sheet.truth);
    assert.equal(chosen.status, 'completed');
    assert.equal(chosen.stats.success, keys.length);
    assert.ok(chosen.completedAt <= full.completedAt, 'the full run was not interrupted');
    const causes = logged('sync_ended').map(({ cause }) => cause?.code);
    assert.ok(causes.includes('selective_waiting'), causes.join());
  });

  test('force cancels the run; the new one completes', async () => {
    const forced = during(2, () => stack.api.trigger({ force: true }));
    const old = await runToEnd(stack);
    assert.equal(old.status, 'cancelled');
    await assertWhole(stack, await stack.api.follow((await forced).syncId), sheet.truth);
  });
});

describe('people in the application', () => {
  test('who edit a column nobody mapped during the run keep what they wrote', async () => {
    const { sql } = stack.backend;
    await runToEnd(stack);
    await sql`update public.property_listings set price = 1, memo = 'old'`;
    const edit = during(2, async () => {
      while (logged('batch_committed').length === 0) await pause(5);
      await sql`update public.property_listings set memo = '要確認'`;
      return logged('batch_committed').length;
    });
    stack.lines.length = 0;
    const status = await runToEnd(stack);
    const committed = await edit;
    assert.ok(committed > 0 && committed < logged('batch_committed').length, 'not in mid-run');
    await assertWhole(stack, status, sheet.truth);
    assert.equal(status.stats.updated, sheet.truth.rows.size);
    const memos = await sql`select distinct memo from public.property_listings`;
    assert.deepEqual(
      memos.map(({ memo }) => memo),
      ['要確認'],
    );
  });
});

describe('several invocations', () => {
  /** @param {Partial<import('../../functions/app/jobs.js').JobsOptions>} options */
  const process = (options = {}) => {
    const { configuration: given, mapping } = stack;
    const configuration = { ...given, options: { ...given.options, lease_ms: 1000 } };
    const log = stack.lines.push.bind(stack.lines);
    return createJobs({ module: loadCore(), configuration, mapping, log, ...options });
  };
  const FULL = { force: false, batch_size: null, keys: null, dry_run: false };

  /** @param {ReturnType<typeof process>} jobs */
  const request = async (jobs) => String((await jobs.request(FULL)).document.body?.syncId);

  /** Advances until the killed invocation's lease is over and the run has ended. */
  async function resume(/** @type {string} */ syncId) {
    const jobs = process();
    for (;;) {
      const { outcome } = await jobs.advance('manual');
      if (outcome !== 'busy') return stack.api.status(syncId);
      await pause(100);
    }
  }

  test('one killed after some batches: the next goes on from there', async () => {
    const stop = new AbortController();
    let batches = 0;
    const killed = process({
      signal: stop.signal,
      log: ({ event }) => {
        if (event === 'batch_committed' && ++batches === 5) stop.abort();
      },
    });
    const syncId = await request(killed);
    assert.equal((await killed.advance('manual')).outcome, 'failed');
    const written = await readVersions(stack);
    assert.ok(written.size > 0 && written.size < sheet.truth.rows.size);

    const status = await resume(syncId);
    await assertWhole(stack, status, sheet.truth);
    const [claim] = logged('run_claimed');
    assert.ok(claim.covered >= written.size, `${claim.covered} of ${written.size} rows covered`);
    const versions = await readVersions(stack);
    for (const [key, version] of written) assert.equal(versions.get(key), version, key);
    const again = logged('batch_committed').reduce((sum, { rows }) => sum + rows, 0);
    assert.ok(again <= ROWS - written.size + BATCH, `${again} rows were sent again`);
  });

  for (const landed of [true, false]) {
    const fate = landed ? 'that was done unheard' : 'that never arrived';
    test(`one killed with a commit on its way ${fate}: nothing is counted twice`, async () => {
      const stop = new AbortController();
      let commits = 0;
      const killed = process({
        signal: stop.signal,
        log: () => {},
        fetch: async (input, init) => {
          const isLast = String(input).includes('/sync_commit') && ++commits === 4;
          if (isLast && !landed) stop.abort();
          const answer = await fetch(input, init);
          if (isLast) stop.abort();
          return answer;
        },
      });
      const syncId = await request(killed);
      assert.equal((await killed.advance('manual')).outcome, 'failed');
      const written = (await readVersions(stack)).size;
      const status = await resume(syncId);
      await assertWhole(stack, status, sheet.truth);
      const [claim] = logged('run_claimed');
      assert.ok(claim.covered >= written, `${claim.covered} of ${written} rows covered`);
      assert.equal(commits, 4);
    });
  }

  test('two at once: one is busy, the other completes the run', async () => {
    const [one, other] = [process(), process()];
    const syncId = await request(one);
    const ends = await Promise.all([one.advance('manual'), other.advance('manual')]);
    assert.deepEqual(ends.map(({ outcome }) => outcome).sort(), ['busy', 'completed']);
    await assertWhole(stack, await stack.api.status(syncId), sheet.truth);
    assert.equal(logged('run_claimed').length, 1);
  });
});
