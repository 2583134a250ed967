// An alert's event as the core hands it over (core/src/alerts/delivery.cpp), and who may be told.

/**
 * @typedef {object} AlertEvent
 * @property {string} id the same when it is delivered again
 * @property {'opened' | 'reminded' | 'resolved' | 'test'} event
 * @property {string} source
 * @property {string} rule
 * @property {'warning' | 'critical'} severity
 * @property {string} summary one English sentence
 * @property {Record<string, any>} facts
 * @property {string | null} openedAt
 * @property {string | null} at
 * @property {number} reminders
 */

/** @typedef {'generic' | 'slack' | 'teams' | 'google-chat'} Format */
/** @typedef {'en' | 'ja'} Language */

/** @type {Format[]} */
export const FORMATS = ['generic', 'slack', 'teams', 'google-chat'];
/** @type {Language[]} */
export const LANGUAGES = ['en', 'ja'];

/** @type {[RegExp, Format][]} whose address it is */
const HOSTS = [
  [/^hooks\.slack\.com$/, 'slack'],
  [/^chat\.googleapis\.com$/, 'google-chat'],
  [/\.(webhook\.office\.com|logic\.azure\.com|powerplatform\.com)$/, 'teams'],
];

/**
 * The shape the webhook's messages have: as configured, else as its host wants them; null where
 * there
 * is no webhook.
 * @param {Pick<import('../configuration.js').Configuration, 'alertWebhookUrl' | 'alerts'>} given
 * @returns {Format | null}
 */
export function webhookFormat({ alertWebhookUrl, alerts }) {
  return alertWebhookUrl === undefined ? null : (alerts.format ?? formatOf(alertWebhookUrl));
}

/**
 * The shape the host of an address wants its messages in.
 * @param {string} address
 * @returns {Format}
 */
export function formatOf(address) {
  const { hostname } = new URL(address);
  return HOSTS.find(([host]) => host.test(hostname))?.[1] ?? 'generic';
}
