// How a budget is shared among sources, and what is handed out. The jobs are driven by hand here;
// real ones run in tests/e2e/several-sources.test.js.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfiguration } from '../../functions/app/configuration.js';
import { createWork } from '../../functions/app/work.js';
import { environment } from './support.js';

/** @typedef {import('../../wasm/js/protocol.js').Budgets} Budgets */
/** @typedef {import('../../functions/app/work.js').Task} Task */

/**
 * Sources that are all due; each call of advance() is answered from its list of documents.
 * @param {Record<string, object[]>} plan
 * @param {{ due?: boolean, opens?: boolean, prunable?: boolean, alerting?: string[] }} [facts]
 */
function plannedSources(plan, facts = {}) {
  const { due = true, opens = true, prunable = false, alerting = [] } = facts;
  /** @type {{ source: string, trigger: string, budgets: Budgets }[]} */
  const advanced = [];
  /** @type {string[]} */
  const pruned = [];
  /** @type {{ source: string, budgets: Budgets, advanced: number }[]} */
  const watched = [];
  const atOnce = { now: 0, most: 0 };
  const names = Object.keys(plan);
  const jobsOf = (/** @type {string} */ source) => ({
    source,
    advance: async (/** @type {any} */ trigger, /** @type {any} */ budgets) => {
      advanced.push({ source, trigger, budgets });
      atOnce.now += 1;
      atOnce.most = Math.max(atOnce.most, atOnce.now);
      await new Promise((resolve) => setImmediate(resolve));
      atOnce.now -= 1;
      /** @type {any} */
      const document = {
        more: false,
        requests: { database: 5 },
        rows: 10,
        ...plan[source].shift(),
      };
      const outcome = document.outcome ?? (document.more ? 'yielded' : 'completed');
      return { type: 'finish', outcome, document };
    },
    watch: async (/** @type {Budgets} */ budgets) => {
      watched.push({ source, budgets, advanced: advanced.length });
      const requests = { database: 1 };
      return { type: 'finish', outcome: 'completed', document: { requests } };
    },
    prune: async () => void pruned.push(source),
  });
  const all = names.map(jobsOf);
  const found = names.map((source) => {
    const isAlerting = alerting.includes(source);
    return { source, registered: true, due, opens, prunable, alerts_due: isAlerting };
  });
  const first = {
    due: async () => ({
      outcome: 'answered',
      document: { http_status: 200, body: { sources: found } },
    }),
  };
  const sources = /** @type {any} */ ({
    all,
    names,
    first,
    find: (/** @type {string} */ name) => all.find(({ source }) => source === name),
  });
  return { sources, advanced, pruned, watched, atOnce };
}

/**
 * @param {ReturnType<typeof plannedSources>} planned
 * @param {Partial<Parameters<typeof createWork>[0]>} [options]
 */
function workOn({ sources }, options) {
  /** @type {any[]} */
  const lines = [];
  const log = (/** @type {any} */ line) => void lines.push(line);
  const work = createWork({ sources, budgets: () => ({}), concurrency: 2, log, ...options });
  return { ...work, lines };
}

test('a tick works on every due source, so many at once as configured', async () => {
  for (const concurrency of [1, 2, 5]) {
    const planned = plannedSources({ a: [{}], b: [{}], c: [{}] });
    const report = await workOn(planned, { concurrency }).tick();
    assert.equal(report.due, 3);
    assert.deepEqual(report.worked.map(({ source }) => source).sort(), ['a', 'b', 'c']);
    assert.equal(planned.atOnce.most, Math.min(concurrency, 3));
    assert.ok(planned.advanced.every(({ trigger }) => trigger === 'scheduled'));
  }
});

test('what is left of a run is taken up without opening another', async () => {
  const planned = plannedSources({ a: [{}] }, { opens: false });
  await workOn(planned).tick();
  assert.equal(planned.advanced[0].trigger, 'manual');
});

