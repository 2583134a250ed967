// Between signing in and the first answer, and while a server is away from the beginning.
import { fill, h } from '../dom.js';
import { problemBox, spinner } from '../widgets.js';

/** @param {import('../context.js').Language} language */
export function createWaiting({ t, problemText }) {
  const place = h('div', null, spinner(t('common.loading')));
  const heading = h('h1', { class: 'visually-hidden' }, t('page.title'));
  return {
    element: h('main', { class: 'single' }, heading, place),
    /** @param {unknown} error that is tried again */
    tell: (error) =>
      void fill(place, problemBox(error, problemText), spinner(t('page.trying-again'))),
  };
}
