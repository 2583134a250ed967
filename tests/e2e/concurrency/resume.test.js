// Killed anywhere, resumed by the next invocation; and people who edit the sheet in between.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import {
  BATCH,
  advanceUntilKilled,
  assertSettled,
  assertWrittenOnce,
  beginAnew,
  bookOf,
  createInstance,
  expireLease,
  finishAll,
  killAfter,
  logged,
  readFacts,
  request,
  startConcurrencyStack,
} from './support.js';

/** @typedef {import('../../../infra/local/generator/types.js').Truth} Truth */
/** @typedef {import('../../../infra/local/generator/types.js').SheetCell} SheetCell */

/** Claim, token, key column, a page, and the one commit. */
const REQUESTS_TO_A_COMMIT = 5;

/** @type {import('./support.js').ConcurrencyStack} */
let stack;
before(async () => {
  stack = await startConcurrencyStack();
});
beforeEach(() => beginAnew(stack));
after(() => stack?.stop());

/** @param {string} syncId @returns {Promise<any>} */
const status = (syncId) => stack.api.status(syncId);

describe('killed after a request was carried out', () => {
  test('each in turn: the next redoes one batch at most and ends as an undisturbed run', async (t) => {
    const undisturbed = killAfter(0);
    const jobs = createInstance(stack, { fetch: undisturbed.fetch });
    const { syncId } = await request(createInstance(stack));
    assert.equal((await jobs.advance('manual')).outcome, 'completed');
    const { stats } = await status(syncId);
    assert.ok(undisturbed.requests >= 10, `${undisturbed.requests} requests are too few`);
    for (let n = 1; n <= undisturbed.requests; n += 1) {
      await t.test(`request ${n} of ${undisturbed.requests}`, async () => {
        await beginAnew(stack);
        const run = await request(createInstance(stack));
        const killed = await advanceUntilKilled(stack, n);
        await expireLease(stack);
        const next = killAfter(0);
        await createInstance(stack, { fetch: next.fetch }).advance('manual');

        const end = await status(run.syncId);
        assert.equal(end.status, 'completed');
        assert.deepEqual(end.stats, stats);
        const sent = killed.rowsSent + next.rowsSent;
        assert.ok(sent <= undisturbed.rowsSent + BATCH, `${sent} rows were sent`);
        await assertWrittenOnce(stack);
        await assertSettled(stack);
      });
    }
  });

  test('in every invocation, as soon as it has committed once: the run ends all the same', async () => {
    const { syncId } = await request(createInstance(stack));
    for (let deaths = 0; (await status(syncId)).status === 'in_progress'; deaths += 1) {
      assert.ok(deaths < 20, 'no end in sight');
      const killed = killAfter(REQUESTS_TO_A_COMMIT);
      await createInstance(stack, killed).advance('manual');
      await killed.settled();
      await expireLease(stack);
    }
    const { status: end, stats } = await status(syncId);
    assert.deepEqual([end, stats.inserted], ['completed', stack.sheet.truth.rows.size]);
    assert.ok(logged(stack, 'run_claimed').length >= 4);
    await assertWrittenOnce(stack);
    await assertSettled(stack);
  });

  test('while a selection is served: the selection is resumed first, then the full run', async () => {
    const keys = [...stack.sheet.truth.rows.keys()];
    const full = await request(createInstance(stack));
    await advanceUntilKilled(stack, 6);
    const selective = await request(createInstance(stack), { keys: keys.slice(-3) });
    await expireLease(stack);
    await advanceUntilKilled(stack, 3);
    await expireLease(stack);
    await finishAll(stack);
    const [chosen, whole] = [await status(selective.syncId), await status(full.syncId)];
    assert.deepEqual([chosen.status, chosen.stats.success], ['completed', 3]);
    assert.equal(whole.status, 'completed');
    assert.ok(chosen.completedAt <= whole.completedAt);
    await assertWrittenOnce(stack);
    await assertSettled(stack);
  });
});

