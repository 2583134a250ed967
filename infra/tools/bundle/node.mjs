// Node: the server as one file and core.wasm beside it, nothing to install.

/** @type {import('./platforms.mjs').BundlePlatform} */
export async function bundle({ compile, template, wasm }) {
  const entry = 'functions/bundles/node.js';
  const server = await compile({ entry, core: 'file', runtime: 'node' });
  return { ...template(), 'server.mjs': server, 'core.wasm': wasm };
}
