// Errors as callers see them: application/problem+json (RFC 9457) with a stable `code`.
import { SECURITY_HEADERS } from './security-headers.js';

/**
 * `pointer` (RFC 6901, into the request's body) or `parameter` (of its path) says what is meant.
 * @typedef {{ pointer: string, detail: string } | { parameter: string, detail: string }} Flaw
 */

/**
 * @typedef {object} Problem
 * @property {number} status
 * @property {string} code
 * @property {string} title the same for every problem of this code
 * @property {string} [detail]
 * @property {Flaw[]} [errors]
 */

export const NOT_FOUND = { status: 404, code: 'not_found', title: 'No such path' };

/** Thrown by request parsing and authorization; the application turns it into its answer. */
export class ProblemError extends Error {
  /**
   * @param {Problem} problem
   * @param {Record<string, string>} [headers]
   */
  constructor(problem, headers = {}) {
    super(problem.title);
    this.name = 'ProblemError';
    this.problem = problem;
    this.headers = headers;
  }
}

/**
 * @param {Problem} problem
 * @param {Record<string, string>} [headers]
 * @returns {Response}
 */
export function problemResponse(problem, headers = {}) {
  const type = `urn:listing-sync:problem:${problem.code}`;
  return new Response(JSON.stringify({ type, ...problem }), {
    status: problem.status,
    headers: { ...SECURITY_HEADERS, ...headers, 'content-type': 'application/problem+json' },
  });
}

/** @param {Flaw[]} errors */
export function invalidRequest(errors) {
  const title = 'The request is not valid';
  return new ProblemError({ status: 400, code: 'invalid_request', title, errors });
}

/**
 * What to say when the core made no answer: the cause's code, and nothing of the inside.
 * @param {import('../../wasm/js/protocol.js').FinishEffect} finish
 * @returns {Problem}
 */
export function unanswered({ document }) {
  const title = 'The request could not be worked on';
  return { status: 500, code: document.cause?.code ?? 'core_failed', title };
}
