// Light or dark: as the system has it, until somebody chooses.
import { keepPreferences, readPreferences } from './session.js';

/** @typedef {'light' | 'dark'} Theme */

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

/** @returns {Theme} */
export const themeNow = () => readPreferences().theme ?? (systemIsDark.matches ? 'dark' : 'light');

function apply() {
  const theme = themeNow();
  if (document.documentElement.dataset.theme === theme) return;
  document.documentElement.dataset.theme = theme;
  document.dispatchEvent(new CustomEvent('themechange'));
}

/** Called once, before anything is drawn. */
export function startTheme() {
  apply();
  systemIsDark.addEventListener('change', apply);
}

/** The other one, and remembers it. */
export function switchTheme() {
  keepPreferences({ theme: themeNow() === 'dark' ? 'light' : 'dark' });
  apply();
}
