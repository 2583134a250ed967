// The servers themselves are struck in mid-run: PostgreSQL dies with a commit at work, PostgREST
// restarts or loses its schema cache, somebody else takes the lease, or holds rows locked.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import postgres from 'postgres';
import { waitUntil } from '../../../infra/local/backend/wait-until.js';
import {
  assertNothingTwice,
  assertSound,
  createInstance,
  logged,
  readRuns,
  startResilienceStack,
  tickUntilCompleted,
  untilAnswering,
} from './support.js';

/** @type {import('./support.js').ResilienceStack} */
let stack;

before(async () => {
  // What was acknowledged must survive the death of the server, as it does where the sync is used.
  const postgresSettings = { synchronous_commit: 'on' };
  stack = await startResilienceStack({ rows: 200, seed: 61, postgresSettings });
  await tickUntilCompleted(stack);
});
beforeEach(async () => {
  await stack.backend.sql`truncate public.property_listings, public.sync_errors`;
  stack.lines.length = 0;
});
afterEach(() => {
  stack.backend.spoil(null);
  stack.sheets.beforeEach(null);
});
after(() => stack?.stop());

const tick = () => createInstance(stack).advance('scheduled');

/**
 * Runs `strike` when the n-th commit comes to the gateway; the commit goes on its way at once.
 * @param {number} n @param {() => Promise<unknown>} strike
 * @returns {() => Promise<unknown>} waits for the strike's end; rejects if it never came
 */
function atCommit(n, strike) {
  let commits = 0;
  let struck = /** @type {Promise<unknown> | null} */ (null);
  stack.backend.spoil((kind) => {
    if (kind === 'sync_commit' && ++commits === n) struck = strike();
    return null;
  });
  return () => struck ?? assert.fail(`there were only ${commits} commits`);
}

describe('PostgreSQL', () => {
  /** Makes the commit with this key take its time, so that a strike meets it in the middle. */
  async function slowDown(/** @type {string} */ key) {
    await stack.backend.sql.unsafe(`
      create function public.take_time() returns trigger language plpgsql as $$
      begin
        if new.property_number = '${key}' then perform pg_sleep(1); end if;
        return new;
      end $$;
      create trigger take_time before insert on public.property_listings
        for each row execute function public.take_time()`);
  }

  async function speedUp() {
    await stack.backend.sql.unsafe('drop function public.take_time() cascade');
  }

  const asleep = async () =>
    (await stack.backend.sql`select 1 from pg_stat_activity where wait_event = 'PgSleep'`).length >
    0;

  for (const how of /** @type {const} */ (['crashPostgres', 'stopPostgres'])) {
    const manner = how === 'crashPostgres' ? 'dies' : 'is shut down';
    test(`that ${manner} with a commit at work: the batch is all or nothing`, async () => {
      const keys = [...stack.sheet.truth.rows.keys()];
      await slowDown(keys[100]);
      const invocation = tick();
      await waitUntil(asleep, { what: 'a commit is at work' });
      await stack.backend[how]();
      assert.equal((await invocation).outcome, 'unavailable');
      await stack.backend.startPostgres();
      await untilAnswering(stack);
      await speedUp();
      await assertNothingTwice(stack);
      const [{ rows }] = await stack.backend.sql`
        select count(*)::int as rows from public.property_listings`;
      const run = (await readRuns(stack)).at(-1);
      assert.equal(run.status, 'in_progress');
      assert.equal(rows, run.stats.inserted, 'half a batch is in the table');
      assert.ok(rows > 0 && rows < keys.length);

      await tickUntilCompletedAgain(run.syncId);
    });
  }
});

describe('PostgREST', () => {
  test('restarted in mid-run: the run goes on', async () => {
    const struck = atCommit(3, stack.backend.restartPostgrest);
    const run = await tickUntilCompleted(stack);
    await struck();
    assert.ok(logged(stack, 'request_failed').length > 0, 'nobody noticed');
    await assertSound(stack, run);
  });

  test('without its schema cache, for it started while the database was down: the run goes on', async () => {
    const struck = atCommit(3, async () => {
      await stack.backend.crashPostgres();
      const restarted = stack.backend.restartPostgrest();
      await waitUntil(() => stack.backend.requests.some(({ status }) => status === 503), {
        what: 'PostgREST has said that it has no schema cache',
      });
      await stack.backend.startPostgres();
      await restarted;
    });
    const ticking = tickUntilStruck();
    await ticking;
    await struck();
    const run = (await readRuns(stack)).at(-1);
    const codes = logged(stack, 'request_failed').map(({ code }) => code);
    assert.ok(codes.includes('PGRST002'), codes.join());
    await tickUntilCompletedAgain(run.syncId);
  });

  test('told to read its schema again with every commit: the run goes on', async () => {
    stack.backend.spoil((kind) => {
      if (kind === 'sync_commit') void stack.backend.sql`notify pgrst, 'reload schema'`.execute();
      return null;
    });
    await assertSound(stack, await tickUntilCompleted(stack));
  });
});

