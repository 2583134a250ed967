// The answers that are errors, by status, with every code each may have.
import { oneOfWords, ref } from './parts.js';

/** @typedef {import('./parts.js').Schema} Schema */

/** The caller's own part: what none of its repetitions would change. */
const CLIENT_CODES = {
  400: ['unreadable_request'],
  401: ['unauthorized'],
  403: ['forbidden'],
  414: ['uri_too_long'],
  431: ['headers_too_large'],
};

/** Ours: the log says more. */
const SERVER_CODES = {
  500: [
    'core_bad_output',
    'core_failed',
    'core_lost',
    'core_not_loadable',
    'core_out_of_memory',
    'core_reentrant',
    'core_trap',
    'effect_refused',
    'host_stopped',
    'internal_error',
  ],
  503: ['not_configured', 'not_started'],
};

const TEXT = { schema: { type: 'string' } };
const RETRY_AFTER = { 'Retry-After': { description: 'In seconds.', ...TEXT } };

/** @type {Record<string, { description: string, headers?: Record<string, Schema> }>} */
const ANSWERS = {
  400: { description: 'The request is not valid.' },
  401: {
    description: 'No token, or an unknown one.',
    headers: { 'WWW-Authenticate': { required: true, ...TEXT } },
  },
  403: {
    description: 'A token that does not open this.',
    headers: { 'WWW-Authenticate': { required: true, ...TEXT } },
  },
  404: { description: 'No such path, source or run.' },
  405: {
    description: 'Another method is needed.',
    headers: { Allow: { description: 'The methods there are.', required: true, ...TEXT } },
  },
  406: { description: 'This platform cannot hold a stream.' },
  409: { description: 'There is nothing to be done.' },
  413: { description: 'The body is larger than 65,536 bytes.' },
  414: { description: 'The address is longer than 2,048 characters.' },
  415: { description: 'The body is not application/json.' },
  429: { description: 'Not now.', headers: RETRY_AFTER },
  431: { description: 'The headers are larger than 16 KB.' },
  500: { description: 'Something broke inside; what was begun goes on with the next tick.' },
  502: { description: 'The database refused, or answered what nobody expected.' },
  503: { description: 'Not available now, or not set up.', headers: RETRY_AFTER },
};

/**
 * @param {string | number} status
 * @param {string[]} codes
 * @returns {Schema} a response object
 */
export function problem(status, codes) {
  const narrowed = { status: { const: Number(status) }, code: oneOfWords(...codes) };
  const schema = { allOf: [ref('Problem'), { properties: narrowed }] };
  return { ...ANSWERS[status], content: { 'application/problem+json': { schema } } };
}

/**
 * The problems of an operation: those of every request, and its own.
 * @param {Record<string, string[]>} [own] codes by status
 * @returns {Record<string, Schema>} response objects by status
 */
export function problems(own = {}) {
  /** @type {Record<string, string[]>} */
  const common = { ...CLIENT_CODES, ...SERVER_CODES };
  const statuses = [...new Set([...Object.keys(common), ...Object.keys(own)])].sort();
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      problem(status, [...(own[status] ?? []), ...(common[status] ?? [])]),
    ]),
  );
}
