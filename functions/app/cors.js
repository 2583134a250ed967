// Which pages of other origins may call from a browser (Fetch standard, CORS protocol): those on
// the list and no other. Tokens travel in a header, so cookies and other credentials are never
// allowed.

const MAX_AGE_S = 600;
const REQUEST_HEADERS = 'authorization, content-type, if-none-match, last-event-id';
const RESPONSE_HEADERS = 'date, etag, retry-after, www-authenticate';

/**
 * Adds its headers to whatever the answer is. A preflight is an OPTIONS request like any other: its
 * path answers it, and says by `allow` which methods there are.
 * @param {string[]} origins as a browser sends them; where there are none, no answer says a word
 *   of CORS
 * @returns {import('hono').MiddlewareHandler<any>}
 */
export function createCors(origins) {
  const allowed = new Set(origins);
  return async (context, next) => {
    await next();
    if (allowed.size === 0) return;
    // Also where the origin is not allowed: a cache must not give one origin another's answer.
    context.header('vary', 'Origin', { append: true });
    const origin = context.req.header('origin') ?? '';
    if (!allowed.has(origin)) return;
    context.header('access-control-allow-origin', origin);
    if (isPreflight(context.req.raw)) allow(context);
    else context.header('access-control-expose-headers', RESPONSE_HEADERS);
  };
}

/** @param {Request} request */
const isPreflight = ({ method, headers }) =>
  method === 'OPTIONS' && headers.has('access-control-request-method');

/** @param {import('hono').Context} context whose answer to OPTIONS is made */
function allow(context) {
  const methods = context.res.headers.get('allow');
  if (methods !== null) context.header('access-control-allow-methods', methods);
  context.header('access-control-allow-headers', REQUEST_HEADERS);
  context.header('access-control-max-age', String(MAX_AGE_S));
}
