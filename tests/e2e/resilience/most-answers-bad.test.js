// Three answers in ten fail, of both servers, in every way there is: committed and lost, an error
// page, half a document, none at all. Nobody helps but the scheduler.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { drawFaults } from './bad-answers.js';
import {
  assertNothingTwice,
  assertSound,
  readRuns,
  startResilienceStack,
  tickUntilCompleted,
} from './support.js';

const SEEDS = [1, 2, 3, 4, 5, 6];
const SHARE = 0.3;
/** People pause: a sheet that never stands still cannot be read. */
const EDITED_READS_MAX = 40;

/** @typedef {ReturnType<typeof drawFaults>['drawn']} Drawn */

/** @type {import('./support.js').ResilienceStack} */
let stack;
/** @type {{ database: Drawn, sheets: Drawn }[]} */
const storms = [];

before(async () => {
  stack = await startResilienceStack({ seed: 11, environment: { SYNC_BATCH_SIZE: '10' } });
});
after(() => stack?.stop());

/** @param {number} seed */
function spoilBoth(seed) {
  const last = storms.at(-1);
  const draw = { seed, share: SHARE };
  const database = drawFaults('database', { ...draw, turn: last?.database.turn });
  const sheets = drawFaults('sheets', { ...draw, turn: last?.sheets.turn });
  stack.backend.spoil(database.choose);
  stack.sheets.spoil(sheets.choose);
  const storm = { database: database.drawn, sheets: sheets.drawn };
  storms.push(storm);
  return storm;
}

function heal() {
  stack.backend.spoil(null);
  stack.sheets.spoil(null);
}

describe(`with ${SHARE * 100} % of all answers failing`, () => {
  for (const seed of SEEDS) {
    const work = seed === SEEDS[0] ? 'an empty table is filled' : 'every edit arrives';
    test(`${work}, by ticks alone (seed ${seed})`, async (t) => {
      const storm = spoilBoth(seed);
      const begun = performance.now();
      await roundOfEdits(seed === SEEDS[0] ? 0 : 25);
      await roundOfEdits(5);
      heal();
      const { database, sheets } = storm;
      t.diagnostic(
        `seed ${seed}: ${database.faults} of ${database.requests} database answers and ` +
          `${sheets.faults} of ${sheets.requests} sheet answers failed, ` +
          `${Math.round(performance.now() - begun)} ms`,
      );
      const failed = (await readRuns(stack)).filter(({ status }) => status !== 'completed');
      assert.deepEqual(failed, [], 'what passes by itself made a run fail');
    });
  }

  /** @param {number} edits */
  async function roundOfEdits(edits) {
    for (let i = 0; i < edits; i += 1) stack.editor.edit();
    stack.editor.settle();
    await assertSound(stack, await tickUntilCompleted(stack));
  }

  test('the calm after them finds nothing left to write', async () => {
    heal();
    const run = await tickUntilCompleted(stack);
    await assertSound(stack, run);
    assert.equal(run.stats.unchanged, stack.sheet.truth.rows.size);
  });
});

describe('a sheet that is edited between any two of its reads, with as many answers failing', () => {
  for (const seed of [11, 12, 13, 14]) {
    test(`loses no row that was there all the time (seed ${seed})`, async (t) => {
      const { sql } = stack.backend;
      await sql`truncate public.property_listings, public.sync_errors`;
      const there = [...stack.sheet.truth.rows.keys()];
      let reads = 0;
      stack.sheets.beforeEach(({ kind }) => {
        if (kind !== 'batchGet' || reads++ > EDITED_READS_MAX) return;
        stack.editor.do('moveRows');
        stack.editor.edit({ keepRows: true });
      });
      const storm = spoilBoth(seed);
      const run = await tickUntilCompleted(stack);
      stack.sheets.beforeEach(null);
      heal();
      t.diagnostic(
        `seed ${seed}: ${reads} reads, ${storm.sheets.faults} sheet answers failed, ` +
          `edits so far ${JSON.stringify(stack.editor.made)}`,
      );
      const rows = await sql`select property_number as key from public.property_listings`;
      const keys = new Set(rows.map(({ key }) => key));
      const lost = there.filter((key) => !keys.has(key));
      assert.deepEqual(lost, [], `lost by run ${run.syncId}`);
      await assertNothingTwice(stack);
      await assertSound(stack, await tickUntilCompleted(stack));
    });
  }
});

test('the storms had every way to fail in them', () => {
  const drawn = storms.flatMap(({ database, sheets }) => [database, sheets]);
  const sum = (/** @type {'requests' | 'faults'} */ what) =>
    drawn.reduce((total, { [what]: count }) => total + count, 0);
  const share = sum('faults') / sum('requests');
  assert.ok(share > SHARE * 0.8 && share < SHARE * 1.2, `a share of ${share}`);
  for (const target of /** @type {const} */ (['database', 'sheets'])) {
    const never = Object.keys(storms[0][target].struck).filter((way) =>
      storms.every((storm) => storm[target].struck[way] === 0),
    );
    assert.deepEqual(never, [], `never at ${target}`);
  }
});
