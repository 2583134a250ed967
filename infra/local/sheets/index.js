// An emulator of the Google Sheets API v4, in memory: the HTTP server, its log, its planned faults.
// What the API means lives in api.js and below.
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { ReadQuota, answerCall, parseCall, wantsPretty } from './api.js';
import { ApiError } from './errors.js';
import { PlannedFaults, plannedAnswer, sendAnswer, waitUnlessLeft } from '../faults.js';
import { encodeJson } from './google-json.js';
import { TokenIssuer, createServiceAccount } from './service-account.js';
import { Spreadsheet } from './spreadsheet.js';

const compress = promisify(gzip);
const TOKEN_BODY_BYTES_MAX = 65_536;
const LOG_LENGTH_MAX = 10_000;

/**
 * @typedef {object} SheetsOptions
 * @property {Record<string, import('./spreadsheet.js').SpreadsheetContent>} spreadsheets by id
 * @property {number} [port] 0: any free one
 * @property {string} [clientEmail] of the service account
 * @property {number | null} [quotaPerMinute] reads a minute (the real one: 60 per user); null: off
 * @property {number} [tokenLifetimeS]
 * @property {() => number} [now] epoch milliseconds: the server's clock
 */

/**
 * @typedef {object} LoggedRequest
 * @property {import('./api.js').RequestKind} kind `token` requests are no reads of the API
 * @property {string} method
 * @property {string} path with the query
 * @property {string[]} ranges
 * @property {number | null} status null: not answered (dropped, or the client left)
 * @property {number} bytes of the body as sent
 * @property {number} durationMs
 */

/**
 * @typedef {object} Sheets
 * @property {string} url what GOOGLE_SHEETS_ENDPOINT would be: http://127.0.0.1:<port>
 * @property {string} tokenUri
 * @property {import('./service-account.js').ServiceAccountKey} serviceAccount a complete key file
 * @property {(id: string) => Spreadsheet} spreadsheet for editing; throws if there is none
 * @property {(id: string, content: import('./spreadsheet.js').SpreadsheetContent) => Spreadsheet
 *   } addSpreadsheet
 * @property {LoggedRequest[]} requests the log, oldest first; empty it with `length = 0`
 * @property {() => Record<import('./api.js').RequestKind | 'reads', number>} counts of the log, by
 *   kind; `reads` is all but `token`
 * @property {(fault: import('../faults.js').Fault) => void} failNext
 * @property {(choose: import('../faults.js').Chooser | null) => void} spoil decides for each request;
 *   null: no longer
 * @property {() => void} clearFaults
 * @property {() => void} revokeTokens every token given so far answers 401
 * @property {(listener: ((call: import('./api.js').Call) => void) | null) => void} beforeEach
 *   called
 *   before each request is answered: the place for an edit between two requests
 * @property {() => Promise<void>} stop
 */

/**
 * @param {SheetsOptions} options
 * @returns {Promise<Sheets>} rejects if the port is in use
 */
export async function startSheets(options) {
  const { port = 0, clientEmail = 'listing-sync@listing-sync-local.iam.gserviceaccount.com' } =
    options;
  const { now = Date.now, quotaPerMinute = null, tokenLifetimeS: lifetimeS } = options;
  const account = await createServiceAccount(clientEmail);
  const emulator = new Emulator({
    issuer: new TokenIssuer(account, { now, lifetimeS }),
    quota: new ReadQuota(quotaPerMinute, now),
  });
  for (const [id, content] of Object.entries(options.spreadsheets)) emulator.add(id, content);

  const server = createServer({ keepAliveTimeout: 60_000 });
  server.on('request', (request, response) => void emulator.serve(request, response));
  const url = `http://127.0.0.1:${await listen(server, port)}`;
  account.token_uri = `${url}/token`;
  return {
    url,
    tokenUri: account.token_uri,
    serviceAccount: account,
    spreadsheet: (id) => emulator.get(id),
    addSpreadsheet: (id, content) => emulator.add(id, content),
    requests: emulator.log,
    counts: () => countKinds(emulator.log),
    failNext: (fault) => emulator.faults.plan(fault),
    spoil: (choose) => emulator.faults.spoil(choose),
    clearFaults: () => emulator.faults.clear(),
    revokeTokens: () => emulator.issuer.revokeAll(),
    beforeEach: (listener) => {
      emulator.listener = listener;
    },
    stop: () => close(server),
  };
}

/** @typedef {import('../faults.js').Answer} Answer */

class Emulator {
  /** @type {Map<string, Spreadsheet>} */
  spreadsheets = new Map();
  /** @type {LoggedRequest[]} */
  log = [];
  faults = new PlannedFaults();
  /** @type {((call: import('./api.js').Call) => void) | null} */
  listener = null;

  /** @param {{ issuer: TokenIssuer, quota: ReadQuota }} parts */
  constructor({ issuer, quota }) {
    this.issuer = issuer;
    this.quota = quota;
  }

  /** @param {string} id */
  get(id) {
    const spreadsheet = this.spreadsheets.get(id);
    if (!spreadsheet) throw new Error(`there is no spreadsheet ${id}`);
    return spreadsheet;
  }

