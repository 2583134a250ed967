// Held rows: what could not be taken over, why, and what to do about it. Here the parts meet: what
// is asked for, what was read, what is shown.
import { isAbort } from '../api.js';
import { fill, h, setText } from '../dom.js';
import { createVirtualList } from '../virtual-list.js';
import { emptyState, problemBox, spinner } from '../widgets.js';
import { createActions } from './held-actions.js';
import { createFilters, filterOf, keepInAddress } from './held-filters.js';
import { COLUMNS, createRowRenderer, showDetails } from './held-row.js';
import { createSelection } from './held-selection.js';
import { LOADED_MAX, filterInSlices, readHeld } from './held-store.js';
import { createMatcher, createWords } from './held-words.js';
import { readSheet } from './sheet.js';

/** @typedef {import('./held-words.js').HeldEntry} HeldEntry */
/** @typedef {import('./held-filters.js').Filter} Filter */

/**
 * @param {import('../context.js').Context} context
 * @returns {import('../context.js').View}
 */
export function createHeldView(context) {
  const { t, has, api, facts } = context;
  let words = createWords({ t, has, sheet: null });
  let filter = filterOf(new URLSearchParams());
  /** What was read of the state that is shown. @type {import('./held-store.js').Held | null} */
  let held = null;
  let isReading = false;
  /** Ids in the list. @type {Set<number>} */
  let shown = new Set();
  let reading = new AbortController();
  let finding = new AbortController();
  let isOn = false;
  /** @type {(() => void)[]} */
  let endings = [];

  const selection = createSelection({
    list: () => list,
    onChange: () => drawSelection(),
    onOpen: (entry) => showDetails(entry, { context, words }),
  });
  const renderRow = createRowRenderer({
    context,
    words: () => words,
    isSelected: ({ id }) => selection.has(id),
  });
  const insets = () => ({
    top: Math.max(0, toolbar.getBoundingClientRect().bottom),
    bottom: actions.bar.offsetHeight,
  });
  const list = createVirtualList({
    render: renderRow,
    keyOf: ({ id }) => id,
    insets,
    onDraw: selection.draw,
  });
  const actions = createActions({
    context,
    selection,
    state: () => filter.state,
    shown: () => shown,
    reload: () => read(),
  });
  const filters = createFilters({
    context,
    words: () => words,
    onChange: (change) => use({ ...filter, ...change }),
  });

  const count = h('p', { class: 'held-count', role: 'status' });
  const note = h('p', { class: 'muted held-note', hidden: true });
  const sheetNote = h('p', { class: 'muted held-note', hidden: true }, t('held.sheet-problem'));
  const place = h('div', { class: 'held-place' });
  const all = h('input', {
    type: 'checkbox',
    'aria-label': t('held.select-all'),
    onchange: toggleAll,
  });
  const head = createHead(t, all);
  const grid = h(
    'div',
    {
      class: 'held-grid',
      role: 'grid',
      'aria-label': t('held.list'),
      'aria-multiselectable': 'true',
      'aria-colcount': String(COLUMNS.length),
    },
    h('div', { role: 'rowgroup' }, head.element),
    list.element,
  );
  selection.listen(grid);
  const toolbar = h('div', { class: 'held-toolbar' }, filters.tabs, filters.search, count);
  const element = h(
    'div',
    { class: 'held' },
    h('h1', null, t('nav.held')),
    h('p', { class: 'muted held-intro' }, t('held.intro')),
    h(
      'div',
      { class: 'held-layout' },
      filters.causes,
      h(
        'section',
        { class: 'held-main', 'aria-label': t('nav.held') },
        toolbar,
        actions.notice,
        note,
        sheetNote,
        grid,
        place,
        actions.bar,
      ),
    ),
  );

  /** @param {Filter} next */
  function use(next) {
    const isOtherState = next.state !== filter.state;
    filter = next;
    if (isOn) keepInAddress(filter);
    if (isOtherState) {
      held = null;
      selection.clear();
      showEntries([], { toTop: true });
      read();
    } else {
      filters.draw(filter, held);
      find({ toTop: true });
    }
  }

  /**
   * Reads everything of the state. What is there already stays until all has come.
   * @returns {Promise<Set<number> | null>} the ids; null: not read, and why stands on the page
   */
  async function read() {
    reading.abort();
    reading = new AbortController();
    const { signal } = reading;
    const before = held;
    const known = new Map(before?.entries.map((entry) => [entry.id, entry]) ?? []);
    isReading = true;
    if (before === null) fill(place, spinner(t('held.loading')));
    try {
      const onPage = (/** @type {import('./held-store.js').Held} */ part) => {
        if (before === null) void adopt(part);
      };
      const result = await readHeld(api, { state: filter.state }, { signal, known, onPage });
      isReading = false;
      const ids = new Set(result.entries.map(({ id }) => id));
      if (result.isWhole) selection.keepOnly(ids);
      await adopt(result);
      return ids;
    } catch (error) {
      if (isAbort(error)) return null;
      isReading = false;
      const again = h(
        'button',
        { type: 'button', class: 'button', onclick: () => read() },
        t('held.reload'),
      );
      fill(place, problemBox(error, context.problemText), again);
      return null;
    }
  }

  /** @param {import('./held-store.js').Held} next */
  function adopt(next) {
    held = next;
    filters.draw(filter, held);
    return find({});
  }

  const hasFilter = () => filter.search.trim() !== '' || filter.code !== null;
  const isTooMuch = () => held !== null && !held.isWhole && !isReading;

  /** Shows what fits the filter. @param {{ toTop?: boolean }} how */
  async function find({ toTop = false }) {
    finding.abort();
    finding = new AbortController();
    const { signal } = finding;
    if (held === null) return;
    try {
      showEntries(await matching(held.entries, signal), { toTop });
    } catch (error) {
      if (!isAbort(error)) fill(place, problemBox(error, context.problemText));
    }
  }

  /** @param {HeldEntry[]} entries @param {AbortSignal} signal */
  async function matching(entries, signal) {
    if (!hasFilter()) return entries;
    if (!isTooMuch()) return filterInSlices(entries, createMatcher(words, filter), signal);
    setText(count, t('held.searching-server'));
    const answer = await readHeld(api, serverQuestion(filter, words), { signal });
    return answer.entries.filter(createMatcher(words, { ...filter, search: '' }));
  }

  /** @param {HeldEntry[]} entries @param {{ toTop: boolean }} how */
  function showEntries(entries, { toTop }) {
    shown = new Set(entries.map(({ id }) => id));
    grid.setAttribute('aria-rowcount', String(entries.length + 1));
    grid.hidden = entries.length === 0;
    list.setItems(entries, { toTop });
    head.show(filter.state);
    drawWords(entries.length);
    drawSelection();
  }

  /** @param {number} n */
  function drawWords(n) {
    const total = held?.total ?? 0;
    if (held === null) return setText(count, '');
    if (isReading && !held.isWhole)
      setText(count, t('held.loading-more', { n: held.entries.length, total }));
    else setText(count, n === total ? t('held.shown', { n }) : t('held.shown-of', { n, total }));
    note.hidden = !isTooMuch();
    setText(note, note.hidden ? '' : t('held.too-many', { n: LOADED_MAX, total }));
    if (n > 0 || (isReading && !held.isWhole)) return fill(place);
    const clear = h(
      'button',
      {
        type: 'button',
        class: 'button',
        onclick: () => use({ ...filter, search: '', code: null, column: null }),
      },
      t('held.clear-filter'),
    );
    if (hasFilter()) fill(place, emptyState(t('held.empty.filtered')), clear);
    else fill(place, emptyState(t(`held.empty.${filter.state}`)));
  }

  function drawSelection() {
    actions.draw();
    const chosen = list.items.reduce((n, { id }) => n + Number(selection.has(id)), 0);
    all.checked = chosen > 0 && chosen === list.items.length;
    all.indeterminate = chosen > 0 && chosen < list.items.length;
  }

  function toggleAll() {
    if (all.checked) selection.selectAll();
    else selection.clear();
  }

  async function useSheet() {
    const sheet = await readSheet(api);
    sheetNote.hidden = sheet !== null && sheet.problem === null;
    words = createWords({ t, has, sheet });
    filters.forget();
    filters.draw(filter, held);
    list.setItems(list.items, { again: true });
    if (hasFilter()) find({});
  }

  /** What a run has resolved leaves by itself. */
  async function readAgain() {
    if (actions.isBusy || held === null) return; // whoever is at it reads again and tells
    const before = new Set(held.entries.map(({ id }) => id));
    const { state } = filter;
    const now = await read();
    if (now === null || state !== 'open' || filter.state !== state || isTooMuch()) return;
    const gone = [...before].filter((id) => !now.has(id)).length;
    const added = [...now].filter((id) => !before.has(id)).length;
    if (gone > 0) context.announce(t('held.run-resolved', { n: gone }), 'good');
    if (added > 0) context.announce(t('held.run-new', { n: added }), 'info');
  }

  /** Somebody else has dealt with entries, or a run did that was never seen. */
  function onFacts() {
    const { health, running } = facts;
    if (held === null || isReading || actions.isBusy || running !== null) return;
    const { heldOpen = held.openCount, heldIgnored = held.ignoredCount } = health ?? {};
    if (heldOpen !== held.openCount || heldIgnored !== held.ignoredCount) void readAgain();
  }

  function begin() {
    isOn = true;
    actions.start();
    list.start();
    endings = [
      facts.onRunEnd(() => void readAgain()),
      facts.subscribe(onFacts),
      context.access.subscribe(actions.draw),
    ];
    void useSheet();
  }

  return {
    element,
    title: () => t('nav.held'),
    show({ query }) {
      const next = filterOf(query);
      if (isOn) return use(next);
      filter = next;
      begin();
      filters.draw(filter, held);
      void read();
    },
    hide() {
      isOn = false;
      reading.abort();
      finding.abort();
      filters.stop();
      list.stop();
      actions.stop();
      endings.forEach((end) => end());
      held = null;
      selection.clear();
      showEntries([], { toTop: true });
    },
  };
}

