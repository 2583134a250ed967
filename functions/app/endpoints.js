// Which addresses may be spoken to: https everywhere, plain http on this machine only.

/**
 * Whether credentials may be sent to an address: it is https, or http to a loopback host.
 * @param {string} address
 */
export function isTrustworthy(address) {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

/** @param {string} hostname as URL gives it */
function isLoopback(hostname) {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
