// `doctor` on Google's side: each check shown passing and failing, against the Sheets emulator.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  assertFound,
  assertOk,
  assertSkipped,
  outcomeOf,
  setUp,
  startServices,
} from './doctor-support.js';
import { PRIVATE_KEY, closedAddress } from '../functions/support.js';

const services = await startServices();
const { sheets } = services;
after(() => services.stop());

const EMAIL = sheets.serviceAccount.client_email;
const SHEET_CHECKS = ['sheet_shared', 'tab', 'headers'];

test("a key that Google accepts passes, and the account's address is told", async () => {
  const { examine } = await setUp(services);
  assertOk(await examine(), 'google_credentials', new RegExp(`a token for ${EMAIL}`));
});

test('a key Google does not know is refused, and the table is still looked at', async () => {
  const { environment, examine } = await setUp(services);
  const stranger = { ...sheets.serviceAccount, private_key: PRIVATE_KEY };
  environment.GOOGLE_SERVICE_ACCOUNT_JSON = JSON.stringify(stranger);
  const diagnosis = await examine();
  assertFound(diagnosis, 'google_credentials', 'failed', [
    [/invalid_grant: Invalid JWT Signature/, /make a new one.*GOOGLE_SERVICE_ACCOUNT_JSON/s],
  ]);
  assertSkipped(diagnosis, SHEET_CHECKS);
  assertOk(diagnosis, 'columns', /all 3 columns/);
});

