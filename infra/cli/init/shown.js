// Texts from a sheet on a terminal.

const LENGTH_MAX = 40;

/**
 * Short, on one line, and unable to move the cursor or to turn the line around.
 * @param {string} text
 */
export function shown(text) {
  const points = [...text.replace(/[\p{C}\p{Z}]+/gu, ' ').trim()];
  if (points.length <= LENGTH_MAX) return points.join('');
  return `${points.slice(0, LENGTH_MAX - 1).join('')}…`;
}
