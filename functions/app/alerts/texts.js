// What a person in a chat reads of an event: title, sentence and a few facts, in their language.
// The numbers are the core's; nothing here comes from a cell.

/** @typedef {import('./event.js').AlertEvent} AlertEvent */
/** @typedef {import('./event.js').Language} Language */

/**
 * @typedef {object} Words
 * @property {string} title
 * @property {string} sentence
 * @property {[name: string, value: string][]} facts
 * @property {string} open the text of the link to the dashboard
 */

/**
 * @typedef {object} Dictionary
 * @property {Record<AlertEvent['event'], string>} events in front of the title
 * @property {Record<AlertEvent['severity'], string>} severities
 * @property {Record<string, string>} rules
 * @property {(event: AlertEvent) => string} sentence what is wrong
 * @property {(sentence: string) => string} over how a sentence is told when it is over
 * @property {Record<'source' | 'severity' | 'since' | 'reminders', string>} names
 * @property {string} open
 */

/** @type {Dictionary} */
const ENGLISH = {
  events: { opened: 'Alert', reminded: 'Reminder', resolved: 'Resolved', test: 'Test' },
  severities: { critical: 'critical', warning: 'warning' },
  rules: {
    no_success: 'no successful run',
    consecutive_failures: 'runs keep failing',
    error_rate: 'many rows are held',
    circuit_open: 'calls are held back',
    header_drift: 'the headers do not fit',
    held_rows: 'held rows await review',
    mass_change: 'many listings changed at once',
    mass_disappearance: 'listings are gone from the sheet',
    lease_stuck: 'a run is stuck',
    test: 'alerts arrive here',
  },
  sentence: ({ summary }) => summary,
  over: (sentence) => `This is over: ${sentence}`,
  names: { source: 'Source', severity: 'Severity', since: 'Since', reminders: 'Reminders' },
  open: 'Open the dashboard',
};

/** @param {number} minutes */
function japaneseDuration(minutes) {
  if (minutes < 120) return `${minutes}分`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)}時間` : `${Math.floor(minutes / 1440)}日`;
}

/** @type {Record<string, (facts: Record<string, any>, event: AlertEvent) => string>} */
const JAPANESE_SENTENCES = {
  no_success: ({ minutes, limitMinutes }) =>
    `全件の同期が${japaneseDuration(minutes)}成功していません（基準：${japaneseDuration(limitMinutes)}）。`,
  consecutive_failures: ({ failures, code }) =>
    `全件の同期が${failures}回続けて失敗しました${code ? `（最後の原因：${code}）` : ''}。`,
  error_rate: ({ failed, rows, percent, limitPercent }) =>
    `${rows}行のうち${failed}行（${percent}%）が保留されました（基準：${limitPercent}%）。`,
  circuit_open: ({ minutes, target }) =>
    `${target === 'sheets' ? 'Google スプレッドシート' : 'データベース'}の障害が続き、` +
    `${japaneseDuration(minutes)}前から接続を控えています。`,
  header_drift: ({ code }) =>
    `シートの見出しが設定と合わなくなりました（${code}）。直るまで何も書き込まれません。`,
  held_rows: ({ held, limit }) => `${held}件の保留が確認を待っています（基準：${limit}件）。`,
  mass_change: ({ updated, rows, percent, limitPercent }) =>
    `一回の同期で${rows}件のうち${updated}件（${percent}%）が変更されました（基準：${limitPercent}%）。`,
  mass_disappearance: ({ gone, rowsBefore, percent, limitPercent }) =>
    `${rowsBefore}件のうち${gone}件（${percent}%）がシートからなくなりました（基準：${limitPercent}%）。`,
  lease_stuck: ({ minutes, invocations }) =>
    minutes > 0
      ? `実行中の同期が${japaneseDuration(minutes)}進んでいません。`
      : `実行中の同期が${invocations}回続けて何も書き込めませんでした。`,
  test: (_, { source }) => `これはテストです。${source}のアラートはここに届きます。`,
};

/** @type {Dictionary} */
const JAPANESE = {
  events: { opened: 'アラート', reminded: '再通知', resolved: '解消', test: 'テスト' },
  severities: { critical: '重大', warning: '注意' },
  rules: {
    no_success: '同期が成功していません',
    consecutive_failures: '同期が続けて失敗しています',
    error_rate: '保留の割合が高くなっています',
    circuit_open: '接続を控えています',
    header_drift: '見出しが変わっています',
    held_rows: '確認を待つ保留が増えています',
    mass_change: '一度に多数の物件が変更されました',
    mass_disappearance: '多数の物件がシートからなくなりました',
    lease_stuck: '同期が止まっています',
    test: 'アラートはここに届きます',
  },
  sentence: (event) => JAPANESE_SENTENCES[event.rule]?.(event.facts, event) ?? event.summary,
  over: (sentence) => `解消しました。内容：${sentence}`,
  names: { source: '対象', severity: '重要度', since: '発生', reminders: '再通知' },
  open: 'ダッシュボードを開く',
};

/** @type {Record<Language, Dictionary>} */
const DICTIONARIES = { en: ENGLISH, ja: JAPANESE };

/**
 * @param {AlertEvent} event
 * @param {Language} language
 * @returns {Words}
 */
export function wordsOf(event, language) {
  const { events, severities, rules, names, open, ...dictionary } = DICTIONARIES[language];
  const sentence = dictionary.sentence(event);
  /** @type {[string, string][]} */
  const facts = [[names.source, event.source]];
  if (event.event !== 'test') facts.push([names.severity, severities[event.severity]]);
  if (event.openedAt !== null) facts.push([names.since, timeText(event.openedAt)]);
  if (event.reminders > 0) facts.push([names.reminders, String(event.reminders)]);
  return {
    title: `Listing Sync · ${events[event.event]}: ${rules[event.rule] ?? event.rule}`,
    sentence: event.event === 'resolved' ? dictionary.over(sentence) : sentence,
    facts,
    open,
  };
}

/** @param {string} iso @returns {string} 2026-11-24 05:00 UTC */
const timeText = (iso) => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
