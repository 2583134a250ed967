// How alike two names are: a header and a column's name or comment. Knows nothing of either.

/**
 * For comparing by people's eyes: width, case, line breaks and punctuation do not count. Coarser
 * than the core's folding, which has the last word.
 * @param {string} text
 */
export function fold(text) {
  const wide = text.normalize('NFKC').toLowerCase();
  return wide.replace(/[\s\p{P}\p{S}\p{C}]+/gu, '');
}

/**
 * The name without its remark: `価格（税込）` is `価格`, the first line of several counts.
 * @param {string} text
 */
export function withoutRemark(text) {
  return text
    .normalize('NFKC')
    .trim()
    .split(/[\n(【[:,、。;]/, 1)[0];
}

/** Long texts are compared by their beginning: a header is a name, not an essay. */
const LENGTH_MAX = 100;

/**
 * Dice's coefficient over pairs of characters; 0 where the digits differ: 駅1 is never 駅2.
 * @param {string} a folded
 * @param {string} b folded
 * @returns {number} 0 to 1
 */
export function similarity(a, b) {
  if (a === '' || b === '') return 0;
  if (a === b) return 1;
  if (digits(a) !== digits(b)) return 0;
  const [left, right] = [pairs(a.slice(0, LENGTH_MAX)), pairs(b.slice(0, LENGTH_MAX))];
  if (left.length === 0 || right.length === 0) return 0;
  const rest = [...right];
  const common = left.filter((pair) => {
    const at = rest.indexOf(pair);
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  });
  return (2 * common.length) / (left.length + right.length);
}

/** @param {string} text */
const digits = (text) => text.replace(/\D/g, '');

/** @param {string} text */
function pairs(text) {
  const points = [...text];
  return points.slice(1).map((point, i) => points[i] + point);
}
