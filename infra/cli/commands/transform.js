// `listing-sync transform`: what a mapping makes of a sheet, without any service.
import { readFileSync } from 'node:fs';
import { ConfigurationError } from '../../../functions/app/configuration.js';
import { createCore } from '../../../wasm/js/core.js';
import { loadCore } from '../../../wasm/js/load-node.js';
import { CommandError, EXIT } from '../exit.js';
import { chosenMappings } from '../mapping-files.js';
import { harmlessJson, plain } from '../terminal.js';
import { FORMATS, readGrid } from '../transform/grid.js';
import { previewLine, previewSheet } from '../transform/preview.js';
import { readArguments, UsageError } from '../usage-error.js';

/** @typedef {import('../main.js').Io} Io */

export const usage = `listing-sync transform FILE --mapping FILE [options]

Shows what a run would do with each row, offline: one line of JSON a row, and a summary on stderr.
FILE is an answer of the Sheets API (values.get or values.batchGet, UNFORMATTED_VALUE and
SERIAL_NUMBER), a JSON array of rows, CSV or TSV (UTF-8 or Shift_JIS); - reads the standard input.

  {"row": 5, "key": "AA1", "outcome": "written|held|skipped", "writes": {column: value},
   "keeps": [column], "clears": [column], "holds": [{"column", "code", "error", "value"}]}

writes are stored; clears store null; of keeps, what is stored stays; holds wait for review. Of a
row that is held or skipped (blank, or a key outside key_pattern) nothing is written.

  --mapping FILE  the mapping; SYNC_MAPPING otherwise
  --source NAME   where there are several
  --format F      ${FORMATS.join(', ')} (default: by the file's name, else by what stands in it)
  --json          a refusal becomes a document, too

Exit codes: 0 shown, 1 the mapping or the header row has faults, 2 wrong usage or unreadable files.
`;

/**
 * @param {string[]} args
 * @param {Io} io
 * @returns {Promise<number>}
 */
export async function run(args, io) {
  const text = { type: /** @type {const} */ ('string') };
  const several = { ...text, multiple: /** @type {const} */ (true) };
  const json = { type: /** @type {const} */ ('boolean') };
  const options = { mapping: several, source: text, format: text, json };
  const { values, positionals } = readArguments(args, options, 1);
  const [name] = positionals;
  const { format, source, mapping: files = [] } = values;
  if (name === undefined) throw new UsageError('which sheet? Give a file, or - for the input');
  if (format !== undefined && !FORMATS.includes(format)) {
    throw new UsageError(`--format is one of ${FORMATS.join(', ')}`);
  }
  const module = loadCore();
  const mapping = chooseMapping(module, files, io.environment.SYNC_MAPPING?.trim(), source);
  const grid = await readSheet(name, format, io);
  const { unmapped, rows } = previewSheet(module, mapping, grid);
  const counts = { written: 0, held: 0, skipped: 0, cells: 0 };
  for (const preview of rows) {
    counts[preview.outcome] += 1;
    if (preview.outcome === 'written') counts.cells += preview.holds.length;
    await write(io.stdout, `${harmlessJson(previewLine(preview))}\n`);
  }
  summarise(counts, unmapped, io);
  return EXIT.fine;
}

/**
 * @param {WebAssembly.Module} module
 * @param {string[]} files
 * @param {string | undefined} variable
 * @param {string} [source]
 */
function chooseMapping(module, files, variable, source) {
  const found = findMappings(files, variable);
  const sourceOf = (/** @type {Uint8Array} */ mapping) =>
    createCore(module).query({ query: 'mapping' }, mapping).answer.source;
  const chosen = source === undefined ? found : found.filter((one) => sourceOf(one) === source);
  if (found.length === 0) throw new UsageError('which mapping? Give --mapping FILE');
  if (chosen.length === 0) throw new UsageError(`no mapping is of the source ${source}`);
  if (chosen.length > 1) throw new UsageError('there are several mappings: say --source NAME');
  return chosen[0];
}

/** @param {string[]} files @param {string} [variable] */
function findMappings(files, variable) {
  try {
    return chosenMappings(files, variable || undefined);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw unreadable(error.problems.join('\n  '));
  }
}

/**
 * @param {string} name
 * @param {string | undefined} format
 * @param {Io} io
 */
async function readSheet(name, format, { stdin }) {
  try {
    const bytes = name === '-' ? await readAll(stdin) : readFileSync(name);
    return readGrid(bytes, { name, format });
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    throw unreadable(`${plain(name)} cannot be read: ${plain(code ?? message)}`);
  }
}

/** @param {AsyncIterable<string | Buffer> | undefined} stream */
async function readAll(stream) {
  const chunks = [];
  for await (const chunk of stream ?? []) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** @param {string} text */
function unreadable(text) {
  const problem = { code: 'unreadable_file', title: text };
  return new CommandError({ exitCode: EXIT.usage, problem, text });
}

/**
 * No faster than it is read: a sheet may be large.
 * @param {NodeJS.WritableStream} stream
 * @param {string} text
 */
function write(stream, text) {
  if (stream.write(text)) return undefined;
  return new Promise((resolve) => stream.once('drain', resolve));
}

/**
 * @param {Record<'written' | 'held' | 'skipped' | 'cells', number>} counts
 * @param {string[]} unmapped
 * @param {Io} io
 */
function summarise({ written, held, skipped, cells }, unmapped, { stderr }) {
  const total = written + held + skipped;
  stderr.write(`${total} rows: ${written} written, ${held} held, ${skipped} skipped; `);
  stderr.write(`${cells} cells held of the rows that are written\n`);
  if (unmapped.length > 0) {
    stderr.write(`headers that no column asks for: ${unmapped.map(plain).join(', ')}\n`);
  }
}
