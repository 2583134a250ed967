// The state of a source in one sentence, and what to do about it: from the facts of /health alone.
import { explainCause } from '../causes.js';

/** @typedef {import('../icons.js').Kind} Kind */
/** @typedef {{ kind: Kind, sentence: string, todo: string[] }} Overall */
/**
 * @typedef {Pick<import('../context.js').Language, 't' | 'has' | 'format'>} Words
 */

const CAUSED = new Set(['failing', 'never_succeeded', 'last_run_failed']);

/**
 * @param {any} health the health document; null before the first
 * @param {boolean} isRunning whether a run is under way
 * @param {Words} words
 * @returns {Overall}
 */
export function overallOf(health, isRunning, words) {
  const { t } = words;
  if (health === null) return { kind: 'idle', sentence: t('common.loading'), todo: [] };
  if (health.status === 'unknown') return unreadable(health, words);
  const [reason] = health.reasons;
  if (isRunning && (reason?.code === 'never_run' || (!reason && !health.lastSuccess))) {
    return { kind: 'busy', sentence: t('overall.first-run'), todo: [t('overall.first-run-todo')] };
  }
  return reason === undefined ? fine(health, words) : troubled(health, reason, words);
}

/** @param {any} health @param {Words} words @returns {Overall} */
function unreadable({ reasons }, words) {
  const { t } = words;
  const { todo } = explainCause(reasons?.[0]?.code ?? 'database_unavailable', words);
  return {
    kind: 'bad',
    sentence: t('overall.unknown'),
    todo: [todo, t('overall.unknown-harmless')],
  };
}

/**
 * @param {any} health
 * @param {{ code: string, message: string }} reason
 * @param {Words} words
 * @returns {Overall}
 */
function troubled(health, { code, message }, words) {
  const { t, has, format } = words;
  const { lastEnded, lastSuccess, consecutiveFailures: n, errorRate } = health;
  const values = { n: n ?? 0, rate: format.percent(errorRate ?? 0) };
  const known = has(`reason.${code}.what`);
  const sentence = known ? t(`reason.${code}.what`, values) : `${message}`;
  const cause = CAUSED.has(code) ? lastEnded?.cause : null;
  const todo = [];
  if (cause) {
    const explained = explainCause(cause.code, words);
    todo.push(explained.what, explained.todo);
  } else if (known) {
    todo.push(t(`reason.${code}.do`, values));
  }
  if (lastSuccess) todo.push(t('overall.as-of', { ago: format.ago(lastSuccess.completedAt) }));
  const bad = health.status === 'unhealthy';
  return { kind: code === 'never_run' ? 'idle' : bad ? 'bad' : 'warn', sentence, todo };
}

/** @param {any} health @param {Words} words @returns {Overall} */
function fine({ lastSuccess, heldOpen, heldIgnored, alertsOpen }, { t, format }) {
  if (!lastSuccess) {
    return { kind: 'idle', sentence: t('reason.never_run.what'), todo: [t('reason.never_run.do')] };
  }
  const { success = 0, failed = 0, heldCells = 0 } = lastSuccess.stats;
  const total = success + failed;
  const values = { ago: format.ago(lastSuccess.completedAt), n: success };
  const todo = [
    ...(heldIgnored > 0 ? [t('overall.ignored', { n: heldIgnored })] : []),
    ...(alertsOpen > 0 ? [t('overall.alerts', { n: alertsOpen })] : []),
  ];
  if (!heldOpen) {
    const kind = alertsOpen > 0 ? 'warn' : total > 0 ? 'good' : 'idle';
    return { kind, sentence: t(`overall.${total > 0 ? 'match' : 'empty'}`, values), todo };
  }
  // Since that run a person or a smaller run may have dealt with some of what it held.
  const isAsThen = !heldIgnored && failed > 0 && heldOpen >= failed;
  const then = { ...values, total, n: failed, cells: heldCells };
  const sentence = isAsThen
    ? t(`overall.rows${heldCells > 0 ? '-and-cells' : ''}-held`, then)
    : t('overall.entries-held', { ...values, n: heldOpen });
  return { kind: 'warn', sentence, todo: [t('overall.held-todo'), ...todo] };
}
