// What is shown of the held entries: their state, a search, a cause. Keeps the choice in the page's
// address, so that it can be sent to a colleague.
import { h, setText } from '../dom.js';
import { createCauses } from './held-causes.js';

/** @typedef {import('./held-store.js').State} State */
/**
 * @typedef {object} Filter
 * @property {State} state
 * @property {string} search
 * @property {string | null} code null: every cause
 * @property {string | null} column of the cause; null: all of them; empty: whole rows
 */

const STATES = /** @type {const} */ (['open', 'ignored', 'resolved']);
const TYPING_MS = 150;
/** The server's limit. */
const SEARCH_LENGTH_MAX = 200;

/** @param {URLSearchParams} query @returns {Filter} */
export function filterOf(query) {
  const state = STATES.find((one) => one === query.get('state')) ?? 'open';
  const search = (query.get('search') ?? '').slice(0, SEARCH_LENGTH_MAX);
  return { state, search, code: query.get('code'), column: query.get('column') };
}

/**
 * Without an entry in the browser's history for every letter that is typed.
 * @param {Filter} filter
 */
export function keepInAddress({ state, search, code, column }) {
  const query = new URLSearchParams();
  if (state !== 'open') query.set('state', state);
  if (search !== '') query.set('search', search);
  if (code !== null) query.set('code', code);
  if (column !== null) query.set('column', column);
  const text = query.toString();
  history.replaceState(history.state, '', text === '' ? '#/held' : `#/held?${text}`);
}

/**
 * @param {object} options
 * @param {import('../context.js').Context} options.context
 * @param {() => import('./held-words.js').Words} options.words
 * @param {(change: Partial<Filter>) => void} options.onChange
 */
export function createFilters({ context, words, onChange }) {
  const { t } = context;
  const tabs = new Map(
    STATES.map((state) => {
      const count = h('span', { class: 'count', hidden: true });
      const choose = () => onChange({ state, code: null, column: null });
      const props = {
        type: /** @type {const} */ ('button'),
        class: 'tab',
        'aria-pressed': 'false',
        onclick: choose,
      };
      return [state, { button: h('button', props, t(`held.state.${state}`), ' ', count), count }];
    }),
  );
  const search = h('input', {
    type: 'search',
    id: 'held-search',
    class: 'held-search',
    maxlength: SEARCH_LENGTH_MAX,
    placeholder: t('held.search-hint'),
    'aria-label': t('held.search'),
    autocomplete: 'off',
    spellcheck: 'false',
    enterkeyhint: 'search',
  });
  /** Of what has been typed and not been told yet. @type {ReturnType<typeof setTimeout> | null} */
  let timer = null;
  const typed = () => {
    timer = null;
    onChange({ search: search.value });
  };
  const stop = () => {
    clearTimeout(timer ?? undefined);
    timer = null;
  };
  search.addEventListener('input', () => {
    stop();
    timer = setTimeout(typed, TYPING_MS);
  });

  const causes = createCauses({ context, words, onChoose: onChange });

  return {
    tabs: h(
      'div',
      { class: 'tabs', role: 'group', 'aria-label': t('held.states') },
      [...tabs.values()].map(({ button }) => button),
    ),
    search,
    causes: causes.element,

    /**
     * @param {Filter} filter
     * @param {import('./held-store.js').Held | null} held
     */
    draw(filter, held) {
      for (const [state, { button, count }] of tabs) {
        button.setAttribute('aria-pressed', String(state === filter.state));
        const n = { open: held?.openCount ?? 0, ignored: held?.ignoredCount ?? 0, resolved: 0 }[
          state
        ];
        count.hidden = n === 0;
        setText(count, n === 0 ? '' : t('common.number', { n }));
      }
      // What is being typed is newer than what has been told.
      if (timer === null && search.value !== filter.search) search.value = filter.search;
      causes.draw(filter, held);
    },
    forget: causes.forget,
    stop,
  };
}
