// What the tests of the commands share: the program in this process with streams that can be read,
// as a process of its own, and on a terminal; the real stack with both ways to it; doors and
// strangers in front of it; and the schemas its JSON is held to.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { openapiDocument } from '../../functions/app/openapi/document.js';
import { VERSION } from '../../functions/app/version.js';
import { main } from '../../infra/cli/main.js';
import { EXAMPLE_MAPPING, SPREADSHEET_ID } from '../../infra/local/stack.js';
import { startTestStack } from '../e2e/support.js';

/** @typedef {Record<string, string | undefined>} Environment */
/** @typedef {{ code: number, stdout: string, stderr: string }} Told */
/** @typedef {import('../../infra/local/generator/types.js').SheetCell} SheetCell */

export const PROGRAM = fileURLToPath(new URL('../../infra/cli/main.js', import.meta.url));
const PROGRAM_MS_MAX = 30_000;

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
 * @param {{ columns?: number, isPiped?: boolean, stdin?: NodeJS.ReadableStream }} [options]
 *   columns: on a terminal; isPiped: but not its stdout
 * @returns {Promise<Told>}
 */
export async function call(args, environment = {}, { columns, isPiped = false, stdin } = {}) {
  const stdout = memoryStream(isPiped ? undefined : columns);
  const stderr = memoryStream(columns);
  const io = { environment, stdin, stdout, stderr, isTerminal: columns !== undefined && !isPiped };
  const code = await main(args, io);
  return { code, stdout: stdout.text, stderr: stderr.text };
}

/**
 * `listing-sync` as a process with nothing but this environment.
 * @param {string[]} args
 * @param {Environment} environment
 */
export function start(args, environment) {
  return startProcess(process.execPath, [PROGRAM, ...args], environment);
}

/**
 * The same on a terminal of so many columns: what is written there, escapes and all.
 * @param {string[]} args
 * @param {Environment} environment
 * @param {{ columns: number }} size
 */
export function startOnTerminal(args, environment, { columns }) {
  const quoted = [process.execPath, PROGRAM, ...args].map((one) => `'${one}'`).join(' ');
  const command = `stty cols ${columns} rows 40; exec ${quoted}`;
  const script = ['--quiet', '--return', '--flush', '--command', command, '/dev/null'];
  return startProcess('script', script, { TERM: 'xterm', ...environment });
}

/**
 * @param {string} file
 * @param {string[]} args
 * @param {Environment} environment
 */
function startProcess(file, args, environment) {
  const env = { PATH: process.env.PATH, ...environment };
  const child = spawn(file, args, { env, timeout: PROGRAM_MS_MAX, killSignal: 'SIGKILL' });
  const told = { stdout: '', stderr: '' };
  const looks = new Set(/** @type {(() => void)[]} */ ([]));
  for (const name of /** @type {const} */ (['stdout', 'stderr'])) {
    child[name].setEncoding('utf8').on('data', (text) => {
      told[name] += text;
      for (const look of looks) look();
    });
  }
  /** @type {Promise<Told & { signal: string | null }>} */
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ ...told, code: code ?? NaN, signal }));
  });
  return {
    child,
    ended,
    /**
     * Until this stands there.
     * @param {'stdout' | 'stderr'} name
     * @param {RegExp} pattern
     */
    async sees(name, pattern) {
      const seen = new Promise((resolve) => {
        const look = () => pattern.test(told[name]) && resolve('seen');
        looks.add(look);
        look();
      });
      const which = await Promise.race([seen, ended]);
      assert.equal(which, 'seen', `${pattern} in ${JSON.stringify(told)}`);
    },
  };
}

/**
 * The real thing with 60 generated listings, and the environments that lead to it: over HTTP, and
 * without a server.
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
    SYNC_SHEETS_RATE_LIMIT: '100000',
    SYNC_RETRY_DELAY: '5',
    ...options.environment,
  };
  return { stack, remote, local, plant: planter(stack) };
}

/** @typedef {Awaited<ReturnType<typeof startCliStack>>} CliStack */

/**
 * Whoever writes the sheet: puts something into a cell of a listing that is in order, each time
 * into another one, and takes it back.
 * @param {import('../e2e/support.js').TestStack} stack
 */
function planter({ sheets, truth }) {
  assert.ok(truth);
  const book = sheets.spreadsheet(SPREADSHEET_ID);
  const [tab] = book.tabs;
  const spoilt = new Set(truth.heldCells.map(({ key }) => key));
  const sound = [...truth.rows.keys()].filter((key) => !spoilt.has(key));
  return (/** @type {string} */ column, /** @type {SheetCell} */ cell) => {
    const key = String(sound.shift());
    const row = Number(truth.rowOf.get(key));
    const at = Number(truth.cellOf.get(column)) + 1;
    const before = tab.cell(row, at);
    const write = (/** @type {typeof before} */ one) => book.setCell(tab.title, row, at, one);
    write(cell);
    return { key, row, write, mend: () => write(before) };
  };
}

/**
 * Somebody else's server.
 * @param {import('node:http').RequestListener} listener
 */
export async function startStranger(listener) {
  const server = createServer(listener);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const specification = /** @type {any} */ (openapiDocument({ version: VERSION }));
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
 * Every control character but the line break as its picture: ␛ for ESC.
 * @param {string} text
 */
export const visible = (text) =>
  text.replace(/(?!\n)\p{Cc}/gu, (one) => {
    const unit = one.charCodeAt(0);
    return unit < 0x20 ? String.fromCodePoint(0x2400 + unit) : '␦';
  });

/** Without colours. @param {string} text */
export const uncoloured = (text) => visible(text).replace(/␛\[\d*m/g, '');

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
