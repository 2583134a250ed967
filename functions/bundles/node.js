// What the bundled Node server starts from.
import core from 'listing-sync:core';
import mappings from 'listing-sync:mappings';
import page from 'listing-sync:page';
import { loadCore } from '../../wasm/js/load-module.js';
import { serveProcess } from '../adapters/node-process.js';

await serveProcess({ loadCore: () => loadCore(core), mappings, page, environment: process.env });
