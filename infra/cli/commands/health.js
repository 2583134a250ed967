// `listing-sync health`: does the table show what the sheet says, and if not, why not?
import { connect, CLIENT_OPTIONS, CLIENT_USAGE } from '../client/index.js';
import { EXIT } from '../exit.js';
import { ago, changes, counted } from '../shown/run.js';
import { createTerminal, plain } from '../terminal.js';
import { readOptions } from '../usage-error.js';

/** @typedef {import('../terminal.js').Terminal} Terminal */

export const usage = `listing-sync health [options]

Shows how a source is, from stored facts; of several sources, each one and the worst of it.

${CLIENT_USAGE}
  --json          the health document, or the overview of several (docs/API.md), as one line

Exit codes: 0 healthy or degraded, 1 unhealthy, 2 wrong usage or configuration, 3 not reachable,
refused, or unknown because the database cannot be read.
`;

/**
 * @param {string[]} args
 * @param {import('../main.js').Io & { now?: () => number }} io
 * @returns {Promise<number>}
 */
export async function run(args, io) {
  const values = readOptions(args, CLIENT_OPTIONS);
  const client = await connect(values, io, { anySource: true });
  const ofAll = values.source === undefined && client.sources.length > 1;
  const { document } = ofAll ? await client.getOfAll('/health') : await client.get('/health');
  const terminal = createTerminal(io);
  if (values.json) terminal.json(document);
  else {
    const name = ofAll ? client.sources.join(', ') : client.source;
    const list = document.sources ?? [{ source: name, ...document }];
    for (const health of list) printHealth(terminal, health, io.now ?? Date.now);
  }
  return exitCode(document.status);
}

/** @param {string} status */
function exitCode(status) {
  if (status === 'unknown') return EXIT.unreachable;
  return status === 'unhealthy' ? EXIT.failed : EXIT.fine;
}

/** @type {Record<string, ['green' | 'yellow' | 'red', string]>} */
const SIGNS = { healthy: ['green', '✔'], degraded: ['yellow', '!'] };

/**
 * @param {string} status
 * @param {Terminal['paint']} paint
 */
export function healthSign(status, paint) {
  const [colour, sign] = SIGNS[status] ?? ['red', '✖'];
  return paint(colour, sign);
}

/**
 * @param {Terminal} terminal
 * @param {any} health
 * @param {() => number} now
 */
function printHealth({ paint, print, wrap }, health, now) {
  const { source, status, reasons } = health;
  print(`${healthSign(status, paint)} ${paint('bold', `${source}: ${status}`)}`);
  for (const { code, message } of reasons) print(wrap(`${plain(message)} (${plain(code)})`, 2));
  if (status === 'unknown') return;
  for (const line of facts(health, now())) print(`  ${line}`);
}

/**
 * @param {any} health
 * @param {number} now
 */
function facts(health, now) {
  const { lastSync, lastSuccess, running, queueSize, heldOpen, heldIgnored, alertsOpen } = health;
  const at = lastSuccess?.completedAt ?? lastSync;
  const lines = [at ? `last full run ${ago(at, now)}` : 'no full run has completed yet'];
  if (lastSuccess?.stats) lines[0] += `, ${changes(lastSuccess.stats)}`;
  if (running) lines.push(`running: ${running.progress.percent} % of ${running.progress.expected}`);
  if (queueSize > 0) lines.push(`${queueSize} waiting`);
  const ignored = heldIgnored > 0 ? `, ${heldIgnored} ignored` : '';
  if (heldOpen > 0 || ignored) lines.push(`${heldOpen} held for review${ignored}`);
  if (alertsOpen > 0) lines.push(`${counted(alertsOpen, 'alert')} open`);
  for (const [target, { state }] of Object.entries(health.circuits ?? {})) {
    if (state !== 'closed') lines.push(`circuit of ${target}: ${state}`);
  }
  return lines;
}
