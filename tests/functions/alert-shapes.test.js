// Every rule, every event, every shape, both languages: complete, escaped, within limits.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FORMATS, LANGUAGES } from '../../functions/app/alerts/event.js';
import { shapeOf } from '../../functions/app/alerts/formats.js';
import { wordsOf } from '../../functions/app/alerts/texts.js';
import { RULES } from '../../functions/app/metric-families.js';
import { textOf } from '../tidy/source-text.js';
import { FACTS, eventOf } from './alert-support.js';

const LINK = 'https://sync.example/a|b?x=1&y=<2>#/alerts';

/** @param {unknown} value @returns {string[]} every text in a message */
function textsIn(value) {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

test('the core’s rules are those that have texts', () => {
  const source = textOf('core/src/alerts/rules.cpp');
  const rules = [...source.matchAll(/Finding\{\s*"(\w+)"/g)].map((match) => match[1]);
  assert.deepEqual([...rules].sort(), [...RULES].sort());
  assert.deepEqual(Object.keys(FACTS).sort(), [...rules, 'test'].sort());
});

test('every rule says its numbers in Japanese, and none is missing one', () => {
  for (const [rule, facts] of Object.entries(FACTS)) {
    const { title, sentence } = wordsOf(eventOf({ rule, facts, summary: 'ENGLISH' }), 'ja');
    assert.ok(!/ENGLISH|undefined|NaN|null/.test(title + sentence), title + sentence);
    assert.match(sentence, /[ぁ-ん].*。$/);
    const numbers = Object.values(facts).filter((value) => typeof value === 'number' && value > 0);
    const isSpelled = (/** @type {number} */ number) =>
      sentence.includes(String(number)) || rule === 'mass_disappearance';
    assert.ok(numbers.every(isSpelled), sentence);
    assert.ok(!title.includes(rule));
  }
});

test('a rule this host does not know is told in the core’s words', () => {
  for (const language of LANGUAGES) {
    const { title, sentence } = wordsOf(eventOf({ rule: 'new_rule', facts: {} }), language);
    assert.match(title, /new_rule/);
    assert.equal(sentence, eventOf().summary);
  }
});

test('each event is told apart in every shape and language', () => {
  for (const format of FORMATS) {
    for (const language of LANGUAGES) {
      const shown = /** @type {const} */ (['opened', 'reminded', 'resolved', 'test']).map((event) =>
        JSON.stringify(shapeOf(format, eventOf({ event, reminders: 2 }), { language, link: null })),
      );
      assert.equal(new Set(shown).size, 4);
      assert.ok(shown.every((text) => text.includes('property')));
    }
  }
});

test('a generic message is the event itself, with the way to the dashboard', () => {
  const message = shapeOf('generic', eventOf(), { language: 'ja', link: LINK });
  assert.deepEqual(message, { ...eventOf(), dashboardUrl: LINK });
});

test('nobody is called, linked or formatted by a source’s name or a summary', () => {
  const hostile =
    '<!channel> <https://evil.example|x> & *b* _i_ [l](https://evil.example) <b>x</b>';
  const event = eventOf({ source: hostile, rule: 'new_rule', summary: hostile });
  const look = { language: /** @type {const} */ ('en'), link: null };
  const slack = /** @type {any} */ (shapeOf('slack', event, look));
  const markup = [slack.text, ...slack.blocks.filter(isMarkdown).map(textsIn)].flat();
  for (const text of markup) assert.doesNotMatch(text, /<|>|&(?!(amp|lt|gt);)/);
  const chat = /** @type {any} */ (shapeOf('google-chat', event, look));
  const widgets = textsIn(chat.cardsV2[0].card.sections);
  for (const text of widgets) assert.doesNotMatch(text, /<|>|&(?!(amp|lt|gt);)/);
  const teams = /** @type {any} */ (shapeOf('teams', event, look));
  const blocks = textsIn(teams.attachments[0].content.body.slice(0, 2));
  for (const text of blocks) assert.doesNotMatch(text, /(?<!\\)[[\]()*_<>]/);
});

/** @param {any} block */
const isMarkdown = (block) => block.text?.type === 'mrkdwn';

test('a link to the dashboard cannot end early', () => {
  const slack = shapeOf('slack', eventOf(), { language: 'en', link: LINK });
  const [link] = textsIn(slack).filter((text) => text.startsWith('<'));
  assert.equal(link.split('|').length, 2);
  assert.equal(link.split('>').length, 2);
});

test('titles and sentences stay within what the receivers take', () => {
  for (const language of LANGUAGES) {
    const event = eventOf({ rule: 'x'.repeat(100), source: 'ｘ'.repeat(100) });
    const slack = /** @type {any} */ (shapeOf('slack', event, { language, link: null }));
    assert.ok(slack.blocks[0].text.text.length <= 150);
    const long = eventOf({ rule: 'new_rule', summary: '&'.repeat(1000) });
    const told = /** @type {any} */ (shapeOf('slack', long, { language, link: null }));
    assert.ok(told.blocks[1].text.text.length <= 3000);
  }
});
