// Chance from one number, so that a sequence can be drawn again.

/** mulberry32 (Tommy Ettinger, public domain) with the questions a drawing asks. */
export class Dice {
  #state;

  /** @param {number} seed */
  constructor(seed) {
    this.#state = (seed * 0x9e3779b1 + 0x7f4a7c15) >>> 0;
  }

  /** A number in [0, 1). */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to `below` - 1. @param {number} below */
  below(below) {
    return Math.floor(this.next() * below);
  }

  /** @param {number} percent */
  chance(percent) {
    return this.next() * 100 < percent;
  }

  /** @template T @param {readonly T[]} choices @returns {T} */
  of(choices) {
    return choices[this.below(choices.length)];
  }

  /**
   * One of the names, as often as its weight says.
   * @template {string} K
   * @param {Record<K, number>} weights
   * @returns {K}
   */
  weighted(weights) {
    const entries = /** @type {[K, number][]} */ (Object.entries(weights));
    let rest = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    return (entries.find(([, weight]) => (rest -= weight) < 0) ?? entries[0])[0];
  }

  /** About `count` of the items, in their order. @template T @param {T[]} items @param {number} count */
  some(items, count) {
    return items.filter(() => this.next() * items.length < count);
  }
}
