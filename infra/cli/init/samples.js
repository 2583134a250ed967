// What the cells of one column of the sheet are: asked of the core, which will read them in a run.

/** @typedef {import('./sheet.js').Cell} Cell */

/** Different cells that are looked at per column; the rest would say the same. */
const DISTINCT_MAX = 200;

/**
 * `json`: the cell as it came; `count`: how often.
 * @typedef {{ cell: Cell, json: string, count: number }} Sample
 */

/**
 * `share` of the cells that are no error cells (1 where there is none); `refused`: the rest.
 * @callback Judge
 * @param {Sample[]} samples
 * @param {{ type: string } & Record<string, unknown>} definition type and policies
 * @returns {{ share: number, refused: Sample[] }}
 */

/**
 * The cells of a column that hold something.
 * @param {Cell[][]} rows
 * @param {number} index
 * @returns {Sample[]} the most frequent first
 */
export function samplesOf(rows, index) {
  /** @type {Map<string, Sample>} */
  const samples = new Map();
  for (const row of rows) {
    const cell = row[index] ?? '';
    if (typeof cell === 'string' && cell.trim() === '') continue;
    const json = JSON.stringify(cell);
    const sample = samples.get(json) ?? { cell, json, count: 0 };
    sample.count += 1;
    samples.set(json, sample);
  }
  return [...samples.values()].sort((a, b) => b.count - a.count).slice(0, DISTINCT_MAX);
}

/**
 * @param {import('../../../wasm/js/core.js').Core} core
 * @param {string} timeZone of the mapping
 * @returns {Judge}
 */
export function createJudge(core, timeZone) {
  return (samples, { type, ...policy }) => {
    let [read, total] = [0, 0];
    const refused = samples.filter(({ json, count }) => {
      const question = { query: 'convert', type, policy, time_zone: timeZone, cell: json };
      const { answer } = core.query(question);
      if (answer.action === 'keep_error_cell') return false;
      total += count;
      const isRead = answer.action !== 'invalid' && answer.faults === undefined;
      if (isRead) read += count;
      return !isRead;
    });
    return { share: total === 0 ? 1 : read / total, refused };
  };
}
