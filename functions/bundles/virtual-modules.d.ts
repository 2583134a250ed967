// What the entries of bundles import besides files; the build makes it (infra/tools/bundle/).

declare module 'listing-sync:core' {
  /** core.wasm as the platform can have it: compiled, as bytes, or as base64 text. */
  const core: WebAssembly.Module | Uint8Array | string;
  export default core;
}

declare module 'listing-sync:mappings' {
  /** The mapping files, as they were written. */
  const mappings: string[];
  export default mappings;
}

declare module 'listing-sync:page' {
  /** The dashboard, as built. */
  export const html: string, js: string, css: string;
}
