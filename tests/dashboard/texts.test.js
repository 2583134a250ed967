// The texts of the page: both languages say everything, and nothing else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAMILIES } from '../../functions/dashboard/causes.js';
import { TEXTS, chooseLocale, createTexts } from '../../functions/dashboard/i18n.js';
import { filesIn, textOf } from '../tidy/source-text.js';

/** @param {import('../../functions/dashboard/i18n.js').Text} text */
const formsOf = (text) => (typeof text === 'string' ? [text] : [text.one, text.other]);

/** @param {import('../../functions/dashboard/i18n.js').Text} text */
const placesOf = (text) =>
  [
    ...new Set(
      formsOf(text)
        .join(' ')
        .match(/\{\w+\}/g) ?? [],
    ),
  ].sort();

test('each text is there in Japanese and in English', () => {
  assert.deepEqual(Object.keys(TEXTS.ja).sort(), Object.keys(TEXTS.en).sort());
  for (const texts of Object.values(TEXTS)) {
    const empty = Object.entries(texts).filter(([, text]) =>
      formsOf(text).some((one) => one === ''),
    );
    assert.deepEqual(empty, []);
  }
});

test('what is filled in is the same in both languages; only the number may be left out', () => {
  const differing = Object.keys(TEXTS.en).filter((key) => {
    const [ja, en] = [TEXTS.ja[key], TEXTS.en[key]].map(placesOf);
    const without = (/** @type {string[]} */ places) => places.filter((one) => one !== '{n}');
    return without(ja).join() !== without(en).join();
  });
  assert.deepEqual(differing, []);
});

test('each text that the page asks for by its name is there', () => {
  const sources = filesIn(['functions/dashboard'], ['.js']).filter(
    (file) => !/\/texts\//.test(file),
  );
  const asked = sources.flatMap((file) =>
    [...textOf(file).matchAll(/\b(?:t|parts)\(\s*'([a-zA-Z_-]+\.[\w.-]+)'/g)].map(
      (match) => match[1],
    ),
  );
  assert.ok(asked.length > 50, 'there are texts to look at');
  assert.deepEqual(
    asked.filter((key) => !Object.hasOwn(TEXTS.en, key)),
    [],
  );
});

test('each family of causes is explained', () => {
  const names = [...FAMILIES.map(([, name]) => name), 'other'];
  const missing = names.filter((name) => !Object.hasOwn(TEXTS.en, `cause.${name}.what`));
  assert.deepEqual(missing, []);
});

test("the reader's first language that there are texts in is taken", () => {
  assert.equal(chooseLocale(['de-DE', 'ja-JP', 'en']), 'ja');
  assert.equal(chooseLocale(['en-GB', 'ja']), 'en');
  assert.equal(chooseLocale(['zh-CN', 'ko']), 'en');
  assert.equal(chooseLocale([]), 'en');
});

test('numbers are grouped, and choose between one and many', () => {
  const { t } = createTexts('en');
  assert.equal(t('actions.numbers-count', { n: 1 }), '1 number');
  assert.equal(t('actions.numbers-count', { n: 1200 }), '1,200 numbers');
  assert.equal(createTexts('ja').t('actions.numbers-count', { n: 1200 }), '1,200件の物件番号');
  assert.throws(() => t('there.is-none'), /there is no text there\.is-none/);
});