  /** @param {string} id @param {import('./spreadsheet.js').SpreadsheetContent} content */
  add(id, content) {
    const spreadsheet = new Spreadsheet(id, content);
    this.spreadsheets.set(id, spreadsheet);
    return spreadsheet;
  }

  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response
   */
  async serve(request, response) {
    const call = parseCall(request.method ?? 'GET', request.url ?? '/');
    const entry = this.#record(call, request);
    const startedAt = performance.now();
    response.on('close', () => {
      entry.durationMs = performance.now() - startedAt;
    });
    try {
      this.listener?.(call);
      const fault = this.faults.take(call.kind);
      if (fault?.delayMs && !(await waitUnlessLeft(fault.delayMs, response))) return;
      if (fault?.drop) return void response.destroy();
      const answer = (fault && plannedAnswer(fault)) ?? (await this.#answer(call, request));
      entry.status = answer.status;
      entry.bytes = answer.body.length;
      sendAnswer(response, answer, fault);
    } catch (error) {
      // The client left in the middle of its request, or the emulator has a defect: either way
      // there is no answer, and a defect must be seen.
      if (!request.destroyed) console.error('sheets emulator:', error);
      response.destroy();
    }
  }

  /**
   * @param {import('./api.js').Call} call
   * @param {import('node:http').IncomingMessage} request
   * @returns {Promise<Answer>}
   */
  async #answer(call, request) {
    if (call.kind === 'token') {
      const { status, body } = this.issuer.answer(new URLSearchParams(await readBody(request)));
      return jsonAnswer(status, body, true);
    }
    if (call.kind === 'other') return noSuchPage(request);
    const pretty = wantsPretty(call.query);
    try {
      this.issuer.authorize(request.headers.authorization);
      this.quota.take();
      return await zipped(jsonAnswer(200, answerCall(call, this.spreadsheets), pretty), request);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return jsonAnswer(error.code, error.body, pretty, error.headers);
    }
  }

  /** @param {import('./api.js').Call} call @param {import('node:http').IncomingMessage} request */
  #record({ kind, ranges }, { method = 'GET', url: path = '/' }) {
    /** @type {LoggedRequest} */
    const entry = { kind, method, path, ranges, status: null, bytes: 0, durationMs: 0 };
    if (this.log.length >= LOG_LENGTH_MAX) this.log.shift();
    this.log.push(entry);
    return entry;
  }
}

/** @param {LoggedRequest[]} log */
function countKinds(log) {
  const counts = { token: 0, spreadsheet: 0, values: 0, batchGet: 0, other: 0, reads: 0 };
  for (const { kind } of log) {
    counts[kind] += 1;
    if (kind !== 'token') counts.reads += 1;
  }
  return counts;
}

/**
 * @param {number} status
 * @param {unknown} document
 * @param {boolean} pretty
 * @param {Record<string, string>} [headers]
 * @returns {Answer}
 */
function jsonAnswer(status, document, pretty, headers = {}) {
  const body = encodeJson(document, { pretty });
  return {
    status,
    headers: { 'content-type': 'application/json; charset=UTF-8', ...headers },
    body,
  };
}

/** @param {import('node:http').IncomingMessage} request @returns {Answer} */
function noSuchPage({ url }) {
  const path = (url ?? '/').replace(/[<>&"]/g, (c) => `&#${c.charCodeAt(0)};`);
  const page =
    '<!DOCTYPE html>\n<html lang=en>\n  <title>Error 404 (Not Found)!!1</title>\n' +
    `  <p>The requested URL <code>${path}</code> was not found on this server.\n</html>\n`;
  return {
    status: 404,
    headers: { 'content-type': 'text/html; charset=UTF-8' },
    body: Buffer.from(page),
  };
}

/**
 * Google compresses only for clients that also say "gzip" in their user agent (Sheets API guide,
 * "Improve performance").
 *
 * @param {Answer} answer
 * @param {import('node:http').IncomingMessage} request
 */
async function zipped(answer, { headers }) {
  const isWanted = /\bgzip\b/.test(String(headers['accept-encoding'] ?? ''));
  if (!isWanted || !(headers['user-agent'] ?? '').includes('gzip')) return answer;
  const body = await compress(answer.body);
  return { ...answer, headers: { ...answer.headers, 'content-encoding': 'gzip' }, body };
}

/** @param {import('node:http').IncomingMessage} request */
async function readBody(request) {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk;
    if (body.length > TOKEN_BODY_BYTES_MAX) throw new Error('a token request of over 64 KiB');
  }
  return body;
}

/** @param {import('node:http').Server} server @param {number} port @returns {Promise<number>} */
function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const { code } = /** @type {NodeJS.ErrnoException} */ (error);
      reject(code === 'EADDRINUSE' ? new Error(`port ${port} is in use`, { cause: error }) : error);
    });
    server.listen(port, '127.0.0.1', () => {
      resolve(/** @type {import('node:net').AddressInfo} */ (server.address()).port);
    });
  });
}

/** @param {import('node:http').Server} server @returns {Promise<void>} */
function close(server) {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
