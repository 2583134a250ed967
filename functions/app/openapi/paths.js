// Every path with its operations: what opens it, what it takes, what it answers.
import { REPORT_PATHS } from './report-paths.js';
import { RUN_PATHS } from './run-paths.js';

/** @type {Record<string, import('./parts.js').Schema>} */
export const PATHS = { ...RUN_PATHS, ...REPORT_PATHS };
