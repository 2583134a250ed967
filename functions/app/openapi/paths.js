// Every path with its operations: what opens it, what it takes, what it answers.
import { problem, problems } from './problems.js';
import { SOURCE_NAME, ref } from './schemas.js';

/** @typedef {import('./schemas.js').Schema} Schema */

const API = [{ apiToken: [] }];
const READ = [...API, { readToken: [] }];
const TICK = [...API, { cronSecret: [] }];

/** What an operation that asks the database may have to say. */
const DATABASE = {
  502: ['database_refused', 'unexpected_answer'],
  503: ['database_unavailable', 'unknown_source'],
};
/** A source that is not one of the deployment's. */
const AT_SOURCE = { 404: ['not_found'] };
const BODY = {
  400: ['invalid_request'],
  413: ['body_too_large'],
  415: ['unsupported_media_type'],
};

const SOURCE = {
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
const json = (name, description) => ({
  description,
  content: { 'application/json': { schema: ref(name) } },
});

/**
 * @param {string} name of a schema
 * @param {boolean} required
 */
const body = (name, required) => ({
  required,
  content: { 'application/json': { schema: ref(name) } },
});

/**
 * Where the database cannot be reached, health is a document of its own.
 * @param {Record<string, string[]>} [own] codes by status
 */
const healthProblems = (own = {}) => {
  const all = problems({ ...DATABASE, ...own });
  const unknown = json('UnknownHealth', 'The stored facts cannot be read, or it is not set up.');
  const refused = problem(503, ['unknown_source', 'not_configured', 'not_started']);
  return { ...all, 503: { ...unknown, content: { ...unknown.content, ...refused.content } } };
};

/**
 * @param {string} id
 * @param {Record<string, string[]>} own codes by status
 */
const tick = (id, own) => ({
  operationId: id,
  summary: 'The tick, for all sources: works on those that are due.',
  security: TICK,
  responses: {
    200: json('TickReport', 'The work of this invocation is over.'),
    202: json('TaskAccepted', 'The work goes on after the answer.'),
    ...problems(own),
  },
});

/**
 * @param {string} place
 * @param {Record<string, string[]>} [own] codes by status
 */
const ticks = (place, own = {}) => ({
  get: tick(`tick${place}ByGet`, own),
  post: tick(`tick${place}`, own),
});

/** @type {Record<string, Schema>} */
export const PATHS = {
  '/api/sync/health': {
    get: {
      operationId: 'readOverview',
      summary: 'The health of all sources, and the worst of it.',
      security: READ,
      responses: { 200: json('Overview', 'From stored facts.'), ...healthProblems() },
    },
  },
  '/api/sync/scheduled': ticks(''),
  '/api/sync/{source}/manual': {
    parameters: [SOURCE],
    post: {
      operationId: 'requestRun',
      summary: 'Records a run; the work goes on after the answer.',
      security: API,
      requestBody: body('RunRequest', false),
      responses: {
        202: json('Accepted', 'The run is recorded.'),
        ...problems({ ...AT_SOURCE, ...DATABASE, ...BODY, 429: ['force_too_soon', 'queue_full'] }),
      },
    },
  },
  '/api/sync/{source}/status/{syncId}': {
    parameters: [
      SOURCE,
      { name: 'syncId', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
    ],
    get: {
      operationId: 'readStatus',
      summary: 'What has become of a run.',
      security: READ,
      responses: {
        200: json('RunStatus', 'The run.'),
        ...problems({ ...DATABASE, 400: ['invalid_request'], 404: ['unknown_run', 'not_found'] }),
      },
    },
  },
  '/api/sync/{source}/health': {
    parameters: [SOURCE],
    get: {
      operationId: 'readHealth',
      summary: 'How the source is, from stored facts alone.',
      security: READ,
      responses: { 200: json('Health', 'From stored facts.'), ...healthProblems(AT_SOURCE) },
    },
  },
  '/api/sync/{source}/scheduled': { parameters: [SOURCE], ...ticks('AtSource', AT_SOURCE) },
  '/api/sync/{source}/continue': {
    parameters: [SOURCE],
    post: {
      operationId: 'continueWork',
      summary: 'What an invocation has left, for another one. The function calls it itself.',
      security: API,
      requestBody: body('Task', true),
      responses: {
        200: json('TaskDone', 'The work of this invocation is over.'),
        202: json('TaskAccepted', 'The work goes on after the answer.'),
        ...problems({ ...AT_SOURCE, ...BODY }),
      },
    },
  },
  '/api/sync/{source}/openapi.json': {
    parameters: [SOURCE],
    get: {
      operationId: 'readOpenApi',
      summary: 'This document.',
      security: READ,
      responses: { 200: json('OpenApi', 'OpenAPI 3.1.'), ...problems(AT_SOURCE) },
    },
  },
};
