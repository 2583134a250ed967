import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSource, query } from './support.js';

/**
 * A source whose table has a trigger with this body.
 * @param {string} body
 * @param {string} [when]
 * @param {{ searchPath?: string }} [registration]
 */
async function triggered(body, when = 'before insert or update', registration = {}) {
  const source = await createSource('k text primary key, price bigint', registration);
  await query(`
    create function act_${source.name}() returns trigger language plpgsql as $$
    begin ${body} end $$;
    create trigger act ${when} on ${source.name}
      for each row execute function act_${source.name}()`);
  return source;
}

test('a row that a trigger swallows is held as refused_by_trigger and counted once', async () => {
  const source = await triggered(`if new.price < 0 then return null; end if; return new;`);
  const worker = await source.begin();
  const first = await worker.commit([
    { k: 'a', price: 1 },
    { k: 'b', price: -1 },
  ]);
  assert.deepEqual(
    [first.inserted, first.failed[0].key, first.failed[0].code],
    [1, 'b', 'refused_by_trigger'],
  );
  const second = await worker.commit([{ k: 'a', price: -5 }]);
  assert.deepEqual([second.updated, second.failed[0].code], [0, 'refused_by_trigger']);
  assert.deepEqual(
    (await source.held()).map(({ key, code }) => [key, code]),
    [
      ['b', 'refused_by_trigger'],
      ['a', 'refused_by_trigger'],
    ],
  );
});

test('raise exception in a trigger holds the row with its words', async () => {
  const source = await triggered(
    `if new.price < 0 then raise exception 'no negative prices'; end if; return new;`,
  );
  const worker = await source.begin();
  const answer = await worker.commit([
    { k: 'a', price: 1 },
    { k: 'b', price: -1 },
  ]);
  assert.deepEqual([answer.inserted, answer.failed[0].code], [1, 'P0001']);
  assert.equal(answer.failed[0].message, 'no negative prices');
});

test('a trigger that gives a cell for a column or a constraint is not believed', async () => {
  const source = await triggered(
    `if new.price < 0 then raise exception using message = 'no', column = new.k; end if;
     if new.price > 9 then raise exception using message = 'no', constraint = new.k; end if;
     if new.price > 5 then raise exception using message = 'no', column = 'price'; end if;
     return new;`,
  );
  const worker = await source.begin();
  const { failed } = await worker.commit([
    { k: 'secret-a', price: -1 },
    { k: 'secret-b', price: 10 },
    { k: 'secret-c', price: 6 },
  ]);
  const found = failed.map((/** @type {any} */ { key, column, constraint }) => [
    key,
    column,
    constraint,
  ]);
  assert.deepEqual(found.sort(), [
    ['secret-a', null, null],
    ['secret-b', null, null],
    ['secret-c', 'price', null],
  ]);
});

test('a trigger’s own SQLSTATE stops the batch and nothing of it stays', async () => {
  const source = await triggered(
    `if new.k = 'b' then raise sqlstate '45000' using message = 'stop'; end if; return new;`,
  );
  const worker = await source.begin();
  const { status, body } = await worker.commitRefused([{ k: 'a' }, { k: 'b' }]);
  assert.deepEqual([status >= 400, body.code], [true, '45000']);
  assert.deepEqual(await source.rows(), []);
  assert.equal((await source.status(worker.grant.sync_id)).ledger.read, 0);
});

for (const [sqlstate, word] of [
  ['40001', 'serialization'],
  ['40P01', 'deadlock'],
  ['55P03', 'lock_not_available'],
]) {
  test(`${sqlstate} from a trigger leaves as PT503 ${word}, once`, async () => {
    const source = await triggered(`raise sqlstate '${sqlstate}';`);
    await query(`create sequence fired_${source.name}; grant all on sequence fired_${source.name} to service_role;
      create or replace function act_${source.name}() returns trigger language plpgsql as $$
      begin perform nextval('fired_${source.name}'); raise sqlstate '${sqlstate}'; end $$`);
    const worker = await source.begin();
    const { status, body } = await worker.commitRefused([{ k: 'a' }]);
    assert.deepEqual([status, body.code, body.details], [503, 'PT503', word]);
    const [{ last_value: fired }] = await query(`select last_value from fired_${source.name}`);
    assert.equal(Number(fired), 1);
  });
}

test('a trigger finds what it names without a schema', async () => {
  await query('create table notes (k text); grant all on notes to service_role');
  const source = await triggered(`insert into notes values (new.k); return new;`);
  const worker = await source.begin();
  assert.equal((await worker.commit([{ k: 'a' }])).inserted, 1);
  assert.equal((await worker.commit([{ k: 'a', price: 1 }])).updated, 1);
  assert.equal((await query('select * from notes')).length, 2);
});

test('a trigger runs under the search path its source was registered with', async () => {
  await query(`create schema agency; grant usage on schema agency to service_role;
    create table agency.diary (k text); grant all on agency.diary to service_role`);
  const source = await triggered(`insert into diary values (new.k); return new;`, undefined, {
    searchPath: 'agency, public',
  });
  const worker = await source.begin();
  // a bad row beside it: the path must hold in every attempt
  assert.equal((await worker.commit([{ k: 'a' }, { k: 'b', price: 'x' }])).inserted, 1);
  assert.deepEqual(await query('select k from agency.diary'), [{ k: 'a' }]);
});

test('a deferred constraint trigger sees its path and holds its row', async () => {
  const source = await createSource();
  await query(`create table blocked (k text); insert into blocked values ('b');
    grant all on blocked to service_role;
    create function late_${source.name}() returns trigger language plpgsql as $$
    begin if exists (select from blocked b where b.k = new.k) then raise exception 'blocked'; end if;
      return null; end $$;
    create constraint trigger late after insert on ${source.name} deferrable initially deferred
      for each row execute function late_${source.name}()`);
  const worker = await source.begin();
  const answer = await worker.commit([{ k: 'a' }, { k: 'b' }]);
  assert.deepEqual(
    [answer.inserted, answer.failed[0].key, answer.failed[0].code],
    [1, 'b', 'P0001'],
  );
});
