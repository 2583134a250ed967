// What a packed library must hold, and must not.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

const NEEDED = [
  'package.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'functions/index.js',
  'functions/app/service.js',
  'wasm/js/load-node.js',
  'build/wasm/core.wasm',
  'dist/types/functions/index.d.ts',
  'infra/cli/main.js',
  'docs/CONFIGURATION.md',
  'infra/mappings/property-listings.json',
  'infra/mappings/mapping.schema.json',
  'infra/supabase/migrations/20260101120000_add_sync_tables.sql',
];

/** Folders of the package, each with the one kind of file it may hold. */
const ALLOWED = [
  /^functions\/index\.js$/,
  /^functions\/(app|adapters\/node)\/[\w/-]+\.js$/,
  /^wasm\/js\/[\w-]+\.js$/,
  /^build\/wasm\/core\.wasm$/,
  /^dist\/types\/[\w/-]+\.d\.ts$/,
  /^infra\/cli\/[\w/-]+\.js$/,
  /^infra\/mappings\/[\w.-]+\.json$/,
  /^docs\/[A-Z]+\.md$/,
  /^infra\/supabase\/migrations\/\d+_\w+\.sql$/,
];

/** @param {string[]} files of the tarball */
export function assertWholeLibrary(files) {
  const isAllowed = (/** @type {string} */ file) =>
    NEEDED.includes(file) || ALLOWED.some((pattern) => pattern.test(file));
  const strangers = files.filter((file) => !isAllowed(file));
  assert.deepEqual(strangers, [], 'files that have no business in the package');
  const missing = NEEDED.filter((file) => !files.includes(file));
  assert.deepEqual(missing, [], 'files that are missing');
}

/**
 * Imports of the package's own files that lead nowhere, and packages that are no dependency.
 * @param {string} folder of the installed package
 * @param {string[]} files
 */
export function brokenImports(folder, files) {
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return files
    .filter((file) => file.endsWith('.js'))
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), 'utf8').replace(/^\s*(\*|\/\/).*$/gm, '');
      const imports = [...text.matchAll(/(?:from|^import|\bimport\()\s*'([^']+)'/gm)];
      return imports
        .map(([, name]) => name)
        .filter((name) => !leadsSomewhere(name, file, files, Object.keys(dependencies)))
        .map((name) => `${file} imports ${name}`);
    });
}

/**
 * @param {string} name
 * @param {string} file
 * @param {string[]} files
 * @param {string[]} dependencies
 */
function leadsSomewhere(name, file, files, dependencies) {
  if (name.startsWith('node:')) return true;
  if (name.startsWith('.')) return files.includes(posix.join(posix.dirname(file), name));
  return dependencies.some((own) => name === own || name.startsWith(`${own}/`));
}
