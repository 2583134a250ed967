// Google Cloud functions: the buildpack brings the functions framework, nothing else is installed.

/** @param {import('./platforms.mjs').Kit} kit */
export async function bundle({ compile, template, wasm }) {
  const entry = 'functions/bundles/gcp.js';
  const code = await compile({ entry, core: 'file', runtime: 'node' });
  return { ...template(), 'index.js': code, 'core.wasm': wasm };
}
