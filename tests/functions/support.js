// What the tests of functions/ share: servers on a free port, keys made for one test run, an
// environment that is right in every point, and a core that follows a script.
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

/** @typedef {import('../../wasm/js/protocol.js').Effect} Effect */
/** @typedef {import('../../wasm/js/protocol.js').Event} Event */

/**
 * A server that lives as long as the test.
 * @param {import('node:test').TestContext} t
 * @param {import('node:http').RequestListener} listener
 * @returns {Promise<{ url: string, port: number }>}
 */
export async function serve(t, listener) {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}`, port };
}

/**
 * The whole body of a request that reached a server.
 * @param {import('node:http').IncomingMessage} request
 */
export async function textOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** The address of a port nobody listens on. */
export async function closedAddress() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}

/** A key pair of this test run; Google's keys have this form. */
export const { privateKey: PRIVATE_KEY, publicKey: PUBLIC_KEY } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

/**
 * A key file as Google hands it out.
 * @param {Record<string, unknown>} [changes] undefined leaves a field out
 */
export function keyFile(changes = {}) {
  return {
    type: 'service_account',
    project_id: 'listings',
    private_key_id: 'key-1',
    private_key: PRIVATE_KEY,
    client_email: 'sync@listings.iam.gserviceaccount.com',
    token_uri: 'https://oauth2.googleapis.com/token',
    ...changes,
  };
}

export const API_TOKEN = 'api-token-0123456789';
export const READ_TOKEN = 'read-token-0123456789';
export const SECRET_KEY = 'sb_secret_0123456789abcdef';

/**
 * A complete environment.
 * @param {Record<string, string | undefined>} [changes]
 * @returns {Record<string, string | undefined>}
 */
export function environment(changes = {}) {
  return {
    SUPABASE_URL: 'https://project.supabase.co',
    SUPABASE_SERVICE_ROLE_KEY: SECRET_KEY,
    GOOGLE_SERVICE_ACCOUNT_JSON: JSON.stringify(keyFile()),
    SYNC_API_TOKEN: API_TOKEN,
    SYNC_READ_TOKEN: READ_TOKEN,
    ...changes,
  };
}

/**
 * Stands where the core stands towards the driver and follows a script: for each event the effects
 * given, whatever they are. It is used to see how effects are performed, never what is decided.
 * @param {(event: any, body: Uint8Array | null) => object[]} script
 */
export function scriptedCore(script) {
  /** @type {{ event: any, body: Uint8Array | null }[]} */
  const seen = [];
  let generation = 0;
  return {
    seen,
    /**
     * @param {Event} event
     * @param {Uint8Array | null} [body]
     * @returns {Effect[]}
     */
    step(event, body = null) {
      seen.push({ event, body });
      return /** @type {Effect[]} */ (script(event, body));
    },
    query: () => ({ answer: {}, bytes: null }),
    drop() {
      generation += 1;
    },
    memoryBytes: 0,
    get generation() {
      return generation;
    },
  };
}

/** A mapping of four columns onto the example table; it names no spreadsheet. */
export const MAPPING = new TextEncoder().encode(
  JSON.stringify({
    source: 'property-listings',
    tab: '物件一覧',
    table: 'property_listings',
    key: 'property_number',
    key_pattern: '^AA\\d+$',
    columns: [
      { header: '物件番号', column: 'property_number', type: 'text', required: true },
      { header: '公開', column: 'publication_status', type: 'text', required: true },
      { header: '種別', column: 'property_type', type: 'text', required: true },
      { header: '価格', column: 'price', type: 'integer', unit: 'yen' },
    ],
  }),
);
