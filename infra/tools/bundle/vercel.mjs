// Vercel: one function with the core inside, so that nothing has to be traced, and the page as
// static files with the headers that the function would send with it.
import { PAGE_POLICY } from '../../../functions/app/routes/page.js';
import { SECURITY_HEADERS } from '../../../functions/app/security-headers.js';

/** @param {import('./platforms.mjs').Kit} kit */
export async function bundle({ compile, template, page }) {
  const entry = 'functions/bundles/vercel.js';
  // The whole package takes longer to evaluate than everything of ours.
  const only = {
    '@vercel/functions': { getDeadline: 'deadline.js', waitUntil: 'wait-until.js' },
  };
  const code = await compile({ entry, core: 'base64', runtime: 'node', only });
  const { 'vercel.json': settings, ...others } = template();
  const statics = Object.entries(page).map(([name, bytes]) => [`public/${name}`, bytes]);
  return {
    ...others,
    'vercel.json': withHeaders(settings),
    ...Object.fromEntries(statics),
    'api/listing-sync.js': code,
  };
}

/** @param {Uint8Array} settings vercel.json as written */
function withHeaders(settings) {
  const own = { 'cache-control': 'no-cache', 'content-security-policy': PAGE_POLICY };
  const headers = Object.entries({ ...SECURITY_HEADERS, ...own });
  const rule = {
    source: '/((?!api/).*)',
    headers: headers.map(([key, value]) => ({ key, value })),
  };
  const document = { ...JSON.parse(Buffer.from(settings).toString('utf8')), headers: [rule] };
  return `${JSON.stringify(document, null, 2)}\n`;
}
