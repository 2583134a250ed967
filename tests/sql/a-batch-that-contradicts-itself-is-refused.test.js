import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, createSource, heldEntry, rpc } from './support.js';

const one = [{ k: 'a', price: 1 }];

/**
 * What is wrong, the rows, the fields, status and word.
 * @type {[string, Record<string, any>[], Record<string, any>, number, string][]}
 */
const refused = [
  ['a key twice', [one[0], one[0]], {}, 400, 'duplicate_key_in_batch'],
  ['a row without a key', [{ price: 1 }], { p_columns: ['k', 'price'] }, 400, 'bad_request'],
  ['a row whose key is null', [{ k: null }], {}, 400, 'bad_request'],
  ['row numbers missing', one, { p_row_numbers: [] }, 400, 'bad_request'],
  ['hashes missing', one, { p_covered: [] }, 400, 'bad_request'],
  ['a hash that is null', one, { p_covered: [null] }, 400, 'bad_request'],
  ['rows that are no array', one, { p_rows: {} }, 400, 'bad_request'],
  ['no digest', one, { p_digest: null }, 400, 'bad_request'],
  ['no columns', one, { p_columns: null }, 400, 'bad_request'],
  ['columns without the key', one, { p_columns: ['price'] }, 400, 'bad_request'],
  ['a column twice', one, { p_columns: ['k', 'k'] }, 400, 'bad_request'],
  ['negative counts', one, { p_counts: { failed: -1 } }, 400, 'bad_request'],
  ['a lease without end', one, { p_lease_ms: 86_400_000 }, 400, 'bad_request'],
  ['state without its version', one, { p_state: {} }, 400, 'bad_request'],
  ['held without code', [], { p_held: [heldEntry({ key: 'a', code: null })] }, 400, 'bad_request'],
  ['held without identity', [], { p_held: [heldEntry({ hash: 1 })] }, 400, 'bad_request'],
  [
    'a held cell without column',
    [],
    { p_held: [heldEntry({ key: 'a', kind: 'cell' })] },
    400,
    'bad_request',
  ],
];

for (const [what, rows, fields, status, word] of refused) {
  test(`a commit with ${what} is refused and nothing is written`, async () => {
    const source = await createSource();
    const worker = await source.begin();
    await assertRefused(worker.commitRefused(rows, fields), status, word);
    assert.deepEqual(await source.rows(), []);
    assert.equal((await worker.commit(one)).seq, 1);
  });
}

test('more than 1,000 rows are refused, 1,000 are taken', async () => {
  const source = await createSource();
  const worker = await source.begin();
  const rows = Array.from({ length: 1001 }, (_, i) => ({ k: `k${i}` }));
  await assertRefused(worker.commitRefused(rows), 413, 'batch_too_large');
  assert.equal((await worker.commit(rows.slice(1))).inserted, 1000);
});

test('a batch for another run than the lease’s is refused', async () => {
  const source = await createSource();
  const worker = await source.begin();
  const { sync_id: other } = await source.request();
  const answer = await worker.commit(one, { p_sync_id: other });
  assert.equal(answer.outcome, 'run_closed');
  const { status, body } = await worker.commitRefused(one, {
    p_sync_id: '00000000-0000-4000-8000-000000000000',
  });
  assert.deepEqual([status, body.details], [404, 'unknown_run']);
});

test('an empty batch renews the lease and counts what the core held and skipped', async () => {
  const source = await createSource();
  const worker = await source.begin();
  const answer = await worker.commit([], {
    p_held: [heldEntry({ key: 'x' })],
    p_counts: { failed: 1, skipped: 3, held_cells: 0, expected: 9 },
  });
  assert.deepEqual(
    [answer.ledger.read, answer.ledger.failed, answer.ledger.skipped, answer.ledger.expected],
    [4, 1, 3, 9],
  );
});

test('arguments left null mean their defaults', async () => {
  const source = await createSource();
  const worker = await source.begin();
  const nulls = { p_insert_only: null, p_held: null, p_counts: null, p_dry_run: null };
  assert.equal((await worker.commit(one, nulls)).inserted, 1);
});

test('an unknown source is named by every function', async () => {
  const nobody = { p_source: 'nobody' };
  const id = '00000000-0000-4000-8000-000000000000';
  /** @type {[string, object][]} */
  const calls = [
    ['sync_request_run', { p_trigger: 'manual' }],
    ['sync_claim', { p_owner: id, p_lease_ms: 1000, p_mapping_hash: 'm', p_state_version: 1 }],
    ['sync_close_run', { p_fence: 1, p_sync_id: id, p_status: 'completed' }],
    ['sync_yield', { p_fence: 1, p_sync_id: id }],
    ['sync_read_history', {}],
    ['sync_read_errors', {}],
    ['sync_resolve_errors', { p_ids: [] }],
    ['sync_prune', {}],
  ];
  for (const [name, args] of calls) {
    await assertRefused(rpc(name, { ...nobody, ...args }), 404, 'unknown_source');
  }
});
