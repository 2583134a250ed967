// How fast a run goes and when it will be through, from what was done when. Pure: the time is an
// argument.

/** Older samples say nothing about now. */
const WINDOW_MS = 15_000;
/** Less is chance. */
const SPAN_MS_MIN = 800;

/**
 * @returns {(sample: { nowMs: number, done: number, expected: number }) =>
 *   { perSecond: number | null, leftMs: number | null }} null while it cannot be said
 */
export function createPace() {
  /** @type {{ nowMs: number, done: number }[]} */
  let samples = [];
  return ({ nowMs, done, expected }) => {
    const last = samples.at(-1);
    if (last && done < last.done) samples = []; // another run, or read anew from the start
    samples = samples.filter((sample) => nowMs - sample.nowMs <= WINDOW_MS);
    samples.push({ nowMs, done });
    const spanMs = nowMs - samples[0].nowMs;
    const moved = done - samples[0].done;
    if (spanMs < SPAN_MS_MIN || moved <= 0) return { perSecond: null, leftMs: null };
    const perSecond = (moved * 1000) / spanMs;
    const left = Math.max(0, expected - done);
    return { perSecond, leftMs: expected > 0 ? (left * 1000) / perSecond : null };
  };
}
