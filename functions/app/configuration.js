// Reads the environment into one checked, frozen object. Every problem is found before any is told,
// and no message ever repeats a value: it might be a secret in the wrong place.
import { FORMATS, LANGUAGES } from './alerts/event.js';
import { signingKey } from './alerts/signature.js';
import { TICK_REQUESTS_MIN } from './budgets.js';
import { CredentialsError, readServiceAccount } from './credentials.js';
import { EnvironmentReader } from './environment.js';

/** @typedef {import('../../wasm/js/protocol.js').SyncOptions} SyncOptions */
/** @typedef {import('../../wasm/js/protocol.js').Budgets} Budgets */
/** @typedef {import('./credentials.js').ServiceAccount} ServiceAccount */

/**
 * @typedef {object} Configuration
 * @property {{ url: string, serviceKey: string }} supabase `url` without a trailing slash
 * @property {{ endpoint: string, serviceAccount: ServiceAccount }} google
 * @property {string | undefined} spreadsheetId takes the place of the mapping's
 * @property {string | undefined} mapping inline JSON, or a path (Node hosts only), as given
 * @property {import('./authorization.js').Tokens} tokens
 * @property {string[]} corsOrigins web origins that may call from a browser
 * @property {string | undefined} selfUrl where this function can call itself
 * @property {string | undefined} alertWebhookUrl
 * @property {import('./alerts/index.js').AlertConfiguration} alerts
 * @property {string | undefined} dashboardUrl where people look
 * @property {string | undefined} heartbeatUrl
 * @property {number} concurrency sources advanced at once
 * @property {number} intervalMs between two full runs of a source; 0: each tick opens one
 * @property {number} keepDays how long ended runs and resolved entries are kept
 * @property {Budgets} budgets of one function call, where the platform's are not wanted
 * @property {number} port
 * @property {SyncOptions} options for the core
 */

/** Everything that is wrong with the configuration, in one message and as a list. */
export class ConfigurationError extends Error {
  /** @param {string[]} problems */
  constructor(problems) {
    super(['The configuration is not usable:', ...problems].join('\n  - '));
    this.name = 'ConfigurationError';
    this.problems = problems;
  }
}

/** Not in the environment: nothing a user would tune, see ARCHITECTURE.md. */
const MINUTE_MS = 60_000;
const LEASE_MS = 60_000;
const TIMEOUT_MS = 30_000;

/**
 * Reads docs/CONFIGURATION.md's variables. Blank values count as absent; spaces around a value are
 * dropped. Throws ConfigurationError.
 * @param {import('./environment.js').Environment} environment
 * @param {{ http?: boolean }} [options] `http: false`: for use as a library, no SYNC_API_TOKEN
 *   needed
 * @returns {Promise<Configuration>}
 */
export async function readConfiguration(environment, { http = true } = {}) {
  const reader = new EnvironmentReader(environment);
  const configuration = {
    supabase: { url: readSupabaseUrl(reader), serviceKey: readServiceKey(reader) },
    google: {
      endpoint: reader.base('GOOGLE_SHEETS_ENDPOINT', 'https://sheets.googleapis.com'),
      serviceAccount: await readAccount(reader),
    },
    spreadsheetId: readSpreadsheetId(reader),
    mapping: reader.text('SYNC_MAPPING'),
    tokens: readTokens(reader, http),
    corsOrigins: reader.origins('SYNC_CORS_ORIGINS'),
    selfUrl: reader.base('SYNC_SELF_URL'),
    alertWebhookUrl: reader.address('SYNC_ALERT_WEBHOOK_URL'),
    alerts: readAlerts(reader),
    dashboardUrl: reader.address('SYNC_DASHBOARD_URL'),
    heartbeatUrl: reader.address('SYNC_HEARTBEAT_URL'),
    concurrency: reader.integer('SYNC_CONCURRENCY', 2, 1, 16),
    intervalMs: MINUTE_MS * Number(reader.integer('SYNC_INTERVAL', 5, 0, 1440)),
    keepDays: reader.integer('SYNC_KEEP_DAYS', 90, 1, 3650),
    budgets: readBudgets(reader),
    port: reader.integer('PORT', 8787, 0, 65_535),
    options: readOptions(reader),
  };
  if (reader.problems.length > 0) throw new ConfigurationError(reader.problems);
  return Object.freeze(/** @type {Configuration} */ (configuration));
}

/** @param {EnvironmentReader} reader */
function readSupabaseUrl(reader) {
  const name = 'SUPABASE_URL';
  if (reader.required(name) === undefined) return undefined;
  const base = reader.base(name);
  if (base === undefined || !base.endsWith('/rest/v1')) return base;
  return reader.fault(name, 'must be the address of the project, without /rest/v1');
}

/** @param {EnvironmentReader} reader */
function readServiceKey(reader) {
  const name = 'SUPABASE_SERVICE_ROLE_KEY';
  const key = reader.required(name);
  if (key === undefined) return undefined;
  if (/^sb_secret_[\x21-\x7e]+$/.test(key)) return key;
  if (key.startsWith('sb_publishable_')) {
    return reader.fault(name, 'is a publishable key; the secret key (sb_secret_…) is needed');
  }
  if (!/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(key)) {
    return reader.fault(name, 'is neither a JWT nor a key that begins with sb_secret_');
  }
  if (!/^(anon|authenticated)$/.test(roleOf(key))) return key;
  return reader.fault(name, `is the key of role ${roleOf(key)}; that of service_role is needed`);
}

/**
 * @param {string} jwt
 * @returns {string} blank where the claims cannot be read: the server has the last word on them
 */
