// Signing in: the token, and the function's address where this page comes from somewhere else.
import { ApiError, readSources } from '../api.js';
import { fill, h } from '../dom.js';
import * as session from '../session.js';
import { brand, localeSwitch, themeSwitch } from '../shell.js';
import { problemBox } from '../widgets.js';

/**
 * @param {object} options
 * @param {import('../context.js').Language} options.language
 * @param {string | null} options.reason why somebody who was signed in is not any more
 * @param {import('../shell.js').OnLocale} options.onLocale
 * @param {(token: string) => void} options.onToken one that the function has accepted
 */
export function createSignIn({ language, reason, onLocale, onToken }) {
  const { t, problemText } = language;
  const problem = h('div', { class: 'problem-place' });
  const token = h('input', {
    id: 'token',
    type: 'password',
    autocomplete: 'current-password',
    required: true,
    spellcheck: 'false',
    autocapitalize: 'none',
    'aria-describedby': 'token-hint',
  });
  const address = h('input', {
    id: 'address',
    type: 'url',
    inputmode: 'url',
    spellcheck: 'false',
    placeholder: session.ownAddress(),
    value: session.readAddress() ?? '',
    'aria-describedby': 'address-hint',
  });
  const more = h(
    'details',
    { open: session.readAddress() !== null },
    h('summary', null, t('sign-in.elsewhere')),
    field(address, t('sign-in.address'), t('sign-in.address-hint')),
  );
  const button = h('button', { type: 'submit', class: 'button primary' }, t('sign-in.submit'));
  const form = h(
    'form',
    { novalidate: true },
    field(token, t('sign-in.token'), t('sign-in.token-hint')),
    more,
    problem,
    button,
  );

  /** @param {unknown} error */
  function tell(error) {
    const refused = error instanceof ApiError && refusal(error);
    fill(problem, problemBox(error, refused ? () => t(refused) : problemText));
    if (error instanceof ApiError && error.status === 404) more.open = true;
  }

  async function submit() {
    const given = token.value.trim();
    if (given === '') return tellText('sign-in.no-token', token);
    const base = address.value.trim() === '' ? null : session.parseAddress(address.value);
    if (base === null && address.value.trim() !== '')
      return tellText('sign-in.bad-address', address);
    button.disabled = true;
    try {
      await readSources({ base: base ?? session.ownAddress(), token: given });
      session.keepAddress(base);
      onToken(given);
    } catch (error) {
      tell(error);
      token.focus();
    } finally {
      button.disabled = false;
    }
  }

  /** @param {string} key @param {HTMLInputElement} input */
  function tellText(key, input) {
    fill(
      problem,
      problemBox(null, () => t(key)),
    );
    input.focus();
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
  });
  if (reason !== null)
    fill(
      problem,
      problemBox(null, () => t(reason)),
    );
  const switches = h(
    'div',
    { class: 'switches' },
    localeSwitch(language.locale, onLocale),
    themeSwitch(t),
  );
  return {
    element: h(
      'main',
      { class: 'single' },
      h('div', { class: 'header-row' }, brand(t), switches),
      h(
        'section',
        { class: 'card sign-in' },
        h('h1', null, t('sign-in.title')),
        h('p', { class: 'muted' }, t('sign-in.intro')),
        form,
      ),
    ),
    focus: () => token.focus(),
  };
}

/** @param {ApiError} error @returns {string | null} a key of the texts */
function refusal({ status, code }) {
  if (status === 401) return 'sign-in.refused';
  if (status === 403) return 'sign-in.forbidden';
  return status === 404 || code === 'unreadable' ? 'sign-in.not-there' : null;
}

/**
 * @param {HTMLInputElement} input
 * @param {string} label
 * @param {string} hint
 */
function field(input, label, hint) {
  const id = `${input.id}-hint`;
  return h(
    'div',
    { class: 'field' },
    h('label', { for: input.id }, label),
    input,
    h('p', { id, class: 'muted' }, hint),
  );
}
