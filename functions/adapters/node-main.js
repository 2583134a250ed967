// The Node process: environment in, server up, signals handled. `node
// functions/adapters/node-main.js`
import { readFileSync } from 'node:fs';
import { loadCore } from '../../wasm/js/load-node.js';
import { ConfigurationError, readConfiguration } from '../app/configuration.js';
import { startServer } from './node.js';

/** @param {string | undefined} given SYNC_MAPPING: inline JSON or a path */
function readMapping(given) {
  if (given === undefined) throw new ConfigurationError(['SYNC_MAPPING is not set']);
  if (given.startsWith('{')) return new TextEncoder().encode(given);
  try {
    return readFileSync(given);
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    throw new ConfigurationError([`SYNC_MAPPING names a file that cannot be read (${code})`]);
  }
}

try {
  const configuration = await readConfiguration(process.env);
  const mapping = readMapping(configuration.mapping);
  const server = await startServer({ module: loadCore(), configuration, mappings: [mapping] });
  console.log(JSON.stringify({ level: 'info', event: 'listening', fields: { url: server.url } }));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.close());
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
