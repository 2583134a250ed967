// Why entries are held: the causes, the most frequent first, and under the chosen one the columns
// it was found in.
import { fill, h, setText } from '../dom.js';
import { visibleText } from '../visible-text.js';

/** @typedef {import('./held-store.js').Group} Group */
/** @typedef {import('./held-filters.js').Filter} Filter */
/** @typedef {{ code: string, count: number, columns: Group[] }} Cause */

const WHAT_MAX = 120;
const HEADER_MAX = 60;

/**
 * @param {Group[]} groups by code and column, the most frequent first
 * @returns {Cause[]} the most frequent first
 */
export function causesOf(groups) {
  /** @type {Map<string, Cause>} */
  const causes = new Map();
  for (const group of groups) {
    const cause = causes.get(group.code) ?? { code: group.code, count: 0, columns: [] };
    cause.count += group.count;
    cause.columns.push(group);
    causes.set(group.code, cause);
  }
  return [...causes.values()].sort((a, b) => b.count - a.count);
}

/**
 * @param {object} options
 * @param {import('../context.js').Context} options.context
 * @param {() => import('./held-words.js').Words} options.words
 * @param {(change: { code: string | null, column: string | null }) => void} options.onChoose
 */
export function createCauses({ context: { t, format }, words, onChoose }) {
  const list = h('ul', { class: 'held-causes-list' });
  const summary = h('summary');
  const element = h('details', { class: 'card held-causes' }, summary, list);
  element.open = matchMedia('(min-width: 64rem)').matches;
  /** What the list was drawn from. */
  let drawn = '';

  /**
   * @param {object} choice
   * @param {HTMLElement[]} choice.shown
   * @param {number} choice.count
   * @param {number} [choice.share] of all entries, from 0 to 1
   * @param {boolean} choice.isChosen
   * @param {{ code: string | null, column: string | null }} choice.filter
   */
  function choice({ shown, count, share = 0, isChosen, filter }) {
    const bar = h('span', { class: 'cause-bar', 'aria-hidden': 'true' });
    bar.style.width = `${100 * share}%`;
    return h(
      'button',
      {
        type: 'button',
        class: 'cause',
        'aria-pressed': String(isChosen),
        onclick: () => onChoose(filter),
      },
      h('span', { class: 'cause-words' }, shown),
      h('span', { class: 'number cause-count' }, format.number(count)),
      bar,
    );
  }

  const headerOf = (/** @type {string | null} */ column) =>
    h('span', { class: 'cause-where' }, visibleText(words().header(column), HEADER_MAX));

  /** @param {Cause} cause @param {Filter} filter @param {number} total */
  function causeItem({ code, count, columns }, filter, total) {
    const isChosen = filter.code === code;
    const what = h('span', { class: 'cause-what' }, visibleText(words().cause(code), WHAT_MAX));
    const where =
      columns.length === 1
        ? headerOf(columns[0].column)
        : h('span', { class: 'cause-where' }, t('held.columns', { n: columns.length }));
    const cause = choice({
      shown: [what, where],
      count,
      share: count / Math.max(1, total),
      isChosen: isChosen && filter.column === null,
      filter: { code, column: null },
    });
    const isDivided = isChosen && columns.length > 1;
    return h('li', null, cause, isDivided ? columnList(columns, filter) : null);
  }

  /** @param {Group[]} columns @param {Filter} filter */
  const columnList = (columns, filter) =>
    h(
      'ul',
      { class: 'cause-columns' },
      columns.map(({ code, column, count }) =>
        h(
          'li',
          null,
          choice({
            shown: [headerOf(column)],
            count,
            isChosen: filter.column === (column ?? ''),
            filter: { code, column: column ?? '' },
          }),
        ),
      ),
    );

  /**
   * The button with the focus keeps it.
   * @param {Cause[]} causes
   * @param {Filter} filter
   * @param {number} total
   */
  function redraw(causes, filter, total) {
    const buttons = () => [...list.querySelectorAll('button')];
    const focused = buttons().findIndex((button) => button === document.activeElement);
    const textOf = (/** @type {number} */ i) => buttons()[i]?.textContent;
    const text = textOf(focused);
    const all = choice({
      shown: [h('span', { class: 'cause-what' }, t('held.all-causes'))],
      count: total,
      isChosen: filter.code === null,
      filter: { code: null, column: null },
    });
    setText(summary, t('held.causes-count', { n: causes.length }));
    fill(
      list,
      h('li', null, all),
      causes.map((cause) => causeItem(cause, filter, total)),
    );
    if (focused === -1) return;
    const same = buttons().find((button) => button.textContent === text);
    (same ?? buttons()[Math.min(focused, buttons().length - 1)]).focus({ preventScroll: true });
  }

  return {
    element,
    /** @param {Filter} filter @param {import('./held-store.js').Held | null} held */
    draw(filter, held) {
      const groups = held?.groups ?? [];
      const now = JSON.stringify([groups, held?.total, filter.code, filter.column]);
      element.hidden = groups.length === 0;
      if (now === drawn) return;
      drawn = now;
      redraw(causesOf(groups), filter, held?.total ?? 0);
    },
    /** The words have changed: all is drawn again next time. */
    forget: () => void (drawn = ''),
  };
}