test('requests are shared equally, and what one leaves goes to the others', async () => {
  const planned = plannedSources({ a: [{}], b: [{}], c: [{}] });
  await workOn(planned, { concurrency: 1, budgets: () => ({ requests: 46 }) }).tick();
  // One went into the question what is due, 9 are kept for alerts; each source uses 5 of its part.
  assert.deepEqual(
    planned.advanced.map(({ budgets }) => budgets.requests),
    [12, 15, 26],
  );
});

test('a large source holds up no small one, and goes on with what they left', async () => {
  const planned = plannedSources({ large: [{ more: true }, { more: true }, {}], small: [{}] });
  await workOn(planned, { concurrency: 1, budgets: () => ({ wall_ms: 60_000 }) }).tick();
  assert.deepEqual(
    planned.advanced.map(({ source }) => source),
    ['large', 'small', 'large', 'large'],
  );
  const [first, second, third] = planned.advanced.map(({ budgets }) => budgets.wall_ms ?? 0);
  // 5 s are kept for alerts.
  assert.ok(first > 26_500 && first <= 27_500, `half of the time for the first: ${first}`);
  assert.ok(second > 26_500 && second <= 27_500, `half of what is left, too: ${second}`);
  assert.ok(third > 54_000, `all that is left for the last: ${third}`);
});

test('sources no request is left for wait for the next tick', async () => {
  const planned = plannedSources({ a: [{}], b: [{}], c: [{}] });
  const { worked } = await workOn(planned, {
    concurrency: 1,
    budgets: () => ({ requests: 16 }),
  }).tick();
  assert.deepEqual(
    worked.map(({ source }) => source),
    ['a', 'b'],
  );
});

test('several sources each get an invocation of their own where one can be had', async () => {
  const planned = plannedSources({ a: [{}], b: [{}], c: [{}] });
  /** @type {Task[]} */
  const tasks = [];
  const dispatch = async (/** @type {Task} */ task) => {
    if (task.source === 'b') throw new Error('the queue is full');
    tasks.push(task);
  };
  const work = workOn(planned, { dispatch });
  const report = await work.tick();
  assert.deepEqual(report.handedOut, ['a', 'c']);
  assert.deepEqual(tasks, [
    { source: 'a', link: 1, opens: true },
    { source: 'c', link: 1, opens: true },
  ]);
  assert.deepEqual(
    report.worked.map(({ source }) => source),
    ['b'],
    'what could not be handed out is done here',
  );
  assert.equal(work.lines.filter(({ event }) => event === 'hand_out_failed').length, 1);
});

test('one source alone is worked on here, its rest by the next link of the chain', async () => {
  const planned = plannedSources({ a: [{ more: true, requests: { database: 45 } }] });
  /** @type {Task[]} */
  const tasks = [];
  const dispatch = async (/** @type {Task} */ task) => void tasks.push(task);
  await workOn(planned, { dispatch, budgets: () => ({ requests: 46 }) }).tick();
  assert.equal(planned.advanced.length, 1);
  assert.deepEqual(tasks, [{ source: 'a', link: 2 }]);
});

test('a chain ends after ten links, and the tick goes on', async () => {
  /** @type {Task[]} */
  const tasks = [];
  const dispatch = async (/** @type {Task} */ task) => void tasks.push(task);
  for (const link of [1, 9, 10]) {
    await workOn(plannedSources({ a: [{ more: true }] }), { dispatch }).work({ source: 'a', link });
  }
  assert.deepEqual(
    tasks.map(({ link }) => link),
    [2, 10],
  );
});

test('a task that is done hands nothing out, one for an unknown source is logged', async () => {
  const dispatch = async () => assert.fail('nothing is left');
  const planned = plannedSources({ a: [{}] });
  const work = workOn(planned, { dispatch });
  await work.work({ source: 'a', link: 1, opens: true });
  assert.equal(planned.advanced[0].trigger, 'scheduled');
  await work.work({ source: 'gone', link: 1 });
  assert.ok(work.lines.some(({ event }) => event === 'unknown_task'));
});

