// The program of a function process (function-process.js): configured by the environment as the
// Node adapter is, with the core's options that no variable has on top. Ticks when told to.
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { readConfiguration } from '../../../functions/app/configuration.js';
import { createJobs } from '../../../functions/app/jobs.js';
import { loadCore } from '../../../wasm/js/load-node.js';

const TICK_PAUSE_MS = 5;

const { options, serve } = JSON.parse(process.argv[2]);
const tell = (/** @type {object} */ message) => void process.send?.(message);

const given = await readConfiguration(process.env);
const configuration = { ...given, options: { ...given.options, ...options } };
const mapping = readFileSync(String(given.mapping));
const module = loadCore();
const log = (/** @type {import('../../../functions/app/log.js').LogLine} */ line) => {
  if (line.level !== 'debug') tell({ line });
};
const jobs = createJobs({ module, configuration, mapping, log });

async function listen() {
  const { startServer } = await import('../../../functions/adapters/node.js');
  return (await startServer({ module, configuration, mappings: [mapping], log })).url;
}

process.on('disconnect', () => process.exit());
process.on('message', async (order) => {
  if (order === 'tick') return tell({ finish: await jobs.advance('scheduled') });
  for (;;) {
    await jobs.advance('scheduled');
    await pause(TICK_PAUSE_MS);
  }
});
tell({ ready: serve ? await listen() : '' });
