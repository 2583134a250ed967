// Everything the sync needs, running on this machine: a database, a sheet and the HTTP function.
// Each
// of the two services is the real one where the environment names it. Used by `npm start`, the
// end-to-end tests and the benchmarks.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readMappings } from '../../functions/adapters/node/mapping-files.js';
import { readPage } from '../../functions/adapters/node/page-files.js';
import { startServer } from '../../functions/adapters/node.js';
import { findMappings } from '../../functions/app/boot.js';
import { readConfiguration } from '../../functions/app/configuration.js';
import { loadCore } from '../../wasm/js/load-node.js';
import { startBackend, supabaseMigrations } from './backend/index.js';
import { readCsvSheet } from './csv.js';
import { generateListings } from './generator/index.js';
import { startSheets } from './sheets/index.js';

/** @typedef {import('./generator/types.js').SheetTab} SheetTab */
/** @typedef {Record<string, string | undefined>} Environment */

export const EXAMPLE_MAPPING = new URL('../mappings/property-listings.json', import.meta.url);
export const SPREADSHEET_ID = 'local-spreadsheet';

/**
 * @typedef {object} StackOptions
 * @property {number} [rows] @property {number} [seed] @property {string | null} [csv]
 * @property {SheetTab} [tab] a sheet made by the caller
 * @property {number} [port] 0: any free one
 * @property {Environment} [environment] of the function; the process's own by default
 * @property {Record<string, string | number>} [postgresSettings]
 * @property {boolean} [durable]
 * @property {string | Uint8Array} [mapping] the mapping file's content
 * @property {import('../../functions/app/log.js').Log} [log]
 * @property {(what: string) => void} [onStep] told what is being started
 */

/**
 * @typedef {object} Stack
 * @property {string} url of the HTTP function
 * @property {string} token its SYNC_API_TOKEN
 * @property {import('../../functions/app/configuration.js').Configuration} configuration
 * @property {Uint8Array} mapping
 * @property {import('./backend/index.js').Backend | null} backend null: the real Supabase
 * @property {import('./sheets/index.js').Sheets | null} sheets null: the real Google Sheets
 * @property {import('./generator/types.js').Truth | null} truth what the table must come to hold
 * @property {() => Promise<void>} stop
 */

/**
 * Starts what is missing. Throws ConfigurationError for a configuration or port that cannot be
 * used;
 * what was started before is stopped then.
 * @param {StackOptions} [options]
 * @returns {Promise<Stack>}
 */
