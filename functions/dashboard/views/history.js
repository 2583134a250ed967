// Placeholder until BOOK's view lands.
import { h } from '../dom.js';

/** @param {import('../context.js').Context} context @returns {import('../context.js').View} */
export function createHistoryView({ t }) {
  return {
    element: h('div', null, h('h1', null, t('nav.history'))),
    title: () => t('nav.history'),
    show() {},
    hide() {},
  };
}
