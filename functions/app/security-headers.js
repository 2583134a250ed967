// What every answer carries, errors included: nothing of it may be kept, framed, guessed at or run.
// An answer that is made outside the application takes SECURITY_HEADERS itself.

export const SECURITY_HEADERS = Object.freeze({
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  // Subdomains are not ours to decide on: a function may stand on a domain that is shared.
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
});

/** @type {import('hono').MiddlewareHandler<any>} */
export async function securityHeaders(context, next) {
  await next();
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
    // The dashboard's files say themselves what they may do and how long they may be kept.
    if (!context.res.headers.has(name)) context.header(name, value);
  }
}
