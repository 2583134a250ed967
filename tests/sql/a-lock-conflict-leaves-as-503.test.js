import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, createSource, inSession, query, rpc, until } from './support.js';

test('a commit that waits 2 s for its source’s row is told to come again', async () => {
  const source = await createSource();
  const worker = await source.begin();
  const batch = worker.batch([{ k: 'a' }]);
  await inSession(async (session) => {
    await session.unsafe(
      `begin; select * from sync_state where source = '${source.name}' for update`,
    );
    for (const [name, args] of /** @type {[string, any][]} */ ([
      ['sync_commit', batch],
      ['sync_yield', { p_source: source.name, p_fence: 1, p_sync_id: worker.grant.sync_id }],
    ])) {
      const startedAt = performance.now();
      const { status, body } = await rpc(name, args);
      assert.deepEqual([status, body.code, body.details], [503, 'PT503', 'lock_not_available']);
      assert.ok(performance.now() - startedAt < 5000);
    }
  });
  assert.equal((await call('sync_commit', batch)).inserted, 1);
});

test('an insert that waits for somebody’s uncommitted key is told to come again', async () => {
  const source = await createSource();
  const worker = await source.begin();
  await inSession(async (session) => {
    await session.unsafe(`begin; insert into ${source.name} values ('b', 1)`);
    const { status, body } = await worker.commitRefused([{ k: 'a' }, { k: 'b' }]);
    assert.deepEqual([status, body.details], [503, 'lock_not_available']);
  });
  assert.deepEqual(await source.rows(), []);
  assert.equal((await worker.commit([{ k: 'a' }, { k: 'b' }])).inserted, 2);
});

test('in a real deadlock the sync gives way with 503, or goes on when the other does', async () => {
  const source = await createSource();
  const gate = `gate_${source.name}`;
  await query(`
    create table ${gate} (v int);
    insert into ${gate} values (0);
    grant all on ${gate} to service_role;
    create function pass_${source.name}() returns trigger language plpgsql as $$
    begin update ${gate} set v = v + 1; return new; end $$;
    create trigger pass before update on ${source.name} for each row
      when (current_user = 'service_role') execute function pass_${source.name}();
    insert into ${source.name} values ('a', 1)`);
  const worker = await source.begin();
  await inSession(async (session) => {
    await session.unsafe(`begin; update ${gate} set v = 5`);
    const committing = worker.commitRefused([{ k: 'a', price: 2 }]);
    await until(`select from pg_stat_activity where wait_event = 'transactionid'`);
    const theirs = session.unsafe(`update ${source.name} set price = 9 where k = 'a'`).then(
      () => session.unsafe('commit').then(() => 'went on'),
      (error) => error.code,
    );
    const [ours, other] = await Promise.all([committing, theirs]);
    if (other === 'went on') {
      assert.deepEqual([ours.status, ours.body.details], [503, 'deadlock']);
      assert.equal((await source.rows())[0].price, '9');
    } else {
      assert.deepEqual([ours.status, other], [200, '40P01']);
    }
  });
});
