// The values of a range over HTTP: trimming, render options, escaping, partial answers, errors.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { request } from 'node:http';
import { startSheets } from '../../infra/local/sheets/index.js';
import { ask, batchQuery, signIn } from './sheets-support.js';

/** @typedef {import('./sheets-support.js').Sheets} Sheets */

/** @type {Sheets} */
let sheets;
let token = '';

before(async () => {
  sheets = await startSheets({ spreadsheets: { listings: listings(), secret: secret() } });
  token = await signIn(sheets);
});
after(() => sheets.stop());

function listings() {
  const date = { serial: 46023.5, format: 'yyyy/mm/dd hh:mm' };
  const broken = { error: '#REF!', message: 'Reference does not exist.' };
  return {
    title: 'Listings',
    tabs: [
      {
        title: '物件 一覧',
        rows: [
          ['番号', '価格', '日付', '公開', '備考'],
          ['A-1', 58000000, date, true, '<b>"1" & \'2\' = 3</b>\n\\'],
          ['A-2', null, '', null, ''],
          [],
          ['A-4', 0.1 + 0.2, null, false, broken, null],
          [null, '', null],
        ],
        columnCount: 8,
      },
      { title: 'blank', rows: [], rowCount: 10, columnCount: 2 },
      {
        title: 'formulas',
        rows: [[{ formula: '=B1*2', value: 4 }, 2, { formula: '=NOW()', value: date }]],
      },
    ],
  };
}

function secret() {
  return { shared: false, tabs: [{ title: 'x', rows: [[1]] }] };
}

/** @param {string} range @param {Record<string, string>} [options] */
async function values(range, options = {}) {
  const query = new URLSearchParams(options);
  return ask(sheets, token, `listings/values/${encodeURIComponent(range)}?${query}`);
}

const RAW = { valueRenderOption: 'UNFORMATTED_VALUE' };

test('trailing blanks are left out, interior ones are "", a blank row between is []', async () => {
  const { body } = await values('物件 一覧', RAW);
  assert.equal(body.range, "'物件 一覧'!A1:H1000");
  assert.equal(body.majorDimension, 'ROWS');
  assert.deepEqual(body.values, [
    ['番号', '価格', '日付', '公開', '備考'],
    ['A-1', 58000000, 46023.5, true, '<b>"1" & \'2\' = 3</b>\n\\'],
    ['A-2'],
    [],
    ['A-4', 0.1 + 0.2, '', false, '#REF! (Reference does not exist.)'],
  ]);
});

test('by column, trailing blanks are left out the same way', async () => {
  const { body } = await values("'物件 一覧'!A1:C9", { ...RAW, majorDimension: 'COLUMNS' });
  assert.deepEqual(body.values, [
    ['番号', 'A-1', 'A-2', '', 'A-4'],
    ['価格', 58000000, '', '', 0.1 + 0.2],
    ['日付', 46023.5],
  ]);
});

test('a part of the columns is trimmed to that part', async () => {
  const { body } = await values("'物件 一覧'!B2:C6", RAW);
  assert.deepEqual(body.values, [[58000000, 46023.5], [], [], [0.1 + 0.2]]);
});

test('a range that holds nothing has no values', async () => {
  for (const range of ['blank', 'blank!B2:B', "'物件 一覧'!A6:H9", "'物件 一覧'!F:H"]) {
    const { status, body } = await values(range);
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body), ['range', 'majorDimension']);
  }
});

test('formatted values are what a person sees, and the default', async () => {
  const { body } = await values("'物件 一覧'!A2:E5");
  assert.deepEqual(body.values[0].slice(0, 4), ['A-1', '58000000', '2026/01/01 12:00', 'TRUE']);
  assert.deepEqual(body.values[3], ['A-4', '0.3', '', 'FALSE', '#REF!']);
});

test('dates are serial numbers unless formatted strings are asked for', async () => {
  const asText = { dateTimeRenderOption: 'FORMATTED_STRING' };
  const at = "'物件 一覧'!C2";
  assert.deepEqual((await values(at, RAW)).body.values, [[46023.5]]);
  assert.deepEqual((await values(at, { ...RAW, ...asText })).body.values, [['2026/01/01 12:00']]);
  const formulas = { valueRenderOption: 'FORMULA' };
  assert.deepEqual((await values('formulas', formulas)).body.values, [['=B1*2', 2, '=NOW()']]);
  assert.deepEqual((await values('formulas', RAW)).body.values, [[4, 2, 46023.5]]);
  assert.deepEqual((await values(at, { ...formulas, ...asText })).body.values, [
    ['2026/01/01 12:00'],
  ]);
});

