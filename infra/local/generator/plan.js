// Which row gets which fault: decided before any row is drawn, so that no row has two row faults.

import { BAD_ROW_KINDS, REALISTIC } from './faults.js';
import { createRandom, sample } from './random.js';

/** @import { FaultKind, FaultRates } from './faults.js' */

/** Rows from which on every kind of fault stands at least once. */
const COMPLETE_FROM = 100;

/**
 * A fault planted in one row. `twin`: the row (index) whose key this one repeats.
 * @typedef {{kind: FaultKind, twin?: number}} PlannedFault
 */

/**
 * @param {'realistic' | 'none' | Partial<FaultRates>} faults
 * @returns {[FaultKind, number][]}
 */
export function ratesOf(faults) {
  if (faults === 'none') return [];
  const rates = faults === 'realistic' ? REALISTIC : faults;
  for (const kind of Object.keys(rates)) {
    if (!(kind in REALISTIC)) throw new RangeError(`unknown kind of fault: ${kind}`);
  }
  return /** @type {[FaultKind, number][]} */ (
    Object.entries(rates).filter(([, rate]) => rate > 0)
  );
}

/**
 * Chooses the rows. The last row is always sound: Sheets leaves out what is blank behind it.
 *
 * @param {object} options
 * @param {number} options.rows
 * @param {number} options.seed
 * @param {[FaultKind, number][]} options.rates
 * @param {number} options.badRows rows to be planted on top, exactly
 * @param {(kind: FaultKind) => boolean} options.canOccur whether the mapping has columns for this
 *   kind
 * @returns {Map<number, PlannedFault>} by index below the header
 */
export function planFaults({ rows, seed, rates, badRows, canOccur }) {
  const random = createRandom(seed, -1);
  const wanted = rates
    .filter(([kind]) => canOccur(kind))
    .map(([kind, rate]) => ({ kind, count: countOf(random, rate, rows) }));
  const badKinds = BAD_ROW_KINDS.filter(canOccur);
  if (badRows > 0 && badKinds.length === 0) throw new RangeError('no bad row is possible here');
  for (let i = 0; i < badRows; i += 1)
    wanted.push({ kind: badKinds[i % badKinds.length], count: 1 });

  let needed = 0;
  for (const { kind, count } of wanted) {
    for (let i = 0; i < count; i += 1) needed += rowsOf(kind, i);
  }
  if (needed > rows - 1) throw new RangeError(`${needed} faulty rows do not fit into ${rows}`);
  return plant(wanted, sample(random, rows - 1, needed));
}

/**
 * @param {import('./random.js').Random} random
 * @param {number} rate
 * @param {number} rows
 */
function countOf(random, rate, rows) {
  const whole = Math.floor(rate * rows);
  const count = whole + (random.chance(rate * rows - whole) ? 1 : 0);
  return rows >= COMPLETE_FROM ? Math.max(1, count) : count;
}

/**
 * Rows that the `ordinal`-th fault of the kind takes up: keys stand twice, every third time thrice.
 *
 * @param {FaultKind} kind
 * @param {number} ordinal
 */
function rowsOf(kind, ordinal) {
  if (kind !== 'duplicateKey') return 1;
  return ordinal % 3 === 2 ? 3 : 2;
}

/**
 * @param {{kind: FaultKind, count: number}[]} wanted
 * @param {number[]} places
 */
function plant(wanted, places) {
  /** @type {Map<number, PlannedFault>} */
  const plan = new Map();
  let next = 0;
  for (const { kind, count } of wanted) {
    for (let i = 0; i < count; i += 1) {
      const first = places[next++];
      plan.set(first, { kind });
      for (let copy = 1; copy < rowsOf(kind, i); copy += 1) {
        plan.set(places[next++], { kind, twin: first });
      }
    }
  }
  return plan;
}
