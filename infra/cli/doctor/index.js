// `listing-sync doctor`: asks everything a run will need, in order, and says what to do.
import { createTerminal } from '../terminal.js';
import { readOptions } from '../usage-error.js';
import { examine } from './checks.js';

/** @typedef {import('./checks.js').Outcome} Outcome */
/** @typedef {import('../main.js').Io} Io */

export const usage = `listing-sync doctor [--mapping FILE]... [--json]

Checks the set-up in order: variables, mapping, Google's key, sheet, tab and headers, the Supabase
project and its migrations, table, columns, rights and triggers, clocks, tokens, schedule. Nothing
is changed anywhere.

  --mapping FILE  the mapping (or a folder of them); SYNC_MAPPING otherwise
  --json          one JSON document: {"ok", "checks": [{"check", "source", "status", "findings"}]}

Exit codes: 0 no check failed (warnings count as fine), 1 one failed, 2 wrong usage.
`;

/**
 * @param {string[]} args
 * @param {Io & { fetch?: typeof globalThis.fetch, now?: () => number }} io
 * @returns {Promise<number>}
 */
export async function run(args, { fetch, now = Date.now, ...io }) {
  const { mapping = [], json } = readOptions(args, {
    mapping: { type: 'string', multiple: true },
    json: { type: 'boolean' },
  });
  const { environment } = io;
  const patient = { environment, mappingFiles: mapping, sources: [], fetch, now };
  const terminal = createTerminal(io);
  const tell = json ? () => {} : (/** @type {Outcome} */ outcome) => show(outcome, terminal);
  const outcomes = await examine(patient, tell);
  const isOk = outcomes.every(({ status }) => status === 'ok' || status === 'warning');
  if (json) terminal.print(JSON.stringify({ ok: isOk, checks: outcomes }));
  else summarise(outcomes, terminal);
  return isOk ? 0 : 1;
}

const SIGNS = {
  ok: ['green', '✔'],
  warning: ['yellow', '!'],
  failed: ['red', '✖'],
  skipped: ['dim', '·'],
};

/**
 * @param {Outcome} outcome
 * @param {ReturnType<typeof createTerminal>} terminal
 */
function show({ title, source, status, findings, because, ms }, { paint, print, wrap }) {
  const [colour, sign] = SIGNS[status];
  const mark = paint(/** @type {'green'} */ (colour), sign);
  const name = source === null ? title : `${title}, ${source}`;
  const time = ms >= 100 ? paint('dim', `  ${(ms / 1000).toFixed(1)} s`) : '';
  print(`${mark} ${paint('bold', name)}${time}`);
  if (because !== undefined) print(paint('dim', wrap(`skipped because of: ${because}`, 4)));
  findings.forEach(({ level, text, remedy }, i) => {
    print(wrap(level === status ? text : `${level}: ${text}`, 4));
    // Once for all that it mends.
    if (remedy === undefined || remedy === findings[i + 1]?.remedy) return;
    print(paint('yellow', wrap(`→ ${remedy}`, 4)));
  });
}

/**
 * @param {Outcome[]} outcomes
 * @param {ReturnType<typeof createTerminal>} terminal
 */
function summarise(outcomes, { paint, print }) {
  const count = (/** @type {string} */ wanted) =>
    outcomes.filter(({ status }) => status === wanted).length;
  const [bad, doubtful, skipped] = [count('failed'), count('warning'), count('skipped')];
  print();
  if (bad === 0 && doubtful === 0) print(paint('green', `all ${outcomes.length} checks are fine`));
  else {
    const parts = [`${count('ok')} fine`, `${doubtful} with warnings`, `${bad} failed`];
    print(paint(bad > 0 ? 'red' : 'yellow', [...parts, `${skipped} skipped`].join(', ')));
  }
}