test('a token endpoint that does not answer is told from a key that is refused', async () => {
  const { environment, examine } = await setUp(services);
  const token_uri = `${await closedAddress()}/token`;
  environment.GOOGLE_SERVICE_ACCOUNT_JSON = JSON.stringify({ ...sheets.serviceAccount, token_uri });
  assertFound(await examine(), 'google_credentials', 'failed', [
    [/gave no answer \(network/, /way out to the internet/],
  ]);
});

test('a spreadsheet that is shared passes, with its title', async () => {
  const { examine, spreadsheet } = await setUp(services);
  spreadsheet.title = '営業部の物件';
  assertOk(await examine(), 'sheet_shared', /"営業部の物件" can be read/);
});

test('a spreadsheet that is not shared: with which address to share it', async () => {
  const { examine, spreadsheet } = await setUp(services);
  spreadsheet.shared = false;
  const diagnosis = await examine();
  assertFound(diagnosis, 'sheet_shared', 'failed', [
    [/PERMISSION_DENIED: The caller does not have/, new RegExp(`share .* ${EMAIL} \\(viewer`)],
  ]);
  assertSkipped(diagnosis, ['tab', 'headers']);
});

test('an id that is not there: what an id is', async () => {
  const { mapping, examine } = await setUp(services);
  mapping.spreadsheet_id = 'nobody';
  assertFound(await examine(), 'sheet_shared', 'failed', [
    [/NOT_FOUND/, /SYNC_SPREADSHEET_ID.*between \/d\/ and \/edit/],
  ]);
});

test('a project in which the Sheets API is not enabled', async () => {
  const { examine } = await setUp(services);
  const message = 'Google Sheets API has not been used in project 1 before or it is disabled.';
  const body = { error: { code: 403, status: 'PERMISSION_DENIED', message } };
  sheets.failNext({ kind: 'spreadsheet', status: 403, body });
  assertFound(await examine(), 'sheet_shared', 'failed', [
    [/API has not been used/, /enable the Google Sheets API in the project/],
  ]);
});

for (const { when, fault, text, remedy } of [
  {
    when: 'the quota is used up',
    fault: { status: 429, body: { error: { status: 'RESOURCE_EXHAUSTED', message: 'Quota' } } },
    text: /RESOURCE_EXHAUSTED: Quota/,
    remedy: /again in a minute/,
  },
  {
    when: 'Google is down',
    fault: { status: 503, body: { error: { status: 'UNAVAILABLE', message: 'Try later' } } },
    text: /UNAVAILABLE: Try later/,
    remedy: /try again/,
  },
  { when: 'the connection dies', fault: { drop: true }, text: /network/, remedy: /try again/ },
  {
    when: 'a portal answers in place of Google',
    fault: { status: 200, body: '<html>Welcome to our Wi-Fi</html>' },
    text: /not what Google Sheets answers/,
    remedy: /GOOGLE_SHEETS_ENDPOINT/,
  },
]) {
  test(`when ${when} the sharing is not doubted`, async () => {
    const { examine } = await setUp(services);
    sheets.failNext({ kind: 'spreadsheet', ...fault });
    assertFound(await examine(), 'sheet_shared', 'failed', [[text, remedy]]);
  });
}

test('a tab of the name passes', async () => {
  const { examine } = await setUp(services);
  assertOk(await examine(), 'tab', /"物件一覧" exists/);
});

test('a tab that was renamed: the nearest, and all there are', async () => {
  const { examine, spreadsheet } = await setUp(services);
  spreadsheet.renameTab('物件一覧', '物件 一覧');
  const diagnosis = await examine();
  assertFound(diagnosis, 'tab', 'failed', [
    [
      /no tab "物件一覧" \(did you mean "物件 一覧"\?\)/,
      /"tab" of the mapping to one of "物件 一覧"/,
    ],
  ]);
  assertSkipped(diagnosis, ['headers']);
});

test('headers that are all there pass, whatever their width; the rest is told', async () => {
  const { examine, spreadsheet } = await setUp(services);
  spreadsheet.replaceRows('物件一覧', [['備考', '価格', ' 物件\n番号', '物件名', '備考']]);
  spreadsheet.replaceRows('物件一覧', [['備考', '価格', '物件番号 ', '物件名', '備考']]);
  assertOk(await examine(), 'headers', /all 3 mapped headers are there; not mapped: 備考/);
});

test('a tab whose name has quotes and a header row further down', async () => {
  const { mapping, examine, spreadsheet } = await setUp(services);
  spreadsheet.renameTab('物件一覧', "店長's '一覧'!A1");
  spreadsheet.insertRow("店長's '一覧'!A1", 1, ['社外秘']);
  mapping.tab = "店長's '一覧'!A1";
  mapping.header_row = 2;
  assertOk(await examine(), 'headers', /all 3 mapped headers/);
});

test('headers that are missing, doubled or ambiguous: each with its own remedy', async () => {
  const { mapping, examine, spreadsheet } = await setUp(services);
  mapping.columns[2].header = ['価格', '販売価格'];
  spreadsheet.replaceRows('物件一覧', [['物件番号', '価格', '販売価格', '物件 名称', '物件番号']]);
  assertFound(await examine(), 'headers', 'failed', [
    [/"物件番号".*header_duplicated/, /rename one of the two/],
    [/"物件名" is not in row 1.*nearest: "物件 名称".*header_missing/, /rename it back.*"header"/],
    [/header_ambiguous/, /remove one of the accepted names/],
  ]);
});

test('a header row outside the tab', async () => {
  const { mapping, examine } = await setUp(services);
  mapping.header_row = 5000;
  assertFound(await examine(), 'headers', 'failed', [[/exceeds grid limits/, /"header_row"/]]);
});

test('no cell below the header row is ever asked for', async () => {
  const { name, examine, spreadsheet } = await setUp(services);
  spreadsheet.insertRow('物件一覧', 2, ['AA1', '秘密の家', 1]);
  const diagnosis = await examine();
  assert.equal(outcomeOf(diagnosis, 'headers').status, 'ok');
  const ranges = sheets.requests
    .filter(({ path }) => path.includes(`/${name}/values`))
    .flatMap(({ ranges }) => ranges);
  assert.deepEqual(ranges, ["'物件一覧'!1:1"]);
});
