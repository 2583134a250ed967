// The name somebody may have meant (Levenshtein distance, at most a third of its length).

/**
 * @param {string} given
 * @param {string[]} names
 * @returns {string | null}
 */
export function nearest(given, names) {
  const scored = names.map((name) => ({ name, distance: distanceOf(given, name) }));
  const near = scored.filter(({ name, distance }) => distance <= Math.ceil(name.length / 3));
  return near.sort((a, b) => a.distance - b.distance)[0]?.name ?? null;
}

/**
 * @param {string} a
 * @param {string} b
 */
function distanceOf(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}
