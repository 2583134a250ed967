// What starts work.
import { API, AT, AT_SOURCE, BODY, DATABASE, TICK, body, json } from './operations.js';
import { problems } from './problems.js';

/** @typedef {import('./parts.js').Schema} Schema */

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
export const RUN_PATHS = {
  '/api/sync/scheduled': ticks(''),
  '/api/sync/{source}/manual': {
    ...AT,
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
  '/api/sync/{source}/scheduled': { ...AT, ...ticks('AtSource', AT_SOURCE) },
  '/api/sync/{source}/continue': {
    ...AT,
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
  '/api/sync/{source}/errors/retry': {
    ...AT,
    post: {
      operationId: 'retryErrors',
      summary: 'Records a run over the rows of held entries (all rows where one has no number).',
      security: API,
      requestBody: body('Ids', true),
      responses: {
        202: json('Accepted', 'The run is recorded.'),
        ...problems({
          ...AT_SOURCE,
          ...DATABASE,
          ...BODY,
          409: ['nothing_to_retry'],
          429: ['queue_full'],
        }),
      },
    },
  },
};
