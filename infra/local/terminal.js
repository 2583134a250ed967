// What `npm start` shows: steps, a progress bar, the result. Colour and movement only on a
// terminal.

const BAR_WIDTH = 28;
const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 };

/** @param {NodeJS.WriteStream} [stream] */
export function createTerminal(stream = process.stdout) {
  const isLive = stream.isTTY === true;
  const isColoured = isLive && !process.env.NO_COLOR;
  /** @param {keyof typeof CODES} style @param {string} text */
  const paint = (style, text) => (isColoured ? `\x1b[${CODES[style]}m${text}\x1b[0m` : text);
  const print = (/** @type {string} */ line = '') => stream.write(`${line}\n`);
  return {
    paint,
    print,
    /** @param {string} what */
    step: (what) => print(`${paint('dim', '·')} ${what}`),
    /** @param {string} message */
    problem: (message) => process.stderr.write(`${paint('red', '✖')} ${message}\n`),
    progress: createProgress(stream, isLive),
  };
}

/**
 * A bar that redraws itself on a terminal, and a line every tenth of the way elsewhere.
 * @param {NodeJS.WriteStream} stream
 * @param {boolean} isLive
 */
function createProgress(stream, isLive) {
  const begun = performance.now();
  let shown = -1;
  return {
    /** @param {{ done: number, expected: number, percent: number }} progress */
    update({ done, expected, percent }) {
      const filled = Math.round((percent / 100) * BAR_WIDTH);
      const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
      const seconds = (performance.now() - begun) / 1000;
      const rate = seconds > 0 ? Math.round(done / seconds) : 0;
      const text = `  ${bar} ${String(percent).padStart(3)} %  ${done}/${expected} rows  ${rate} rows/s`;
      const step = Math.floor(percent / 10);
      if (isLive) stream.write(`\r${text}\x1b[K`);
      else if (step > shown) stream.write(`${text}\n`);
      shown = step;
    },
    end() {
      if (isLive) stream.write('\n');
    },
  };
}

/**
 * The result of a run, as lines.
 * @param {ReturnType<typeof createTerminal>} terminal
 * @param {any} status the status document
 * @param {number} ms
 */
export function printResult({ paint, print }, status, ms) {
  const { stats, errors, errorsTotal, cause } = status;
  const isGood = status.status === 'completed';
  const mark = isGood ? paint('green', '✔') : paint('red', '✖');
  print(`${mark} ${paint('bold', status.status)} in ${(ms / 1000).toFixed(2)} s`);
  if (cause) print(`  ${paint('red', cause.code)}: ${cause.message}`);
  print(
    `  ${stats.total} rows read = ${stats.inserted} inserted + ${stats.updated} updated + ` +
      `${stats.unchanged} unchanged + ${stats.failed} held + ${stats.skipped} skipped`,
  );
  if (errorsTotal === 0) return;
  print(
    paint('yellow', `  ${stats.failed} rows and ${stats.heldCells} cells are held for review:`),
  );
  for (const { row, propertyNumber, column, code, error } of errors.slice(0, 5)) {
    const why = error === code ? code : `${code} (${error})`;
    print(`    row ${row}  ${propertyNumber ?? '(no key)'}  ${column ?? ''}  ${why}`);
  }
  if (errorsTotal > 5) print(paint('dim', `    … and ${errorsTotal - 5} more`));
}
