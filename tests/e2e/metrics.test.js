// GET …/metrics over the real function and database: what was counted stays counted.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import parse from 'parse-prometheus-text-format';
import { startServer } from '../../functions/adapters/node.js';
import { loadCore } from '../../wasm/js/load-node.js';
import { lintMetrics } from '../functions/metrics-lint.js';
import { runToEnd, startTestStack } from './support.js';

const READ_TOKEN = 'read-token-for-prometheus';

describe('the metrics of a deployment', () => {
  /** @type {import('./support.js').TestStack} */
  let stack;
  before(async () => {
    stack = await startTestStack({ rows: 200, environment: { SYNC_READ_TOKEN: READ_TOKEN } });
  });
  after(() => stack?.stop());

  /** @param {string} [path] @param {string} [token] @param {string} [url] */
  const scrape = (path = '/api/sync/metrics', token = READ_TOKEN, url = stack.url) =>
    fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });

  /**
   * Every sample by its name and labels, the source aside.
   * @param {Response} response
   */
  async function samplesOf(response) {
    assert.equal(response.status, 200);
    const text = await response.text();
    assert.deepEqual(lintMetrics(text), []);
    assert.ok(parse(text).length > 0);
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return Object.fromEntries(
      lines.map((line) => {
        const at = line.lastIndexOf(' ');
        const series = line.slice(0, at).replace(/source="property-listings",?/, '');
        return [series.replace(',}', '}').replace('{}', ''), Number(line.slice(at + 1))];
      }),
    );
  }

  test('before the first run everything is 0, and the text is right already', async () => {
    const response = await scrape();
    assert.match(String(response.headers.get('content-type')), /^text\/plain; version=0\.0\.4/);
    const samples = await samplesOf(response);
    assert.equal(samples['listing_sync_runs_total{status="completed"}'], 0);
    assert.equal(samples.listing_sync_last_success_timestamp_seconds, 0);
    assert.equal(samples.listing_sync_source_registered, 1);
  });

  test('a run counts, with its rows, its duration and its held rows', async () => {
    const { stats, completedAt } = await runToEnd(stack);
    const samples = await samplesOf(await scrape());
    assert.equal(samples['listing_sync_runs_total{status="completed"}'], 1);
    assert.equal(samples['listing_sync_rows_total{result="inserted"}'], stats.inserted);
    assert.equal(samples['listing_sync_rows_total{result="held"}'], stats.failed);
    assert.equal(samples['listing_sync_rows_total{result="skipped"}'], stats.skipped);
    assert.equal(samples.listing_sync_error_ratio, stats.failed / stats.total);
    assert.equal(samples.listing_sync_run_duration_seconds_count, 1);
    assert.ok(samples.listing_sync_run_duration_seconds_sum > 0);
    const at = samples.listing_sync_last_success_timestamp_seconds * 1000;
    assert.ok(Math.abs(at - Date.parse(completedAt)) < 2);
    assert.ok(samples.listing_sync_held_rows > 0);
    assert.equal(samples['listing_sync_circuit_state{target="sheets",state="closed"}'], 1);
  });

  test('a dry run counts as a run and for no row', async () => {
    const before = await samplesOf(await scrape());
    await runToEnd(stack, { dryRun: true });
    const after = await samplesOf(await scrape());
    const changed = Object.keys(after).filter((series) => after[series] !== before[series]);
    assert.deepEqual(changed, [
      'listing_sync_runs_total{status="completed"}',
      'listing_sync_run_duration_seconds_sum',
      'listing_sync_run_duration_seconds_count',
    ]);
  });

  test('the counters survive pruning and a new process', async (t) => {
    const before = await samplesOf(await scrape());
    const { backend, configuration, mapping } = stack;
    const pruned = await backend.sql`select public.sync_prune('property-listings', 0) as answer`;
    assert.ok(pruned[0].answer.runs > 0, 'a run was deleted');
    const server = await startServer({
      ...{ module: loadCore(), configuration: { ...configuration, port: 0 }, mappings: [mapping] },
      log: () => {},
    });
    t.after(() => server.close({ graceMs: 0 }));
    assert.deepEqual(await samplesOf(await scrape(undefined, READ_TOKEN, server.url)), before);
  });

  test('one source has the same text below its own path', async () => {
    const all = await (await scrape()).text();
    assert.equal(await (await scrape('/api/sync/property-listings/metrics')).text(), all);
    assert.equal((await scrape('/api/sync/nobody/metrics')).status, 404);
  });

  test('a scrape takes one request to the database, and a token', async () => {
    stack.backend.requests.length = 0;
    await scrape();
    assert.deepEqual(
      stack.backend.requests.map(({ kind }) => kind),
      ['sync_read_metrics'],
    );
    assert.equal((await scrape(undefined, 'another')).status, 401);
  });

  test('while the database is away the scrape fails, so that `up` says so', async () => {
    stack.backend.failNext({ kind: 'sync_read_metrics', status: 503, times: 2 });
    const response = await scrape();
    assert.equal(response.status, 503);
    assert.equal((await response.json()).code, 'database_unavailable');
    assert.equal((await scrape()).status, 200);
  });

  test('a source that is not registered is told as such, and only that', async () => {
    await stack.backend.sql`delete from public.sync_sources where source = 'property-listings'`;
    const samples = await samplesOf(await scrape());
    assert.equal(samples.listing_sync_source_registered, 0);
    assert.equal(Object.keys(samples).length, 2);
  });
});
