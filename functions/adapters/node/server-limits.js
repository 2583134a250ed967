// What the HTTP server of Node takes before the application sees anything of it.

/**
 * A request that trickles in is cut off. The application answers headers that are too large: the
 * server's own 431 has no problem document.
 */
export const SERVER_LIMITS = {
  requestTimeout: 30_000,
  headersTimeout: 10_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 32_768,
};
