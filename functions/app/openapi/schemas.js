// The documents of docs/API.md as JSON Schema (2020-12, which OpenAPI 3.1 uses). Every object is
// closed: a field that is not here is not in any answer.

/** @typedef {Record<string, any>} Schema */

/**
 * An object with these fields and no others.
 * @param {Record<string, Schema>} properties
 * @param {string[]} [optional] the others are always there
 * @returns {Schema}
 */
export function closed(properties, optional = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}

/** @param {string} name @returns {Schema} */
export const ref = (name) => ({ $ref: `#/components/schemas/${name}` });
/** @param {string[]} values @returns {Schema} */
export const oneOfWords = (...values) => ({ type: 'string', enum: values });
/** @param {Schema} items @returns {Schema} */
const listOf = (items) => ({ type: 'array', items });
/** @param {Schema} schema @returns {Schema} */
const orNull = (schema) => ({ anyOf: [schema, { type: 'null' }] });

const text = { type: 'string' };
const count = { type: 'integer', minimum: 0 };
const flag = { type: 'boolean' };
const time = { type: 'string', format: 'date-time' };
const syncId = { type: 'string', format: 'uuid' };
const circuitState = oneOfWords('closed', 'open', 'half-open');

export const SOURCE_NAME = { type: 'string', pattern: '^[a-z0-9][a-z0-9_-]{0,62}$' };

const runRequest = closed(
  {
    force: { ...flag, default: false, description: 'Cancels the open run.' },
    batchSize: { type: 'integer', minimum: 1, maximum: 1000 },
    propertyNumbers: {
      ...listOf({ type: 'string', minLength: 1, maxLength: 64 }),
      minItems: 1,
      maxItems: 1000,
      description: 'Only these rows.',
    },
    dryRun: { ...flag, default: false, description: 'Reports what would happen, writes nothing.' },
  },
  ['force', 'batchSize', 'propertyNumbers', 'dryRun'],
);

const task = closed(
  { link: { type: 'integer', minimum: 1, maximum: 10 }, opens: { ...flag, default: false } },
  ['opens'],
);

const accepted = closed({
  syncId,
  status: oneOfWords('queued', 'in_progress'),
  startedAt: orNull(time),
});

const stats = closed({
  total: count,
  success: count,
  failed: count,
  skipped: count,
  inserted: count,
  updated: count,
  unchanged: count,
  heldCells: count,
});

const progress = closed({
  done: count,
  expected: count,
  percent: { type: 'integer', minimum: 0, maximum: 100 },
});

const reason = closed({ code: text, message: text });

const held = closed({
  propertyNumber: orNull(text),
  error: text,
  code: text,
  column: orNull(text),
  row: orNull({ type: 'integer', minimum: 1 }),
});

const runStatus = closed({
  syncId,
  status: oneOfWords('queued', 'in_progress', 'completed', 'failed', 'cancelled', 'superseded'),
  kind: oneOfWords('full', 'selective'),
  dryRun: flag,
  startedAt: orNull(time),
  completedAt: orNull(time),
  stats: ref('Stats'),
  progress: ref('Progress'),
  errors: { ...listOf(ref('Held')), maxItems: 100 },
  errorsTotal: count,
  cause: orNull(ref('Reason')),
  report: orNull(
    closed({ unmapped_headers: listOf(text), sheet_moved: flag }, [
      'unmapped_headers',
      'sheet_moved',
    ]),
  ),
});

const transition = closed({ atMs: count, from: circuitState, to: circuitState, cause: text });

const circuit = closed({
  state: circuitState,
  consecutiveFailures: count,
  transitions: { ...listOf(transition), maxItems: 8 },
});

const healthFields = {
  status: oneOfWords('healthy', 'degraded', 'unhealthy'),
  lastSync: orNull(time),
  errorRate: { type: 'number', minimum: 0, maximum: 1 },
  avgSyncDuration: { type: 'number', minimum: 0, description: 'In seconds.' },
  queueSize: count,
  circuitBreakerState: circuitState,
  circuits: closed({ sheets: ref('Circuit'), database: ref('Circuit') }, ['sheets', 'database']),
  consecutiveFailures: count,
  heldOpen: count,
  running: orNull(closed({ syncId, startedAt: time, progress: ref('Progress') })),
  reasons: listOf(ref('Reason')),
};

const overview = closed({
  status: oneOfWords('healthy', 'degraded', 'unhealthy'),
  sources: listOf(closed({ source: SOURCE_NAME, ...healthFields })),
});

const unknownHealth = closed({ status: oneOfWords('unknown'), reasons: listOf(ref('Reason')) });

const outcome = oneOfWords(
  'completed',
  'failed',
  'yielded',
  'waiting',
  'busy',
  'idle',
  'cancelled',
  'unavailable',
  'rejected',
);

const tickReport = closed({
  status: oneOfWords('done'),
  due: count,
  worked: listOf(closed({ source: SOURCE_NAME, outcome })),
  handedOut: listOf(SOURCE_NAME),
});

const flaw = {
  oneOf: [
    closed({
      pointer: { type: 'string', description: 'A JSON pointer into the body (RFC 6901).' },
      detail: text,
    }),
    closed({ parameter: { type: 'string', description: 'Of the path.' }, detail: text }),
  ],
};

const problem = closed(
  {
    type: { type: 'string', pattern: '^urn:listing-sync:problem:[a-z_]+$' },
    title: text,
    status: { type: 'integer', minimum: 400, maximum: 599 },
    code: { type: 'string', pattern: '^[a-z_]+$', description: 'Stable; texts may change.' },
    detail: text,
    errors: { ...listOf(flaw), minItems: 1, maxItems: 100 },
  },
  ['detail', 'errors'],
);

/** @type {Record<string, Schema>} */
export const SCHEMAS = {
  Accepted: accepted,
  Circuit: circuit,
  Health: closed(healthFields),
  Held: held,
  OpenApi: { type: 'object', required: ['openapi', 'info', 'paths', 'components'] },
  Overview: overview,
  Problem: problem,
  Progress: progress,
  Reason: reason,
  RunRequest: runRequest,
  RunStatus: runStatus,
  Stats: stats,
  Task: task,
  TaskAccepted: closed({ status: oneOfWords('accepted') }),
  TaskDone: closed({ status: oneOfWords('done') }),
  TickReport: tickReport,
  UnknownHealth: unknownHealth,
};
