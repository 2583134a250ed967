// Reads the environment into one checked, frozen object. Every problem is found before any is told,
// and no message ever repeats a value: it might be a secret in the wrong place.
import { CredentialsError, readServiceAccount } from './credentials.js';
import { isTrustworthy } from './endpoints.js';

/** @typedef {import('../../wasm/js/protocol.js').SyncOptions} SyncOptions */
/** @typedef {import('./credentials.js').ServiceAccount} ServiceAccount */

/**
 * @typedef {object} Configuration
 * @property {{ url: string, serviceKey: string }} supabase `url` without a trailing slash
 * @property {{ endpoint: string, serviceAccount: ServiceAccount }} google
 * @property {string | undefined} spreadsheetId takes the place of the mapping's
 * @property {string | undefined} mapping a path or inline JSON, as given (Node hosts only)
 * @property {{ api: string | undefined, read: string | undefined }} tokens
 * @property {string | undefined} alertWebhookUrl
 * @property {string | undefined} heartbeatUrl
 * @property {number} concurrency sources advanced at once
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
const LEASE_MS = 60_000;
const TIMEOUT_MS = 30_000;
const TOKEN_LENGTH_MIN = 16;

/** @typedef {Record<string, string | undefined>} Environment */

/**
 * Reads docs/CONFIGURATION.md's variables. Blank values count as absent; spaces around a value are
 * dropped. Throws ConfigurationError.
 * @param {Environment} environment
 * @param {{ http?: boolean }} [options] `http: false`: for use as a library, no SYNC_API_TOKEN
 *   needed
 * @returns {Promise<Configuration>}
 */
export async function readConfiguration(environment, { http = true } = {}) {
  const reader = new Reader(environment);
  const configuration = {
    supabase: { url: readSupabaseUrl(reader), serviceKey: readServiceKey(reader) },
    google: {
      endpoint: reader.base('GOOGLE_SHEETS_ENDPOINT', 'https://sheets.googleapis.com'),
      serviceAccount: await readAccount(reader),
    },
    spreadsheetId: readSpreadsheetId(reader),
    mapping: reader.text('SYNC_MAPPING'),
    tokens: readTokens(reader, http),
    alertWebhookUrl: reader.address('SYNC_ALERT_WEBHOOK_URL'),
    heartbeatUrl: reader.address('SYNC_HEARTBEAT_URL'),
    concurrency: reader.integer('SYNC_CONCURRENCY', 2, 1, 16),
    port: reader.integer('PORT', 8787, 0, 65_535),
    options: readOptions(reader),
  };
  if (reader.problems.length > 0) throw new ConfigurationError(reader.problems);
  return Object.freeze(/** @type {Configuration} */ (configuration));
}

/** Hands out values and collects what is wrong with them. */
class Reader {
  /** @type {string[]} */
  problems = [];
  #environment;

  /** @param {Environment} environment */
  constructor(environment) {
    this.#environment = environment;
  }

  /**
   * @param {string} name
   * @returns {string | undefined}
   */
  text(name) {
    return this.#environment[name]?.trim() || undefined;
  }

  /** @param {string} name */
  required(name) {
    const value = this.text(name);
    if (value === undefined) this.fault(name, 'is not set');
    return value;
  }

  /**
   * @param {string} name
   * @param {string} problem
   */
  fault(name, problem) {
    this.problems.push(`${name} ${problem}`);
    return undefined;
  }

  /**
   * @param {string} name
   * @param {number} standard
   * @param {number} min
   * @param {number} max
   */
  integer(name, standard, min, max) {
    const value = this.text(name);
    if (value === undefined) return standard;
    const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
    if (number >= min && number <= max) return number;
    return this.fault(name, `must be a whole number from ${min} to ${max}`);
  }

  /**
   * @param {string} name
   * @param {string} [value]
   * @returns {string | undefined}
   */
  address(name, value = this.text(name)) {
    if (value === undefined) return undefined;
    if (!isTrustworthy(value)) {
      return this.fault(name, 'must be an https address (http only for this machine)');
    }
    const url = new URL(value);
    if (url.username !== '' || url.password !== '') {
      return this.fault(name, 'must not contain a user name or password');
    }
    return url.href;
  }

  /**
   * An address that paths are appended to.
   * @param {string} name
   * @param {string} [standard]
   * @returns {string | undefined} without a trailing slash
   */
  base(name, standard) {
    const address = this.address(name, this.text(name) ?? standard);
    if (address === undefined) return undefined;
    const { origin, pathname, search, hash } = new URL(address);
    if (search !== '' || hash !== '') return this.fault(name, 'must have no query and no fragment');
    return origin + pathname.replace(/\/+$/, '');
  }

  /**
   * A secret that travels in a header.
   * @param {string} name
   * @returns {string | undefined}
   */
  token(name) {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (!/^[\x21-\x7e]+$/.test(value)) {
      return this.fault(name, 'must consist of visible ASCII characters, without spaces');
    }
    if (value.length >= TOKEN_LENGTH_MIN) return value;
    return this.fault(name, `must have at least ${TOKEN_LENGTH_MIN} characters`);
  }
}

/** @param {Reader} reader */
function readSupabaseUrl(reader) {
  const name = 'SUPABASE_URL';
  if (reader.required(name) === undefined) return undefined;
  const base = reader.base(name);
  if (base === undefined || !base.endsWith('/rest/v1')) return base;
  return reader.fault(name, 'must be the address of the project, without /rest/v1');
}

/** @param {Reader} reader */
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

/** @param {Reader} reader */
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

/** @param {Reader} reader */
function readSpreadsheetId(reader) {
  const name = 'SYNC_SPREADSHEET_ID';
  const id = reader.text(name);
  if (id === undefined || /^[\w-]{1,128}$/.test(id)) return id;
  return reader.fault(name, 'must be the id alone: the part between /d/ and /edit of the address');
}

/**
 * @param {Reader} reader
 * @param {boolean} http
 */
function readTokens(reader, http) {
  if (http) reader.required('SYNC_API_TOKEN');
  const api = reader.token('SYNC_API_TOKEN');
  const read = reader.token('SYNC_READ_TOKEN');
  if (api !== undefined && api === read) {
    reader.fault('SYNC_READ_TOKEN', 'must differ from SYNC_API_TOKEN');
  }
  return { api, read };
}

/** @param {Reader} reader */
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
