// Which view an address means. Addresses are the part after `#`, which no server ever sees.

/** @typedef {{ name: string, path: string[], query: URLSearchParams }} Route */

/**
 * `#/history/<id>?x=1` → history, ['<id>'], x=1. No name: the first view.
 * @param {string} hash
 * @returns {Route}
 */
export function parseRoute(hash) {
  const [path, query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  const [name = '', ...rest] = path.split('/').filter(Boolean).map(decode);
  return { name, path: rest, query: new URLSearchParams(query) };
}

/** @param {string} part */
function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // not written by this page
  }
}
