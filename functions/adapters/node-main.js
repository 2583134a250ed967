// The Node process straight from the sources: `node functions/adapters/node-main.js`. Its mappings
// are those of SYNC_MAPPING.
import { loadCore } from '../../wasm/js/load-node.js';
import { readPage } from './node/page-files.js';
import { serveProcess } from './node-process.js';

const page = readPage();

await serveProcess({
  loadCore,
  mappings: [],
  loadPage: () => page,
  environment: process.env,
});
