// What every view is given: one bundle of abilities, so that a view imports no state of the page.
import { ApiError, createApi } from './api.js';
import { createAnnounce, createConfirm } from './dialogs.js';
import { createFacts } from './facts.js';
import { createFormat } from './format.js';
import { createTexts } from './i18n.js';
import { createFollow } from './live.js';

/** @typedef {ReturnType<typeof createContext>} Context */
/** @typedef {ReturnType<typeof createLanguage>} Language */
/**
 * @typedef {object} View
 * @property {HTMLElement} element with one h1 in it
 * @property {() => string} title
 * @property {(route: { path: string[], query: URLSearchParams }) => void} show at each navigation
 *   to it, also when only path or query have changed
 * @property {() => void} hide when it is left or thrown away: ends what it has under way
 */

/**
 * What depends on nothing but the language.
 * @param {import('./i18n.js').Locale} locale
 */
export function createLanguage(locale) {
  const texts = createTexts(locale);
  const { t, has } = texts;

  /**
   * One sentence on a failure, in the reader's language.
   * @param {unknown} error
   * @returns {string}
   */
  function problemText(error) {
    if (!(error instanceof ApiError)) return t('problem.unexpected');
    const { code, title, detail, errors, retryAfterS } = error;
    if (has(`problem.${code}`)) return t(`problem.${code}`, { n: retryAfterS ?? 0 });
    const flaw = errors.map((one) => one.detail).join('; ');
    return [t('problem.other', { code }), detail ?? title, flaw].filter(Boolean).join(' ');
  }
  return { locale, ...texts, format: createFormat(locale, t), problemText };
}

/**
 * For one token and one source, in one language.
 * @param {object} options
 * @param {Language} options.language
 * @param {string} options.base @param {string} options.token @param {string} options.source
 * @param {HTMLElement} options.toasts
 * @param {(error: ApiError) => void} options.onUnauthorized
 */
export function createContext({ language, base, token, source, toasts, onUnauthorized }) {
  const access = createAccess();
  const onRefused = (/** @type {ApiError} */ error) => {
    if (error.status === 401) onUnauthorized(error);
    else access.refuse();
  };
  const api = createApi({ base, token, source, onRefused });
  const follow = createFollow(api);
  return {
    ...language,
    api,
    follow,
    facts: createFacts({ api, follow }),
    announce: createAnnounce(toasts, language.t),
    confirm: createConfirm(language.t),
    access,
    /** @param {string} hash */
    go: (hash) => void (location.hash = hash),
  };
}

/** Whether this token may do more than read: nobody knows before it has been refused. */
function createAccess() {
  /** @type {Set<() => void>} */
  const listeners = new Set();
  let canAct = true;
  return {
    get canAct() {
      return canAct;
    },
    refuse() {
      canAct = false;
      listeners.forEach((listener) => listener());
    },
    /** @param {() => void} listener @returns {() => void} ends it */
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
