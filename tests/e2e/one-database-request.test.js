// Whatever is asked takes one request to the database at most, and stays quick when a lot is
// stored. The exact times are the bench's (tests/bench/api.js).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openapiDocument } from '../../functions/app/openapi/document.js';
import { VERSION } from '../../functions/app/version.js';
import { askAgain, startStocked } from '../bench/api.js';
import { quantile } from '../bench/measure.js';

/** The tick works, a stream goes on: neither is a question. */
const NO_QUESTIONS = /\/(scheduled|events)$/;
/** Far above what it takes, far below what a missing index or a second round would take. */
const MEDIAN_MS_MAX = 300;

describe('a source with 10,000 runs and 100,000 held rows', () => {
  /** @type {Awaited<ReturnType<typeof startStocked>>} */
  let stack;
  before(async () => (stack = await startStocked()));
  after(() => stack?.stop());

  const questions = Object.entries(openapiDocument({ version: VERSION }).paths ?? {})
    .filter(([path, operations]) => 'get' in operations && !NO_QUESTIONS.test(path))
    .map(([path]) => path);

  test('the questions are found in the description of the API', () => {
    for (const name of ['status/{syncId}', 'health', 'history', 'errors', 'metrics']) {
      assert.ok(questions.includes(`/api/sync/{source}/${name}`), name);
    }
  });

  for (const question of questions) {
    test(`GET ${question}: one request at most, and quick`, async (t) => {
      const [, syncId] = /** @type {RegExpExecArray} */ (/([^/]+)$/.exec(stack.paths.status));
      const path = question.replace('{source}', 'property-listings').replace('{syncId}', syncId);
      await askAgain(stack, path, 1); // connections are opened, the core is compiled
      const { ms, requests } = await askAgain(stack, path, 5);
      const median = quantile(ms, 0.5);
      t.diagnostic(`${median.toFixed(1)} ms, ${requests / 5} requests`);
      assert.ok(requests <= 5, `${requests} requests for 5 answers`);
      assert.ok(median < MEDIAN_MS_MAX, `${median} ms`);
    });
  }

  test('health counts what awaits review, not what may stay or is done', async () => {
    const headers = { authorization: `Bearer ${stack.token}` };
    const health = await (await fetch(stack.url + stack.paths.health, { headers })).json();
    const [{ open, ignored }] = await stack.backend.sql`
      select count(*) filter (where ignored_at is null)::int as open,
        count(ignored_at)::int as ignored
      from public.sync_errors where resolved_at is null`;
    assert.deepEqual([health.heldOpen, health.heldIgnored], [open, ignored]);
    assert.ok(open > 80_000 && ignored > 1000);
  });
});
