// infra/supabase/recipes/schedule.sql, and the statements of docs/deploy/schedules.md around it,
// run as they stand by the owner of a real database. pg_cron, pg_net and the Vault are
// stand-ins with their signatures (stand-ins.sql): this test starts the jobs and sends what they
// queue.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import postgres from 'postgres';
import { waitUntil } from '../../infra/local/backend/wait-until.js';
import { fencesOf } from '../docs/fences.js';
import { startTestStack } from '../e2e/support.js';
import { textOf } from '../tidy/source-text.js';

const RECIPE = textOf('infra/supabase/recipes/schedule.sql');
const STAND_INS = readFileSync(new URL('stand-ins.sql', import.meta.url), 'utf8');
const SECRET = 'a-secret-of-the-scheduler';

/** The page's statements, by the first line's comment. */
const statements = new Map(
  fencesOf('docs/deploy/schedules.md', 'sql').map((text) => [
    /^-- ([^\n]*)\n/.exec(text)?.[1] ?? '',
    text,
  ]),
);

describe('the schedule of pg_cron', () => {
  /** @type {Awaited<ReturnType<typeof startTestStack>>} */
  let stack;
  before(async () => {
    stack = await startTestStack({ rows: 20, environment: { CRON_SECRET: SECRET } });
    const admin = postgres(stack.backend.adminUrl, { max: 1, onnotice: () => {} });
    await admin.unsafe(STAND_INS).simple();
    await admin.end();
  });
  after(() => stack?.stop());

  /** @param {string} text @returns {Promise<any>} */
  const run = (text) => stack.backend.sql.unsafe(text).simple();

  /**
   * A block of the page, its placeholders filled in.
   * @param {string} title
   */
  async function runFromPage(title) {
    const text = statements.get(title);
    assert.ok(text, `the page has no statements "${title}"`);
    const filled = text
      .replace('https://<ref>.supabase.co/functions/v1/listing-sync', stack.url)
      .replace('<the value of CRON_SECRET>', SECRET)
      .replace('<the new value>', `${SECRET}-2`);
    assert.doesNotMatch(filled, /<[\w ]+>/);
    return run(filled);
  }

  const jobs = async () => [...(await run('select * from cron.job order by jobname'))];
  const commandOf = async (/** @type {string} */ name) =>
    (await jobs()).find((job) => job.jobname === name).command;

  /** What the job of pg_cron puts into pg_net's queue. */
  async function queuedByTick() {
    await run('delete from net.http_request_queue');
    await run(await commandOf('listing-sync-tick'));
    return [...(await run('select * from net.http_request_queue'))];
  }

  test('without the secrets in the Vault the recipe names them and schedules nothing', async () => {
    await assert.rejects(
      run(RECIPE),
      /not in the Vault: listing_sync_cron_secret, listing_sync_url/,
    );
    assert.deepEqual(await jobs(), []);
  });

  test('run twice it leaves one job of each kind, without secret or address in it', async () => {
    await runFromPage('once');
    await run(RECIPE);
    await run(RECIPE);
    const found = await jobs();
    assert.deepEqual(
      found.map(({ jobname, schedule, active }) => ({ jobname, schedule, active })),
      [
        { jobname: 'listing-sync-prune', schedule: '17 3 * * *', active: true },
        { jobname: 'listing-sync-tick', schedule: '*/5 * * * *', active: true },
      ],
    );
    for (const { command } of found) {
      assert.ok(!command.includes(SECRET) && !command.includes(stack.url));
    }
  });

  test('the job makes one POST of the tick, with the secret as its bearer token', async () => {
    const queued = await queuedByTick();
    assert.deepEqual(
      queued.map(({ id, body, ...rest }) => ({ ...rest, body: String(body), isNumbered: id > 0 })),
      [
        {
          method: 'POST',
          url: `${stack.url}/api/sync/scheduled`,
          headers: { 'content-type': 'application/json', authorization: `Bearer ${SECRET}` },
          timeout_milliseconds: 10_000,
          body: '{}',
          isNumbered: true,
        },
      ],
    );
  });

  test('what it sends is accepted by the function, and opens a run', async () => {
    const [{ method, url, headers, body }] = await queuedByTick();
    const response = await fetch(url, { method, headers, body });
    assert.deepEqual([response.status, await response.json()], [202, { status: 'accepted' }]);
    const completed = async () =>
      (await run(`select from public.sync_runs where status = 'completed'`)).length === 1;
    await waitUntil(completed, { what: 'the run has completed' });
  });

  test('a secret that is changed in the Vault counts from the next tick on', async () => {
    await runFromPage('another secret');
    const [{ headers }] = await queuedByTick();
    assert.equal(headers.authorization, `Bearer ${SECRET}-2`);
  });

  test('paused it stays paused, also when the recipe is run again', async () => {
    const isActive = async () =>
      (await jobs()).find(({ jobname }) => jobname === 'listing-sync-tick').active;
    await runFromPage('pause');
    assert.equal(await isActive(), false);
    await run(RECIPE);
    assert.equal(await isActive(), false);
    await runFromPage('go on');
    assert.equal(await isActive(), true);
  });

  test('a tick each minute is one statement', async () => {
    await runFromPage('each minute');
    const tick = (await jobs()).find(({ jobname }) => jobname === 'listing-sync-tick');
    assert.equal(tick.schedule, '* * * * *');
  });

  test('pruning deletes what is older than a week of its own jobs, and nothing else', async () => {
    // Rows are numbered in order. Some have no times: of a job that did not start, or still runs.
    await run(`
      select cron.schedule('of others', '* * * * *', 'select 1');
      insert into cron.job_run_details (jobid, runid, status, start_time, end_time)
      select jobid, position * 100 + jobid, status, now() - age, now() - age from cron.job,
        (values (1, interval '8 days', 'succeeded'), (2, null, 'failed'),
          (3, '7 days 1 minute', 'succeeded'), (4, '6 days 23 hours', 'succeeded'),
          (5, null, 'failed'), (6, '1 minute', 'failed'), (7, null, 'running')
        ) as history (position, age, status)`);
    await run(await commandOf('listing-sync-prune'));
    const left = await run(`
      select jobname, array_agg(runid / 100 order by runid)::int[] as positions
      from cron.job_run_details join cron.job using (jobid) group by jobname order by jobname`);
    assert.deepEqual(
      [...left],
      [
        { jobname: 'listing-sync-prune', positions: [4, 5, 6, 7] },
        { jobname: 'listing-sync-tick', positions: [4, 5, 6, 7] },
        { jobname: 'of others', positions: [1, 2, 3, 4, 5, 6, 7] },
      ],
    );
  });

  test('the answers can be read, and all of it removed', async () => {
    const [{ id }] = await queuedByTick();
    await run(`
      insert into net._http_response (id, status_code, content) values
        (${id}, 202, '{"status":"accepted"}')`);
    const [, answers] = await runFromPage('the last ticks, and what the function answered');
    assert.deepEqual([answers[0].status_code, answers[0].content], [202, '{"status":"accepted"}']);
    await runFromPage('remove');
    assert.deepEqual(
      (await jobs()).map(({ jobname }) => jobname),
      ['of others'],
    );
    assert.equal((await run('select from vault.secrets')).length, 0);
  });
});