test('the body is HTML-safe, pretty unless told otherwise, its doubles in E notation', async () => {
  const at = "'物件 一覧'!A2:E2";
  const compact = await values(at, { ...RAW, prettyPrint: 'false' });
  assert.equal(
    compact.text,
    '{"range":"\\u0027物件 一覧\\u0027!A2:E2","majorDimension":"ROWS","values":[["A-1",5.8E7,' +
      '46023.5,true,"\\u003cb\\u003e\\"1\\" \\u0026 \\u00272\\u0027 \\u003d 3\\u003c/b\\u003e\\n\\\\"]]}',
  );
  const pretty = await values(at, RAW);
  assert.match(
    pretty.text,
    /^\{\n {2}"range": .*,\n {2}"majorDimension": "ROWS",\n {2}"values": \[\n/,
  );
  assert.match(pretty.text, /\n {4}\[\n {6}"A-1",\n {6}5\.8E7,\n/);
  assert.deepEqual(pretty.body, compact.body);
  assert.equal(pretty.headers.get('content-type'), 'application/json; charset=UTF-8');
});

test('a batch answers its ranges in order, from one moment', async () => {
  const ranges = ["'物件 一覧'!1:1", "'物件 一覧'!A2:A", "'物件 一覧'!A2:FZ501", 'blank'];
  const { body } = await ask(sheets, token, `listings/${batchQuery(ranges, RAW)}`);
  assert.equal(body.spreadsheetId, 'listings');
  assert.deepEqual(
    body.valueRanges.map((/** @type {{ range: string }} */ { range }) => range),
    ["'物件 一覧'!A1:H1", "'物件 一覧'!A2:A1000", "'物件 一覧'!A2:H501", 'blank!A1:B10'],
  );
  assert.deepEqual(body.valueRanges[1].values, [['A-1'], ['A-2'], [], ['A-4']]);
  assert.equal(body.valueRanges[3].values, undefined);
});

test('one range that starts beyond the grid fails the whole batch', async () => {
  const ranges = ['blank!A1', 'blank!A11:B'];
  const { status, body } = await ask(sheets, token, `listings/${batchQuery(ranges)}`);
  assert.equal(status, 400);
  assert.deepEqual(body, {
    error: {
      code: 400,
      message: 'Range (blank!A11:B) exceeds grid limits. Max rows: 10, max columns: 2',
      status: 'INVALID_ARGUMENT',
    },
  });
});

test('an unknown tab cannot be parsed', async () => {
  const { status, body } = await values("'nope'!A1:B2");
  assert.equal(status, 400);
  assert.equal(body.error.message, "Unable to parse range: 'nope'!A1:B2");
  assert.equal(body.error.status, 'INVALID_ARGUMENT');
});

test('a wrong option and an unknown parameter are named', async () => {
  const option = await values('blank', { valueRenderOption: 'RAW' });
  assert.equal(option.status, 400);
  assert.match(option.body.error.message, /^Invalid value at 'value_render_option' \(.*\), "RAW"$/);
  const parameter = await values('blank', { valueRender: 'FORMULA' });
  assert.equal(parameter.status, 400);
  assert.match(parameter.body.error.message, /Unknown name "valueRender"/);
  assert.equal(
    parameter.body.error.details[0]['@type'],
    'type.googleapis.com/google.rpc.BadRequest',
  );
});

test('the properties of a spreadsheet, whole and by field mask', async () => {
  const whole = await ask(sheets, token, 'listings');
  assert.equal(whole.body.properties.timeZone, 'Asia/Tokyo');
  assert.equal(whole.body.sheets.length, 3);
  const fields = 'properties(title,locale,timeZone),sheets.properties(title,index,gridProperties)';
  const part = await ask(sheets, token, `listings?fields=${encodeURIComponent(fields)}`);
  assert.deepEqual(part.body.properties, {
    title: 'Listings',
    locale: 'ja_JP',
    timeZone: 'Asia/Tokyo',
  });
  assert.deepEqual(part.body.sheets[1], {
    properties: { title: 'blank', index: 1, gridProperties: { rowCount: 10, columnCount: 2 } },
  });
  const values = await ask(
    sheets,
    token,
    `listings/${batchQuery(['blank', 'formulas!B1'])}&fields=valueRanges/values`,
  );
  assert.deepEqual(values.body, { valueRanges: [{}, { values: [['2']] }] });
});

test('a field mask that names what there is not is refused', async () => {
  for (const fields of ['nope', 'properties.nope', 'properties(title', 'sheets..x', '']) {
    const { status } = await ask(sheets, token, `listings?fields=${encodeURIComponent(fields)}`);
    assert.equal(status, 400, fields);
  }
});

test('an unknown spreadsheet is 404, one that is not shared 403, another path a page', async () => {
  const unknown = await ask(sheets, token, 'nope');
  assert.deepEqual(unknown.body.error, {
    code: 404,
    message: 'Requested entity was not found.',
    status: 'NOT_FOUND',
  });
  const secret = await ask(sheets, token, 'secret/values/x');
  assert.equal(secret.status, 403);
  assert.equal(secret.body.error.status, 'PERMISSION_DENIED');
  const page = await fetch(`${sheets.url}/v5/<x>`);
  assert.equal(page.status, 404);
  assert.match(await page.text(), /^<!DOCTYPE html>/);
});

test('an answer is compressed only for who asks for it in both headers', async () => {
  const agents = { node: undefined, 'listing-sync (gzip)': 'gzip' };
  for (const [agent, encoding] of Object.entries(agents)) {
    const answer = await rawRequest({ 'accept-encoding': 'gzip', 'user-agent': agent });
    assert.equal(answer.encoding, encoding);
    const text = encoding ? gunzipSync(answer.body) : answer.body;
    assert.equal(JSON.parse(String(text)).range, 'blank!A1:B10');
  }
});

/**
 * @param {Record<string, string>} headers
 * @returns {Promise<{ encoding: string | undefined, body: Buffer }>}
 */
function rawRequest(headers) {
  return new Promise((resolve, reject) => {
    const url = `${sheets.url}/v4/spreadsheets/listings/values/blank`;
    const sent = { ...headers, authorization: `Bearer ${token}` };
    const asked = request(url, { headers: sent }, async (answer) => {
      const chunks = [];
      for await (const chunk of answer) chunks.push(chunk);
      resolve({ encoding: answer.headers['content-encoding'], body: Buffer.concat(chunks) });
    });
    asked.on('error', reject).end();
  });
}
