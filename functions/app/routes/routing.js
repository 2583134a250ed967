// What the route files share: where they mount, and what their handlers are given.
import { NOT_FOUND, ProblemError } from '../problem.js';

/** @typedef {'api' | 'read' | 'cron'} Scope which token it was */
/** @typedef {{ Bindings: { platform: unknown }, Variables: { scope: Scope } }} Env */
/** @typedef {import('hono').Hono<Env>} Routes */
/** @typedef {import('hono').Context<Env>} Context */

/**
 * @typedef {object} Routing
 * @property {Routes} app
 * @property {import('../sources.js').Sources} sources
 * @property {import('../configuration.js').Configuration} configuration
 * @property {import('../log.js').Log} log
 */

export const BASE = '/api/sync';
export const ROOT = `${BASE}/:source`;

/**
 * The jobs of the source in the path. Throws ProblemError `not_found`.
 * @param {Routing} routing
 * @param {Context} context
 */
export function jobsOf({ sources }, context) {
  const jobs = sources.find(context.req.param('source') ?? '');
  if (jobs === undefined) throw new ProblemError(NOT_FOUND);
  return jobs;
}
