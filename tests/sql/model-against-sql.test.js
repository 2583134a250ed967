// The simulator's database is the real one: the same operations, drawn at random, are answered
// alike by both and leave the same tables behind.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Dice } from './model/dice.js';
import { Drawing } from './model/draw.js';
import { ModelSide, RealSide } from './model/sides.js';

/** @typedef {import('./model/plain.js').Json} Json */

const SEQUENCES = Number(process.env.MODEL_SEQUENCES ?? 100);
const FIRST_SEED = Number(process.env.MODEL_SEED ?? 1);
const OPERATIONS = 45;
const MESSAGE_LENGTH_MAX = 1500;
/** One sequence that is played again compares the tables after each of its operations. */
const isReplay = SEQUENCES === 1;

let real = /** @type {RealSide} */ (/** @type {unknown} */ (null));
let model = /** @type {ModelSide} */ (/** @type {unknown} */ (null));
/** @type {Map<string, number>} */
const outcomes = new Map();

before(async () => {
  real = await RealSide.start();
});
after(() => real.stop());

/** @param {string} what */
const count = (what) => outcomes.set(what, (outcomes.get(what) ?? 0) + 1);

/** The operation at which they part. @param {Json} operation */
const brief = (operation) => JSON.stringify(operation).slice(0, MESSAGE_LENGTH_MAX);

/** @param {Json} operation @param {Json} answer */
function countAnswer(operation, { status, body }) {
  if (!operation.call) return;
  const word = status === 200 ? (body?.outcome ?? 'answered') : `${body.code} ${body.details}`;
  count(`${operation.call}: ${word}`);
  if (body?.repeated) count('sync_commit: repeated');
  if (body?.outcome !== 'committed') return;
  if (body.failed.length > 0) count('sync_commit: rows refused');
  if (body.row_locked.length > 0) count('sync_commit: rows locked');
  if (body.updated > 0) count('sync_commit: rows updated');
  if (body.unchanged > 0) count('sync_commit: rows unchanged');
}

/** @param {Json} tables */
function countTables({ runs, errors, rows }) {
  for (const run of runs) count(`run: ${run.dry_run ? 'dry, ' : ''}${run.status}`);
  for (const error of errors) count(`held: ${error.resolved_by ?? stateOf(error)}`);
  if (rows.length > 0) count('tables with rows');
}

/** @param {string} source */
async function compareTables(source) {
  const tables = await real.dump(source);
  assert.deepEqual(await model.dump(source), tables, `the tables of ${source}`);
  return tables;
}

/**
 * Plays operations on both sides.
 * @param {Json[]} operations
 * @param {string[]} sources
 * @param {(operation: Json, answer: Json) => void} [learn]
 */
async function play(operations, sources, learn) {
  for (const operation of operations) {
    const expected = await real.perform(operation);
    const answer = await model.perform(operation);
    assert.deepEqual(answer, expected, brief(operation));
    countAnswer(operation, expected);
    learn?.(operation, expected);
    if (isReplay) for (const source of sources) await compareTables(source);
  }
}

/**
 * @param {string[]} sources
 * @param {() => Promise<void>} work
 */
async function withSources(sources, work) {
  model = new ModelSide();
  real.forget();
  try {
    await play(
      sources.map((create, i) => ({ create, updated_at: i === 0 })),
      [],
    );
    await work();
    for (const source of sources) countTables(await compareTables(source));
  } finally {
    model.stop();
    await real.perform({ unlock: true });
    for (const drop of sources) await real.perform({ drop });
  }
}

/** @param {number} seed */
async function playSeed(seed) {
  const dice = new Dice(seed);
  const sources = dice.chance(70) ? [`s${seed}a`] : [`s${seed}a`, `s${seed}b`];
  const drawing = new Drawing(dice, sources);
  await withSources(sources, async () => {
    for (let played = 0; played < OPERATIONS;) {
      const operations = drawing.next();
      await play(operations, sources, (operation, answer) => drawing.learn(operation, answer));
      played += operations.length;
    }
  });
}

/** What must have happened at least so often in 100 sequences, lest they prove little. */
const REQUIRED = {
  'sync_request_run: recorded': 150,
  'sync_request_run: already_queued': 15,
  'sync_request_run: force_too_soon': 4,
  'sync_request_run: PT400 bad_request': 10,
  'sync_claim: granted': 250,
  'sync_claim: busy': 30,
  'sync_claim: idle': 20,
  'sync_claim: waiting': 20,
  'sync_claim: state_too_new': 2,
  'sync_commit: committed': 600,
  'sync_commit: repeated': 40,
  'sync_commit: rows updated': 250,
  'sync_commit: rows unchanged': 150,
  'sync_commit: rows refused': 120,
  'sync_commit: rows locked': 30,
  'sync_commit: all_refused': 15,
  'sync_commit: stale_fence': 60,
  'sync_commit: run_closed': 40,
  'sync_commit: out_of_order': 40,
  'sync_commit: PT409 batch_reused': 20,
  'sync_commit: PT400 bad_request': 40,
  'sync_close_run: closed': 60,
  'sync_close_run: stale_fence': 10,
  'sync_close_run: run_closed': 20,
  'sync_yield: yielded': 80,
  'sync_yield: run_closed': 8,
  'run: completed': 40,
  'run: failed': 5,
  'run: cancelled': 10,
  'run: superseded': 3,
  'run: dry, completed': 1,
  'held: open': 200,
  'held: ignored': 10,
  'held: commit': 200,
  'held: vanished': 8,
  'held: person': 5,
  'tables with rows': 70,
};

/** @param {{ ignored_at: unknown }} error an open one */
const stateOf = ({ ignored_at: since }) => (since === null ? 'open' : 'ignored');

test('101 selections are one too many, for both', async () => {
  const args = {
    p_source: 'full_queue',
    p_trigger: 'manual',
    p_kind: 'selective',
    p_keys: ['k01'],
  };
  const asked = Array.from({ length: 102 }, () => ({ call: 'sync_request_run', arguments: args }));
  await withSources(['full_queue'], () => play(asked, ['full_queue']));
  assert.equal(outcomes.get('sync_request_run: queue_full'), 1);
  outcomes.clear();
});

test(`${SEQUENCES} random sequences are answered alike and leave the same tables`, async (t) => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEQUENCES; seed += 1) {
    try {
      await playSeed(seed);
    } catch (error) {
      const file = 'tests/sql/model-against-sql.test.js';
      t.diagnostic(`replay: MODEL_SEED=${seed} MODEL_SEQUENCES=1 node --test ${file}`);
      throw error;
    }
  }
  const table = [...outcomes].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [what, times] of table) t.diagnostic(`${String(times).padStart(6)}  ${what}`);
  if (SEQUENCES < 100) return;
  const rare = Object.entries(REQUIRED).filter(
    ([what, times]) => (outcomes.get(what) ?? 0) < times,
  );
  assert.deepEqual(rare, [], 'too rare to prove anything');
});
