// What can be read, and a person's word on held rows and alerts.
import { API, AT, AT_SOURCE, BODY, DATABASE, NOT_MODIFIED, READ, SOURCE } from './operations.js';
import { body, healthProblems, json, limit, plain, query, reading } from './operations.js';
import { oneOfWords } from './parts.js';
import { problems } from './problems.js';

/** @typedef {import('./parts.js').Schema} Schema */

const SYNC_ID = {
  name: 'syncId',
  in: 'path',
  required: true,
  schema: { type: 'string', format: 'uuid' },
};
const OF_RUN = { parameters: [SOURCE, SYNC_ID] };
const UNKNOWN_RUN = { 400: ['invalid_request'], 404: ['unknown_run', 'not_found'] };
const ASKED = { ...AT_SOURCE, 400: ['invalid_request'] };
const TEXT = { type: 'string', minLength: 1, maxLength: 200 };
const METRICS = plain('text/plain; version=0.0.4; charset=utf-8', 'Prometheus text format.');

const HISTORY_QUERY = [
  limit(200, 20),
  query('before', { type: 'string' }, 'The nextBefore of the page before.'),
];

const ERRORS_QUERY = [
  limit(1000, 100),
  query('after', { type: 'integer', minimum: 1 }, 'The nextAfter of the page before.'),
  query('state', { ...oneOfWords('open', 'ignored', 'resolved'), default: 'open' }),
  query('code', TEXT),
  query('column', TEXT),
  query('search', TEXT, 'Part of a number, column, code, message or (API token) value.'),
];

const ALERTS_QUERY = [
  limit(500, 100),
  query('state', { ...oneOfWords('open', 'all'), default: 'open' }),
];

/**
 * @param {string} operationId
 * @param {string} summary
 */
const review = (operationId, summary) => ({
  ...AT,
  post: {
    operationId,
    summary,
    security: API,
    requestBody: body('Ids', true),
    responses: {
      200: json('Changed', 'How many entries it changed.'),
      ...problems({ ...AT_SOURCE, ...DATABASE, ...BODY }),
    },
  },
});

/** @type {Record<string, Schema>} */
const HEALTH_PATHS = {
  '/api/sync/health': {
    get: {
      operationId: 'readOverview',
      summary: 'The health of all sources, and the worst of it.',
      security: READ,
      responses: {
        200: json('Overview', 'From stored facts.'),
        ...NOT_MODIFIED,
        ...healthProblems(),
      },
    },
  },
  '/api/sync/{source}/health': {
    ...AT,
    get: {
      operationId: 'readHealth',
      summary: 'How the source is, from stored facts alone.',
      security: READ,
      responses: {
        200: json('Health', 'From stored facts.'),
        ...NOT_MODIFIED,
        ...healthProblems(AT_SOURCE),
      },
    },
  },
  '/api/sync/metrics': reading('readAllMetrics', 'Metrics of all sources.', METRICS),
  '/api/sync/{source}/metrics': {
    ...AT,
    ...reading('readMetrics', 'Metrics of the source.', METRICS, { own: AT_SOURCE }),
  },
  '/api/sync/sources': {
    get: {
      operationId: 'listSources',
      summary: 'The names of the sources.',
      security: READ,
      responses: { 200: json('Sources', 'In their order.'), ...NOT_MODIFIED, ...problems() },
    },
  },
};

/** @type {Record<string, Schema>} */
const HISTORY_PATHS = {
  '/api/sync/{source}/status/{syncId}': {
    ...OF_RUN,
    ...reading('readStatus', 'What has become of a run.', json('RunStatus', 'The run.'), {
      own: UNKNOWN_RUN,
    }),
  },
  '/api/sync/{source}/status/{syncId}/events': {
    ...OF_RUN,
    get: {
      operationId: 'followStatus',
      summary: 'The run as it goes: events `progress` and `end`, each a whole RunStatus.',
      security: READ,
      parameters: [{ name: 'Last-Event-ID', in: 'header', schema: { type: 'string' } }],
      responses: {
        200: plain('text/event-stream', 'Server-sent events; may end before the run does.'),
        ...problems({ ...DATABASE, ...UNKNOWN_RUN, 406: ['no_stream'] }),
      },
    },
  },
  '/api/sync/{source}/history': {
    ...AT,
    ...reading('readHistory', 'The runs, the youngest first.', json('History', 'A page.'), {
      parameters: HISTORY_QUERY,
      own: ASKED,
    }),
  },
};

/** @type {Record<string, Schema>} */
const REVIEW_PATHS = {
  '/api/sync/{source}/errors': {
    ...AT,
    ...reading('readErrors', 'Held rows and cells, the oldest first.', json('Entries', 'A page.'), {
      parameters: ERRORS_QUERY,
      own: ASKED,
    }),
  },
  '/api/sync/{source}/errors/ignore': review('ignoreErrors', 'They may stay until they change.'),
  '/api/sync/{source}/errors/resolve': review('resolveErrors', 'They are dealt with.'),
  '/api/sync/{source}/errors/reopen': review('reopenErrors', 'They wait for review after all.'),
  '/api/sync/{source}/sheet': {
    ...AT,
    get: {
      operationId: 'readSheet',
      summary: 'Where the mapped columns stand in the sheet now; asks Google, not the database.',
      security: READ,
      responses: {
        200: json('Sheet', 'What Google did not say is null, with the reason.'),
        ...NOT_MODIFIED,
        ...problems(AT_SOURCE),
      },
    },
  },
  '/api/sync/{source}/alerts': {
    ...AT,
    ...reading('readAlerts', 'Alerts, the youngest first.', json('Alerts', 'Open ones, or all.'), {
      parameters: ALERTS_QUERY,
      own: ASKED,
    }),
  },
  '/api/sync/{source}/alerts/test': {
    ...AT,
    post: {
      operationId: 'testAlert',
      summary: 'Sends a test to the webhook.',
      security: API,
      responses: {
        200: json('AlertDelivered', 'It was taken.'),
        ...problems({ ...AT_SOURCE, 409: ['alerts_not_configured'], 502: ['alert_not_delivered'] }),
      },
    },
  },
  '/api/sync/{source}/openapi.json': {
    ...AT,
    get: {
      operationId: 'readOpenApi',
      summary: 'This document.',
      security: READ,
      responses: {
        200: json('OpenApi', 'OpenAPI 3.1.'),
        ...NOT_MODIFIED,
        ...problems(AT_SOURCE),
      },
    },
  },
};

/** @type {Record<string, Schema>} */
export const REPORT_PATHS = { ...HEALTH_PATHS, ...HISTORY_PATHS, ...REVIEW_PATHS };