describe('the lease', () => {
  /** @type {Record<string, () => boolean>} */
  const wakings = {
    'while the thief is at work': () => logged(stack, 'run_claimed').length === 2,
    'after the thief has finished': () => logged(stack, 'sync_ended').length === 1,
  };
  for (const [when, mayGoOn] of Object.entries(wakings)) {
    test(`stolen from one that froze and wakes ${when}: its commit changes nothing`, async () => {
      let commits = 0;
      /** @type {Promise<any>} */
      let thief = Promise.resolve();
      /** @type {typeof globalThis.fetch} */
      const freezingFetch = async (input, init) => {
        if (String(input).includes('/sync_commit') && ++commits === 4) {
          await stack.backend.sql`update public.sync_state set lease_until = clock_timestamp()`;
          thief = tick();
          await waitUntil(mayGoOn, { what: `it wakes ${when}` });
        }
        return fetch(input, { ...init, signal: null });
      };
      const options = { lease_ms: 60_000, timeout_ms: 60_000 };
      const frozen = createInstance(stack, { options, host: { fetch: freezingFetch } });
      const finish = await frozen.advance('scheduled');
      assert.match(finish.outcome, /^(busy|cancelled)$/, JSON.stringify(finish));
      assert.equal((await thief).outcome, 'completed');
      assert.equal(commits, 4, 'it went on without the lease');
      await assertSound(stack, (await readRuns(stack)).at(-1));
    });
  }

  test('lost to a fence raised by hand: the next tick goes on', async () => {
    const raised = atCommit(4, async () => {
      await stack.backend.sql`
        update public.sync_state set fence = fence + 1, lease_until = clock_timestamp()`;
    });
    const finish = await tick();
    await raised();
    assert.equal(finish.outcome, 'busy', JSON.stringify(finish));
    const open = (await readRuns(stack)).at(-1);
    assert.equal(open.status, 'in_progress');
    await tickUntilCompletedAgain(open.syncId);
  });
});

describe('rows locked by another session', () => {
  test('for the whole run: all others are written; the next run writes them', async () => {
    await assertSound(stack, await tickUntilCompleted(stack));
    for (let i = 0; i < 30; i += 1) stack.editor.do('type');
    const keys = [...stack.sheet.truth.rows.keys()];
    const session = postgres(stack.backend.dbUrl, { max: 1, onnotice: () => {} });
    try {
      const before = await rowsWithout([]);
      const locked = await session.begin(async (transaction) => {
        await transaction`
          select from public.property_listings
          where property_number in ${session(keys.slice(50, 90))} for update`;
        return tickUntilCompleted(stack);
      });
      const waiting = await stack.backend.sql`
        select key from public.sync_errors where code = 'row_locked' and resolved_at is null`;
      const left = waiting.map(({ key }) => key);
      assert.ok(left.length > 0, 'no edited row was among those locked');
      assert.equal(locked.stats.failed, stack.sheet.truth.counts.failed + left.length);
      assert.notDeepEqual(await rowsWithout(left), before, 'nothing was written beside them');
      await assertNothingTwice(stack);
    } finally {
      await session.end({ timeout: 1 });
    }
    await assertSound(stack, await tickUntilCompleted(stack));
  });

  /** @param {string[]} keys */
  async function rowsWithout(keys) {
    const rows = await stack.backend.sql`
      select property_number, title, city from public.property_listings
      where property_number <> all (${keys}) order by 1`;
    return [...rows];
  }
});

/** One tick, and more while the database is away. */
async function tickUntilStruck() {
  for (;;) {
    const { outcome } = await tick();
    if (
      outcome !== 'busy' &&
      logged(stack, 'request_failed').some(({ code }) => code === 'PGRST002')
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Ticks on; the run that was struck is the one that completes. @param {string} syncId */
async function tickUntilCompletedAgain(syncId) {
  for (let tried = 0; tried < 300; tried += 1) {
    const run = (await readRuns(stack)).find((other) => other.syncId === syncId);
    if (run.status === 'completed') return assertSound(stack, run);
    assert.equal(run.status, 'in_progress', JSON.stringify(run));
    await tick();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail('the run was not resumed');
}
