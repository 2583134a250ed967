// Codes of failed runs → what they mean and what to do. Families of codes share a text.
import { isolatedText } from './visible-text.js';

/** @typedef {{ what: string, todo: string }} Explanation */

const UNREADABLE = 'unreadable_sheet';

/** @type {[RegExp, string][]} the first that fits */
export const FAMILIES = [
  [/^(timeout|network|cut_off)$/, 'no_answer'],
  [/^(truncated_answer|html_answer|not_json|trailing_bytes|control_character)$/, UNREADABLE],
  [/^(bad_(?!request$)\w+|too_deep|answer_too_large|too_many_cells|unexpected_shape)$/, UNREADABLE],
  [/^(INTERNAL|UNAVAILABLE|http_5\d\d)$/, 'service_ill'],
  [/^(RESOURCE_EXHAUSTED|http_429)$/, 'quota'],
  [/^(UNAUTHENTICATED|credentials)$/, 'credentials'],
  [/^(PGRST00\d|08\w{3}|25P0\d|40\w{3}|53\w{3}|55P03|57\w{3})$/, 'database_away'],
  [/^(PT503|no_sqlstate|database_unavailable)$/, 'database_away'],
  [/^(PGRST30\d|42501|http_40[13])$/, 'database_rights'],
  [/^(PGRST202|unexpected_answer|column_not_writable|unknown_source|42\w{3})$/, 'database_setup'],
  [/^(engine_bug|ledger_mismatch|bad_request|duplicate_key_in_batch)$/, 'own_bug'],
  [/^(batch_too_large|batch_reused|core_\w+)$/, 'own_bug'],
];

/**
 * @param {string} code
 * @param {{ t: import('./i18n.js').Translate, has: (key: string) => boolean }} texts
 * @returns {Explanation}
 */
export function explainCause(code, { t, has }) {
  const family = FAMILIES.find(([pattern]) => pattern.test(code))?.[1] ?? 'other';
  const name = has(`cause.${code}.what`) ? code : family;
  const values = { code: isolatedText(code) };
  return { what: t(`cause.${name}.what`, values), todo: t(`cause.${name}.do`, values) };
}
