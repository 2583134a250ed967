// What the tests of the commands share: the program in this process with streams that can be read,
// the real stack with both ways to it, and the schemas its JSON is held to.
import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { openapiDocument } from '../../functions/app/openapi/document.js';
import { main } from '../../infra/cli/main.js';
import { EXAMPLE_MAPPING } from '../../infra/local/stack.js';
import { fileURLToPath } from 'node:url';
import { startTestStack } from '../e2e/support.js';

/** @typedef {Record<string, string | undefined>} Environment */
/** @typedef {{ code: number, stdout: string, stderr: string }} Told */

/**
 * A stream that remembers; `columns` makes it a terminal.
 * @param {number} [columns]
 */
export function memoryStream(columns) {
  const stream = Object.assign(
    new Writable({
      write(chunk, _encoding, done) {
        stream.text += chunk;
        done();
      },
    }),
    { text: '', ...(columns && { columns, isTTY: true }) },
  );
  return stream;
}

/**
 * `listing-sync` in this process.
 * @param {string[]} args
 * @param {Environment} [environment]
 * @param {{ columns?: number, stdin?: NodeJS.ReadableStream }} [options] columns: on a terminal
 * @returns {Promise<Told>}
 */
export async function call(args, environment = {}, { columns, stdin } = {}) {
  const [stdout, stderr] = [memoryStream(columns), memoryStream(columns)];
  const io = { environment, stdin, stdout, stderr, isTerminal: columns !== undefined };
  const code = await main(args, io);
  return { code, stdout: stdout.text, stderr: stderr.text };
}

/**
 * The real thing with 60 generated listings, and the two environments that lead to it.
 * @param {import('../../infra/local/stack.js').StackOptions} [options]
 */
export async function startCliStack(options = {}) {
  const stack = await startTestStack({ rows: 60, ...options });
  const remote = { SYNC_URL: stack.url, SYNC_API_TOKEN: stack.token };
  const { backend, sheets } = stack;
  const local = {
    SUPABASE_URL: backend.url,
    SUPABASE_SERVICE_ROLE_KEY: backend.secretKey,
    GOOGLE_SERVICE_ACCOUNT_JSON: JSON.stringify(sheets.serviceAccount),
    GOOGLE_SHEETS_ENDPOINT: sheets.url,
    SYNC_SPREADSHEET_ID: stack.configuration.spreadsheetId,
    SYNC_MAPPING: fileURLToPath(EXAMPLE_MAPPING),
    SYNC_RATE_LIMIT: '1000',
    SYNC_RETRY_DELAY: '5',
  };
  return { stack, remote, local };
}

/** @typedef {Awaited<ReturnType<typeof startCliStack>>} CliStack */

const specification = /** @type {any} */ (openapiDocument());
const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
ajv.addSchema(specification, 'openapi');

/**
 * Holds a document to the schema of this name.
 * @param {string} name of the OpenAPI document
 * @param {unknown} document
 */
export function assertSchema(name, document) {
  const validate = ajv.getSchema(`openapi#/components/schemas/${name}`);
  assert.ok(validate, name);
  const isValid = validate(document);
  assert.ok(isValid, `${name}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(document)}`);
}

/**
 * The only line of what was told, as JSON.
 * @param {string} text
 * @returns {any}
 */
export function onlyJson(text) {
  assert.match(text, /^[^\n]+\n$/, 'one line');
  return JSON.parse(text);
}

/** @param {string} text JSON lines @returns {any[]} */
export const jsonLines = (text) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
