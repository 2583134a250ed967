// The shapes receivers want. Texts are escaped as each of them asks for, so that a source's name
// can neither format, nor link, nor call anybody.
import { wordsOf } from './texts.js';

/** @typedef {import('./event.js').AlertEvent} AlertEvent */
/** @typedef {import('./event.js').Format} Format */
/** @typedef {{ language: import('./event.js').Language, link: string | null }} Look */

/** Slack and Google Chat: the three characters that begin markup, links and mentions. */
const escaped = (/** @type {string} */ text) =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** Adaptive Cards read Markdown: a backslash takes each of its signs at its word. */
const unmarked = (/** @type {string} */ text) => text.replace(/[\\`*_{}[\]()#+\-!|<>~]/g, '\\$&');

/** Slack takes 3,000 characters, and escaping makes five of one at most. */
const SENTENCE_MAX = 600;

/** @type {Record<AlertEvent['event'], string>} */
const SIGNS = { opened: '🔴', reminded: '🟠', resolved: '🟢', test: '🔵' };

/** @param {AlertEvent} event @param {Look} look */
function generic(event, { link }) {
  return { ...event, dashboardUrl: link };
}

/**
 * Slack, "Block Kit"; `text` is what notifications show.
 * @param {AlertEvent} event
 * @param {Look} look
 */
function slack(event, { language, link }) {
  const { title, sentence, facts, open } = wordsOf(event, language);
  const heading = `${SIGNS[event.event]} ${title}`;
  const context = facts.map(([name, value]) => `${name}: ${value}`).join(' · ');
  const markdown = (/** @type {string} */ text) => ({ type: 'mrkdwn', text });
  // In a link `|` separates the address from its text.
  const address = link?.replace(/\|/g, '%7C');
  const blocks = [
    { type: 'header', text: { type: 'plain_text', text: cut(heading, 150), emoji: true } },
    { type: 'section', text: markdown(escaped(cut(sentence, SENTENCE_MAX))) },
    { type: 'context', elements: [{ type: 'plain_text', text: context, emoji: false }] },
    ...(address ? [{ type: 'section', text: markdown(`<${escaped(address)}|${open}>`) }] : []),
  ];
  return { text: escaped(`${heading}\n${sentence}`), blocks };
}

/**
 * Microsoft Teams, as Workflows ("When a Teams webhook request is received") take it: an Adaptive
 * Card attached to a message.
 * @param {AlertEvent} event
 * @param {Look} look
 */
function teams(event, { language, link }) {
  const { title, sentence, facts, open } = wordsOf(event, language);
  const colors = { opened: 'attention', reminded: 'warning', resolved: 'good', test: 'accent' };
  const text = (/** @type {string} */ content) => ({
    type: 'TextBlock',
    text: content,
    wrap: true,
  });
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      { ...text(unmarked(title)), weight: 'bolder', size: 'medium', color: colors[event.event] },
      text(unmarked(sentence)),
      {
        type: 'FactSet',
        facts: facts.map(([name, value]) => ({ title: name, value: unmarked(value) })),
      },
    ],
    actions: link === null ? [] : [{ type: 'Action.OpenUrl', title: open, url: link }],
  };
  const contentType = 'application/vnd.microsoft.card.adaptive';
  return { type: 'message', attachments: [{ contentType, contentUrl: null, content }] };
}

/**
 * Google Chat: a card; `fallbackText` is what notifications show.
 * @param {AlertEvent} event
 * @param {Look} look
 */
function googleChat(event, { language, link }) {
  const { title, sentence, facts, open } = wordsOf(event, language);
  const heading = `${SIGNS[event.event]} ${title}`;
  const button = { text: open, onClick: { openLink: { url: link } } };
  const widgets = [
    { textParagraph: { text: escaped(sentence) } },
    ...facts.map(([topLabel, text]) => ({ decoratedText: { topLabel, text: escaped(text) } })),
    ...(link === null ? [] : [{ buttonList: { buttons: [button] } }]),
  ];
  const card = { header: { title: heading }, sections: [{ widgets }] };
  return {
    fallbackText: `${heading}\n${sentence}`,
    cardsV2: [{ cardId: event.id, card }],
  };
}

/** @param {string} text @param {number} length in UTF-16 units, as Slack counts */
const cut = (text, length) => (text.length <= length ? text : `${text.slice(0, length - 1)}…`);

/** @type {Record<Format, (event: AlertEvent, look: Look) => object>} */
const SHAPES = { generic, slack, teams, 'google-chat': googleChat };

/**
 * @param {Format} format
 * @param {AlertEvent} event
 * @param {Look} look `link`: to the alerts on the dashboard
 */
export const shapeOf = (format, event, look) => SHAPES[format](event, look);
