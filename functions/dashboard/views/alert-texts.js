// Alerts in the reader's language: the rule's text with the alert's numbers where they are there,
// the rule's text alone where not; the server's own sentence for a rule this page does not know.
import { isolatedText } from '../visible-text.js';

/** @typedef {Pick<import('../context.js').Language, 't' | 'has'>} Words */

/**
 * @param {{ rule: string, summary: string, facts?: Record<string, unknown> | null }} alert
 * @param {Words} words
 */
export function alertSentence({ rule, summary, facts }, { t, has }) {
  if (!has(`alert.${rule}.what`)) return isolatedText(summary, 300);
  if (!has(`alert.${rule}.now`)) return t(`alert.${rule}.what`);
  const told = t(`alert.${rule}.now`, valuesOf(facts ?? {}, { t, has }));
  return /\{\w+\}/.test(told) ? t(`alert.${rule}.what`) : told;
}

/**
 * @param {Record<string, unknown>} facts
 * @param {Words} words
 */
function valuesOf(facts, { t, has }) {
  /** @type {Record<string, string | number>} */
  const values = {};
  for (const [name, value] of Object.entries(facts)) {
    if (typeof value === 'number') values[name] = value;
    if (typeof value === 'string') values[name] = isolatedText(value);
  }
  if (has(`target.${facts.target}`)) values.target = t(`target.${facts.target}`);
  return values;
}

/**
 * @param {{ rule: string }} alert
 * @param {Words} words
 * @returns {string} what to do; empty for a rule this page does not know
 */
export const alertAdvice = ({ rule }, { t, has }) =>
  has(`alert.${rule}.do`) ? t(`alert.${rule}.do`) : '';
