// What is shown of the held entries: their state, a search, a cause. Keeps the choice in the page's
// address, so that it can be sent to a colleague.
import { fill, h, setText } from '../dom.js';
import { visibleText } from '../visible-text.js';
import { groupName } from './held-store.js';

/** @typedef {import('./held-store.js').State} State */
/** @typedef {import('./held-store.js').Group} Group */
/**
 * @typedef {{ state: State, search: string, code: string | null, column: string | null }} Filter
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
export function createFilters({ context: { t, format }, words, onChange }) {
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

  const list = h('ul', { class: 'held-causes-list' });
  const summary = h('summary');
  const causes = h('details', { class: 'card held-causes' }, summary, list);
  causes.open = matchMedia('(min-width: 64rem)').matches;
  /** What the causes were drawn from. */
  let drawn = '';

  /**
   * @param {Group | null} group null: all
   * @param {Filter} filter
   * @param {number} total
   */
  function causeItem(group, filter, total) {
    const isChosen = group === null ? filter.code === null : isOf(filter, group);
    const choose = () => onChange({ code: group?.code ?? null, column: group?.column ?? null });
    const bar = h('span', { class: 'cause-bar', 'aria-hidden': 'true' });
    bar.style.width = group === null ? '0' : `${(100 * group.count) / Math.max(1, total)}%`;
    const word =
      group === null
        ? h('span', { class: 'cause-what' }, t('held.all-causes'))
        : [
            h('span', { class: 'cause-column' }, visibleText(words().header(group.column), 60)),
            h('span', { class: 'cause-what' }, visibleText(words().cause(group.code), 120)),
          ];
    const count = h('span', { class: 'number cause-count' }, format.number(group?.count ?? total));
    const props = {
      type: /** @type {const} */ ('button'),
      class: 'cause',
      'aria-pressed': String(isChosen),
      onclick: choose,
    };
    return h('li', null, h('button', props, h('span', { class: 'cause-words' }, word), count, bar));
  }

  return {
    tabs: h(
      'div',
      { class: 'tabs', role: 'group', 'aria-label': t('held.states') },
      [...tabs.values()].map(({ button }) => button),
    ),
    search,
    causes,

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
      const groups = held?.groups ?? [];
      const now = JSON.stringify([groups, filter.code, filter.column]);
      causes.hidden = groups.length === 0;
      if (now === drawn) return;
      drawn = now;
      redrawCauses(groups, filter, held?.total ?? 0);
    },
    /** The words have changed: everything that was drawn with them is drawn again next time. */
    forget: () => void (drawn = ''),
    stop,
  };

  /**
   * The button with the focus keeps it.
   * @param {Group[]} groups
   * @param {Filter} filter
   * @param {number} total
   */
  function redrawCauses(groups, filter, total) {
    const buttons = () => [...list.querySelectorAll('button')];
    const focused = buttons().findIndex((button) => button === document.activeElement);
    setText(summary, t('held.causes-count', { n: groups.length }));
    fill(
      list,
      [null, ...groups].map((group) => causeItem(group, filter, total)),
    );
    if (focused !== -1) buttons()[Math.min(focused, groups.length)]?.focus({ preventScroll: true });
  }
}

/** @param {Filter} filter @param {Group} group */
const isOf = (filter, group) =>
  filter.code !== null &&
  groupName({ code: filter.code, column: filter.column }) === groupName(group);
