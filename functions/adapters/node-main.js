// The Node process straight from the sources: `node functions/adapters/node-main.js`. Its mappings
// are those of SYNC_MAPPING.
import { loadCore } from '../../wasm/js/load-node.js';
import { readPage } from './node/page-files.js';
import { serveProcess } from './node-process.js';

await serveProcess({ loadCore, mappings: [], page: readPage(), environment: process.env });
