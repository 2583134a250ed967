// The sheet as init looks at it: the header row and some hundred rows below it.
import { ask, quoteTab } from '../ask.js';
import { nearest } from '../nearest.js';

/** @typedef {string | number | boolean | null} Cell */

/**
 * @typedef {object} Sheet
 * @property {string} tab
 * @property {string} timeZone of the spreadsheet
 * @property {Cell[]} headerRow
 * @property {Cell[][]} rows below it, the first ones
 */

/** Enough to see every label of a choice; one request of about a megabyte. */
export const SAMPLE_ROWS = 500;

/**
 * Throws Error: what is wrong and what to do.
 * @param {{ targets: import('../../../functions/app/targets.js').Targets, clientEmail: string,
 *   spreadsheetId: string, tab?: string, headerRow: number, fetch?: typeof globalThis.fetch }}
 *   options
 * @returns {Promise<Sheet>}
 */
export async function readSheet({ spreadsheetId, headerRow, ...options }) {
  const get = createGet(options);
  const base = `/v4/spreadsheets/${encodeURIComponent(spreadsheetId)}`;
  const fields = 'properties.timeZone,sheets.properties.title';
  const spreadsheet = await get(`${base}?fields=${encodeURIComponent(fields)}`);
  const tabs = (spreadsheet.sheets ?? []).map(
    (/** @type {any} */ { properties }) => properties.title,
  );
  const tab = chooseTab(options.tab, tabs);
  const range = `${quoteTab(tab)}!${headerRow}:${headerRow + SAMPLE_ROWS}`;
  const query = [
    'majorDimension=ROWS&valueRenderOption=UNFORMATTED_VALUE',
    `dateTimeRenderOption=SERIAL_NUMBER&prettyPrint=false&ranges=${encodeURIComponent(range)}`,
  ].join('&');
  const { valueRanges } = await get(`${base}/values:batchGet?${query}`);
  const [headers = [], ...rows] = valueRanges?.[0]?.values ?? [];
  const timeZone = spreadsheet.properties?.timeZone ?? '';
  return { tab, timeZone, headerRow: headers, rows };
}

/**
 * @param {Pick<Parameters<typeof readSheet>[0], 'targets' | 'clientEmail' | 'fetch'>} options
 * @returns {(path: string) => Promise<any>}
 */
function createGet({ targets, clientEmail, fetch }) {
  return async (path) => {
    const { status, why, body } = await ask(targets, 'sheets', path, { fetch });
    if (status === 200 && body !== null) return body;
    const said = body?.error?.message ?? (why || `HTTP ${status}`);
    throw new Error(`Google Sheets: ${said}${REMEDIES[status]?.(clientEmail) ?? ''}`);
  };
}

/** @type {Record<number, (email: string) => string>} */
const REMEDIES = {
  400: () => '; is the header row inside the tab (--header-row)?',
  401: () => '; look at GOOGLE_SERVICE_ACCOUNT_JSON',
  403: (email) => `; share the spreadsheet with ${email} (viewer is enough)`,
  404: () => '; --spreadsheet is the part between /d/ and /edit of its address',
};

/**
 * @param {string | undefined} wanted
 * @param {string[]} tabs
 */
function chooseTab(wanted, tabs) {
  if (wanted === undefined && tabs.length === 1) return tabs[0];
  if (wanted !== undefined && tabs.includes(wanted)) return wanted;
  const listed = tabs.slice(0, 10).map((tab) => `"${tab}"`);
  if (wanted === undefined) throw new Error(`--tab is needed: one of ${listed.join(', ')}`);
  const guess = nearest(wanted, tabs);
  const hint = guess === null ? `there are ${listed.join(', ')}` : `did you mean "${guess}"?`;
  throw new Error(`there is no tab "${wanted}"; ${hint}`);
}
