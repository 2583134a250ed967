// The whole run against the least anybody could do: a loop that posts the same rows in the same
// batches.
import { readFileSync } from 'node:fs';
import { createJobs } from '../../functions/app/jobs.js';
import { PropertyListingRestSyncService } from '../../functions/app/service.js';
import { TABLE_DEFAULTS, generateListings } from '../../infra/local/generator/index.js';
import { EXAMPLE_MAPPING, startStack } from '../../infra/local/stack.js';
import { loadCore } from '../../wasm/js/load-node.js';
import { median, round } from './measure.js';

/** @typedef {import('../../infra/local/stack.js').Stack} Stack */

/**
 * @param {number} rows
 * @param {number} pairs
 */
export async function benchOverhead(rows, pairs) {
  const mapping = JSON.parse(readFileSync(EXAMPLE_MAPPING, 'utf8'));
  const { tab } = generateListings({ rows, seed: 42, mapping, faults: 'none' });
  const stack = await startStack({
    tab,
    port: 0,
    log: () => {},
    environment: { SYNC_RATE_LIMIT: '1000', SYNC_SHEETS_RATE_LIMIT: '100000' },
  });
  try {
    const bodies = await recordBodies(stack);
    /** @type {number[]} */
    const ours = [];
    /** @type {number[]} */
    const bare = [];
    for (let i = 0; i < pairs; i += 1) {
      ours.push(await timed(stack, rows, () => wholeRun(stack)));
      bare.push(await timed(stack, rows, () => bareLoop(stack, bodies)));
    }
    return {
      overhead_vs_bare_loop: round(median(ours.map((ms, i) => ms / bare[i]))),
      whole_run_ms: round(median(ours)),
      bare_loop_ms: round(median(bare)),
      whole_run_unchanged_ms: round(median(await unchangedRuns(stack, pairs))),
    };
  } finally {
    await stack.stop();
  }
}

/** @param {Stack} stack @param {typeof globalThis.fetch} [fetch] */
function jobsOptions({ configuration, mapping }, fetch) {
  return { module: loadCore(), configuration, mapping, log: () => {}, fetch };
}

/** A new service each time, so that the token is fetched within the run. @param {Stack} stack */
async function wholeRun(stack) {
  const status = await new PropertyListingRestSyncService(jobsOptions(stack)).syncAll();
  if (status.status !== 'completed') throw new Error(`the run ended ${status.status}`);
}

/** @param {Stack} stack @param {number} runs */
async function unchangedRuns(stack, runs) {
  await wholeRun(stack);
  const times = [];
  for (let i = 0; i < runs; i += 1) {
    const begun = performance.now();
    await wholeRun(stack);
    times.push(performance.now() - begun);
  }
  return times;
}

/**
 * The row arrays of the commits of one run, as they went over the wire.
 * @param {Stack} stack
 * @returns {Promise<string[]>}
 */
async function recordBodies(stack) {
  /** @type {string[]} */
  const bodies = [];
  const recording = async (/** @type {any} */ input, /** @type {any} */ init) => {
    if (new URL(input).pathname.endsWith('/rpc/sync_commit')) {
      const commit = JSON.parse(new TextDecoder().decode(init.body));
      bodies.push(JSON.stringify(commit.p_rows.map(uniform(commit.p_columns))));
    }
    return fetch(input, init);
  };
  const jobs = createJobs(jobsOptions(stack, recording));
  await jobs.request({ force: false, batch_size: null, keys: null, dry_run: false });
  await jobs.advance('manual');
  return bodies;
}

/**
 * PostgREST takes rows of equal keys only (PGRST102): what the core leaves out because nothing is
 * to be said of it, is written here as what the column gets by itself.
 * @param {string[]} columns
 */
function uniform(columns) {
  /** @type {Record<string, unknown>} */
  const defaults = TABLE_DEFAULTS;
  return (/** @type {Record<string, unknown>} */ row) =>
    Object.fromEntries(columns.map((name) => [name, row[name] ?? defaults[name] ?? null]));
}

/** @param {Stack} stack @param {string[]} bodies */
async function bareLoop({ configuration: { supabase } }, bodies) {
  const url = `${supabase.url}/rest/v1/property_listings?on_conflict=property_number`;
  for (const body of bodies) {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        apikey: supabase.serviceKey,
        'content-type': 'application/json',
        prefer: 'resolution=merge-duplicates,return=minimal',
      },
      body,
    });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    await response.arrayBuffer();
  }
}

/**
 * Into an emptied table; the rows are counted afterwards.
 * @param {Stack} stack @param {number} rows @param {() => Promise<void>} work
 */
async function timed({ backend }, rows, work) {
  if (!backend) throw new Error('the bench runs on the embedded database');
  await backend.sql`truncate public.property_listings`;
  const begun = performance.now();
  await work();
  const ms = performance.now() - begun;
  const [{ count }] = await backend.sql`select count(*)::int from public.property_listings`;
  if (count !== rows) throw new Error(`${count} rows arrived, not ${rows}`);
  return ms;
}
