// `listing-sync init`: writes a first mapping from a sheet and a table. Reads both, writes one new
// file, changes nothing else.
import { existsSync } from 'node:fs';
import { readConfiguration } from '../../../functions/app/configuration.js';
import { createGoogleCredentials } from '../../../functions/app/credentials.js';
import { createTargets } from '../../../functions/app/targets.js';
import { loadCore } from '../../../wasm/js/load-node.js';
import { UsageError, readOptions } from '../usage-error.js';
import { readDictionary } from './example.js';
import { existing, schemaReference, writeMapping } from './mapping-file.js';
import { makePlan, plainName } from './plan.js';
import { asDocument, report } from './report.js';
import { readSheet } from './sheet.js';
import { readTable } from './table.js';

/** @typedef {import('../main.js').Io} Io */

export const summary = 'writes a first mapping from a sheet and a table';

export const usage = `listing-sync init --table NAME [--spreadsheet ID] [--tab NAME] [options]

Reads the header row, some hundred rows and the columns of the table, and writes a mapping: which
header belongs to which column, and as what type. Everything in it is a suggestion to be read.
What has no certain partner is listed and left out. Nothing else is written, neither in the sheet
nor in the database, and no existing file is touched.

  --spreadsheet ID  the part between /d/ and /edit of its address; SYNC_SPREADSHEET_ID otherwise
  --tab NAME        needed where there are several
  --header-row N    (default: 1)
  --table NAME      in the schema public, or schema.name
  --key COLUMN      by which rows are found (default: a unique column of the table)
  --source NAME     of the registration (default: after the table)
  --out FILE        (default: <source>.json)
  --json            what was found as one JSON document

Needed variables: SUPABASE_URL, SUPABASE_SERVICE_ROLE_KEY, GOOGLE_SERVICE_ACCOUNT_JSON.
Exit codes: 0 written, 1 not written, 2 wrong usage.
`;

/**
 * @param {string[]} args
 * @param {Io & { fetch?: typeof globalThis.fetch }} io
 * @returns {Promise<number>} the exit code
 */
export async function run(args, { fetch, ...io }) {
  const wanted = readWanted(args, io.environment);
  if (wanted.out !== undefined && existsSync(wanted.out)) throw new Error(existing(wanted.out));
  const configuration = await readConfiguration(io.environment, { http: false });
  const { serviceAccount } = configuration.google;
  const credentials = createGoogleCredentials(serviceAccount, { fetch });
  const targets = createTargets(configuration, credentials);
  const { table, sources } = await readTable({ targets, fetch, ...wanted });
  const source = wanted.source ?? sourceName(table.name);
  const out = wanted.out ?? `${source}.json`;
  if (existsSync(out)) throw new Error(existing(out));
  const { clientEmail } = serviceAccount;
  const sheet = await readSheet({ targets, fetch, clientEmail, ...wanted });
  const plan = makePlan({
    ...{ module: loadCore(), sheet, table, source, dictionary: readDictionary() },
    ...{ spreadsheetId: wanted.spreadsheetId, headerRow: wanted.headerRow, key: wanted.key },
    schema: schemaReference(out),
  });
  if (sources.includes(source)) {
    plan.notes.push(`a source "${source}" is registered already: the SQL would change it`);
  }
  writeMapping(out, plan.mapping);
  if (wanted.json) io.stdout.write(`${JSON.stringify(asDocument(plan, out))}\n`);
  else report(plan, out, io);
  return 0;
}

/**
 * @param {string[]} args
 * @param {Record<string, string | undefined>} environment
 */
function readWanted(args, environment) {
  const text = { type: /** @type {const} */ ('string') };
  const given = readOptions(args, {
    ...{ spreadsheet: text, tab: text, 'header-row': text, table: text, key: text },
    ...{ source: text, out: text, json: { type: /** @type {const} */ ('boolean') } },
  });
  const spreadsheetId = given.spreadsheet ?? environment.SYNC_SPREADSHEET_ID?.trim();
  if (!spreadsheetId) throw new UsageError('--spreadsheet is needed');
  if (!/^[\w-]{1,128}$/.test(spreadsheetId)) {
    throw new UsageError('--spreadsheet is the part between /d/ and /edit of the address');
  }
  if (!given.table) throw new UsageError('--table is needed');
  const row = given['header-row'] ?? '1';
  if (!/^[1-9]\d{0,6}$/.test(row)) throw new UsageError('--header-row is a row number');
  const { tab, table, key, source, out, json = false } = given;
  if (source !== undefined && !/^[a-z0-9][a-z0-9_-]{0,62}$/.test(source)) {
    throw new UsageError('--source has 1 to 63 of a-z 0-9 - _, a letter or digit first');
  }
  return { spreadsheetId, tab, headerRow: Number(row), table, key, source, out, json };
}

/** @param {string} table quoted as SQL wants it */
function sourceName(table) {
  const name = plainName(table)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return name.slice(0, 63) || 'listings';
}
