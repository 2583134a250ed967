// What `npm start` shows: steps, and a progress bar and a result as `listing-sync sync` shows them.
// Colour and movement only on a terminal.
import { createProgress } from '../cli/progress.js';
import { createPaint } from '../cli/terminal.js';

export { printRun as printResult } from '../cli/shown/run.js';

/** @param {NodeJS.WriteStream} [stream] */
export function createTerminal(stream = process.stdout) {
  const isLive = stream.isTTY === true;
  const isColoured = isLive && !process.env.NO_COLOR;
  const paint = createPaint(isColoured);
  const print = (/** @type {string} */ line = '') => stream.write(`${line}\n`);
  return {
    paint,
    print,
    /** @param {string} what */
    step: (what) => print(`${paint('dim', '·')} ${what}`),
    /** @param {string} message */
    problem: (message) => process.stderr.write(`${paint('red', '✖')} ${message}\n`),
    progress: createProgress({ stream, isLive, isColoured }),
  };
}
