// The documents of docs/API.md as JSON Schema (2020-12, which OpenAPI 3.1 uses): runs and health.
import { SOURCE_NAME, closed, count, flag, listOf, oneOfWords } from './parts.js';
import { orNull, ref, syncId, text, time } from './parts.js';

/** @typedef {import('./parts.js').Schema} Schema */

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

const circuitState = oneOfWords('closed', 'open', 'half-open');
const runState = oneOfWords(
  'queued',
  'in_progress',
  'completed',
  'failed',
  'cancelled',
  'superseded',
);
const runKind = oneOfWords('full', 'selective');

/** What is said of a run wherever one is named. */
const runFields = {
  syncId,
  status: runState,
  kind: runKind,
  trigger: { ...text, description: 'manual, scheduled, retry.' },
  dryRun: flag,
  requestedAt: time,
  startedAt: orNull(time),
  completedAt: orNull(time),
  durationMs: orNull(count),
  numbers: orNull({ ...count, description: 'How many were selected; null: every row.' }),
  stats: ref('Stats'),
  progress: ref('Progress'),
  cause: orNull(ref('Reason')),
};

const runStatus = closed({
  ...runFields,
  errors: { ...listOf(ref('Held')), maxItems: 100 },
  errorsTotal: count,
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
  heldOpen: { ...count, description: 'Held rows and cells that wait for review.' },
  heldIgnored: { ...count, description: 'Those that may stay as they are.' },
  alertsOpen: count,
  intervalSeconds: { ...count, description: 'Between two full runs; 0: each tick opens one.' },
  lastSuccess: orNull(closed({ syncId, completedAt: time, stats: ref('Stats') })),
  lastEnded: orNull(
    closed({
      syncId,
      status: runState,
      kind: runKind,
      completedAt: time,
      cause: orNull(ref('Reason')),
    }),
  ),
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
export const RUN_SCHEMAS = {
  Accepted: accepted,
  Circuit: circuit,
  Health: closed(healthFields),
  Held: held,
  OpenApi: { type: 'object', required: ['openapi', 'info', 'paths', 'components'] },
  Overview: overview,
  Problem: problem,
  Progress: progress,
  Reason: reason,
  HistoryRun: closed({ ...runFields, forced: flag, errorsTotal: count, invocations: count }),
  RunRequest: runRequest,
  RunStatus: runStatus,
  Stats: stats,
  Task: task,
  TaskAccepted: closed({ status: oneOfWords('accepted') }),
  TaskDone: closed({ status: oneOfWords('done') }),
  TickReport: tickReport,
  UnknownHealth: unknownHealth,
};
