// What the security tests share: the application with every guard, on whatever it is given to talk
// to, and everything it wrote and asked for.
import { createApp } from '../../functions/app/app.js';
import { readConfiguration } from '../../functions/app/configuration.js';
import { createLog } from '../../functions/app/log.js';
import { loadCore } from '../../wasm/js/load-node.js';
import { API_TOKEN, MAPPING, closedAddress, environment, keyFile } from './support.js';

export const ROOT = '/api/sync/property-listings';
export const SYNC_ID = '6d3c3f7e-58a4-4d0c-9d93-0a6b0f4a3f0e';
export const CRON_SECRET = 'cron-secret-0123456789';

const module = loadCore();

/**
 * @param {object} [options]
 * @param {Record<string, string | undefined>} [options.variables] that differ from a good
 *   environment whose services do not answer
 * @param {Uint8Array} [options.mapping]
 * @param {import('../../functions/app/log.js').LogLine['level']} [options.level]
 */
export async function startApp({ variables = {}, mapping = MAPPING, level = 'info' } = {}) {
  const url = await closedAddress();
  const configuration = await readConfiguration(
    environment({
      SUPABASE_URL: url,
      GOOGLE_SHEETS_ENDPOINT: url,
      GOOGLE_SERVICE_ACCOUNT_JSON: JSON.stringify(keyFile({ token_uri: `${url}/token` })),
      SYNC_SPREADSHEET_ID: 'sheet',
      SYNC_RETRY_DELAY: '1',
      CRON_SECRET,
      ...variables,
    }),
  );
  /** @type {string[]} */
  const written = [];
  /** @type {Promise<unknown>[]} */
  const working = [];
  /** @type {{ url: string, headers: Headers, redirect: string | undefined }[]} */
  const asked = [];
  const app = createApp({
    module,
    configuration,
    mappings: [mapping],
    log: createLog({ write: (line) => void written.push(line), level }),
    waitUntil: (work) => void working.push(work),
    fetch: (input, init) => {
      const headers = new Headers(init?.headers);
      asked.push({ url: String(input), headers, redirect: init?.redirect });
      return fetch(input, init);
    },
  });
  return {
    app,
    configuration,
    written,
    asked,
    /** Waits for the work that goes on after an answer. */
    settled: () => Promise.all(working.splice(0)),
    /**
     * @param {string} path
     * @param {RequestInit & { token?: string | null }} [options]
     */
    call: (path, { token = API_TOKEN, ...init } = {}) => {
      const headers = new Headers(init.headers);
      if (token !== null) headers.set('authorization', `Bearer ${token}`);
      return app.fetch(new Request(`https://function.example${path}`, { ...init, headers }));
    },
  };
}
