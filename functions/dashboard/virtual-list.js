// A long list of rows of one height, of which only those in sight are in the page; the window
// scrolls. What a row shows is its owner's; here are only places and sizes.
import { h } from './dom.js';

/** Rows kept above and below what is in sight: a wheel's step, and the next stop of the Tab key. */
const SPARE_ROWS = 6;

/**
 * @template T
 * @typedef {object} ListOptions
 * @property {(item: T, index: number) => HTMLElement} render a row
 * @property {(item: T) => string | number} keyOf
 * @property {() => { top: number, bottom: number }} [insets] how much of the window's edges is
 *   covered by what sticks there
 * @property {() => void} [onDraw] called after rows have come or gone
 */
/** @template T @typedef {{ item: T, index: number, element: HTMLElement }} Row */
/** @template T @typedef {ReturnType<typeof createVirtualList<T>>} VirtualList */

const NO_INSETS = () => ({ top: 0, bottom: 0 });

/**
 * The rows keep their elements for as long as they are in sight and their item is the same object;
 * a row with the focus in it stays in the page wherever it is.
 * @template T
 * @param {ListOptions<T>} options
 */
export function createVirtualList({ render, keyOf, insets = NO_INSETS, onDraw = () => {} }) {
  const probe = h('div', { class: 'virtual-row', 'aria-hidden': 'true' });
  probe.style.visibility = 'hidden';
  const element = h('div', { class: 'virtual-rows', role: 'rowgroup' }, probe);
  /** @type {T[]} */
  let items = [];
  /** @type {Map<string | number, Row<T>>} */
  let rows = new Map();
  let rowHeight = 0;
  let frame = 0;

  const observer = new ResizeObserver(() => {
    rowHeight = probe.offsetHeight;
    draw();
  });
  const later = () => {
    if (frame === 0) frame = requestAnimationFrame(draw);
  };

  const focusedRow = () =>
    [...rows.values()].find((row) => row.element.contains(document.activeElement));

  /** The indexes that are to be in the page, ascending. */
  function wanted() {
    const top = element.getBoundingClientRect().top;
    const first = Math.max(0, Math.floor(-top / rowHeight) - SPARE_ROWS);
    const end = Math.min(items.length, Math.ceil((innerHeight - top) / rowHeight) + SPARE_ROWS);
    const indexes = Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
    const at = placeOf(focusedRow());
    if (at === -1 || (at >= first && at < end)) return indexes;
    return at < first ? [at, ...indexes] : [...indexes, at];
  }

  /**
   * Where a row's item stands now: other items may have come since it was drawn.
   * @param {Row<T> | undefined} row
   * @returns {number} -1: nowhere
   */
  function placeOf(row) {
    if (row === undefined) return -1;
    const key = keyOf(row.item);
    const isHere = row.index < items.length && keyOf(items[row.index]) === key;
    return isHere ? row.index : items.findIndex((item) => keyOf(item) === key);
  }

  function draw() {
    cancelAnimationFrame(frame);
    frame = 0;
    if (!element.isConnected || rowHeight === 0) return;
    element.style.height = `${items.length * rowHeight}px`;
    place(wanted().map(rowAt));
    onDraw();
  }

  /** @param {number} index @returns {Row<T>} */
  function rowAt(index) {
    const item = items[index];
    const known = rows.get(keyOf(item));
    if (known?.item === item && known.index === index) return known;
    if (known?.item === item) return { ...known, index };
    return { item, index, element: render(item, index) };
  }

  /**
   * Elements stay in the order of the rows, for the Tab key and for screen readers.
   * @param {Row<T>[]} next
   */
  function place(next) {
    const staying = new Set(next.map((row) => row.element));
    for (const { element: old } of rows.values()) if (!staying.has(old)) old.remove();
    /** @type {Element | null} */
    let cursor = probe.nextElementSibling;
    for (const { element: row, index } of next) {
      row.style.transform = `translateY(${index * rowHeight}px)`;
      row.setAttribute('aria-rowindex', String(index + 2)); // the header is the first
      if (row === cursor) cursor = cursor.nextElementSibling;
      else element.insertBefore(row, cursor);
    }
    rows = new Map(next.map((row) => [keyOf(row.item), row]));
  }

  /** What is at the upper edge, if the list's beginning has been scrolled away. */
  function anchorNow() {
    if (rowHeight === 0 || !element.isConnected) return null;
    const past = insets().top - element.getBoundingClientRect().top;
    if (past <= 0) return null;
    const index = Math.min(Math.floor(past / rowHeight), items.length - 1);
    return { index, keys: items.slice(index).map(keyOf), past };
  }

  /** @param {NonNullable<ReturnType<typeof anchorNow>>} anchor */
  function returnTo({ index, keys, past }) {
    const places = new Map(items.map((item, i) => [keyOf(item), i]));
    const key = keys.find((one) => places.has(one));
    const now = key === undefined ? items.length : /** @type {number} */ (places.get(key));
    const came = keys.indexOf(/** @type {string | number} */ (key));
    scrollBy({ top: (now - index - Math.max(0, came)) * rowHeight, behavior: 'instant' });
    if (key === undefined) scrollBy({ top: -Math.min(past, innerHeight), behavior: 'instant' });
  }

  /** @param {number} index */
  function reveal(index) {
    const { top, bottom } = insets();
    const start = element.getBoundingClientRect().top + index * rowHeight;
    const over = start - top;
    const under = start + rowHeight - (innerHeight - bottom);
    if (over < 0) scrollBy({ top: over, behavior: 'instant' });
    else if (under > 0) scrollBy({ top: under, behavior: 'instant' });
    draw();
  }

  return {
    element,
    draw,
    reveal,
    get items() {
      return items;
    },
    /** The rows that are in the page. */
    rows: () => [...rows.values()],
    /** How many rows fit into the window. */
    pageLength: () =>
      Math.max(1, Math.floor((innerHeight - insets().top - insets().bottom) / rowHeight) - 1),

    /**
     * Puts other items in. What is at the upper edge of the window stays there if it is still among
     * them; `again` makes every row anew.
     * @param {T[]} next
     * @param {{ again?: boolean, toTop?: boolean }} [how] `toTop`: the beginning is shown
     */
    setItems(next, { again = false, toTop = false } = {}) {
      const anchor = anchorNow();
      const focused = focusedRow();
      items = next;
      if (again) rows.forEach((row) => row.element.remove());
      if (again) rows = new Map();
      if (rowHeight > 0) element.style.height = `${items.length * rowHeight}px`;
      if (anchor && toTop) scrollBy({ top: -anchor.past, behavior: 'instant' });
      else if (anchor) returnTo(anchor);
      draw();
      if (focused && !focused.element.contains(document.activeElement)) {
        const at = placeOf(focused);
        this.focus(at === -1 ? focused.index : at);
      }
    },

    /**
     * Brings a row into sight and gives it the focus.
     * @param {number} index the last row where there are fewer
     * @returns {boolean} false: there is no row
     */
    focus(index) {
      if (items.length === 0 || rowHeight === 0) return false;
      const safe = Math.max(0, Math.min(index, items.length - 1));
      reveal(safe);
      rows.get(keyOf(items[safe]))?.element.focus({ preventScroll: true });
      return true;
    },

    /** Follows the window from now on; called when the list has come into the page. */
    start() {
      observer.observe(probe);
      addEventListener('scroll', later, { passive: true });
      addEventListener('resize', later);
    },

    stop() {
      observer.disconnect();
      cancelAnimationFrame(frame);
      frame = 0;
      removeEventListener('scroll', later);
      removeEventListener('resize', later);
    },
  };
}
