// Lambda only: the template deploys what is in the bundle beside it, with variables that exist.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { unzipSync } from 'fflate';
import { PRESETS } from '../../functions/app/budgets.js';
import { buildBundle } from './built.js';

const documented = await readFile(new URL('../../docs/CONFIGURATION.md', import.meta.url), 'utf8');

const { folder, remove } = await buildBundle('lambda');
after(remove);
const template = await readFile(join(folder, 'template.yaml'), 'utf8');

/** @param {string} property of the function */
function valueOf(property) {
  return new RegExp(`^ +${property}: (.+)$`, 'm').exec(template)?.[1];
}

test('its handler is in its zip', async () => {
  const files = unzipSync(await readFile(join(folder, String(valueOf('CodeUri')))));
  const own = Object.keys(files).filter((name) => !/^part-\w+\.mjs$/.test(name));
  assert.deepEqual(own, ['index.mjs', 'core.wasm']);
  assert.equal(valueOf('Handler'), 'index.handler');
  const handler = new TextDecoder().decode(files['index.mjs']);
  assert.match(handler, /export\{\w+ as handler\}/);
  assert.doesNotMatch(handler, /<!doctype html>/, 'each cold start would read the page');
});

test('its memory is the one that the budgets of the platform expect', () => {
  assert.equal(Number(valueOf('MemorySize')), PRESETS.lambda.memory_mb);
});

test('its variables are documented, and none holds a value of its own', () => {
  const block = /^ +Variables:\n((?: {10}.+\n)+)/m.exec(template)?.[1] ?? '';
  const variables = block.trim().split(/\n */);
  assert.ok(variables.length >= 5);
  for (const variable of variables) {
    const [name, value] = variable.split(': ');
    assert.ok(documented.includes(`\`${name}\``), `${name} is not documented`);
    assert.match(value, /^!(Ref|If) /);
  }
});
