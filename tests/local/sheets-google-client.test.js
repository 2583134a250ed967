// The emulator as Google's own Node client sees it: what that client can read, the emulator says
// as the real service would.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sheets as sheetsClient } from '@googleapis/sheets';
import { JWT } from 'google-auth-library';
import { startSheets } from '../../infra/local/sheets/index.js';
import { READONLY } from './sheets-support.js';

/** @type {import('./sheets-support.js').Sheets} */
let sheets;
/** @type {import('@googleapis/sheets').sheets_v4.Sheets} */
let client;

before(async () => {
  const rows = [
    ['番号', '価格'],
    ['A-1', 58000000],
    ['A-2', { serial: 46023, format: 'yyyy/mm/dd' }],
  ];
  sheets = await startSheets({
    spreadsheets: { s: { title: 'Listings', tabs: [{ title: "山田's 物件", rows }] } },
  });
  client = clientOf(sheets);
});
after(() => sheets.stop());

/** @param {import('./sheets-support.js').Sheets} emulator */
function clientOf({ url, tokenUri, serviceAccount }) {
  // The library posts to Google's token URL whatever the key says: it is redirected here.
  const fetchImplementation = (/** @type {any} */ input, /** @type {any} */ init) =>
    fetch(String(input).startsWith('https://oauth2.googleapis.com/token') ? tokenUri : input, init);
  const auth = new JWT({
    email: serviceAccount.client_email,
    key: serviceAccount.private_key,
    keyId: serviceAccount.private_key_id,
    scopes: [READONLY],
    transporterOptions: { fetchImplementation },
  });
  return sheetsClient({
    version: 'v4',
    auth: /** @type {any} */ (auth),
    rootUrl: `${url}/`,
    retry: false,
  });
}

test('Google’s client signs in and reads the properties of the spreadsheet', async () => {
  const fields = 'properties(title,locale,timeZone),sheets.properties(title,index,gridProperties)';
  const { data } = await client.spreadsheets.get({ spreadsheetId: 's', fields });
  assert.equal(data.properties?.title, 'Listings');
  assert.equal(data.sheets?.[0].properties?.title, "山田's 物件");
  assert.equal(data.sheets?.[0].properties?.gridProperties?.rowCount, 1000);
});

test('Google’s client reads one range, with a quoted tab', async () => {
  const { data } = await client.spreadsheets.values.get({
    spreadsheetId: 's',
    range: "'山田''s 物件'!A2:B",
    valueRenderOption: 'UNFORMATTED_VALUE',
  });
  assert.deepEqual(data, {
    range: "'山田''s 物件'!A2:B1000",
    majorDimension: 'ROWS',
    values: [
      ['A-1', 58000000],
      ['A-2', 46023],
    ],
  });
});

test('Google’s client reads a batch', async () => {
  const { data } = await client.spreadsheets.values.batchGet({
    spreadsheetId: 's',
    ranges: ["'山田''s 物件'!1:1", "'山田''s 物件'!B3"],
    dateTimeRenderOption: 'SERIAL_NUMBER',
  });
  assert.deepEqual(
    data.valueRanges?.map(({ values }) => values),
    [[['番号', '価格']], [['2026/01/01']]],
  );
});

test('Google’s client understands the errors', async () => {
  await assert.rejects(
    client.spreadsheets.values.get({ spreadsheetId: 's', range: 'nope!A1' }),
    (/** @type {any} */ error) =>
      error.status === 400 && /Unable to parse range: nope!A1/.test(error.message),
  );
  await assert.rejects(
    client.spreadsheets.get({ spreadsheetId: 'nope' }),
    (/** @type {any} */ error) =>
      error.status === 404 && /Requested entity was not found/.test(error.message),
  );
  sheets.failNext({ status: 429, body: { error: { code: 429, message: 'Quota', status: 'X' } } });
  await assert.rejects(
    client.spreadsheets.get({ spreadsheetId: 's' }),
    (/** @type {any} */ error) => error.status === 429,
  );
});
