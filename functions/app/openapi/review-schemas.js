// The documents of review: history, held rows and cells, the sheet's columns, alerts.
import { SOURCE_NAME, closed, count, flag, id, listOf, oneOfWords } from './parts.js';
import { orNull, ref, syncId, text, time } from './parts.js';

/** @typedef {import('./parts.js').Schema} Schema */

const entry = closed({
  id,
  propertyNumber: orNull(text),
  row: orNull({ type: 'integer', minimum: 1 }),
  column: orNull(text),
  kind: oneOfWords('row', 'cell'),
  code: text,
  error: text,
  value: orNull({ ...text, description: 'Null for the read token, masked where sensitive.' }),
  syncId,
  firstSeen: time,
  lastSeen: time,
  seenCount: count,
  ignoredAt: orNull(time),
  resolvedAt: orNull(time),
  resolvedBy: orNull(oneOfWords('commit', 'vanished', 'person')),
});

const sheetColumn = closed({
  column: text,
  header: { ...text, description: 'As the mapping calls it.' },
  letter: orNull({ type: 'string', pattern: '^[A-Z]{1,3}$' }),
  type: text,
  sensitive: flag,
});

const alert = closed({
  id,
  rule: text,
  severity: oneOfWords('warning', 'critical'),
  status: oneOfWords('open', 'resolved'),
  openedAt: time,
  resolvedAt: orNull(time),
  remindedAt: orNull(time),
  reminders: count,
  summary: text,
  facts: { description: 'Numbers and words; never cells.' },
  delivery: oneOfWords('none', 'pending', 'delivered'),
  attempts: count,
  lastError: orNull(text),
});

const webhookFormat = oneOfWords('generic', 'slack', 'teams', 'google-chat');

/** @type {Record<string, Schema>} */
export const REVIEW_SCHEMAS = {
  Alert: alert,
  Alerts: closed({ alerts: listOf(ref('Alert')), webhook: orNull(webhookFormat) }),
  AlertDelivered: closed({ delivered: { const: true }, format: webhookFormat }),
  Changed: closed({ changed: count }),
  Entry: entry,
  Entries: closed({
    errors: listOf(ref('Entry')),
    nextAfter: orNull(id),
    openCount: count,
    ignoredCount: count,
    groups: orNull(listOf(closed({ code: text, column: orNull(text), count: id }))),
  }),
  History: closed({ runs: listOf(ref('HistoryRun')), nextBefore: orNull(text) }),
  Ids: closed({ ids: { ...listOf(id), minItems: 1, maxItems: 1000 } }),
  Sheet: closed({
    url: { type: 'string', pattern: '^https://docs\\.google\\.com/spreadsheets/d/' },
    tab: text,
    gid: orNull(count),
    headerRow: id,
    columns: listOf(sheetColumn),
    problem: orNull(ref('Reason')),
  }),
  Sources: closed({ sources: listOf(SOURCE_NAME) }),
};
