// All schemas of the document, by name.
import { REVIEW_SCHEMAS } from './review-schemas.js';
import { RUN_SCHEMAS } from './run-schemas.js';

/** @type {Record<string, import('./parts.js').Schema>} */
export const SCHEMAS = { ...RUN_SCHEMAS, ...REVIEW_SCHEMAS };
