// The deployment guides and the tree say the same: files of the bundles, variables, budgets; what
// stands there as a command can be read by a shell.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { PRESETS } from '../../functions/app/budgets.js';
import { makeBundles } from '../../infra/tools/bundle/index.mjs';
import { PLATFORMS } from '../../infra/tools/bundle/platforms.mjs';
import { assertNone, filesIn, root, textOf } from '../tidy/source-text.js';
import { codeSpansOf } from './documents.js';
import { fencesOf } from './fences.js';

const pages = filesIn(['docs/deploy'], ['.md']);
const guideOf = (/** @type {string} */ platform) => `docs/deploy/${platform}.md`;
/** What a guide has people make in the folder of a bundle. */
const MADE_ON_THE_WAY = ['env.yaml', 'secrets.env'];
/** Not the application's: a prefix, the binding of a queue. */
const OTHER_NAMES = ['SUPABASE_', 'SYNC_QUEUE'];

const bundles = new Map(
  (await makeBundles({ root })).map(({ platform, files }) => [platform, [...files.keys()]]),
);

test('there is a guide for each platform, with the same sections', () => {
  for (const platform of PLATFORMS) {
    const sections = textOf(guideOf(platform)).match(/^## .*$/gm);
    const expected = ['Deploy', 'First run', 'The schedule', "At the platform's limits"];
    if (platform === 'node') expected[3] = "At the machine's limits";
    expected.push('Update, roll back, remove');
    assert.deepEqual(
      sections,
      expected.map((title) => `## ${title}`),
      platform,
    );
  }
});

test('the index leads to every page', () => {
  const index = textOf('docs/deploy/README.md');
  const names = pages.map((page) => page.slice('docs/deploy/'.length));
  assertNone(names.filter((name) => name !== 'README.md' && !index.includes(`](${name})`)));
});

test('every path of dist/ that a page names is made by the build', () => {
  const path = /dist\/(\w+)((?:\/[\w*-][\w.*-]*)*)/g;
  const named = pages.flatMap((page) =>
    [...textOf(page).matchAll(path)].map(([whole, platform, rest]) => {
      const pattern = rest.slice(1).replaceAll('.', '\\.').replaceAll('*', '[^/]*');
      const isMade = bundles.get(platform)?.some((file) => file.match(`^${pattern}(/|$)`));
      return isMade || rest === '' ? null : `${page} names ${whole}`;
    }),
  );
  assert.ok(named.length > 15, `${named.length} paths`);
  assertNone(named.filter((complaint) => complaint !== null));
});

test('every file of the repository that a page names is there', () => {
  const named = pages.flatMap((page) =>
    [...textOf(page).matchAll(/\binfra\/[\w/-]+\.\w+/g)].map(([path]) => ({ page, path })),
  );
  assert.ok(named.length > 5, `${named.length} paths`);
  const isThere = (/** @type {string} */ path) => existsSync(join(root, path));
  assertNone(
    named.filter(({ path }) => !isThere(path)).map(({ page, path }) => `${page}: ${path}`),
  );
});

test('every file a guide names by itself is in its bundle', () => {
  const isFile = (/** @type {string} */ span) =>
    /^[\w-]+\.(m?js|wasm|zip|ya?ml|toml|sh)$/.test(span);
  const missing = PLATFORMS.flatMap((platform) => {
    const names = (bundles.get(platform) ?? []).map((file) => file.split('/').at(-1) ?? '');
    return codeSpansOf(guideOf(platform))
      .filter((span) => isFile(span) && !names.includes(span) && !MADE_ON_THE_WAY.includes(span))
      .map((span) => `${guideOf(platform)} names ${span}`);
  });
  assertNone(missing);
});

test('every variable a page names is in CONFIGURATION.md', () => {
  const known = new Set([...codeSpansOf('docs/CONFIGURATION.md'), ...OTHER_NAMES]);
  const named = pages.flatMap((page) =>
    [...textOf(page).matchAll(/\b(?:(?:SYNC|SUPABASE|GOOGLE)_[A-Z_]*|CRON_SECRET)/g)]
      .filter(([name]) => !/^LISTING/.test(name) && !known.has(name))
      .map(([name]) => `${page} names ${name}`),
  );
  assertNone([...new Set(named)]);
});

test('each guide says what is used of the platform where nothing is set', () => {
  const spoken = (/** @type {number} */ value) => value.toLocaleString('en-US');
  const missing = PLATFORMS.flatMap((name) => {
    const platform = /** @type {keyof typeof PRESETS} */ (name);
    const text = textOf(guideOf(platform)).replace(/\s+/g, ' ');
    const { wall_ms: wall, requests, rows, memory_mb: memory } = PRESETS[platform];
    const facts = [
      wall && `${spoken(wall / 1000)} s`,
      requests && spoken(requests),
      rows && `${spoken(rows)} rows`,
      memory && `${spoken(memory)} MB`,
    ];
    return facts
      .filter((fact) => fact && !text.includes(fact))
      .map((fact) => `${platform}: ${fact}`);
  });
  assertNone(missing);
});

describe('every command', () => {
  for (const page of pages) {
    const blocks = fencesOf(page, 'sh');
    test(`of ${page} can be read by a shell`, () => {
      for (const input of blocks) execFileSync('bash', ['-n'], { input });
    });

    test(`of ${page} is marked as one`, () => {
      const fences = textOf(page).match(/^ *```.*$/gm) ?? [];
      const opened = fences.filter((_, i) => i % 2 === 0).map((line) => line.trim());
      assertNone(opened.filter((line) => !['```sh', '```sql'].includes(line)));
      assert.equal(opened.filter((line) => line === '```sh').length, blocks.length);
    });
  }
});
