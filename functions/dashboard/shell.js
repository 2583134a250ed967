// What stands around every view: the header with its switches, the ways between the views, the word
// on a server that is away.
import { h, setText, fill, svg } from './dom.js';
import { icon } from './icons.js';
import { LOCALES } from './i18n.js';
import { parseRoute } from './router.js';
import { switchTheme, themeNow } from './theme.js';
import { createAlertsView } from './views/alerts.js';
import { createHeldView } from './views/held.js';
import { createHistoryView } from './views/history.js';
import { createNowView } from './views/now.js';

/** @typedef {import('./context.js').Context} Context */
/** @typedef {import('./context.js').View} View */
/** @typedef {(locale: import('./i18n.js').Locale) => void} OnLocale */

/** @type {[name: string, create: (context: Context) => View][]} in their order; '' is the first */
const VIEWS = [
  ['', createNowView],
  ['held', createHeldView],
  ['history', createHistoryView],
  ['alerts', createAlertsView],
];

/**
 * @param {object} options
 * @param {Context} options.context
 * @param {string[]} options.sources
 * @param {OnLocale} options.onLocale
 * @param {(source: string) => void} options.onSource
 * @param {() => void} options.onSignOut
 */
export function createShell({ context, sources, onLocale, onSource, onSignOut }) {
  const { t, facts } = context;
  const navigation = createNavigation(context);
  const away = h('p', { class: 'away', role: 'alert', hidden: true });
  const outlet = h('main', { id: 'main' });
  const skip = h('a', { class: 'skip', href: '#main', onclick: skipTo(outlet) }, t('page.skip'));
  const header = h(
    'header',
    { class: 'header' },
    h(
      'div',
      { class: 'header-row' },
      brand(t),
      sourceChooser({ sources, context, onSource }),
      h(
        'div',
        { class: 'switches' },
        localeSwitch(context.locale, onLocale),
        themeSwitch(t),
        h(
          'button',
          { type: 'button', class: 'button quiet', onclick: onSignOut, title: t('page.sign-out') },
          icon('leave'),
          h('span', { class: 'wide-only' }, t('page.sign-out')),
        ),
      ),
    ),
    navigation.element,
  );
  const element = h('div', { class: 'shell' }, skip, header, away, outlet);

  /** @type {Map<string, View>} */
  const views = new Map();
  /** @type {View | null} */
  let shown = null;

  /** @param {{ isFirst: boolean }} how */
  function navigate({ isFirst }) {
    const route = parseRoute(location.hash);
    const [name, create] = VIEWS.find(([one]) => one === route.name) ?? VIEWS[0];
    const view = views.get(name) ?? create(context);
    views.set(name, view);
    if (view !== shown) {
      shown?.hide();
      fill(outlet, view.element);
    }
    shown = view;
    view.show(route);
    navigation.mark(name);
    document.title = `${view.title()} · ${t('page.title')}`;
    if (!isFirst) focusHeading(view.element);
  }

  function drawState() {
    const { problem, health } = facts;
    away.hidden = problem === null;
    const key = health === null ? 'page.away-yet' : 'page.away';
    setText(away, problem === null ? '' : t(key, { why: context.problemText(problem) }));
    navigation.count('held', facts.health?.heldOpen ?? 0);
    navigation.count('alerts', facts.health?.alertsOpen ?? 0);
  }

  const onHash = () => navigate({ isFirst: false });
  return {
    element,
    begin() {
      facts.subscribe(drawState);
      addEventListener('hashchange', onHash);
      facts.start();
      navigate({ isFirst: true });
    },
    end() {
      removeEventListener('hashchange', onHash);
      shown?.hide();
      facts.stop();
    },
  };
}

/** @param {HTMLElement} outlet */
function skipTo(outlet) {
  return (/** @type {Event} */ event) => {
    event.preventDefault(); // the address is the router's
    focusHeading(outlet);
  };
}

/** @param {HTMLElement} element */
function focusHeading(element) {
  const heading = element.querySelector('h1');
  heading?.setAttribute('tabindex', '-1');
  heading?.focus();
}

/** @param {import('./i18n.js').Translate} t */
export function brand(t) {
  const rows = ['M4 6h9', 'M4 12h6', 'M4 18h5'].map((d) => svg('path', { d }));
  const tick = svg('path', { d: 'M12.5 15.5l3 3L21 11', class: 'brand-tick' });
  const mark = svg(
    'svg',
    { viewBox: '0 0 24 24', class: 'icon brand-mark', 'aria-hidden': 'true' },
    ...rows,
    tick,
  );
  return h('span', { class: 'brand' }, mark, t('page.title'));
}

/**
 * @param {{ sources: string[], context: Context, onSource: (source: string) => void }} options
 */
function sourceChooser({ sources, context: { t, api }, onSource }) {
  if (sources.length === 1) return h('span', { class: 'source' }, sources[0]);
  const options = sources.map((name) =>
    h('option', { value: name, selected: name === api.source }, name),
  );
  const change = (/** @type {Event} */ { target }) =>
    onSource(/** @type {HTMLSelectElement} */ (target).value);
  return h(
    'select',
    { class: 'source', 'aria-label': t('page.source'), onchange: change },
    options,
  );
}

/** @param {import('./i18n.js').Locale} locale @param {OnLocale} onLocale */
export function localeSwitch(locale, onLocale) {
  const others = LOCALES.filter(([name]) => name !== locale);
  return others.map(([name, word]) =>
    h(
      'button',
      { type: 'button', class: 'button quiet', lang: name, onclick: () => onLocale(name) },
      word,
    ),
  );
}

/** @param {import('./i18n.js').Translate} t */
export function themeSwitch(t) {
  const button = h('button', { type: 'button', class: 'button quiet icon-button' });
  const draw = () => {
    const isDark = themeNow() === 'dark';
    const label = t(isDark ? 'page.to-light' : 'page.to-dark');
    fill(button, icon(isDark ? 'sun' : 'moon'));
    button.setAttribute('aria-label', label);
    button.title = label;
  };
  button.addEventListener('click', () => {
    switchTheme();
    draw();
  });
  draw();
  return button;
}

/** @param {Context} context */
function createNavigation({ t }) {
  const counts = new Map(
    VIEWS.map(([name]) => [name, h('span', { class: 'count', hidden: true })]),
  );
  const links = new Map(
    VIEWS.map(([name]) => {
      const word = t(`nav.${name || 'now'}`);
      return [name, h('a', { href: `#/${name}` }, word, counts.get(name))];
    }),
  );
  const list = h(
    'ul',
    null,
    [...links.values()].map((link) => h('li', null, link)),
  );
  return {
    element: h('nav', { class: 'navigation', 'aria-label': t('nav.label') }, list),
    /** @param {string} current */
    mark(current) {
      for (const [name, link] of links) {
        if (name === current) link.setAttribute('aria-current', 'page');
        else link.removeAttribute('aria-current');
      }
    },
    /** @param {string} name @param {number} n */
    count(name, n) {
      const element = counts.get(name);
      if (!element) return;
      element.hidden = n === 0;
      setText(element, n === 0 ? '' : t('common.number', { n }));
    },
  };
}
