// Faulty answers of real components: whatever the database's gateway or Google answers, the run ends
// with the table the sheet asks for. Edits and competing invocations are in faults-more.test.js.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { assertWhole, runToEnd, startTestStack } from './support.js';

/** @typedef {import('./support.js').TestStack} TestStack */
/** @typedef {import('../../infra/local/faults.js').Fault} Fault */

/** @type {TestStack} */
let stack;

before(async () => {
  // A tick resumes and opens nothing: a run of its own would still write when the next test begins.
  const environment = { SYNC_BATCH_SIZE: '40', SYNC_INTERVAL: '60' };
  stack = await startTestStack({ rows: 200, seed: 5, environment });
  await runToEnd(stack); // the token is fetched, the headers are known
});
beforeEach(async () => {
  await stack.backend.sql`truncate public.property_listings, public.sync_errors`;
  stack.sheets.clearFaults();
  stack.lines.length = 0;
  stack.backend.requests.length = 0;
  stack.sheets.requests.length = 0;
});
after(() => stack?.stop());

/** @param {string} event @returns {Record<string, any>[]} the fields of its log lines */
const logged = (event) =>
  stack.lines.filter((line) => line.event === event).map(({ fields = {} }) => fields);

/** @param {string} kind @returns {(number | null)[]} what such requests were answered with */
const answersOf = (kind) =>
  stack.backend.requests.filter((request) => request.kind === kind).map(({ status }) => status);

/**
 * Triggers a run that is expected to be laid down, and ticks until it has ended.
 * @returns {Promise<any>} its status
 */
