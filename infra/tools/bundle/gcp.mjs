// Google Cloud functions: the buildpack brings the functions framework, nothing else is installed.

/** @param {import('./platforms.mjs').Kit} kit */
export async function bundle({ compileInParts, template, wasm }) {
  const entry = 'functions/bundles/gcp.js';
  const code = await compileInParts({ entry, core: 'file', runtime: 'node' }, 'index.js');
  return { ...template(), ...code, 'core.wasm': wasm };
}
