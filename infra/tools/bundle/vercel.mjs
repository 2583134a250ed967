// Vercel: one function with the core inside, so that nothing has to be traced.

/** @param {import('./platforms.mjs').Kit} kit */
export async function bundle({ compile, template }) {
  const entry = 'functions/bundles/vercel.js';
  // The whole package takes longer to evaluate than everything of ours.
  const only = {
    '@vercel/functions': { getDeadline: 'deadline.js', waitUntil: 'wait-until.js' },
  };
  const code = await compile({ entry, core: 'base64', runtime: 'node', only });
  return { ...template(), 'api/listing-sync.js': code };
}
