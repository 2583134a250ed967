// The dashboard: three files, for everybody; what they show needs a token. Where a platform does
// not let HTML through, its address.
import { compress } from 'hono/compress';
import { RETAINED_304_HEADERS, etag } from 'hono/etag';
import { NOT_FOUND, problemResponse } from '../problem.js';

/**
 * The built page (infra/tools/dashboard.mjs), as texts.
 * @typedef {{ html: string, js: string, css: string }} Page
 */

/**
 * Called when somebody asks for the page: most cold starts are a sync's, which never shows it.
 * @typedef {() => Page | Promise<Page>} LoadPage
 */

const READ = 'GET, HEAD';

/** What 304 says takes the place of what a browser has kept: it needs the page's own policy. */
const RETAINED = [...RETAINED_304_HEADERS, 'content-security-policy'];

/** @type {Record<string, string>} */
export const PAGE_METHODS = { '/': READ, '/dashboard.js': READ, '/dashboard.css': READ };

/** Nothing from anywhere else, nothing inline, and no text may become markup or script. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/**
 * @param {import('./routing.js').Routing} routing
 * @param {LoadPage | undefined} loadPage
 * @param {{ compresses: boolean }} options whether nobody in front of us does it
 */
export function mountPage({ app, configuration }, loadPage, { compresses }) {
  if (loadPage === undefined) {
    const dashboard = configuration.dashboardUrl ?? null;
    app.get('/', (context) => context.json({ name: 'Listing Sync', dashboard }));
    for (const path of ['/dashboard.js', '/dashboard.css']) {
      app.all(path, () => problemResponse(NOT_FOUND));
    }
    return;
  }
  const files = /** @type {const} */ ([
    { path: '/', type: 'text/html', part: 'html' },
    { path: '/dashboard.js', type: 'text/javascript', part: 'js' },
    { path: '/dashboard.css', type: 'text/css', part: 'css' },
  ]);
  for (const { path, type, part } of files) {
    if (compresses) app.get(path, compress());
    app.get(path, etag({ retainedHeaders: RETAINED }), async (context) =>
      context.body((await loadPage())[part], 200, {
        'content-type': `${type}; charset=utf-8`,
        'cache-control': 'no-cache',
        'content-security-policy': PAGE_POLICY,
      }),
    );
  }
}
