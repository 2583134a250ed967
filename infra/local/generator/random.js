// The generator's own random numbers: the same seed gives the same sheet on every machine and
// version of Node.

/**
 * @typedef {object} Random
 * @property {() => number} next an unsigned 32-bit integer
 * @property {(n: number) => number} below 0 … n − 1
 * @property {(low: number, high: number) => number} between low … high, both included
 * @property {(probability: number) => boolean} chance
 * @property {<T>(list: readonly T[]) => T} pick
 */

/**
 * sfc32 (Chris Doty-Humphrey, PractRand; public domain) with its state filled by splitmix32.
 * Every row has a stream of its own, so a longer sheet begins with the rows of a shorter one.
 *
 * @param {number} seed
 * @param {number} [stream]
 * @returns {Random}
 */
export function createRandom(seed, stream = 0) {
  const fill = createSplitmix(seed ^ Math.imul(stream + 1, 0x9e3779b1));
  let a = fill();
  let b = fill();
  let c = fill();
  let counter = 1;

  const next = () => {
    const result = (a + b + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) >>> 0;
    c = (((c << 21) | (c >>> 11)) + result) >>> 0;
    return result;
  };
  for (let i = 0; i < 12; i += 1) next();

  // The high half of the product: no modulo bias worth mentioning for the small n used here.
  /** @param {number} n */
  const below = (n) => Math.floor((next() / 0x1_0000_0000) * n);
  return {
    next,
    below,
    between: (low, high) => low + below(high - low + 1),
    chance: (probability) => next() < probability * 0x1_0000_0000,
    pick: (list) => list[below(list.length)],
  };
}

/** @param {number} seed */
function createSplitmix(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
}

/**
 * `count` different numbers below `n`, in random order (Fisher–Yates, stopped early).
 *
 * @param {Random} random
 * @param {number} n
 * @param {number} count at most n
 * @returns {number[]}
 */
export function sample(random, n, count) {
  const all = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < count; i += 1) {
    const j = i + random.below(n - i);
    [all[i], all[j]] = [all[j], all[i]];
  }
  return Array.from(all.subarray(0, count));
}
