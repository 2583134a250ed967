// Drawing the arguments of a commit: rows of every kind, held entries, and batches that contradict
// themselves.

/** @typedef {import('./plain.js').Json} Json */
/** @typedef {import('./dice.js').Dice} Dice */

const KEYS = Array.from({ length: 24 }, (_, i) => `k${String(i + 1).padStart(2, '0')}`);
const DIGESTS = ['d1', 'd2', 'd3', 'd4'];
const LEASE_MS = 20 * 60_000;

/** Stands in for the core's 64-bit hash. @param {string} identity */
export const hashOf = (identity) =>
  [...identity].reduce((hash, letter) => hash * 37 + letter.charCodeAt(0), 11) - 2 ** 31;

/** @param {Dice} dice */
export const someKeys = (dice, count = 3) => dice.some(KEYS, count);

/** @param {Dice} dice */
export const aKey = (dice) => dice.of(KEYS);

/**
 * A row object; few values, so that many rows are equal to what is stored.
 * @param {Dice} dice
 * @param {string} k
 * @param {number} badPercent
 */
function drawRow(dice, k, badPercent) {
  /** @type {Json} */
  const row = { k };
  if (dice.chance(85)) row.price = dice.of([1, 1, 1, 2, null]);
  if (dice.chance(60)) row.note = dice.of(['n1', 'n1', 'n2', null]);
  if (dice.chance(50)) row.grade = dice.of(['A', 'A', 'B']);
  if (dice.chance(50)) row.memo = dice.of(['m1', 'm2', null]);
  if (!dice.chance(badPercent)) return row;
  const faults = [
    { price: -1 },
    { price: 'abc' },
    { note: 'raise' },
    { note: 'swallow' },
    { grade: null },
  ];
  return { ...row, ...dice.of(faults) };
}

/** @param {Dice} dice */
function drawHeld(dice) {
  const row = dice.of([2, 3, 4, null]);
  const code = dice.of(['not_a_date', 'out_of_range']);
  const more = {
    row,
    code,
    message: dice.of(['no such day', null]),
    value: dice.of(['32.13.', null]),
    ...dice.of([{}, { tag: 1 }, { tag: 2 }]),
  };
  if (dice.chance(25)) {
    const digest = dice.of(DIGESTS);
    return { key: null, digest, hash: hashOf(digest), column: null, kind: 'row', ...more };
  }
  const key = aKey(dice);
  const isCell = dice.chance(50);
  const column = isCell ? dice.of(['price', 'note']) : null;
  return { key, digest: null, hash: hashOf(key), column, kind: isCell ? 'cell' : 'row', ...more };
}

/** Held entries, no two of one identity in one row of the sheet. @param {Dice} dice */
function drawAllHeld(dice) {
  const drawn = Array.from({ length: dice.of([0, 0, 1, 2, 4]) }, () => drawHeld(dice));
  const place = (/** @type {Json} */ h) => JSON.stringify([h.key, h.digest, h.column, h.row]);
  return [...new Map(drawn.map((held) => [place(held), held])).values()];
}

/** @param {Dice} dice */
function drawRows(dice) {
  if (dice.chance(6)) {
    const fault = dice.of([
      { price: -1 },
      { price: 'abc' },
      { note: 'raise' },
      { note: 'swallow' },
    ]);
    return dice.some(KEYS, dice.of([9, 16, 16])).map((k) => ({ k, ...fault }));
  }
  const badPercent = dice.of([0, 0, 5, 30]);
  return dice.some(KEYS, dice.of([0, 2, 5, 12, 20])).map((k) => drawRow(dice, k, badPercent));
}

/**
 * What a worker sends next.
 * @param {Dice} dice
 * @param {Json} worker
 * @param {number} stateVersion
 */
export function drawBatch(dice, worker, stateVersion) {
  const rows = drawRows(dice);
  const held = drawAllHeld(dice);
  const skipped = dice.chance(30) ? someKeys(dice, 2) : [];
  const identities = [
    ...rows.map(({ k }) => k),
    ...held
      .filter(({ kind, key }) => kind === 'row' && (key !== null || dice.chance(50)))
      .map((h) => h.key ?? h.digest),
    ...skipped,
  ];
  const columns = [...new Set(['k', ...rows.flatMap((row) => Object.keys(row))])];
  /** @type {Json} */
  const batch = {
    p_source: worker.source,
    p_fence: worker.fence,
    p_seq: worker.seq + 1,
    p_sync_id: worker.run,
    p_digest: `digest ${dice.below(1e9)}`,
    p_columns: columns,
    p_insert_only: columns.includes('memo') && dice.chance(50) ? ['memo'] : [],
    p_rows: rows,
    // no row that is held, too: of two in one row the SQL keeps either
    p_row_numbers: rows.map((_, i) => i + 100),
    p_covered: identities.map(hashOf),
    p_held: held,
    p_counts: {
      failed: held.filter(({ kind }) => kind === 'row').length,
      skipped: skipped.length,
      held_cells: held.filter(({ kind }) => kind === 'cell').length,
      expected: dice.of([null, 24]),
    },
    p_lease_ms: LEASE_MS,
  };
  if (dice.chance(50))
    Object.assign(batch, { p_state: { next: dice.below(100) }, p_state_version: stateVersion });
  if (dice.chance(30)) batch.p_circuits = { sheets: { failures: dice.below(5) } };
  if (dice.chance(4)) batch.p_dry_run = true;
  return batch;
}

/** Ways in which a batch contradicts itself. @type {((batch: Json) => Json)[]} */
const contradictions = [
  () => ({ p_lease_ms: 0 }),
  () => ({ p_state: { next: 1 }, p_state_version: null }),
  () => ({ p_state: { next: 1 }, p_state_version: -1 }),
  () => ({ p_state: null, p_state_version: -1 }),
  () => ({ p_row_numbers: [1, 2, 3] }),
  () => ({ p_rows: [{ k: 'k01' }], p_row_numbers: [2], p_covered: [] }),
  () => ({ p_rows: [{ k: 'k01' }], p_row_numbers: [2], p_covered: [null] }),
  () => ({ p_rows: [{ price: 1 }], p_row_numbers: [2], p_covered: [1], p_columns: ['k', 'price'] }),
  () => ({ p_rows: [{ k: 'k01' }, { k: 'k01' }], p_row_numbers: [2, 3], p_covered: [1, 1] }),
  () => ({ p_rows: {} }),
  () => ({ p_digest: null }),
  () => ({ p_columns: ['price'] }),
  () => ({ p_columns: ['k', 'k'] }),
  () => ({ p_columns: null }),
  () => ({ p_columns: ['k', 'colour', 'size'] }),
  () => ({ p_columns: ['k', 'updated_at'] }),
  (batch) => ({ p_counts: { ...batch.p_counts, skipped: -1 } }),
  () => ({ p_held: {} }),
  () => ({ p_held: [{ key: 'k01', hash: 1 }] }),
  () => ({ p_held: [{ hash: 1, code: 'missing_key' }] }),
  () => ({ p_held: [{ key: 'k01', hash: 1, code: 'x', kind: 'cell' }] }),
  () => ({ p_held: [{ key: 'k01', hash: 1, code: 'x', kind: 'column' }] }),
  () => ({
    p_rows: Array.from({ length: 1001 }, (_, i) => ({ k: `x${i}` })),
    p_row_numbers: Array.from({ length: 1001 }, (_, i) => i),
    p_covered: Array.from({ length: 1001 }, (_, i) => i),
  }),
];

/** @param {Dice} dice @param {Json} batch */
export const contradict = (dice, batch) => ({ ...batch, ...dice.of(contradictions)(batch) });
