// Alerts in the reader's language: the rule's text, filled with the alert's facts where there are
// such; the server's own sentence for a rule this page does not know.

/** @typedef {Pick<import('../context.js').Language, 't' | 'has'>} Words */

/**
 * @param {{ rule: string, summary: string }} alert
 * @param {Words} words
 */
export function alertSentence({ rule, summary }, { t, has }) {
  return has(`alert.${rule}.what`) ? t(`alert.${rule}.what`) : summary;
}

/**
 * @param {{ rule: string }} alert
 * @param {Words} words
 * @returns {string} what to do; empty for a rule this page does not know
 */
export const alertAdvice = ({ rule }, { t, has }) =>
  has(`alert.${rule}.do`) ? t(`alert.${rule}.do`) : '';
