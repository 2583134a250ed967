// The generator's public face: synthetic sheets of property listings and what must come of them.

export { TABLE_DEFAULTS, generateListings, readExampleMapping } from './generate-listings.js';
export { REALISTIC } from './faults.js';
export { createRandom } from './random.js';
export { compareTable, editCell, normalizeStored } from './truth.js';