describe('the sheet edited between two invocations', () => {
  const KEY = 'property_number';
  /** @type {import('../../../infra/local/sheets/spreadsheet.js').Tab} */
  let tab;
  let keyColumn = 0;
  beforeEach(() => {
    tab = bookOf(stack).tab(stack.sheet.tab.title);
    keyColumn = (stack.sheet.truth.cellOf.get(KEY) ?? 0) + 1;
  });

  /** One invocation of about so many rows; its outcome. @param {number} rows */
  const advance = async (rows) => {
    const finish = await createInstance(stack, { budgets: { rows } }).advance('manual');
    return finish.outcome;
  };

  /**
   * A run of about a batch per invocation, with an edit after the first two.
   * @param {(written: number) => void} edit told how many rows are in the table
   */
  async function runWithEdit(edit) {
    const { syncId } = await request(createInstance(stack));
    for (let i = 0; i < 2; i += 1) assert.equal(await advance(BATCH), 'yielded');
    const { writes } = await readFacts(stack);
    assert.ok(writes > 0 && writes < stack.sheet.truth.rows.size, `${writes} rows are written`);
    edit(writes);
    for (let i = 0; i < 20 && (await status(syncId)).status === 'in_progress'; i += 1) {
      await advance(BATCH);
    }
    return status(syncId);
  }

  /** @param {string} key @returns {number} */
  const rowOf = (key) => tab.rows.findIndex(({ cells }) => cells[keyColumn - 1] === key) + 1;
  const keysInOrder = () =>
    [...stack.sheet.truth.rowOf].sort(([, a], [, b]) => a - b).map(([key]) => key);

  /** @param {any} run */
  function assertWholeRun({ status: end, cause, stats }) {
    const { failed, inserted } = stack.sheet.truth.counts;
    assert.equal(end, 'completed', JSON.stringify(cause));
    assert.deepEqual([stats.failed, stats.inserted], [failed, inserted]);
  }

  for (const descending of [true, false]) {
    test(`sorted ${descending ? 'downwards' : 'upwards'}: every row is counted and written once`, async () => {
      tab.sort(keyColumn, { descending: !descending });
      assertWholeRun(await runWithEdit(() => tab.sort(keyColumn, { descending })));
      await assertWrittenOnce(stack);
      await assertSettled(stack);
    });
  }

  test('rows inserted at the top: they arrive, and nothing else is lost or repeated', async () => {
    const { truth } = stack.sheet;
    const rows = new Map(truth.rows);
    const model = keysInOrder()[0];
    const added = ['AA77000001', 'AA77000002', 'AA77000003'];
    const insert = () => {
      for (const key of added) {
        const cells = [...tab.rows[rowOf(model) - 1].cells];
        cells[keyColumn - 1] = key;
        tab.insertRow(2, cells);
        rows.set(key, { ...truth.rows.get(model), [KEY]: key });
      }
    };
    const { status: end, stats } = await runWithEdit(insert);
    assert.deepEqual([end, stats.inserted], ['completed', rows.size]);
    await assertSettled(stack, { ...truth, rows });
  });

  test('rows deleted that were read, and rows that were not: the first stay, the others never come', async () => {
    const keys = keysInOrder();
    const [read, unread] = [keys.slice(3, 10), keys.slice(-12)];
    const rows = new Map(stack.sheet.truth.rows);
    const erase = () => {
      for (const key of [...read, ...unread]) tab.deleteRow(rowOf(key));
      for (const key of unread) rows.delete(key);
    };
    const { status: end, stats } = await runWithEdit(erase);
    assert.deepEqual([end, stats.inserted], ['completed', rows.size]);
    await assertSettled(stack, { ...stack.sheet.truth, rows });
  });

  /** @param {(cells: SheetCell[], row: number) => SheetCell[]} change */
  const rewrite = (change) =>
    tab.replaceRows(
      stack.sheet.tab.rows.map((cells, row) => {
        const width = stack.sheet.tab.rows[0].length;
        return change(
          Array.from({ length: width }, (_, i) => cells[i] ?? ''),
          row,
        );
      }),
    );

  test('columns moved, the key among them: no cell lands in a wrong column', async () => {
    const move = () => rewrite((cells) => [...cells.slice(5), ...cells.slice(0, 5).reverse()]);
    assertWholeRun(await runWithEdit(move));
    await assertWrittenOnce(stack);
    await assertSettled(stack);
  });

  test('a column inserted in front: it is followed', async () => {
    assertWholeRun(
      await runWithEdit(() => rewrite((cells, row) => [row === 0 ? '担当' : '佐藤', ...cells])),
    );
    await assertWrittenOnce(stack);
    await assertSettled(stack);
  });

  test('a header renamed: the run fails before any further write; renamed back, the next one is whole', async () => {
    const place = (stack.sheet.truth.cellOf.get('title') ?? 0) + 1;
    const header = tab.cell(1, place);
    let written = 0;
    const rename = (/** @type {number} */ before) => {
      written = before;
      tab.setCell(1, place, '名前のない列');
    };
    const failed = await runWithEdit(rename);
    assert.deepEqual([failed.status, failed.cause.code], ['failed', 'header_missing']);
    assert.equal((await readFacts(stack)).writes, written);
    tab.setCell(1, place, header);
    const next = await request(createInstance(stack));
    await finishAll(stack);
    assert.equal((await status(next.syncId)).stats.success, stack.sheet.truth.rows.size);
    await assertWrittenOnce(stack);
    await assertSettled(stack);
  });

  test('a header renamed and back between two invocations: nobody notices', async () => {
    const place = (stack.sheet.truth.cellOf.get('title') ?? 0) + 1;
    const header = tab.cell(1, place);
    const renameAndBack = () => {
      tab.setCell(1, place, '名前のない列');
      tab.setCell(1, place, header);
    };
    assertWholeRun(await runWithEdit(renameAndBack));
    await assertWrittenOnce(stack);
    await assertSettled(stack);
  });

  test('another edit before each invocation: the run completes, and what stood still is whole', async () => {
    const { syncId } = await request(createInstance(stack));
    for (let i = 0; i < 30 && (await status(syncId)).status === 'in_progress'; i += 1) {
      if (i % 2 === 0) tab.sort(keyColumn, { descending: i % 4 === 0 });
      else rewrite((cells) => (i % 4 === 1 ? [...cells].reverse() : cells));
      keyColumn = tab.rows[0].cells.indexOf(stack.sheet.tab.rows[0][0]) + 1;
      await advance(BATCH);
    }
    assertWholeRun(await status(syncId));
    await assertWrittenOnce(stack);
    await assertSettled(stack);
  });
});
