// Small pieces that several views are made of. None of them asks the API.
import { showText } from './dialogs.js';
import { h } from './dom.js';
import { icon } from './icons.js';
import { visibleText } from './visible-text.js';

/** @typedef {import('./icons.js').Kind} Kind */
/** @typedef {import('./i18n.js').Translate} Translate */

const CLIP_MAX = 200;

/**
 * A state by colour, shape and word.
 * @param {Kind} kind
 * @param {string} word
 */
export const badge = (kind, word) => h('span', { class: `badge ${kind}` }, icon(kind), word);

/**
 * Text of unknown length: cut, with a way to see all of it.
 * @param {string} text
 * @param {{ t: Translate, title?: string, max?: number }} options `title` of the dialog
 */
export function clip(text, { t, title = '', max = CLIP_MAX }) {
  if (text.length <= max) return visibleText(text);
  const all = h('bdi', { class: 'user-text whole-text', tabindex: '0' }, text);
  const open = () =>
    showText({ title: title || t('common.whole-text'), body: all, close: t('common.close') });
  const label = t('common.show-all', { n: text.length });
  const button = h('button', { type: 'button', class: 'link-button', onclick: open }, label);
  return h('span', { class: 'clipped' }, visibleText(text, max), ' ', button);
}

/**
 * What went wrong, where it went wrong.
 * @param {unknown} error
 * @param {(error: unknown) => string} problemText
 */
export const problemBox = (error, problemText) =>
  h('p', { class: 'problem', role: 'alert' }, icon('bad'), h('span', null, problemText(error)));

/** @param {string} text */
export const emptyState = (text) => h('p', { class: 'empty' }, text);

/** @param {string} text */
export const spinner = (text) => h('p', { class: 'spinner', role: 'status' }, icon('busy'), text);

/** The parts of a run's ledger, in the order in which they are drawn. */
export const LEDGER = /** @type {const} */ ([
  'inserted',
  'updated',
  'unchanged',
  'failed',
  'skipped',
]);

/**
 * What became of the rows, as one bar; the numbers stand in a table or list beside it.
 * @param {Record<string, number>} stats
 * @param {Translate} t
 */
export function ledgerBar(stats, t) {
  const words = LEDGER.filter((name) => stats[name] > 0).map(
    (name) => `${t(`ledger.${name}`)} ${t('common.number', { n: stats[name] })}`,
  );
  const bar = h('div', { class: 'ledger-bar', role: 'img', 'aria-label': words.join(', ') });
  for (const name of LEDGER.filter((one) => stats[one] > 0)) {
    const part = h('span', { class: `ledger-${name}` });
    part.style.flexGrow = String(stats[name]);
    bar.append(part);
  }
  return bar;
}