function roleOf(jwt) {
  try {
    const claims = atob(jwt.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'));
    return String(JSON.parse(claims).role ?? '');
  } catch {
    return '';
  }
}

/** @param {EnvironmentReader} reader */
async function readAccount(reader) {
  const name = 'GOOGLE_SERVICE_ACCOUNT_JSON';
  const text = reader.required(name);
  if (text === undefined) return undefined;
  try {
    return await readServiceAccount(text);
  } catch (error) {
    if (!(error instanceof CredentialsError)) throw error;
    return reader.fault(name, `is not a usable service-account key: ${error.message}`);
  }
}

/** @param {EnvironmentReader} reader */
function readSpreadsheetId(reader) {
  const name = 'SYNC_SPREADSHEET_ID';
  const id = reader.text(name);
  if (id === undefined || /^[\w-]{1,128}$/.test(id)) return id;
  return reader.fault(name, 'must be the id alone: the part between /d/ and /edit of the address');
}

/**
 * @param {EnvironmentReader} reader
 * @param {boolean} http
 */
function readTokens(reader, http) {
  if (http) reader.required('SYNC_API_TOKEN');
  const api = reader.token('SYNC_API_TOKEN');
  const read = reader.token('SYNC_READ_TOKEN');
  const cron = reader.token('CRON_SECRET');
  const mayNotBe = (/** @type {string} */ name, /** @type {string} */ other) =>
    reader.fault(name, `must differ from ${other}`);
  if (api !== undefined && api === read) mayNotBe('SYNC_READ_TOKEN', 'SYNC_API_TOKEN');
  if (cron !== undefined && cron === api) mayNotBe('CRON_SECRET', 'SYNC_API_TOKEN');
  if (cron !== undefined && cron === read) mayNotBe('CRON_SECRET', 'SYNC_READ_TOKEN');
  const serviceKey = 'SUPABASE_SERVICE_ROLE_KEY'; // goes to the database, and to nobody who calls
  const given = Object.entries({ SYNC_API_TOKEN: api, SYNC_READ_TOKEN: read, CRON_SECRET: cron });
  for (const [name, token] of given) {
    if (token !== undefined && token === reader.text(serviceKey)) mayNotBe(name, serviceKey);
  }
  return { api, read, cron };
}

/** @param {EnvironmentReader} reader */
function readAlerts(reader) {
  return {
    format: reader.choice('SYNC_ALERT_FORMAT', FORMATS),
    key: readAlertKey(reader),
    language: reader.choice('SYNC_ALERT_LANGUAGE', LANGUAGES) ?? 'en',
    rules: readAlertRules(reader),
  };
}

/** @param {EnvironmentReader} reader */
function readAlertKey(reader) {
  const name = 'SYNC_ALERT_WEBHOOK_SECRET';
  const secret = reader.token(name);
  if (secret === undefined) return undefined;
  return (
    signingKey(secret) ?? reader.fault(name, 'must be base64 of 16 bytes or more after whsec_')
  );
}

/**
 * Only what is set: the core has the defaults.
 * @param {EnvironmentReader} reader
 */
function readAlertRules(reader) {
  const percent = (/** @type {string} */ name) => reader.integer(name, undefined, 0, 100);
  const minutes = reader.integer('SYNC_ALERT_SILENT_MINUTES', undefined, 0, 10_080);
  return withoutAbsent({
    silent_ms: minutes === undefined ? undefined : minutes * MINUTE_MS,
    failures: reader.integer('SYNC_ALERT_FAILURES', undefined, 0, 100),
    error_percent: percent('SYNC_ALERT_ERROR_PERCENT'),
    held: reader.integer('SYNC_ALERT_HELD', undefined, 0, 1_000_000),
    change_percent: percent('SYNC_ALERT_CHANGE_PERCENT'),
    missing_percent: percent('SYNC_ALERT_MISSING_PERCENT'),
  });
}

/**
 * @template {Record<string, number | undefined>} T
 * @param {T} given
 * @returns {{ [K in keyof T]?: number }}
 */
function withoutAbsent(given) {
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  return /** @type {{ [K in keyof T]?: number }} */ (Object.fromEntries(present));
}

/**
 * Only what is set: the platform's own budgets hold for the rest.
 * @param {EnvironmentReader} reader
 * @returns {Budgets}
 */
function readBudgets(reader) {
  const seconds = reader.integer('SYNC_BUDGET_SECONDS', undefined, 5, 86_400);
  const given = {
    wall_ms: seconds === undefined ? undefined : seconds * 1000,
    requests: reader.integer('SYNC_BUDGET_REQUESTS', undefined, TICK_REQUESTS_MIN, 1_000_000),
    rows: reader.integer('SYNC_BUDGET_ROWS', undefined, 1, 100_000_000),
    memory_mb: reader.integer('SYNC_MEMORY_MB', undefined, 64, 65_536),
  };
  return withoutAbsent(given);
}

/** @param {EnvironmentReader} reader */
function readOptions(reader) {
  return {
    batch_size: reader.integer('SYNC_BATCH_SIZE', 500, 1, 1000),
    rate_limit: reader.integer('SYNC_RATE_LIMIT', 10, 1, 1000),
    sheets_rate_limit: reader.integer('SYNC_SHEETS_RATE_LIMIT', 50, 1, 100_000),
    retry_attempts: reader.integer('SYNC_RETRY_ATTEMPTS', 3, 1, 20),
    retry_delay_ms: reader.integer('SYNC_RETRY_DELAY', 1000, 1, 60_000),
    breaker_threshold: reader.integer('SYNC_CIRCUIT_BREAKER_THRESHOLD', 5, 1, 1000),
    breaker_timeout_ms: reader.integer('SYNC_CIRCUIT_BREAKER_TIMEOUT', 60_000, 1, 86_400_000),
    lease_ms: LEASE_MS,
    timeout_ms: TIMEOUT_MS,
  };
}
