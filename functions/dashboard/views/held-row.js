// How one held entry looks: as a row of the list, and in full in a dialog.
import { showText } from '../dialogs.js';
import { h } from '../dom.js';
import { icon } from '../icons.js';
import { visibleText } from '../visible-text.js';

/** @typedef {import('./held-words.js').HeldEntry} HeldEntry */
/** @typedef {import('./held-words.js').Words} Words */
/** @typedef {import('../context.js').Context} Context */

const VALUE_SHOWN_MAX = 160;
const NUMBER_SHOWN_MAX = 60;
/** The columns of the list, in their order. */
export const COLUMNS = /** @type {const} */ ([
  'select',
  'listing',
  'value',
  'reason',
  'since',
  'more',
]);

/**
 * @param {object} options
 * @param {Context} options.context
 * @param {() => Words} options.words
 * @param {(entry: HeldEntry) => boolean} options.isSelected
 */
export function createRowRenderer({ context, words, isSelected }) {
  const { t } = context;

  /** @param {HeldEntry} entry @returns {HTMLElement} */
  return (entry) => {
    const name = words().name(entry);
    const select = h('input', {
      type: 'checkbox',
      class: 'held-check',
      checked: isSelected(entry),
      tabindex: '-1',
      'aria-label': t('held.select-one', { name }),
    });
    const more = h(
      'button',
      {
        type: 'button',
        class: 'button quiet held-more',
        tabindex: '-1',
        'aria-label': t('held.details-of', { name }),
        onclick: () => showDetails(entry, { context, words: words() }),
      },
      t('held.details'),
    );
    const cells = [
      h('label', { class: 'held-check-area' }, select),
      listing(entry, { context, words: words() }),
      [
        h('div', { class: 'held-header' }, visibleText(words().header(entry.column), 60)),
        value(entry, { t, words: words() }),
      ],
      [
        h('p', { class: 'held-what' }, visibleText(words().what(entry), 300)),
        h('p', { class: 'held-do' }, words().todo(entry.code)),
      ],
      since(entry, context),
      more,
    ];
    return h(
      'div',
      {
        class: 'virtual-row held-row',
        role: 'row',
        tabindex: '-1',
        'aria-selected': String(isSelected(entry)),
      },
      cells.map((cell, i) =>
        h('div', { class: `held-cell held-cell-${COLUMNS[i]}`, role: 'gridcell' }, cell),
      ),
    );
  };
}

/**
 * @param {HeldEntry} entry
 * @param {{ context: Context, words: Words }} how
 */
function listing(entry, { context: { t }, words }) {
  const { propertyNumber } = entry;
  const number =
    propertyNumber === null
      ? h('span', { class: 'muted' }, t('held.no-number'))
      : visibleText(propertyNumber, NUMBER_SHOWN_MAX);
  return [
    h('div', { class: 'held-number' }, number),
    cellLink(entry, { t, words, tabindex: '-1' }),
  ];
}

/**
 * The way to the very cell: another window, which learns nothing of this one.
 * @param {{ row: number | null, column: string | null }} entry
 * @param {{ t: Context['t'], words: Pick<Words, 'place'>, tabindex?: string }} how
 */
export function cellLink(entry, { t, words, tabindex }) {
  const place = words.place(entry);
  const row = entry.row === null ? null : String(entry.row);
  const text = row === null ? t('held.row-unknown') : t('held.row', { row });
  if (place === null) return h('span', { class: 'muted' }, text);
  const label =
    place.cell !== null
      ? t('held.open-cell', { cell: place.cell })
      : row !== null
        ? t('held.open-row', { row })
        : t('held.open-sheet');
  const shown = place.cell === null ? text : `${text} · ${place.cell}`;
  const link = {
    href: place.url,
    target: '_blank',
    rel: 'noopener noreferrer',
    class: 'cell-link',
    title: label,
    tabindex,
  };
  return h('a', { ...link, 'aria-label': `${shown}, ${label}` }, shown, icon('link'));
}

/**
 * @param {HeldEntry} entry
 * @param {{ t: Context['t'], words: Words, max?: number }} how
 */
function value(entry, { t, words, max = VALUE_SHOWN_MAX }) {
  const { value: text, code } = entry;
  if (words.isMasked(entry)) {
    return h(
      'div',
      { class: 'held-value' },
      '•••',
      ' ',
      h('span', { class: 'muted' }, `（${t('held.value-masked')}）`),
    );
  }
  if (text === '' || (text === null && code === 'blank_not_allowed')) {
    return h('div', { class: 'held-value muted' }, t('held.value-blank'));
  }
  if (text === null) return h('div', { class: 'held-value muted' }, t('held.value-none'));
  return h('div', { class: 'held-value mono' }, visibleText(text, max));
}

/** @param {HeldEntry} entry @param {Context} context */
function since({ firstSeen, ignoredAt, resolvedAt, resolvedBy }, { t, format }) {
  if (resolvedAt === null) return format.timeElement(ignoredAt ?? firstSeen);
  const by =
    resolvedBy === null
      ? null
      : h('span', { class: 'muted held-by' }, t(`held.resolved-by.${resolvedBy}`));
  return [format.timeElement(resolvedAt), by];
}

/**
 * Everything there is to know of an entry.
 * @param {HeldEntry} entry
 * @param {{ context: Context, words: Words }} how
 */
export function showDetails(entry, { context, words }) {
  const { t, format } = context;
  const time = (/** @type {string} */ iso) => [
    format.time(iso),
    ' (',
    format.timeElement(iso),
    ')',
  ];
  const close = (/** @type {Event} */ event) =>
    /** @type {Element} */ (event.currentTarget).closest('dialog')?.close();
  /** @type {[string, any][]} */
  const facts = [
    ['place', cellLink(entry, { t, words })],
    ['column', visibleText(words.header(entry.column))],
    ['value', value(entry, { t, words, max: Infinity })],
    ['what', visibleText(words.what(entry))],
    ['do', words.todo(entry.code)],
    [
      'message',
      words.hasMessage(entry) && entry.error !== ''
        ? [
            visibleText(entry.error),
            ' ',
            h('code', { class: 'muted' }, visibleText(entry.code, 100)),
          ]
        : null,
    ],
    ['first-seen', time(entry.firstSeen)],
    [
      'last-seen',
      [...time(entry.lastSeen), ' · ', t('held.detail.seen-count', { n: entry.seenCount })],
    ],
    ['ignored', entry.ignoredAt && entry.resolvedAt === null ? time(entry.ignoredAt) : null],
    [
      'resolved',
      entry.resolvedAt
        ? [...time(entry.resolvedAt), ' · ', t(`held.resolved-by.${entry.resolvedBy}`)]
        : null,
    ],
    [
      'run',
      h('a', { href: `#/history/${entry.syncId}`, onclick: close }, t('held.detail.run-link')),
    ],
  ];
  const list = facts
    .filter(([, shown]) => shown !== null)
    .map(([name, shown]) =>
      h(
        'div',
        { class: `detail detail-${name}` },
        h('dt', null, t(`held.detail.${name}`)),
        h('dd', null, shown),
      ),
    );
  const title = words.name(entry);
  showText({ title, body: h('dl', { class: 'details-list' }, list), close: t('common.close') });
}
