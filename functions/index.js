// The library: what a Node back end imports from the package. Only this face; what is behind it may
// move. Nothing here, and nothing it imports, listens, reads the environment or logs when imported.

export { boot } from './app/boot.js';
export { createApp } from './app/app.js';
export { ConfigurationError, readConfiguration } from './app/configuration.js';
export { createLog } from './app/log.js';
export { ProblemError } from './app/problem.js';
export { PropertyListingRestSyncService } from './app/service.js';
export { CoreError } from '../wasm/js/core.js';
export { loadCore } from '../wasm/js/load-node.js';

/** @typedef {import('./app/app.js').App} App */
/** @typedef {import('./app/boot.js').BootOptions} BootOptions */
/** @typedef {import('./app/configuration.js').Configuration} Configuration */
/** @typedef {import('./app/jobs.js').JobsOptions} JobsOptions */
/** @typedef {import('./app/log.js').Log} Log */
/** @typedef {import('./app/log.js').LogLine} LogLine */
/** @typedef {import('./app/service.js').ServiceOptions} ServiceOptions */
/** @typedef {import('./app/service.js').SyncStatus} SyncStatus */
/** @typedef {import('./app/work.js').Task} Task */
/** @typedef {import('./app/work.js').TickReport} TickReport */
