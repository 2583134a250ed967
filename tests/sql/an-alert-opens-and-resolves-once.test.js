import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, call, createSource, inSession, query, rpc } from './support.js';

/** @typedef {import('./support.js').Source} Source */
/** @typedef {import('./support.js').Json} Json */

const HOUR_MS = 3_600_000;

/** @param {string} [rule] */
const opening = (rule = 'held_rows') => ({
  do: 'opened',
  rule,
  severity: 'warning',
  summary: 'Too many.',
  facts: { held: 101 },
  remind_in_ms: HOUR_MS,
});

/** @param {string} what @param {Json} alert @param {Json} [fields] */
const changing = (what, { id, event_number: number }, fields = {}) => ({
  do: what,
  id,
  event_number: number,
  rule: 'held_rows',
  ...fields,
});

/** @param {Source} source @param {Json[]} [changes] @param {Json} [fields] */
const record = ({ name }, changes = [], fields = {}) =>
  call('sync_record_alerts', {
    p_source: name,
    p_changes: changes,
    p_deliver: true,
    ...fields,
  });

/** @param {Source} source @param {Json[]} results */
const settle = ({ name }, results) =>
  call('sync_record_deliveries', { p_source: name, p_results: results });

/** @param {Source} source @param {Json} [fields] */
const read = async ({ name }, fields) =>
  (await call('sync_read_alerts', { p_source: name, ...fields })).alerts;

/** @param {Json} delivery @param {string} outcome @param {Json} [fields] */
const ended = ({ id, event_number, attempt }, outcome, fields) => ({
  id,
  event_number,
  attempt,
  outcome,
  error: '',
  retry_in_ms: 0,
  remind_in_ms: HOUR_MS,
  ...fields,
});

/** @param {Source} source @param {number} seconds */
async function pass({ name }, seconds) {
  const columns = ['remind_at', 'deliver_at', 'claimed_until', 'event_at', 'opened_at'];
  const past = columns.map((column) => `${column} = ${column} - interval '${seconds} seconds'`);
  await query(`update sync_alerts set ${past.join(', ')} where source = '${name}'`);
}

test('a sentence that is too long is cut: the alert opens, and others with it', async () => {
  const source = await createSource();
  const long = { ...opening('consecutive_failures'), summary: `failed: ${'字'.repeat(3000)}` };
  const { applied, deliveries } = await record(source, [long, opening()]);
  assert.equal(applied.length, 2);
  assert.equal(deliveries[0].summary.length, 1000);
  await settle(source, [ended(deliveries[1], 'delivered')]);
  const change = { summary: 'x'.repeat(3000), remind_in_ms: HOUR_MS };
  const again = await record(source, [changing('reminded', deliveries[1], change)]);
  assert.equal(again.deliveries[0].summary.length, 1000);
});

test('an alert opens once, is reminded of and resolves once, with a delivery each', async () => {
  const source = await createSource();
  const opened = await record(source, [opening(), opening()]);
  assert.equal(opened.applied.length, 1);
  const [delivery] = opened.deliveries;
  assert.deepEqual(
    [delivery.event, delivery.event_number, delivery.attempt, delivery.facts.held],
    ['opened', 1, 1, 101],
  );
  await settle(source, [ended(delivery, 'delivered')]);
  const change = { summary: 'Still.', facts: { held: 150 }, remind_in_ms: 2 * HOUR_MS };
  const reminded = await record(source, [changing('reminded', delivery, change)]);
  assert.deepEqual(
    [reminded.deliveries[0].event, reminded.deliveries[0].reminders],
    ['reminded', 1],
  );
  await settle(source, [ended(reminded.deliveries[0], 'delivered')]);
  const [open] = await read(source);
  assert.deepEqual(
    [open.status, open.summary, open.facts.held, open.reminders, open.delivery, open.attempts],
    ['open', 'Still.', 150, 1, 'delivered', 1],
  );
  const resolving = changing('resolved', reminded.deliveries[0]);
  const resolved = await record(source, [resolving, resolving]);
  assert.equal(resolved.applied.length, 1);
  assert.equal(resolved.deliveries[0].event, 'resolved');
  assert.deepEqual(await read(source), []);
  const [all] = await read(source, { p_state: 'all' });
  assert.equal(all.status, 'resolved');
  assert.ok(all.resolved_at >= all.opened_at);
});

