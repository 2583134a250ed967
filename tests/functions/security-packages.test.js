// What is installed with us: a handful of packages at run time, each pinned, each with its reason.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filesIn, importsOf, textOf } from '../tidy/source-text.js';

const manifest = JSON.parse(textOf('package.json'));
const lock = JSON.parse(textOf('package-lock.json'));
const runtime = Object.keys(manifest.dependencies);

test('there are at most five run-time dependencies, and they have none themselves', () => {
  assert.ok(runtime.length > 0 && runtime.length <= 5, runtime.join());
  for (const name of runtime) {
    const { dependencies = {}, hasInstallScript = false } = lock.packages[`node_modules/${name}`];
    const others = Object.keys(dependencies).filter((one) => !runtime.includes(one));
    assert.deepEqual([others, hasInstallScript], [[], false], name);
  }
});

test('every dependency is pinned to one version, and to its content', () => {
  for (const file of ['package.json', 'infra/local/package.json']) {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(textOf(file));
    const all = { ...dependencies, ...devDependencies, ...optionalDependencies };
    for (const [name, version] of Object.entries(all)) {
      assert.match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/, `${name} of ${file}`);
    }
  }
  for (const name of runtime) {
    const { version, integrity } = lock.packages[`node_modules/${name}`];
    assert.equal(version, manifest.dependencies[name]);
    assert.match(integrity, /^sha512-/);
  }
});

test('each run-time dependency is justified in THREATS.md', () => {
  const text = textOf('docs/THREATS.md');
  for (const name of runtime)
    assert.ok(text.includes(`\n| \`${name}\` | `), `${name} has no reason`);
});

/** Bundled into the page, which runs in a browser and holds no key. */
const OF_THE_PAGE = ['uplot', 'eventsource-parser'];

test('the functions import nothing else from outside', () => {
  const platforms = /^(node:|@aws-sdk\/|@vercel\/functions|@google-cloud\/|http$|cloudflare:)/;
  const own = /^(functions|wasm|infra)\//;
  const virtual = /^(listing-sync:|#|virtual:)/;
  const found = filesIn(['functions'], ['.js']).flatMap((file) =>
    importsOf(file)
      .filter((name) => !own.test(name) && !platforms.test(name) && !virtual.test(name))
      .filter((name) => !runtime.some((one) => name === one || name.startsWith(`${one}/`)))
      .filter((name) => !file.startsWith('functions/dashboard/') || !OF_THE_PAGE.includes(name))
      .map((name) => `${file} imports ${name}`),
  );
  assert.deepEqual(found, []);
});
