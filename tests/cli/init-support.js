// Shared by the tests of init: the command run in this process, against a stack of real parts.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { readConfiguration } from '../../functions/app/configuration.js';
import { createGoogleCredentials } from '../../functions/app/credentials.js';
import { createTargets } from '../../functions/app/targets.js';
import { makePlan } from '../../infra/cli/init/plan.js';
import { readSheet } from '../../infra/cli/init/sheet.js';
import { readTable } from '../../infra/cli/init/table.js';
import { main } from '../../infra/cli/main.js';
import { SPREADSHEET_ID } from '../../infra/local/stack.js';
import { loadCore } from '../../wasm/js/load-node.js';

/** @typedef {import('../e2e/support.js').TestStack} TestStack */

/** The variables of the function that init needs. @param {TestStack} stack */
export function environmentOf({ backend, sheets }) {
  return {
    SUPABASE_URL: backend.url,
    SUPABASE_SERVICE_ROLE_KEY: backend.secretKey,
    GOOGLE_SERVICE_ACCOUNT_JSON: JSON.stringify(sheets.serviceAccount),
    GOOGLE_SHEETS_ENDPOINT: sheets.url,
    SYNC_SPREADSHEET_ID: SPREADSHEET_ID,
  };
}

/**
 * @param {TestStack} stack
 * @param {...string} args behind `listing-sync init`
 */
export const init = (stack, ...args) => cli(stack, 'init', ...args);

/**
 * @param {TestStack} stack
 * @param {...string} args behind `listing-sync`
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
 */
export async function cli(stack, ...args) {
  const [stdout, stderr] = [collector(), collector()];
  const streams = { stdout: stdout.stream, stderr: stderr.stream };
  const environment = { ...environmentOf(stack), SYNC_API_TOKEN: stack.token };
  const code = await main(args, { environment, isTerminal: false, ...streams });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

function collector() {
  /** @type {string[]} */
  const parts = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      parts.push(String(chunk));
      done();
    },
  });
  return { stream, text: () => parts.join('') };
}

/** A folder of its own, and a way to read what was written. */
export function createFolder() {
  const path = mkdtempSync(join(tmpdir(), 'listing-sync-init-'));
  return {
    file: (/** @type {string} */ name) => join(path, name),
    read: (/** @type {string} */ name) => JSON.parse(readFileSync(join(path, name), 'utf8')),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/**
 * What init would suggest if it knew nothing but names, comments and samples.
 * @param {TestStack} stack
 * @param {string} name of the table
 */
export async function planWithoutDictionary(stack, name) {
  const configuration = await readConfiguration(environmentOf(stack), { http: false });
  const { serviceAccount } = configuration.google;
  const targets = createTargets(configuration, createGoogleCredentials(serviceAccount));
  const spreadsheetId = SPREADSHEET_ID;
  const where = { targets, clientEmail: '', spreadsheetId, headerRow: 1 };
  const [sheet, { table }] = await Promise.all([
    readSheet(where),
    readTable({ targets, table: name }),
  ]);
  const facts = { module: loadCore(), sheet, table, source: 'bare', spreadsheetId, headerRow: 1 };
  return makePlan({ ...facts, dictionary: [] });
}
