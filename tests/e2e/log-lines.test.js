// What is really logged, in good hours and bad ones, is what OPERATIONS.md says of it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { readLogTable, undocumented } from '../docs/log-table.js';
import { assertNone } from '../tidy/source-text.js';
import { runToEnd, startTestStack } from './support.js';

describe('the lines of the log', () => {
  /** @type {import('./support.js').TestStack} */
  let stack;
  before(async () => {
    const environment = { SYNC_HEARTBEAT_URL: 'http://127.0.0.1:9/', SYNC_BATCH_SIZE: '100' };
    stack = await startTestStack({ rows: 300, environment });
  });
  after(() => stack?.stop());

  /**
   * Settles once such a line has come.
   * @param {string} event
   */
  async function lineOf(event) {
    for (let i = 0; i < 400; i += 1) {
      const line = stack.lines.find((one) => one.event === event);
      if (line) return line;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`no ${event} among ${stack.lines.map((one) => one.event).join()}`);
  }

  test('a run: claimed, committed batch by batch, ended, with its id in every line', async () => {
    const { syncId } = await runToEnd(stack);
    const { instance } = await lineOf('sync_ended');
    const ours = stack.lines.filter((line) => line.instance === instance);
    const events = ours.map(({ event, level }) => (level === 'debug' ? level : event));
    assert.deepEqual(
      events.filter((event) => event !== 'debug'),
      ['run_claimed', 'batch_committed', 'batch_committed', 'batch_committed', 'sync_ended'],
    );
    assertNone(ours.filter((line) => line.sync_id !== syncId).map(({ event }) => event));
  });

  test('a heartbeat that is not heard, a sheet and a database that stumble', async () => {
    await lineOf('heartbeat_failed');
    stack.sheets.failNext({ status: 500 });
    stack.backend.failNext({ kind: 'sync_commit', status: 503 });
    await runToEnd(stack);
    const failed = stack.lines.filter(({ event }) => event === 'request_failed');
    assert.deepEqual(
      failed.map(({ fields }) => fields?.target),
      ['sheets', 'database'],
    );
  });

  test('a tick, an alert, a source that is not registered', async () => {
    await stack.backend.sql`
      update public.sync_runs set requested_at = requested_at - interval '1 day',
        started_at = started_at - interval '1 day', completed_at = completed_at - interval '1 day'`;
    stack.sheets.spoil(() => ({ status: 403 }));
    await stack.api.tick();
    await lineOf('tick_ended');
    await lineOf('alert_opened');
    await stack.backend.sql`delete from public.sync_sources`;
    await stack.api.tick();
    await lineOf('unknown_source');
  });

  test('all of them have the level and the fields of the table', () => {
    const table = readLogTable();
    const events = new Set(stack.lines.map(({ event }) => event));
    assert.ok(events.size >= 9, [...events].join());
    assertNone([...new Set(stack.lines.flatMap((line) => undocumented(table, line)))]);
  });
});