test('of two who see the same, one opens, reminds, resolves and delivers', async () => {
  const source = await createSource();
  const race = async (/** @type {Json} */ change) => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => record(source, [change])));
    assert.equal(answers.flatMap(({ applied }) => applied).length, 1);
    const deliveries = answers.flatMap((answer) => answer.deliveries);
    assert.equal(deliveries.length, 1);
    await settle(source, [ended(deliveries[0], 'delivered')]);
    return deliveries[0];
  };
  const opened = await race(opening());
  const reminded = await race(changing('reminded', opened, { remind_in_ms: HOUR_MS }));
  await race(changing('resolved', reminded));
  assert.equal((await read(source, { p_state: 'all' })).length, 1);
});

test('the same rule may open again, and only then is there a second alert', async () => {
  const source = await createSource();
  const { deliveries } = await record(source, [opening()]);
  await record(source, [changing('resolved', deliveries[0])]);
  await record(source, [opening()]);
  const alerts = await read(source, { p_state: 'all' });
  assert.deepEqual(
    alerts.map((/** @type {Json} */ { status }) => status),
    ['open', 'resolved'],
  );
});

test('after a crash the delivery is somebody else’s two minutes later', async () => {
  const source = await createSource();
  assert.equal((await record(source, [opening()])).deliveries.length, 1);
  await pass(source, 119);
  assert.equal((await record(source)).deliveries.length, 0);
  await pass(source, 2);
  const { deliveries } = await record(source);
  assert.deepEqual([deliveries.length, deliveries[0].attempt], [1, 2]);
});

test('a failed delivery waits as long as it was told, with its error', async () => {
  const source = await createSource();
  const { deliveries } = await record(source, [opening()]);
  const failure = { error: 'http_503: no'.padEnd(300, '!'), retry_in_ms: 120_000 };
  await settle(source, [ended(deliveries[0], 'failed', failure)]);
  const [alert] = await read(source);
  assert.deepEqual([alert.delivery, alert.attempts, alert.last_error.length], ['pending', 1, 200]);
  assert.equal((await record(source)).deliveries.length, 0);
  await pass(source, 121);
  const again = await record(source);
  assert.equal(again.deliveries[0].attempt, 2);
  await settle(source, [ended(again.deliveries[0], 'untried')]);
  const third = await record(source);
  assert.equal(third.deliveries[0].attempt, 2, 'what was not tried is no attempt');
});

test('a result that comes late says nothing of what happened since', async () => {
  const source = await createSource();
  const { deliveries } = await record(source, [opening()]);
  const resolved = await record(source, [changing('resolved', deliveries[0])]);
  assert.deepEqual(resolved.deliveries, [], 'the first message is still on its way');
  assert.equal((await settle(source, [ended(deliveries[0], 'delivered')])).recorded, 0);
  await pass(source, 121);
  const [next] = (await record(source)).deliveries;
  assert.deepEqual([next.event, next.event_number], ['resolved', 2]);
  await pass(source, 121);
  const [again] = (await record(source)).deliveries;
  assert.equal((await settle(source, [ended(next, 'failed')])).recorded, 0, 'not its attempt');
  assert.equal((await settle(source, [ended(next, 'delivered')])).recorded, 1);
  assert.equal((await settle(source, [ended(again, 'failed')])).recorded, 0);
});

