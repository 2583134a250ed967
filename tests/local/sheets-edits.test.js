// What tests do to a sheet: edits between requests, planned faults, quotas, and the log of it all.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { startSheets } from '../../infra/local/sheets/index.js';
import { ask, batchQuery, signIn } from './sheets-support.js';

/** @type {import('./sheets-support.js').Sheets} */
let sheets;
let token = '';
let clock = 0;

beforeEach(async () => {
  clock = Date.now();
  const rows = [
    ['key', 'n'],
    ['b', 2],
    ['a', 10],
    ['c', 1],
  ];
  sheets = await startSheets({
    spreadsheets: { s: { tabs: [{ title: 't', rows, rowCount: 5, columnCount: 2 }] } },
    quotaPerMinute: 4,
    now: () => clock,
  });
  token = await signIn(sheets);
});
afterEach(() => sheets.stop());

const PATH = 's/values/t?valueRenderOption=UNFORMATTED_VALUE&prettyPrint=false';

async function read() {
  clock += 60_000; // a minute of its own, so that the quota is only met where it is the subject
  const { body } = await ask(sheets, await signIn(sheets), PATH);
  return body;
}

test('each edit is in the next answer, also after the rows were encoded once', async () => {
  const s = sheets.spreadsheet('s');
  await read();
  s.setCell('t', 3, 2, 11);
  assert.deepEqual((await read()).values, [
    ['key', 'n'],
    ['b', 2],
    ['a', 11],
    ['c', 1],
  ]);
  s.insertRow('t', 2, ['z', 0]);
  assert.deepEqual((await read()).values[1], ['z', 0]);
  s.deleteRow('t', 2);
  s.sort('t', 1);
  assert.deepEqual((await read()).values.slice(1), [
    ['a', 11],
    ['b', 2],
    ['c', 1],
  ]);
  s.sort('t', 2, { descending: true });
  assert.deepEqual((await read()).values.slice(1), [
    ['a', 11],
    ['b', 2],
    ['c', 1],
  ]);
  s.replaceRows('t', [['key'], ['only']]);
  assert.deepEqual((await read()).values, [['key'], ['only']]);
  s.setCell('t', 2, 1, null);
  assert.deepEqual((await read()).values, [['key']]);
});

test('the grid grows with what is written and with inserted rows', async () => {
  const s = sheets.spreadsheet('s');
  s.setCell('t', 9, 4, 'far');
  const body = await read();
  assert.equal(body.range, 't!A1:D9');
  assert.deepEqual(body.values.slice(4), [[], [], [], [], ['', '', '', 'far']]);
  s.insertRow('t', 1, []);
  assert.equal((await read()).range, 't!A1:D10');
});

test('a renamed tab is found by its new name only', async () => {
  sheets.spreadsheet('s').renameTab('t', 'u');
  assert.equal((await ask(sheets, token, PATH)).status, 400);
  assert.equal((await ask(sheets, token, PATH.replace('/t', '/u'))).status, 200);
});

test('an edit can be placed between two requests', async () => {
  let requests = 0;
  sheets.beforeEach((call) => {
    if (call.kind !== 'values') return;
    requests += 1;
    if (requests === 2) sheets.spreadsheet('s').deleteRow('t', 2);
  });
  assert.equal((await ask(sheets, token, PATH)).body.values.length, 4);
  assert.equal((await ask(sheets, token, PATH)).body.values.length, 3);
});

test('reads above the quota are 429 until the next minute', async () => {
  const statuses = [];
  for (let i = 0; i < 5; i += 1) statuses.push((await ask(sheets, token, PATH)).status);
  assert.deepEqual(statuses, [200, 200, 200, 200, 429]);
  const { body } = await ask(sheets, token, PATH);
  assert.equal(body.error.status, 'RESOURCE_EXHAUSTED');
  assert.match(body.error.message, /^Quota exceeded for quota metric 'Read requests'/);
  clock += 60_000;
  assert.equal((await ask(sheets, token, PATH)).status, 200);
});

test('a planned status, with its body, is answered once, to its kind only', async () => {
  sheets.failNext({ kind: 'batchGet', status: 503, body: '<html>busy</html>' });
  assert.equal((await ask(sheets, token, PATH)).status, 200);
  const failed = await ask(sheets, token, `s/${batchQuery(['t'])}`);
  assert.deepEqual([failed.status, failed.text], [503, '<html>busy</html>']);
  assert.equal((await ask(sheets, token, `s/${batchQuery(['t'])}`)).status, 200);
});

test('a body can be shortened, cut off in mid-flight, or never begin', async () => {
  const { text } = await ask(sheets, token, PATH);
  sheets.failNext({ truncateTo: 20 });
  assert.equal((await ask(sheets, token, PATH)).text, text.slice(0, 20));
  sheets.failNext({ cutAfter: 20 });
  await assert.rejects(ask(sheets, token, PATH), /terminated/);
  sheets.failNext({ drop: true });
  await assert.rejects(ask(sheets, token, PATH), /fetch failed/);
});

test('a delayed answer comes later, and a client may leave while it waits', async () => {
  sheets.failNext({ delayMs: 50, times: 2 });
  const startedAt = performance.now();
  assert.equal((await ask(sheets, token, PATH)).status, 200);
  assert.ok(performance.now() - startedAt >= 49);
  const left = fetch(`${sheets.url}/v4/spreadsheets/${PATH}`, { signal: AbortSignal.timeout(5) });
  await assert.rejects(left, { name: 'TimeoutError' });
});

test('the log tells what was asked, and counts reads without tokens', async () => {
  await ask(sheets, token, 's');
  await ask(sheets, token, `s/${batchQuery(['t!1:1', 't!A2:A'])}`);
  assert.deepEqual(sheets.counts(), {
    ...{ token: 1, spreadsheet: 1, values: 0, batchGet: 1, other: 0, reads: 2 },
  });
  const last = sheets.requests[2];
  assert.deepEqual([last.kind, last.ranges, last.status], ['batchGet', ['t!1:1', 't!A2:A'], 200]);
  assert.ok(last.bytes > 0);
});

test('a port in use is said so', async () => {
  const port = Number(new URL(sheets.url).port);
  await assert.rejects(startSheets({ spreadsheets: {}, port }), {
    message: `port ${port} is in use`,
  });
});
