// The page's beginning: language and theme, signing in, and the shell around the views. Made anew
// whenever language, source or token change; nothing is translated in place.
import { ApiError, readSources } from './api.js';
import { createContext, createLanguage } from './context.js';
import { fill, h } from './dom.js';
import { renewTimes } from './format.js';
import { chooseLocale } from './i18n.js';
import * as session from './session.js';
import { createShell } from './shell.js';
import { startTheme } from './theme.js';
import { createSignIn } from './views/sign-in.js';
import { createWaiting } from './views/waiting.js';

/** @typedef {import('./i18n.js').Locale} Locale */

const RETRY_MS = 3_000;
const root = /** @type {HTMLElement} */ (document.getElementById('page'));
const toasts = h('div', { class: 'toasts', role: 'status', 'aria-live': 'polite' });
/** Ends what stands on the page now. */
let leave = () => {};

/** @param {HTMLElement} element @param {() => void} [end] */
function put(element, end = () => {}) {
  leave();
  leave = end;
  fill(root, element);
}

/** @returns {Locale} */
const localeNow = () => session.readPreferences().language ?? chooseLocale(navigator.languages);

/** @param {Locale} locale */
function useLocale(locale) {
  session.keepPreferences({ language: locale });
  open('.switches [lang]');
}

/** @param {string | null} reason a key of the texts */
function signIn(reason = null) {
  session.forgetToken();
  const language = speak();
  const view = createSignIn({
    language,
    reason,
    onLocale: useLocale,
    onToken: (token) => {
      session.keepToken(token);
      open();
    },
  });
  put(view.element);
  view.focus();
}

/** Which function is asked: the one this page comes from, or the one that was named. */
const baseNow = () => session.readAddress() ?? session.ownAddress();

function speak() {
  const language = createLanguage(localeNow());
  document.documentElement.lang = language.locale;
  document.title = language.t('page.title');
  return language;
}

/**
 * Shows what is to be shown with what is known now.
 * @param {string} [focusOn] what had the focus before everything is made anew
 */
async function open(focusOn) {
  const token = session.readToken();
  if (token === null) return signIn();
  const language = speak();
  const base = baseNow();
  const waiting = createWaiting(language);
  put(waiting.element);
  try {
    const sources = await readSources({ base, token });
    if (waiting.element.isConnected) showShell({ language, base, token, sources, focusOn });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (!waiting.element.isConnected) return;
    if (error.status === 401) return signIn('sign-in.refused');
    if (error.status === 403) return signIn('sign-in.forbidden');
    waiting.tell(error);
    const timer = setTimeout(() => open(focusOn), RETRY_MS);
    leave = () => clearTimeout(timer);
  }
}

/**
 * @param {{ language: import('./context.js').Language, base: string, token: string,
 *   sources: string[], focusOn?: string }} options
 */
function showShell({ sources, focusOn, ...options }) {
  const wanted = session.readPreferences().source;
  const source = sources.find((name) => name === wanted) ?? sources[0];
  // An answer that comes late, to a token of before, signs nobody out.
  const onUnauthorized = () => void (shell.element.isConnected && signIn('sign-in.expired'));
  const context = createContext({ ...options, source, toasts, onUnauthorized });
  const shell = createShell({
    context,
    sources,
    onLocale: useLocale,
    onSource: (name) => {
      session.keepPreferences({ source: name });
      open('.header .source');
    },
    onSignOut: () => signIn(),
  });
  put(shell.element, shell.end);
  shell.begin();
  if (focusOn === undefined) return;
  /** @type {HTMLElement | null} */ (shell.element.querySelector(focusOn))?.focus();
}

document.body.append(toasts);
startTheme();
renewTimes();
addEventListener('hashchange', () => {
  // An address with a token in it, put into a page that is open already.
  if (session.isHandedOver()) open();
});
open();
