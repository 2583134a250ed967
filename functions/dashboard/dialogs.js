// What comes over the page: questions, long texts, and short messages that go by themselves.
import { fill, h } from './dom.js';

/** @typedef {import('./i18n.js').Translate} Translate */
/**
 * @typedef {{ title: string, body: string | Node | (string | Node)[], action: string,
 *   danger?: boolean }} Question
 */
/** @typedef {(question: Question) => Promise<boolean>} Confirm */
/** @typedef {(message: string, kind?: 'good' | 'bad' | 'info') => void} Announce */

const TOAST_MS = 7_000;
const TOASTS_MAX = 3;
let dialogs = 0;

/**
 * Asks before something that cannot be taken back. Escape and the other button mean no; that is
 * where the focus is first.
 * @param {Translate} t
 * @returns {Confirm}
 */
export function createConfirm(t) {
  return ({ title, body, action, danger = false }) =>
    new Promise((resolve) => {
      let answer = false;
      const say = (/** @type {boolean} */ yes) => () => {
        answer = yes;
        dialog.close();
      };
      const kind = danger ? 'danger' : 'primary';
      const dialog = openDialog({
        title,
        body,
        onClose: () => resolve(answer),
        buttons: [
          h(
            'button',
            { type: 'button', class: 'button', autofocus: true, onclick: say(false) },
            t('common.cancel'),
          ),
          h('button', { type: 'button', class: `button ${kind}`, onclick: say(true) }, action),
        ],
      });
    });
}

/**
 * Shows a text in full.
 * @param {{ title: string, body: string | Node, close: string }} text
 */
export function showText({ title, body, close }) {
  const button = h('button', { type: 'button', class: 'button', autofocus: true }, close);
  const dialog = openDialog({ title, body, buttons: [button], onClose: () => {} });
  button.addEventListener('click', () => dialog.close());
}

/**
 * @param {object} options
 * @param {string} options.title
 * @param {Question['body']} options.body
 * @param {HTMLElement[]} options.buttons
 * @param {() => void} options.onClose
 */
function openDialog({ title, body, buttons, onClose }) {
  const before = document.activeElement;
  // No randomUUID: browsers have it for https and this machine alone.
  const heading = h('h2', { id: `dialog-${(dialogs += 1)}` }, title);
  const content = h(
    'div',
    { class: 'dialog-body' },
    typeof body === 'string' ? h('p', null, body) : body,
  );
  const dialog = h(
    'dialog',
    { 'aria-labelledby': heading.id },
    heading,
    content,
    h('div', { class: 'dialog-buttons' }, buttons),
  );
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (before instanceof HTMLElement && before.isConnected) before.focus();
    onClose();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * Short messages: seen in a corner, heard by a screen reader when it has nothing else to say.
 * @param {HTMLElement} region with aria-live
 * @param {Translate} t
 * @returns {Announce}
 */
export function createAnnounce(region, t) {
  return (message, kind = 'info') => {
    const remove = () => toast.remove();
    const close = h(
      'button',
      { type: 'button', class: 'toast-close', 'aria-label': t('common.close'), onclick: remove },
      '×',
    );
    const toast = h('div', { class: `toast toast-${kind}` }, h('span', null, message), close);
    fill(region, [...region.children].slice(1 - TOASTS_MAX), toast);
    setTimeout(remove, TOAST_MS);
  };
}
