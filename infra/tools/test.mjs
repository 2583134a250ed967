// npm test: every stage in order, with a heading and its duration; a failing stage stops no other.
// Ends with a table and exit code 1 if anything failed. Whole outputs are kept in
// build/logs/<stage>.log.
// Usage: node infra/tools/test.mjs [--only stage[,stage]]
import { parseArgs } from 'node:util';
import { stages } from './test-stages.mjs';

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {'passed' | 'FAILED' | 'skipped'} verdict
 * @property {string} seconds
 * @property {string} summary
 */

function chosenStages() {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  if (values.only === undefined) return stages;
  const names = values.only.split(',');
  const unknown = names.filter((name) => !stages.some((stage) => stage.name === name));
  if (unknown.length > 0) {
    const known = stages.map(({ name }) => name).join(', ');
    console.error(`no such stage: ${unknown.join(', ')}; there are: ${known}`);
    process.exit(2);
  }
  return stages.filter(({ name }) => names.includes(name));
}

/**
 * @param {import('./stage.mjs').Stage} stage
 * @returns {Promise<Row>}
 */
async function runStage(stage) {
  console.log(`\n== ${stage.name}: ${stage.title}`);
  const begun = performance.now();
  const { ok, summary, detail, closing, skipped } = await stage.run();
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  const verdict = skipped ? 'skipped' : ok ? 'passed' : 'FAILED';
  if (!ok && detail) console.log(detail);
  if (closing) console.log(closing);
  console.log(`${verdict} in ${seconds} s: ${summary}`);
  return { name: stage.name, verdict, seconds, summary };
}

/** @param {Row[]} rows */
function printTable(rows) {
  console.log('\nstage        result   seconds  summary');
  for (const { name, verdict, seconds, summary } of rows) {
    console.log(
      `${name.padEnd(12)} ${verdict.padEnd(8)} ${seconds.padStart(7)}  ${summary.split('\n')[0]}`,
    );
  }
}

const rows = [];
for (const stage of chosenStages()) rows.push(await runStage(stage));
printTable(rows);
const failed = rows.filter(({ verdict }) => verdict === 'FAILED').length;
console.log(failed === 0 ? '\nAll stages passed.' : `\n${failed} of ${rows.length} stages failed.`);
process.exitCode = failed === 0 ? 0 : 1;
