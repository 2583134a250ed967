// What the browser remembers: the token for this tab only, choices for longer. The token is never
// part of an address that is sent anywhere: `#token=…` is taken over and removed at once.

const TOKEN = 'listing-sync.token';
const ADDRESS = 'listing-sync.address';
const PREFERENCES = 'listing-sync.preferences';

/** @typedef {{ language?: 'ja' | 'en', theme?: 'light' | 'dark', source?: string }} Preferences */

/** Wherever it stands behind the `#`, to its end: a token may hold every sign there is. */
const HANDED_OVER = /[#?&/]token=(.*)$/s;

/** Whether the address carries a token. */
export const isHandedOver = () => HANDED_OVER.test(location.hash);

/** @returns {string | null} of this tab, or just handed over in the address */
export function readToken() {
  const handedOver = HANDED_OVER.exec(location.hash)?.[1];
  if (handedOver !== undefined) {
    history.replaceState(null, '', `${location.pathname}${location.search}`);
    if (handedOver !== '') sessionStorage.setItem(TOKEN, decoded(handedOver));
  }
  return sessionStorage.getItem(TOKEN);
}

/** @param {string} text as a link has it: encoded, or put there as it is */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a percent sign of its own
  }
}

/** @param {string} token */
export const keepToken = (token) => sessionStorage.setItem(TOKEN, token);
export const forgetToken = () => sessionStorage.removeItem(TOKEN);

/** Where this page itself comes from: the function's address, where the function serves it. */
export const ownAddress = () => new URL('.', location.href.replace(/[?#].*$/s, '')).href;

/** The function's address that was given before: only where this page lies on another host. */
export const readAddress = () => localStorage.getItem(ADDRESS);

/** @param {string | null} address */
export function keepAddress(address) {
  if (address === null) localStorage.removeItem(ADDRESS);
  else localStorage.setItem(ADDRESS, address);
}

/**
 * An address as people type it: with a slash at its end, without what belongs to single calls.
 * @param {string} typed
 * @returns {string | null} null: no address, or one that a token must not be sent to
 */
export function parseAddress(typed) {
  const text = typed.trim();
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const isHere = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isHere)) return null;
  const path = url.pathname.replace(/\/api\/sync(\/.*)?$/, '').replace(/\/+$/, '');
  return `${url.origin}${path}/`;
}

/** @returns {Preferences} none where they cannot be read */
export function readPreferences() {
  try {
    return Object(JSON.parse(localStorage.getItem(PREFERENCES) ?? '{}'));
  } catch {
    return {}; // somebody else's, or half written: as if nothing had been chosen
  }
}

/** @param {Preferences} changed */
export function keepPreferences(changed) {
  localStorage.setItem(PREFERENCES, JSON.stringify({ ...readPreferences(), ...changed }));
}
