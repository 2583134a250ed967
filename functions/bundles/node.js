// What the bundled Node server starts from.
import core from 'listing-sync:core';
import mappings from 'listing-sync:mappings';
import { loadCore } from '../../wasm/js/load-module.js';
import { serveProcess } from '../adapters/node-process.js';

await serveProcess({
  loadCore: () => loadCore(core),
  mappings,
  loadPage: () => import('listing-sync:page'),
  environment: process.env,
});
