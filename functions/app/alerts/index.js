// The webhook for alerts as a target: the core says what happened, here it gets its shape, its
// signature and its address. Nothing else knows any of the three.
import { webhookFormat } from './event.js';
import { shapeOf } from './formats.js';
import { signatureHeaders } from './signature.js';

/** @typedef {import('./event.js').AlertEvent} AlertEvent */

/**
 * @typedef {object} AlertConfiguration
 * @property {import('./event.js').Format} [format] takes the place of what the host suggests
 * @property {Uint8Array<ArrayBuffer> | undefined} key signs generic messages
 * @property {import('./event.js').Language} language
 * @property {Omit<import('../../../wasm/js/protocol.js').AlertSettings, 'deliver'>} rules
 */

/**
 * @param {import('../configuration.js').Configuration} configuration
 * @param {() => number} [now] milliseconds since 1970
 * @returns {import('../targets.js').Target | null} null without a webhook
 */
export function createAlertTarget(configuration, now = Date.now) {
  const { alertWebhookUrl: address, alerts } = configuration;
  const format = webhookFormat(configuration);
  if (address === undefined || format === null) return null;
  const { key, language } = alerts;
  const link = linkToAlerts(configuration);
  return {
    base: address,
    isWhole: true,
    authorize: async () => ({}),
    shape: async (headers, body) => {
      const ms = now();
      const event = eventOf(body, ms);
      const text = JSON.stringify(shapeOf(format, event, { language, link }));
      if (key === undefined || format !== 'generic') return { headers, body: text };
      const message = { id: event.id, seconds: Math.floor(ms / 1000), body: text };
      return { headers: { ...headers, ...(await signatureHeaders(key, message)) }, body: text };
    },
  };
}

/**
 * @param {Uint8Array | null} body
 * @param {number} ms
 * @returns {AlertEvent} a test, which no database dates, happens now
 */
function eventOf(body, ms) {
  const event = JSON.parse(new TextDecoder().decode(body ?? undefined));
  return { ...event, at: event.at ?? new Date(ms).toISOString() };
}

/** @param {import('../configuration.js').Configuration} configuration */
function linkToAlerts({ dashboardUrl, selfUrl }) {
  const page = dashboardUrl ?? (selfUrl === undefined ? undefined : `${selfUrl}/`);
  // As people copy the address, one of the views may stand behind its #.
  return page === undefined ? null : `${page.replace(/#.*$/s, '')}#/alerts`;
}