test('what is old is pruned after the work, not when the budget is spent', async () => {
  const planned = plannedSources({ a: [{}] }, { prunable: true });
  await workOn(planned).tick();
  assert.deepEqual(planned.pruned, ['a']);
  const spent = plannedSources({ a: [{ requests: { database: 45 } }] }, { prunable: true });
  await workOn(spent, { budgets: () => ({ requests: 46 }) }).tick();
  assert.deepEqual(spent.pruned, []);
});

test('whoever was worked on is watched afterwards, with what was kept back for it', async () => {
  const planned = plannedSources({ a: [{ requests: { database: 40 } }] });
  const budgets = () => ({ requests: 46, rows: 10, wall_ms: 60_000 });
  await workOn(planned, { budgets }).tick();
  const [{ source, budgets: rest, advanced }] = planned.watched;
  assert.deepEqual([source, advanced, planned.watched.length], ['a', 1, 1]);
  assert.equal(planned.advanced[0].budgets.requests, 40);
  assert.ok((planned.advanced[0].budgets.wall_ms ?? 0) <= 55_000);
  assert.equal(rest.requests, 5, 'although all rows of the budget are moved');
  assert.ok((rest.wall_ms ?? 0) > 5_000);
});

test('a source whose alerts are due is watched although no run is', async () => {
  const planned = plannedSources({ a: [], b: [], c: [] }, { due: false, alerting: ['b'] });
  await workOn(planned).tick();
  assert.deepEqual(planned.advanced, []);
  assert.deepEqual(
    planned.watched.map(({ source }) => source),
    ['b'],
  );
});

test('where nothing is due, nobody is watched', async () => {
  const planned = plannedSources({ a: [], b: [] }, { due: false });
  await workOn(planned).tick();
  assert.deepEqual(planned.watched, []);
});

test('who was handed out is watched where the work is done, and only at the chain’s end', async () => {
  const dispatch = async () => undefined;
  const several = plannedSources({ a: [{}], b: [{}] }, { alerting: ['a', 'b'] });
  await workOn(several, { dispatch }).tick();
  assert.deepEqual(several.watched, []);
  const goesOn = plannedSources({ a: [{ more: true }] });
  await workOn(goesOn, { dispatch }).work({ source: 'a', link: 1 });
  assert.deepEqual(goesOn.watched, []);
  for (const document of [{}, { more: true }]) {
    const last = plannedSources({ a: [document] });
    await workOn(last, { dispatch }).work({ source: 'a', link: 10 });
    assert.equal(last.watched.length, 1);
  }
});

test('where the database did not answer, nobody asks it about alerts', async () => {
  const planned = plannedSources({ a: [{ outcome: 'unavailable' }], b: [{}] });
  await workOn(planned).tick();
  assert.deepEqual(
    planned.watched.map(({ source }) => source),
    ['b'],
  );
});

test('the fewest requests that may be configured are enough for a tick to work', async () => {
  const given = (/** @type {number} */ requests) =>
    readConfiguration(environment({ SYNC_BUDGET_REQUESTS: String(requests) }));
  const fewest = [1, 2, 3, 4, 5, 6, 7].map(async (requests) => (await given(requests)).budgets);
  const accepted = (await Promise.allSettled(fewest)).find(({ status }) => status === 'fulfilled');
  const { value: budgets } = /** @type {PromiseFulfilledResult<Budgets>} */ (accepted);
  const planned = plannedSources({ a: [{}] });
  await workOn(planned, { budgets: () => budgets }).tick();
  assert.equal(planned.advanced.length, 1, `${budgets.requests} requests`);
});

test('the smallest budget goes into the work, and what it leaves into looking', async () => {
  for (const [requests, work, look] of [
    [6, 5, undefined],
    [8, 5, 2],
    [11, 8, 5],
  ]) {
    const planned = plannedSources({ a: [{}] });
    await workOn(planned, { budgets: () => ({ requests }) }).tick();
    assert.equal(planned.advanced[0].budgets.requests, work);
    assert.equal(planned.watched[0]?.budgets.requests, look, String(requests));
  }
});
