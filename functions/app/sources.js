// The sources of a deployment: one mapping each, with jobs of its own; the credentials are shared.
import { ConfigurationError } from './configuration.js';
import { createJobs, createTargetsOf } from './jobs.js';

/** @typedef {import('./jobs.js').Jobs} Jobs */

/** The path the specification fixed; any first source answers there. */
const FIXED_NAME = 'property-listings';

/**
 * @typedef {object} Sources
 * @property {Jobs[]} all in the order of the mappings
 * @property {string[]} names
 * @property {Jobs} first asked about all of them
 * @property {(name: string) => Jobs | undefined} find by the name in a path
 */

/**
 * Throws ConfigurationError: no mapping, the faults of each, a name that stands twice.
 * @param {Omit<import('./jobs.js').JobsOptions, 'mapping' | 'targets'> & { mappings: Uint8Array[] }}
 *   options
 * @returns {Sources}
 */
export function createSources({ mappings, ...options }) {
  const { configuration } = options;
  const targets = createTargetsOf(configuration, options.fetch);
  const isOneOfSeveral = mappings.length > 1;
  const all = collect(mappings, (mapping) =>
    createJobs({ ...options, mapping, targets, isOneOfSeveral }),
  );
  const byName = new Map(all.map((jobs) => [jobs.source, jobs]));
  if (byName.size < all.length) {
    const twice = all.find(({ source }, i) => all.findIndex((one) => one.source === source) < i);
    throw new ConfigurationError([`two mappings have the source name "${twice?.source}"`]);
  }
  const first = all[0];
  return {
    all,
    names: [...byName.keys()],
    first,
    find: (name) => byName.get(name) ?? (name === FIXED_NAME ? first : undefined),
  };
}

/**
 * @param {Uint8Array[]} mappings
 * @param {(mapping: Uint8Array) => Jobs} create
 */
function collect(mappings, create) {
  if (mappings.length === 0) throw new ConfigurationError(['there is no mapping']);
  /** @type {Jobs[]} */
  const all = [];
  /** @type {string[]} */
  const problems = [];
  mappings.forEach((mapping, i) => {
    try {
      all.push(create(mapping));
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      const which = mappings.length > 1 ? ` (mapping ${i + 1} of ${mappings.length})` : '';
      problems.push(...error.problems.map((problem) => problem + which));
    }
  });
  if (problems.length > 0) throw new ConfigurationError(problems);
  return all;
}
