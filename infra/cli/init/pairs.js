// Which header belongs to which column: every possible pair gets points and a reason; the best ones
// are taken. What is not certain enough is left to people.
import { fold, similarity, withoutRemark } from './names.js';

/** @typedef {import('./table.js').TableColumn} TableColumn */

/** @typedef {{ text: string, index: number }} Header as it stands in the sheet */
/** @typedef {{ headers: string[], column: string }} Entry a known pair: its header names */

/**
 * `score`: 1 is the same. `isCertain`: not only alike. `reason`: for people.
 * @typedef {{ header: Header, column: TableColumn, score: number, isCertain: boolean,
 *   reason: string }} Pair
 */

/** Below it, nothing is suggested; the nearest is only named. */
const SCORE_MIN = 0.6;
/** Below this, it is not even named. */
const GUESS_MIN = 0.3;
/** What is only alike must beat its rivals by so much. */
const MARGIN = 0.05;
/** What is only alike never comes up to it. */
const CERTAIN = 0.9;

/**
 * @param {Header[]} headers without blank ones and without those that stand twice
 * @param {TableColumn[]} columns that may be written
 * @param {Entry[]} dictionary
 * @returns {{ pairs: Pair[], guesses: Pair[] }} in the order of the sheet; `guesses`: for each
 *   header and column that is left, what comes nearest
 */
export function findPairs(headers, columns, dictionary) {
  const known = new Map(
    dictionary.flatMap((entry) => entry.headers.map((name) => [fold(name), entry])),
  );
  const scored = headers.flatMap((header) =>
    columns.map((column) => score(header, column, known, dictionary)),
  );
  const candidates = scored
    .filter((pair) => pair.score >= GUESS_MIN)
    .sort((a, b) => b.score - a.score);
  const taken = take(candidates);
  const used = new Set(taken.flatMap(({ header, column }) => [header, column]));
  const guesses = [...headers, ...columns]
    .filter((one) => !used.has(one))
    .flatMap(
      (one) => candidates.find(({ header, column }) => header === one || column === one) ?? [],
    );
  return { pairs: taken.sort((a, b) => a.header.index - b.header.index), guesses };
}

/**
 * The best first, each header and column once.
 * @param {Pair[]} candidates sorted
 */
function take(candidates) {
  /** @type {Set<Header | TableColumn>} */
  const used = new Set();
  return candidates.filter((pair) => {
    if (pair.score < SCORE_MIN || used.has(pair.header) || used.has(pair.column)) return false;
    if (!pair.isCertain && hasRival(pair, candidates, used)) return false;
    used.add(pair.header);
    used.add(pair.column);
    return true;
  });
}

/**
 * @param {Pair} pair
 * @param {Pair[]} candidates
 * @param {Set<Header | TableColumn>} used
 */
function hasRival(pair, candidates, used) {
  return candidates.some(
    (other) =>
      other !== pair &&
      (other.header === pair.header || other.column === pair.column) &&
      !used.has(other.header) &&
      !used.has(other.column) &&
      other.score > pair.score - MARGIN,
  );
}

/**
 * @param {Header} header
 * @param {TableColumn} column
 * @param {Map<string, Entry>} known
 * @param {Entry[]} dictionary
 * @returns {Pair}
 */
function score(header, column, known, dictionary) {
  const name = fold(header.text);
  const short = fold(withoutRemark(header.text));
  const own = fold(column.name);
  const comments = column.comment === null ? [] : [column.comment, withoutRemark(column.comment)];
  const told = comments.map(fold).filter((text) => text !== '');
  const found = (/** @type {number} */ points, /** @type {string} */ reason) => ({
    header,
    column,
    score: points,
    isCertain: points >= CERTAIN,
    reason,
  });
  if (name === own) return found(1, "the column's name");
  if (told.includes(name)) return found(0.99, "the column's comment");
  if (known.get(name)?.column === column.name) return found(0.98, 'the example mapping');
  if (short !== '' && told.includes(short)) return found(0.95, "the column's comment");
  if (short !== '' && known.get(short)?.column === column.name) {
    return found(0.94, 'the example mapping');
  }
  const alike = Math.max(...[...told, own].map((text) => similarity(name, text)));
  const entry = dictionary.find((one) => one.column === column.name);
  const like = Math.max(0, ...(entry?.headers ?? []).map((text) => similarity(name, fold(text))));
  // Only alike is never as good as the same.
  if (like > alike) return found(like * 0.85, 'alike a header of the example mapping');
  return found(alike * 0.85, told.length > 0 ? 'alike the comment or name' : 'alike the name');
}
