// The Node process: environment in, server up, a tick every five minutes (or as often as runs are
// wanted), signals handled. Ends with code 1 and one message where it cannot start.
import { findMappings, selfCalls } from '../app/boot.js';
import { readConfiguration } from '../app/configuration.js';
import { createLog } from '../app/log.js';
import { readMappings } from './node/mapping-files.js';
import { startServer } from './node.js';

const TICK_MS = 5 * 60_000;

/**
 * @param {object} options
 * @param {() => WebAssembly.Module} options.loadCore
 * @param {string[]} options.mappings the bundled ones; SYNC_MAPPING takes their place
 * @param {import('../app/routes/page.js').LoadPage} [options.loadPage]
 * @param {import('../app/environment.js').Environment} options.environment
 * @param {number} [options.tickMs]
 */
export async function serveProcess({ loadCore, mappings: bundled, loadPage, environment, tickMs }) {
  const log = createLog();
  try {
    const module = loadCore();
    const configuration = await readConfiguration(environment);
    const mappings = findMappings(configuration.mapping, { mappings: bundled, readMappings });
    const { budgets, intervalMs } = configuration;
    const dispatch = selfCalls(configuration);
    const app = { module, configuration, mappings, budgets, dispatch, loadPage, log };
    const server = await startServer(app);
    const timer = setInterval(server.tick, tickMs ?? Math.min(TICK_MS, intervalMs || TICK_MS));
    log({ level: 'info', event: 'listening', fields: { url: server.url } });
    const end = () => {
      clearInterval(timer);
      server.close();
    };
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, end);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
