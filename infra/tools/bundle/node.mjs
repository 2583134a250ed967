// Node: the server in two parts (the core is there before Node's http is) and core.wasm beside them.
// Nothing is installed.

/** @type {import('./platforms.mjs').BundlePlatform} */
export async function bundle({ compileInParts, template, wasm }) {
  const entry = 'functions/bundles/node.js';
  const server = await compileInParts({ entry, core: 'file', runtime: 'node' }, 'server.mjs');
  return { ...template(), ...server, 'core.wasm': wasm };
}
