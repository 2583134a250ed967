// Cloudflare Workers: core.wasm is a module of its own, because nothing may be compiled from bytes
// there.

/** @type {import('./platforms.mjs').BundlePlatform} */
export async function bundle({ compile, template, wasm }) {
  const entry = 'functions/bundles/cloudflare.js';
  const worker = await compile({ entry, core: 'module', runtime: 'web' });
  return { ...template(), 'worker.js': worker, 'core.wasm': wasm };
}
