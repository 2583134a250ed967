// What time it is where the times come from: a person's clock may be hours off, and "2 minutes ago"
// is about the server's. Nothing else on the page asks for the time of day.

/** An answer's date has whole seconds, and the answer was under way for some. */
const TOLERANCE_MS = 30_000;
let offMs = 0;

/**
 * Called with the headers of each answer; without a date (a server of another origin has to allow
 * it) what was known stays.
 * @param {Headers} headers
 */
export function heedDate(headers) {
  const ms = Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(ms)) return;
  const off = ms - Date.now();
  offMs = Math.abs(off) < TOLERANCE_MS ? 0 : off;
}

/** @returns {number} milliseconds since 1970 */
export const serverNow = () => Date.now() + offMs;
