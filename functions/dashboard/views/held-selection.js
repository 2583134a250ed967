// Which rows of the list are selected and which one the keyboard is at: the grid pattern of the
// ARIA authoring practices, with rows as stops. Arrow keys move, Shift extends, Space selects,
// Enter opens.

/** @typedef {import('./held-words.js').HeldEntry} HeldEntry */
/** @typedef {import('../virtual-list.js').VirtualList<HeldEntry>} List */

const CONTROLS = 'a, button, input';

/**
 * @param {object} options
 * @param {() => List} options.list
 * @param {() => void} options.onChange the selection is another
 * @param {(entry: HeldEntry) => void} options.onOpen
 */
export function createSelection({ list, onChange, onOpen }) {
  /** @type {Set<number>} */
  const selected = new Set();
  /** Where the keyboard is. @type {number | null} */
  let cursor = null;
  /** Where a range began. @type {number | null} */
  let anchor = null;

  const items = () => list().items;
  const indexOf = (/** @type {number | null} */ id) =>
    items().findIndex((entry) => entry.id === id);

  /** Shows in the rows what is true; called after each change and after rows have come. */
  function draw() {
    const rows = list().rows();
    if (!rows.some(({ item }) => item.id === cursor)) {
      const first = rows.find(({ element }) => element.getBoundingClientRect().top >= 0) ?? rows[0];
      cursor = first?.item.id ?? null;
    }
    for (const { item, element } of rows) {
      const isSelected = selected.has(item.id);
      const tabIndex = item.id === cursor ? 0 : -1;
      element.setAttribute('aria-selected', String(isSelected));
      element.tabIndex = tabIndex;
      for (const control of element.querySelectorAll(CONTROLS)) {
        /** @type {HTMLElement} */ (control).tabIndex = tabIndex;
        if (control instanceof HTMLInputElement) control.checked = isSelected;
      }
    }
  }

  function changed() {
    draw();
    onChange();
  }

  /** @param {number} index */
  function toggle(index) {
    const { id } = items()[index];
    if (!selected.delete(id)) selected.add(id);
    anchor = id;
  }

  /** From the anchor to here. @param {number} index */
  function extend(index) {
    const from = indexOf(anchor);
    const [first, last] =
      from === -1 ? [index, index] : [Math.min(from, index), Math.max(from, index)];
    for (const { id } of items().slice(first, last + 1)) selected.add(id);
    if (from === -1) anchor = items()[index].id;
  }

  /** @param {number} index @param {boolean} isRange */
  function move(index, isRange) {
    const safe = Math.max(0, Math.min(index, items().length - 1));
    if (isRange) {
      anchor ??= cursor;
      extend(safe);
    }
    cursor = items()[safe].id;
    list().focus(safe);
    changed();
  }

  function selectAll() {
    for (const { id } of items()) selected.add(id);
    changed();
  }

  /** @param {KeyboardEvent} event at a row, not at a control inside it */
  function onKey(event) {
    const at = indexOf(cursor);
    if (at === -1) return;
    const { key, shiftKey, ctrlKey, metaKey } = event;
    const isCommand = ctrlKey || metaKey;
    const target = targetOf(key, at, { last: items().length - 1, page: list().pageLength() });
    if (target !== null && !isCommand) move(target, shiftKey);
    else if (key === ' ' && shiftKey) move(at, true);
    else if (key === ' ') (toggle(at), changed());
    else if (key === 'Enter') onOpen(items()[at]);
    else if (key.toLowerCase() === 'a' && isCommand) selectAll();
    else return;
    event.preventDefault();
  }

  /** @param {Event} event @returns {number} -1: none */
  function rowOf(event) {
    const target = /** @type {Element} */ (event.target);
    const row = list()
      .rows()
      .find(({ element }) => element.contains(target));
    return row ? row.index : -1;
  }

  /** @param {MouseEvent} event */
  function onClick(event) {
    const index = rowOf(event);
    const box = /** @type {Element} */ (event.target);
    if (index === -1 || !(box instanceof HTMLInputElement)) return;
    cursor = items()[index].id;
    if (event.shiftKey) extend(index);
    else toggle(index);
    changed();
  }

  return {
    draw,
    selectAll,
    /** @param {HTMLElement} grid that the list is in */
    listen(grid) {
      grid.addEventListener('keydown', (event) => {
        if (/** @type {Element} */ (event.target).getAttribute('role') === 'row') onKey(event);
      });
      grid.addEventListener('click', onClick);
      grid.addEventListener('focusin', (event) => {
        const index = rowOf(event);
        if (index === -1 || items()[index].id === cursor) return;
        cursor = items()[index].id;
        draw();
      });
    },
    has: (/** @type {number} */ id) => selected.has(id),
    ids: () => [...selected],
    get size() {
      return selected.size;
    },
    clear() {
      selected.clear();
      anchor = null;
      changed();
    },
    /** Forgets what is no longer there. @param {Set<number>} existing */
    keepOnly(existing) {
      for (const id of [...selected]) if (!existing.has(id)) selected.delete(id);
      changed();
    },
  };
}

/**
 * @param {string} key
 * @param {number} at
 * @param {{ last: number, page: number }} list
 * @returns {number | null} null: the key moves nothing
 */
function targetOf(key, at, { last, page }) {
  switch (key) {
    case 'ArrowDown':
      return at + 1;
    case 'ArrowUp':
      return at - 1;
    case 'PageDown':
      return at + page;
    case 'PageUp':
      return at - page;
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}
