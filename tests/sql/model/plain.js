// Answers and tables in a form in which the real database and the model can be compared: ids by
// order of appearance, times in whole minutes from now, sets without an order.

/** @typedef {Record<string, any>} Json */

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const TIME = /^\d{4}-\d\d-\d\d[T ][\d:.]+(?:Z|\+00(?::00)?)$/;
const MINUTE_MS = 60_000;
/** Workers keep their ids. */
export const OWNERS = [1, 2, 3].map((digit) => `aaaaaaaa-0000-4000-8000-00000000000${digit}`);
/** A run nobody asked for. */
export const NO_RUN = 'bbbbbbbb-0000-4000-8000-000000000000';

/** Numbers that are spans of time. */
const SPANS = new Set([
  'duration_ms',
  'age_ms',
  'average_duration_ms',
  'retry_after_ms',
  'resume_in_ms',
]);

/** What the model does not know: the schedule is tested by itself. */
const LEFT_OUT = new Set(['now', 'id', 'waiting_ms', 'granted_at']);

/** The ids one side gave out, named in the order in which they were first seen. */
export class Names {
  #byId = new Map();
  #byName = new Map();

  /** @param {string} id */
  nameOf(id) {
    const known = this.#byId.get(id);
    if (known !== undefined) return known;
    const name = `run:${this.#byId.size + 1}`;
    this.#byId.set(id, name);
    this.#byName.set(name, id);
    return name;
  }

  /** A text with the names in it replaced by this side's ids. @param {string} text */
  withIds(text) {
    return text.replace(/run:\d+/g, (name) => this.#byName.get(name) ?? name);
  }

  /** @param {string} text */
  withNames(text) {
    const isOurs = (/** @type {string} */ id) => OWNERS.includes(id) || id === NO_RUN;
    return text.replace(UUID, (id) => (isOurs(id) ? id : this.nameOf(id)));
  }
}

/**
 * @param {unknown} value
 * @param {Names} names
 * @param {number} now of the side, in epoch milliseconds
 * @param {string} [key] the member that holds the value
 * @returns {any}
 */
export function plain(value, names, now, key = '') {
  if (typeof value === 'string') {
    if (key === 'covered') return unpacked(value);
    if (key === 'updated_at') return 'set';
    if (TIME.test(value)) return `${minutes(Date.parse(value) - now)} min`;
    return names.withNames(value);
  }
  if (typeof value === 'number') return SPANS.has(key) ? `${minutes(value)} min` : value;
  if (Array.isArray(value)) {
    const items = value.map((item) => plain(item, names, now));
    return key === 'covered' || key === 'held_keyless' ? [...new Set(items)].sort() : items;
  }
  if (value === null || typeof value !== 'object') return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  const kept = members.filter(([name]) => !LEFT_OUT.has(name));
  return Object.fromEntries(kept.map(([name, member]) => [name, plain(member, names, now, name)]));
}

/** Half a minute away from the edge of rounding, whatever a sequence takes. @param {number} ms */
const minutes = (ms) => Math.round(ms / MINUTE_MS) + 0;

/** The hashes of base64; the order is the database's own affair. @param {string} base64 */
function unpacked(base64) {
  const bytes = Buffer.from(base64, 'base64');
  const hashes = [];
  for (let at = 0; at < bytes.length; at += 8) hashes.push(bytes.readBigInt64LE(at).toString());
  return hashes.sort();
}

/** What a held entry is told from others by. @param {Json} error a row of sync_errors */
export function identityOf(error) {
  const key = error.key ?? null;
  return key === null ? `digest ${error.row_digest}` : `key ${key} ${error.column_name ?? ''}`;
}
