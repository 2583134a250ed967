// Vercel: one function with the core inside, so that nothing has to be traced.

/** @param {import('./platforms.mjs').Kit} kit */
export async function bundle({ compile, template }) {
  const entry = 'functions/bundles/vercel.js';
  // Loaded by a part of @vercel/functions that nothing here calls.
  const external = ['ws'];
  const code = await compile({ entry, core: 'base64', runtime: 'node', external });
  return { ...template(), 'api/listing-sync.js': code };
}
