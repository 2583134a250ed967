// Google's side: the key, the spreadsheet, the tab, the headers.
import { createCore } from '../../../wasm/js/core.js';
import { loadCore } from '../../../wasm/js/load-node.js';
import { ask, quoteTab } from '../ask.js';
import { nearest } from '../nearest.js';
import { failed, ok } from './finding.js';

/** @typedef {import('./checks.js').Patient} Patient */
/** @typedef {import('./checks.js').SourceFacts} SourceFacts */
/** @typedef {import('./finding.js').Finding} Finding */

const LISTED_MAX = 10;

/** @param {Patient} patient @returns {Promise<Finding[]>} */
export async function checkCredentials({ targets, configuration }) {
  const email = configuration?.google.serviceAccount.clientEmail;
  try {
    await targets?.get('sheets')?.authorize(true);
    return [ok(`a token for ${email} was given`)];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const remedy =
      'is the key still listed for the account in the Google Cloud console? If not, make a new one ' +
      '(JSON) and set GOOGLE_SERVICE_ACCOUNT_JSON; if no answer came, look at the way out to the ' +
      'internet; is the clock of this machine right?';
    return [failed(message, remedy)];
  }
}

/** @param {Patient} patient @param {SourceFacts} source @returns {Promise<Finding[]>} */
export async function checkSharing({ targets, configuration, fetch }, source) {
  const fields = encodeURIComponent('properties.title,sheets.properties.title');
  const path = `/v4/spreadsheets/${encodeURIComponent(source.spreadsheetId)}?fields=${fields}`;
  const { status, why, body } = await ask(required(targets), 'sheets', path, { fetch });
  if (status === 200 && Array.isArray(body?.sheets)) {
    source.tabs = body.sheets.map((/** @type {any} */ { properties }) => properties.title);
    return [ok(`"${body.properties.title}" can be read`)];
  }
  const email = configuration?.google.serviceAccount.clientEmail;
  return [failed(refusalOf({ status, why, body }), remedyFor(status, email))];
}

/**
 * @param {Pick<import('../ask.js').Reply, 'status' | 'why' | 'body'>} reply that is of no use
 * @returns {string}
 */
function refusalOf({ status, why, body }) {
  if (status === 0) return why;
  const { error } = body ?? {};
  if (error?.message) return `${error.status ?? `HTTP ${status}`}: ${error.message}`;
  return `HTTP ${status}, and not what Google Sheets answers`;
}

/**
 * @param {number} status
 * @param {string | undefined} email
 */
function remedyFor(status, email) {
  if (status === 403) {
    return (
      `share the spreadsheet with ${email} (viewer is enough), and enable the Google Sheets API in ` +
      "the project of the service account; an organisation's policy may forbid sharing outside it"
    );
  }
  if (status === 404) {
    return 'correct SYNC_SPREADSHEET_ID, or spreadsheet_id of the mapping: the part between /d/ and /edit of the address';
  }
  if (status === 401) return 'look at GOOGLE_SERVICE_ACCOUNT_JSON and at the clock of this machine';
  if (status === 429) return 'the read quota of a minute is used up: try again in a minute';
  return 'try again; if it lasts, look at GOOGLE_SHEETS_ENDPOINT and at the way out to the internet';
}

/** @param {Patient} _patient @param {SourceFacts} source @returns {Promise<Finding[]>} */
export async function checkTab(_patient, { described, tabs = [] }) {
  if (tabs.includes(described.tab)) return [ok(`"${described.tab}" exists`)];
  const guess = nearest(described.tab, tabs);
  const listed = tabs.slice(0, LISTED_MAX).map((tab) => `"${tab}"`);
  const hint = guess === null ? '' : ` (did you mean "${guess}"?)`;
  const remedy = `set "tab" of the mapping to one of ${listed.join(', ')}; spaces and width count`;
  return [failed(`there is no tab "${described.tab}"${hint}`, remedy)];
}

/** @param {Patient} patient @param {SourceFacts} source @returns {Promise<Finding[]>} */
export async function checkHeaders({ targets, configuration, fetch }, source) {
  const { described, headerRow, spreadsheetId, mapping } = source;
  const range = encodeURIComponent(`${quoteTab(described.tab)}!${headerRow}:${headerRow}`);
  const options = 'valueRenderOption=UNFORMATTED_VALUE&prettyPrint=false';
  const path = `/v4/spreadsheets/${encodeURIComponent(spreadsheetId)}/values/${range}?${options}`;
  const { status, why, body } = await ask(required(targets), 'sheets', path, { fetch });
  if (status === 400) {
    const remedy = `is row ${headerRow} ("header_row" of the mapping) inside the tab?`;
    return [failed(refusalOf({ status, why, body }), remedy)];
  }
  if (status !== 200 || typeof body?.range !== 'string') {
    const email = configuration?.google.serviceAccount.clientEmail;
    return [failed(refusalOf({ status, why, body }), remedyFor(status, email))];
  }
  const header_row = body.values?.[0] ?? [];
  const { answer } = createCore(loadCore()).query({ query: 'match_headers', header_row }, mapping);
  if (answer.faults !== undefined) {
    return answer.faults.map((/** @type {import('../../../wasm/js/protocol.js').Fault} */ fault) =>
      failed(`${fault.message} (${fault.code})`, HEADER_REMEDIES[fault.code] ?? HEADER_REMEDY),
    );
  }
  const { unmapped } = answer;
  const rest = unmapped.length === 0 ? '' : `; not mapped: ${listOf(unmapped)}`;
  return [ok(`all ${source.columns.length} mapped headers are there${rest}`)];
}

const HEADER_REMEDY = 'make the header row and the mapping agree';
/** @type {Record<string, string>} */
const HEADER_REMEDIES = {
  header_missing: 'rename it back in the sheet, or add its new name to "header" of the mapping',
  header_duplicated: 'rename one of the two in the sheet',
  header_ambiguous: 'remove one of the accepted names from the mapping',
};

/** @param {string[]} names */
function listOf(names) {
  const more = names.length > LISTED_MAX ? ` and ${names.length - LISTED_MAX} more` : '';
  return names.slice(0, LISTED_MAX).join(', ') + more;
}

/**
 * @template T
 * @param {T | undefined} value that an earlier check has made
 * @returns {T}
 */
export function required(value) {
  if (value === undefined) throw new Error('a check ran before the one it needs');
  return value;
}