/**
 * @param {import('../i18n.js').Translate} t
 * @param {HTMLInputElement} all
 */
function createHead(t, all) {
  const since = h('span');
  /** @type {Record<string, any>} */
  const special = { select: all, since };
  const cells = COLUMNS.map((name) =>
    h(
      'div',
      { class: `held-cell held-cell-${name}`, role: 'columnheader' },
      special[name] ?? h('span', null, t(`held.column.${name}`)),
    ),
  );
  return {
    element: h('div', { class: 'held-row held-head', role: 'row', 'aria-rowindex': '1' }, cells),
    /** @param {import('./held-store.js').State} state */
    show: (state) => setText(since, t(`held.column.${state === 'open' ? 'since' : state}`)),
  };
}

/**
 * What the server can look up of a filter.
 * @param {Filter} filter
 * @param {import('./held-words.js').Words} words
 * @returns {import('./held-store.js').Question}
 */
function serverQuestion({ state, search, code, column }, words) {
  const text = search.replace(/\p{C}/gu, '').trim();
  const named = words.columnNamed(text);
  /** @type {import('./held-store.js').Question} */
  const question = { state };
  if (code !== null) question.code = code;
  if (column) question.column = column;
  else if (named !== null) question.column = named;
  if (named === null || column) question.search = text;
  return question;
}
