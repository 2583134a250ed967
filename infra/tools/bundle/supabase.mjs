// Supabase: a project folder for its CLI. The wasm is inlined: files beside a function are silently
// left out where the CLI deploys without Docker.

/** The example's table comes along only where it is written to. */
const EXAMPLE = { table: 'property_listings', migration: /_add_property_listings\.sql$/ };

/** @type {import('./platforms.mjs').BundlePlatform} */
export async function bundle({ compile, template, filesOf, mappings }) {
  const entry = 'functions/bundles/supabase.js';
  const isExample = mappings.some(({ table }) => table === EXAMPLE.table);
  const migrations = Object.entries(filesOf('infra/supabase/migrations'))
    .filter(([name]) => isExample || !EXAMPLE.migration.test(name))
    .map(([name, sql]) => [`supabase/migrations/${name}`, sql]);
  return {
    ...template(),
    ...Object.fromEntries(migrations),
    'supabase/functions/listing-sync/index.js': await compile({
      entry,
      core: 'base64',
      runtime: 'web',
    }),
  };
}