export async function startStack(options = {}) {
  const environment = { ...(options.environment ?? process.env) };
  /** @type {(() => Promise<unknown>)[]} */
  const started = [];
  const stop = async () => {
    for (const end of started.splice(0).reverse()) await end();
  };
  try {
    return { ...(await start(options, environment, started)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * @param {StackOptions} options
 * @param {Environment} environment
 * @param {(() => Promise<unknown>)[]} started
 * @returns {Promise<Omit<Stack, 'stop'>>}
 */
async function start(options, environment, started) {
  refuseMixture(environment);
  const onStep = options.onStep ?? (() => {});
  const mappings = mappingFiles(options, environment);
  const [mapping] = mappings;
  const sheet = environment.GOOGLE_SERVICE_ACCOUNT_JSON
    ? null
    : makeSheet(options, mapping, onStep);
  const backend = environment.SUPABASE_URL ? null : await startDatabase(options, started, onStep);
  if (backend) {
    environment.SUPABASE_URL = backend.url;
    environment.SUPABASE_SERVICE_ROLE_KEY = backend.secretKey;
  }
  const sheets = sheet && (await startSpreadsheet(sheet.tab, started, onStep));
  if (sheets) {
    environment.GOOGLE_SERVICE_ACCOUNT_JSON = JSON.stringify(sheets.serviceAccount);
    environment.GOOGLE_SHEETS_ENDPOINT = sheets.url;
    environment.SYNC_SPREADSHEET_ID = SPREADSHEET_ID;
  }
  environment.SYNC_API_TOKEN ??= randomBytes(24).toString('base64url');
  if (options.port !== undefined) environment.PORT = String(options.port);
  const configuration = await readConfiguration(environment);
  onStep('the HTTP function and the dashboard');
  const module = loadCore();
  const { log } = options;
  const page = readPage();
  const server = await startServer({ module, configuration, mappings, log, loadPage: () => page });
  started.push(() => server.close({ graceMs: 2000 }));
  const token = environment.SYNC_API_TOKEN;
  const truth = sheet?.truth ?? null;
  return { url: server.url, token, configuration, mapping, backend, sheets, truth };
}

/**
 * An invented sheet must never reach a real table.
 * @param {Environment} environment
 */
function refuseMixture(environment) {
  if (!environment.SUPABASE_URL || environment.GOOGLE_SERVICE_ACCOUNT_JSON) return;
  throw new Error(
    'SUPABASE_URL is set but GOOGLE_SERVICE_ACCOUNT_JSON is not: generated listings are never ' +
      'written into a real Supabase project. Set both, or unset SUPABASE_URL.',
  );
}

/**
 * @param {StackOptions} options
 * @param {Environment} environment
 * @returns {Uint8Array[]} one for each source; an invented sheet is made for one
 */
function mappingFiles({ mapping }, environment) {
  if (mapping !== undefined) {
    return [typeof mapping === 'string' ? new TextEncoder().encode(mapping) : mapping];
  }
  const standard = { mappings: [readFileSync(EXAMPLE_MAPPING, 'utf8')], readMappings };
  const found = findMappings(environment.SYNC_MAPPING?.trim() || undefined, standard);
  if (found.length === 0) throw new Error('SYNC_MAPPING holds no mapping');
  if (found.length > 1 && !environment.GOOGLE_SERVICE_ACCOUNT_JSON) {
    throw new Error('several mappings need a real sheet: set GOOGLE_SERVICE_ACCOUNT_JSON');
  }
  return found;
}

/**
 * @param {StackOptions} options
 * @param {Uint8Array} mappingFile
 * @param {(what: string) => void} onStep
 * @returns {{ tab: SheetTab, truth: import('./generator/types.js').Truth | null }}
 */
function makeSheet(options, mappingFile, onStep) {
  const { rows = 1000, seed = 1, csv, tab } = options;
  if (tab) return { tab, truth: null };
  const mapping = JSON.parse(new TextDecoder().decode(mappingFile));
  if (csv) {
    onStep(`the sheet in ${csv}`);
    return { tab: csvTab(mapping.tab, readCsvSheet(csv)), truth: null };
  }
  onStep(`a sheet of ${rows} generated listings`);
  return generateListings({ rows, seed, mapping });
}

/**
 * @param {string} title
 * @param {(string | number | boolean)[][]} rows
 * @returns {SheetTab}
 */
function csvTab(title, rows) {
  const columnCount = Math.max(1, ...rows.map((row) => row.length));
  return { title, rows, rowCount: Math.max(1, rows.length), columnCount };
}

/**
 * @param {StackOptions} options
 * @param {(() => Promise<unknown>)[]} started
 * @param {(what: string) => void} onStep
 */
async function startDatabase({ postgresSettings, durable }, started, onStep) {
  onStep('PostgreSQL and PostgREST');
  const migrations = await supabaseMigrations();
  const backend = await startBackend({ migrations, postgresSettings, durable });
  started.push(backend.stop);
  return backend;
}

/**
 * @param {SheetTab} tab
 * @param {(() => Promise<unknown>)[]} started
 * @param {(what: string) => void} onStep
 */
async function startSpreadsheet(tab, started, onStep) {
  onStep('the Sheets emulator');
  const content = { title: '物件', locale: 'ja_JP', timeZone: 'Asia/Tokyo', tabs: [tab] };
  const sheets = await startSheets({ spreadsheets: { [SPREADSHEET_ID]: content } });
  started.push(sheets.stop);
  return sheets;
}
