// What a path answers to methods it does not have.
import { problemResponse } from '../problem.js';

/**
 * @param {string} methods those it has, as `Allow` lists them
 * @returns {(context: { req: { method: string } }) => Response}
 */
export function onlyBy(methods) {
  const allow = { allow: `${methods}, OPTIONS` };
  const problem = { status: 405, code: 'method_not_allowed', title: `Only by ${methods}` };
  return ({ req }) =>
    req.method === 'OPTIONS'
      ? new Response(null, { status: 204, headers: allow })
      : problemResponse(problem, allow);
}
