// The page on a host with files: as the build has made it, beside the core.
import { readFileSync } from 'node:fs';

/** @typedef {{ html: string, js: string, css: string }} Page */

const FOLDER = new URL('../../../build/dashboard/', import.meta.url);

/**
 * Throws where it has not been built (`npm run build:wasm`).
 * @returns {Page}
 */
export function readPage() {
  const [html, js, css] = ['index.html', 'dashboard.js', 'dashboard.css'].map((name) =>
    readFileSync(new URL(name, FOLDER), 'utf8'),
  );
  return { html, js, css };
}
