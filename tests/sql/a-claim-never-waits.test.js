import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { assertRefused, createSource, inSession, rpc } from './support.js';

test('a live lease of another owner answers busy, the owner itself gets a new fence', async () => {
  const source = await createSource();
  const owner = randomUUID();
  const worker = await source.begin(undefined, { p_owner: owner });
  const busy = await source.claim();
  assert.deepEqual([busy.outcome, busy.lease_until], ['busy', worker.grant.lease_until]);
  const again = await source.claim({ p_owner: owner });
  assert.deepEqual([again.outcome, again.fence], ['granted', worker.grant.fence + 1]);
  assert.equal((await worker.commit([{ k: 'a' }])).outcome, 'stale_fence');
});

test('an expired lease is granted to whoever comes, with a higher fence', async () => {
  const source = await createSource();
  const worker = await source.begin(undefined, { p_lease_ms: 1 });
  const heir = await source.resume();
  assert.equal(heir.grant.fence, worker.grant.fence + 1);
  assert.equal(heir.grant.sync_id, worker.grant.sync_id);
});

test('a claim answers busy at once while a commit holds the source', async () => {
  const source = await createSource();
  await source.request();
  await inSession(async (session) => {
    await session.unsafe(
      `begin; select * from sync_state where source = '${source.name}' for update`,
    );
    const startedAt = performance.now();
    assert.equal((await source.claim()).outcome, 'busy');
    assert.ok(performance.now() - startedAt < 1800);
  });
  assert.equal((await source.claim()).outcome, 'granted');
});

test('of many claims at once exactly one is granted', async () => {
  const source = await createSource();
  await source.request();
  const answers = await Promise.all(Array.from({ length: 8 }, () => source.claim()));
  assert.equal(answers.filter(({ outcome }) => outcome === 'granted').length, 1);
  assert.equal(answers.filter(({ outcome }) => outcome === 'busy').length, 7);
});

test('the lease counts from the moment it is granted, by the clock', async () => {
  const source = await createSource();
  await source.request();
  const grant = await source.claim({ p_lease_ms: 30_000 });
  const left = Date.parse(grant.lease_until) - grant.now;
  assert.ok(left > 29_000 && left <= 30_000, `${left} ms`);
});

test('a claim that says not who it is, or wants a lease without end, is refused', async () => {
  const source = await createSource();
  const claim = { p_source: source.name, p_mapping_hash: 'm', p_state_version: 1 };
  for (const wrong of [
    { p_owner: null, p_lease_ms: 1000 },
    { p_owner: randomUUID(), p_lease_ms: 0 },
    { p_owner: randomUUID(), p_lease_ms: 86_400_000 },
  ]) {
    await assertRefused(rpc('sync_claim', { ...claim, ...wrong }), 400, 'bad_request');
  }
});
