// Both servers away at once, for several ticks: the first tick after it completes the run. Waits
// and ticks have the proportions of production (a tick every five minutes, a breaker's wait of four
// at most, a lease of one), some hundred times faster.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import {
  assertSound,
  createInstance,
  readRuns,
  startResilienceStack,
  tickUntilCompleted,
  untilAnswering,
} from './support.js';

const TICKS_AWAY = 4;
/** Above the lease of a second, and above four times the breaker's timeout. */
const TICK_MS = 1100;
const BREAKER_MS = 250;

/** @type {import('./support.js').ResilienceStack} */
let stack;

before(async () => {
  const environment = { SYNC_CIRCUIT_BREAKER_TIMEOUT: String(BREAKER_MS) };
  const postgresSettings = { synchronous_commit: 'on' };
  stack = await startResilienceStack({ rows: 400, seed: 51, environment, postgresSettings });
  await tickUntilCompleted(stack);
});
afterEach(() => {
  stack.sheets.spoil(null);
  stack.backend.spoil(null);
});
after(() => stack?.stop());

const away = { drop: true };

/** @type {Record<string, { begin: () => unknown, end: () => unknown }>} */
const OUTAGES = {
  'both servers': {
    begin: () => {
      stack.sheets.spoil(() => away);
      stack.backend.spoil(() => away);
    },
    end: () => {
      stack.sheets.spoil(null);
      stack.backend.spoil(null);
    },
  },
  'Google alone, tokens included': {
    begin: () => stack.sheets.spoil(() => away),
    end: () => stack.sheets.spoil(null),
  },
  'the database alone, at its gateway': {
    begin: () => stack.backend.spoil(() => away),
    end: () => stack.backend.spoil(null),
  },
  'PostgreSQL alone, dead at once': {
    begin: () => stack.backend.crashPostgres(),
    end: async () => {
      await stack.backend.startPostgres();
      await untilAnswering(stack);
    },
  },
};

describe(`an outage of ${TICKS_AWAY} ticks that begins in mid-run`, () => {
  for (const [name, { begin, end }] of Object.entries(OUTAGES)) {
    test(`${name}: the first tick after it completes the run`, async () => {
      for (let i = 0; i < 10; i += 1) stack.editor.do('type');
      const known = (await readRuns(stack)).length;
      let commits = 0;
      stack.backend.spoil((kind) => {
        if (kind === 'sync_commit' && ++commits === 3) void begin();
        return null;
      });
      const outcomes = [(await tick()).outcome];
      assert.ok(commits >= 3, 'the outage did not begin in mid-run');
      for (let i = 1; i < TICKS_AWAY; i += 1) {
        await pause(TICK_MS);
        outcomes.push((await tick()).outcome);
      }
      for (const outcome of outcomes) assert.match(outcome, /^(unavailable|yielded)$/);
      await end();
      await pause(TICK_MS);
      const finish = await tick();
      assert.equal(finish.outcome, 'completed', `${JSON.stringify(finish)} after ${outcomes}`);
      const runs = (await readRuns(stack)).slice(known);
      assert.equal(runs.length, 1, 'the run was not resumed but begun anew');
      await assertSound(stack, runs[0]);
    });
  }

  const tick = () => createInstance(stack).advance('scheduled');
});
