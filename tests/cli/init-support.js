// Shared by the tests of init: the command run in this process, against a stack of real parts.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { main } from '../../infra/cli/main.js';
import { SPREADSHEET_ID } from '../../infra/local/stack.js';

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
 * @param {string[]} args behind `listing-sync init`
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
 */
export async function init(stack, ...args) {
  const streams = { stdout: collector(), stderr: collector() };
  const io = { environment: environmentOf(stack), isTerminal: false };
  const code = await main(['init', ...args], {
    ...io,
    stdout: streams.stdout.stream,
    stderr: streams.stderr.stream,
  });
  return { code, stdout: streams.stdout.text(), stderr: streams.stderr.text() };
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
