// What operations are made of: who may call, what an answer looks like, what each may refuse.
import { problem, problems } from './problems.js';
import { SOURCE_NAME, ref } from './parts.js';

/** @typedef {import('./parts.js').Schema} Schema */

export const API = [{ apiToken: [] }];
export const READ = [...API, { readToken: [] }];
export const TICK = [...API, { cronSecret: [] }];

/** What an operation that asks the database may have to say. */
export const DATABASE = {
  502: ['database_refused', 'unexpected_answer'],
  503: ['database_unavailable', 'unknown_source'],
};
/** A source that is not one of the deployment's. */
export const AT_SOURCE = { 404: ['not_found'] };
export const BODY = {
  400: ['invalid_request'],
  413: ['body_too_large'],
  415: ['unsupported_media_type'],
};

export const SOURCE = {
  name: 'source',
  in: 'path',
  required: true,
  description:
    "A mapping's `source`. `property-listings` is the source of that name, or else the first one.",
  schema: SOURCE_NAME,
};

/**
 * @param {string} name of a schema
 * @param {string} description
 * @returns {Schema} a response object
 */
export const json = (name, description) => ({
  description,
  content: { 'application/json': { schema: ref(name) } },
});

/**
 * @param {string} name of a schema
 * @param {boolean} required
 */
export const body = (name, required) => ({
  required,
  content: { 'application/json': { schema: ref(name) } },
});

/** Who asks with the tag of what he has hears only that it is still so. @type {Schema} */
export const NOT_MODIFIED = {
  304: { description: 'As it was: `If-None-Match` names its `ETag`.' },
};

/**
 * @param {string} name
 * @param {Schema} schema
 * @param {string} [description]
 */
export const query = (name, schema, description) => ({
  name,
  in: 'query',
  schema,
  ...(description && { description }),
});

/** @param {number} max @param {number} standard */
export const limit = (max, standard) =>
  query('limit', { type: 'integer', minimum: 1, maximum: max, default: standard });

/**
 * Where the database cannot be reached, health is a document of its own.
 * @param {Record<string, string[]>} [own] codes by status
 */
export const healthProblems = (own = {}) => {
  const all = problems({ ...DATABASE, ...own });
  const unknown = json('UnknownHealth', 'The stored facts cannot be read, or it is not set up.');
  const refused = problem(503, ['unknown_source', 'not_configured', 'not_started']);
  return { ...all, 503: { ...unknown, content: { ...unknown.content, ...refused.content } } };
};

/**
 * An answer that is no JSON.
 * @param {string} type
 * @param {string} description
 * @returns {Schema} a response object
 */
export const plain = (type, description) => ({
  description,
  content: { [type]: { schema: { type: 'string' } } },
});

/**
 * A GET that asks the database once.
 * @param {string} operationId
 * @param {string} summary
 * @param {Schema} found the answer
 * @param {{ parameters?: Schema[], own?: Record<string, string[]> }} [more] codes by status
 */
export const reading = (operationId, summary, found, { parameters, own = {} } = {}) => ({
  get: {
    operationId,
    summary,
    security: READ,
    ...(parameters && { parameters }),
    responses: { 200: found, ...NOT_MODIFIED, ...problems({ ...DATABASE, ...own }) },
  },
});

/** What all operations of a source's path have in common. */
export const AT = { parameters: [SOURCE] };
