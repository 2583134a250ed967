// What a packed library must hold, and must not.
import assert from 'node:assert/strict';

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
  'infra/mappings/property-listings.json',
  'infra/mappings/mapping.schema.json',
  'infra/supabase/migrations/20260101120000_add_sync_tables.sql',
];

const ALLOWED =
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|functions\/(index|app\/[\w/-]+)\.js|wasm\/js\/[\w-]+\.js|build\/wasm\/core\.wasm|dist\/types\/[\w/-]+\.d\.ts|infra\/cli\/[\w/-]+\.js|infra\/mappings\/[\w.-]+\.json|infra\/supabase\/migrations\/\d+_\w+\.sql)$/;

/** @param {string[]} files of the tarball */
export function assertWholeLibrary(files) {
  assert.deepEqual(
    files.filter((file) => !ALLOWED.test(file)),
    [],
    'files that have no business in the package',
  );
  assert.deepEqual(
    NEEDED.filter((file) => !files.includes(file)),
    [],
    'files that are missing',
  );
}