async function runWithTicks() {
  const { syncId } = await stack.api.trigger();
  for (;;) {
    const status = await stack.api.status(syncId);
    if (!['queued', 'in_progress'].includes(status.status)) return status;
    await stack.api.tick();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** @param {any} status */
async function assertFirstRun(status) {
  await assertWhole(stack, status, stack.truth);
  const { total, inserted, failed, skipped, heldCells } = status.stats;
  assert.deepEqual(
    { read: total, inserted, failed, skipped, heldCells },
    stack.truth?.counts,
    'a fault has left its mark in the ledger',
  );
}

/** @param {string} code @param {number} status @returns {Fault} as PostgREST words its errors */
const refusal = (code, status) => ({
  kind: 'sync_commit',
  status,
  body: { code, message: 'as planned', details: null, hint: null },
});

describe('a commit', () => {
  test('whose answer is lost is sent again and counts once', async () => {
    stack.backend.failNext({ kind: 'sync_commit', loseAnswer: true });
    const status = await runToEnd(stack);
    await assertFirstRun(status);
    const [first, ...others] = answersOf('sync_commit');
    assert.equal(first, null);
    assert.ok(others.every((answer) => answer === 200));
    assert.equal(others.length, logged('batch_committed').length);
  });

  test('whose answer is cut off in the middle is sent again and counts once', async () => {
    stack.backend.failNext({ kind: 'sync_commit', cutAfter: 20 });
    await assertFirstRun(await runToEnd(stack));
    assert.equal(logged('request_failed').length, 1);
    assert.equal(answersOf('sync_commit').length, logged('batch_committed').length + 1);
  });

  test('that is dropped before it was done is sent again', async () => {
    stack.backend.failNext({ kind: 'sync_commit', drop: true });
    await assertFirstRun(await runToEnd(stack));
    assert.equal(answersOf('sync_commit')[0], null);
  });

  const rolledBack = { 57014: refusal('57014', 500), 413: { kind: 'sync_commit', status: 413 } };
  for (const [code, fault] of Object.entries(rolledBack)) {
    test(`refused once with ${code} is halved`, async () => {
      const whole = await runToEnd(stack);
      await stack.backend.sql`truncate public.property_listings`;
      const batches = logged('batch_committed').length;
      stack.lines.length = 0;
      stack.backend.failNext(fault);
      const status = await runToEnd(stack);
      await assertFirstRun(status);
      assert.deepEqual(status.stats, whole.stats);
      assert.equal(logged('batch_cut').length, 1);
      assert.ok(logged('batch_committed').length > batches);
    });
  }

  /** @type {Record<string, Fault>} */
  const passing = {
    'an HTML 502': { kind: 'sync_commit', status: 502, body: '<html>Bad gateway</html>' },
    '404 {} while the schema cache is lost': { kind: 'sync_commit', status: 404, body: {} },
    'PGRST002 three times': { ...refusal('PGRST002', 503), times: 3 },
    'a lock conflict': refusal('55P03', 503),
  };
  for (const [name, fault] of Object.entries(passing)) {
    test(`answered with ${name} is repeated`, async () => {
      stack.backend.failNext(fault);
      await assertFirstRun(await runToEnd(stack));
      assert.equal(logged('request_failed').length, fault.times ?? 1);
      assert.equal(logged('batch_cut').length, 0);
    });
  }
});

describe('the database away', () => {
  test('for longer than an invocation tries: the next tick finishes the run', async () => {
    stack.backend.failNext({ ...refusal('PGRST002', 503), kind: 'sync_claim', times: 4 });
    await assertFirstRun(await runWithTicks());
    const ends = logged('sync_ended').map(({ status }) => status);
    assert.ok(ends.includes('unavailable'), 'the first invocation did not give up');
  });
});

describe('Google Sheets', () => {
  /** @param {number} status @param {string} word @param {Partial<Fault>} more @returns {Fault} */
  const trouble = (status, word, more) => ({
    kind: 'batchGet',
    status,
    body: { error: { code: status, status: word, message: 'as planned' } },
    ...more,
  });

  test('answering 429 with Retry-After is asked again, not earlier', async () => {
    const headers = { 'retry-after': '1' };
    stack.sheets.failNext(trouble(429, 'RESOURCE_EXHAUSTED', { headers }));
    const begun = performance.now();
    await assertFirstRun(await runToEnd(stack));
    assert.ok(performance.now() - begun >= 1000);
    assert.equal(logged('request_failed').length, 1);
  });

  test('answering 429 and 503 in turn is asked again', async () => {
    const headers = { 'retry-after': '0' };
    stack.sheets.failNext(trouble(429, 'RESOURCE_EXHAUSTED', { headers }));
    stack.sheets.failNext(trouble(503, 'UNAVAILABLE', { headers }));
    await assertFirstRun(await runToEnd(stack));
    assert.equal(logged('request_failed').length, 2);
  });

  test('failing so often that the run is laid down: a tick resumes it', async () => {
    stack.sheets.failNext(trouble(503, 'UNAVAILABLE', { times: 4 }));
    await assertFirstRun(await runWithTicks());
    const ends = logged('sync_ended').map(({ status }) => status);
    assert.ok(ends.includes('yielded'), 'the run was not laid down');
  });

  test('failing between two pages: what was committed before is not read again', async () => {
    let pages = 0;
    stack.sheets.beforeEach(({ kind }) => {
      if (kind === 'batchGet' && ++pages === 2) {
        stack.sheets.failNext(trouble(500, 'INTERNAL', { times: 4 }));
      }
    });
    try {
      await assertFirstRun(await runWithTicks());
    } finally {
      stack.sheets.beforeEach(null);
    }
    const [, resumed] = logged('run_claimed');
    assert.ok(resumed.covered > 0, 'the second invocation began anew');
  });

  test('refusing the token gets a new one once', async () => {
    stack.sheets.revokeTokens();
    await assertFirstRun(await runToEnd(stack));
    assert.equal(stack.sheets.counts().token, 1);
    assert.equal(stack.sheets.requests.filter(({ status }) => status === 401).length, 1);
  });

  test('losing the connection in the middle of a page is asked again', async () => {
    stack.sheets.failNext({ kind: 'batchGet', cutAfter: 10_000 });
    await assertFirstRun(await runToEnd(stack));
    assert.equal(logged('request_failed').length, 1);
  });
});