test('whoever hears of an alert late is not reminded of it at once', async () => {
  const source = await createSource();
  const { deliveries } = await record(source, [opening()]);
  await pass(source, 7200);
  const dueOf = async () => {
    const { sources } = await call('sync_read_due', { p_sources: [source.name] });
    return sources[0].alerts_due;
  };
  assert.equal(await dueOf(), true, 'a delivery is due');
  await settle(source, [ended(deliveries[0], 'delivered')]);
  assert.equal(await dueOf(), false);
  await pass(source, 3590);
  assert.equal(await dueOf(), false);
  await pass(source, 20);
  assert.equal(await dueOf(), true, 'the reminder');
});

test('without a webhook nothing waits for delivery', async () => {
  const source = await createSource();
  const answer = await record(source, [opening()], { p_deliver: false });
  assert.deepEqual([answer.applied.length, answer.deliveries], [1, []]);
  assert.equal((await read(source))[0].delivery, 'none');
  const later = await record(source);
  assert.deepEqual(later.deliveries, [], 'what was told to nobody stays so until its next event');
});

test('no more is handed out than asked for, the oldest first', async () => {
  const source = await createSource();
  const changes = ['a', 'b', 'c'].map(opening);
  const first = await record(source, changes, { p_limit: 2 });
  assert.deepEqual(
    first.deliveries.map((/** @type {Json} */ { rule }) => rule),
    ['a', 'b'],
  );
  const second = await record(source, [], { p_limit: 2 });
  assert.deepEqual(
    second.deliveries.map((/** @type {Json} */ { rule }) => rule),
    ['c'],
  );
});

test('one source’s alerts are no other’s', async () => {
  const [one, other] = [await createSource(), await createSource()];
  const { deliveries } = await record(one, [opening()]);
  assert.equal((await record(other, [changing('resolved', deliveries[0])])).applied.length, 0);
  assert.equal((await settle(other, [ended(deliveries[0], 'delivered')])).recorded, 0);
  assert.deepEqual(await read(other), []);
  assert.equal((await read(one)).length, 1);
});

test('an alert that is open stays in sight however many came and went since', async () => {
  const source = await createSource();
  await record(source, [opening('no_success')]);
  for (let i = 0; i < 4; i += 1) {
    const { deliveries } = await record(source, [opening()]);
    await record(source, [changing('resolved', deliveries.at(-1))]);
  }
  const shown = await read(source, { p_state: 'all', p_limit: 3 });
  assert.deepEqual(
    shown.map((/** @type {Json} */ { rule, status }) => [rule, status]),
    [
      ['held_rows', 'resolved'],
      ['held_rows', 'resolved'],
      ['no_success', 'open'],
    ],
  );
});

test('arguments that make no sense are refused, and so is an unknown source', async () => {
  const { name } = await createSource();
  for (const args of [
    { p_changes: {} },
    { p_changes: [{ do: 'closed' }] },
    { p_changes: [{}] },
    { p_limit: -1 },
    { p_deliver: null },
  ]) {
    const refused = rpc('sync_record_alerts', { p_source: name, p_changes: [], ...args });
    await assertRefused(refused, 400, 'bad_request');
  }
  const wrong = { p_source: name, p_results: {} };
  await assertRefused(rpc('sync_record_deliveries', wrong), 400, 'bad_request');
  for (const args of [{ p_state: 'x' }, { p_limit: 0 }, { p_limit: 501 }]) {
    await assertRefused(rpc('sync_read_alerts', { p_source: name, ...args }), 400, 'bad_request');
  }
  for (const called of ['sync_record_alerts', 'sync_read_alerts']) {
    await assertRefused(rpc(called, { p_source: 'nobody' }), 404, 'unknown_source');
  }
  assert.equal((await call('sync_watch', { p_source: 'nobody' })).outcome, 'unknown_source');
});

test('who waits 2 s for the alerts of a source is told to come again', async () => {
  const source = await createSource();
  await inSession(async (session) => {
    await session.unsafe(`begin; select listing_sync.lock_alerts('${source.name}')`);
    const { status, body } = await rpc('sync_record_alerts', { p_source: source.name });
    assert.deepEqual([status, body.details], [503, 'lock_not_available']);
  });
});
