// Bad input: a clear message that names what is wrong and where, and nothing written.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, beforeEach, describe, test } from 'node:test';
import { createJobs } from '../../functions/app/jobs.js';
import { readConfiguration } from '../../functions/app/configuration.js';
import { EXAMPLE_MAPPING, SPREADSHEET_ID, startStack } from '../../infra/local/stack.js';
import { loadCore } from '../../wasm/js/load-node.js';
import { readTable, runToEnd, startTestStack } from './support.js';

// One bad answer after the other would open the circuit, and the runs would wait for it.
const NO_CIRCUIT = { SYNC_CIRCUIT_BREAKER_THRESHOLD: '1000' };

/** @typedef {import('./support.js').TestStack} TestStack */

const mappingText = readFileSync(EXAMPLE_MAPPING, 'utf8');

describe('a sheet that cannot be read', () => {
  /** @type {TestStack} */
  let stack;
  /** @type {any} the header row's cells */
  let tab;
  before(async () => {
    stack = await startTestStack({ rows: 30, environment: NO_CIRCUIT });
  });
  after(() => stack?.stop());
  beforeEach(() => {
    stack.sheets.clearFaults();
    tab = stack.sheets.spreadsheet(SPREADSHEET_ID).tabs[0];
  });

  /**
   * @param {string} code
   * @param {RegExp} message
   */
  async function failsWith(code, message) {
    const status = await runToEnd(stack);
    assert.equal(status.status, 'failed');
    assert.equal(status.cause.code, code);
    assert.match(status.cause.message, message);
    assert.equal((await readTable(stack)).length, 0, 'something was written');
  }

  /** @param {number} column @param {string} header @param {() => Promise<void>} body */
  async function withHeader(column, header, body) {
    const old = tab.cell(1, column);
    tab.setCell(1, column, header);
    try {
      await body();
    } finally {
      tab.setCell(1, column, old);
    }
  }

  /** @param {string} header @returns {number} */
  function columnOf(header) {
    for (let column = 1; column <= tab.columnCount; column += 1) {
      if (tab.cell(1, column) === header) return column;
    }
    throw new Error(`no header ${header}`);
  }

  test('a renamed header is named, with the nearest candidate', async () => {
    await withHeader(columnOf('土地面積'), '土地面責', () =>
      failsWith('header_missing', /土地面積.*土地面責/),
    );
  });

  test('a missing header is named', async () => {
    await withHeader(columnOf('土地面積'), '', () => failsWith('header_missing', /土地面積/));
  });

  test('a duplicated header is named, with both columns', async () => {
    await withHeader(columnOf('建物面積'), '土地面積', () =>
      failsWith('header_duplicated', /土地面積/),
    );
  });

  test('an unknown tab', async () => {
    const title = tab.title;
    tab.title = '別のタブ';
    try {
      await failsWith('INVALID_ARGUMENT', /tab.*Unable to parse range/);
    } finally {
      tab.title = title;
    }
  });

  test('a truncated body', async () => {
    stack.sheets.failNext({
      kind: 'batchGet',
      status: 200,
      body: '{"valueRanges":[{"range":"A1:B2","values":[["物件',
      times: 50,
    });
    await failsWith('truncated_answer', /byte/);
  });

  test('HTML instead of JSON', async () => {
    stack.sheets.failNext({
      kind: 'batchGet',
      status: 200,
      body: '<!DOCTYPE html><title>Sign in</title>',
      times: 50,
    });
    await failsWith('html_answer', /HTML/i);
  });

  test('afterwards the same source completes', async () => {
    const status = await runToEnd(stack);
    assert.equal(status.status, 'completed');
    assert.ok((await readTable(stack)).length > 0);
  });
});

describe('a deployment that is set up wrongly', () => {
  /** @type {TestStack} */
  let stack;
  before(async () => {
    stack = await startTestStack({ rows: 5, environment: NO_CIRCUIT });
  });
  after(() => stack?.stop());

  /** @param {Record<string, string>} changes @param {string} [mapping] */
  async function jobsWith(changes, mapping = mappingText) {
    const configuration = await readConfiguration(
      {
        SUPABASE_URL: stack.backend.url,
        SUPABASE_SERVICE_ROLE_KEY: stack.backend.secretKey,
        GOOGLE_SERVICE_ACCOUNT_JSON: JSON.stringify(stack.sheets.serviceAccount),
        GOOGLE_SHEETS_ENDPOINT: stack.sheets.url,
        SYNC_SPREADSHEET_ID: SPREADSHEET_ID,
        ...changes,
      },
      { http: false },
    );
    const bytes = new TextEncoder().encode(mapping);
    return createJobs({ module: loadCore(), configuration, mapping: bytes, log: () => {} });
  }

  const request = { force: false, batch_size: null, keys: null, dry_run: false };

  test('a wrong key is refused with what to check', async () => {
    const jobs = await jobsWith({ SUPABASE_SERVICE_ROLE_KEY: 'sb_secret_wrong_wrong_wrong' });
    const { document } = await jobs.request(request);
    assert.equal(document.http_status, 502);
    assert.match(JSON.stringify(document.body), /SUPABASE_SERVICE_ROLE_KEY/);
    assert.doesNotMatch(JSON.stringify(document.body), /wrong_wrong/);
  });

  test('the publishable key is refused too', async () => {
    const jobs = await jobsWith({ SUPABASE_SERVICE_ROLE_KEY: stack.backend.publishableKey }).catch(
      (error) => error,
    );
    const text =
      jobs instanceof Error ? jobs.message : JSON.stringify((await jobs.request(request)).document);
    assert.match(text, /SUPABASE_SERVICE_ROLE_KEY/);
  });

  test('a table that is not registered is named', async () => {
    const jobs = await jobsWith({}, mappingText.replace('"property-listings"', '"other-source"'));
    const { document } = await jobs.request(request);
    assert.equal(document.http_status, 503);
    assert.match(JSON.stringify(document.body), /other-source/);
    assert.match(JSON.stringify(document.body), /regist/);
  });

  test('a malformed service-account key is named and never repeated', async () => {
    const secret = 'MIIEverysecret';
    const key = { ...stack.sheets.serviceAccount, private_key: `-----BEGIN ${secret}` };
    await assert.rejects(
      jobsWith({ GOOGLE_SERVICE_ACCOUNT_JSON: JSON.stringify(key) }),
      (error) => {
        assert.ok(error instanceof Error);
        assert.match(error.message, /GOOGLE_SERVICE_ACCOUNT_JSON.*private_key/s);
        assert.doesNotMatch(error.message, new RegExp(secret));
        return true;
      },
    );
  });

  test('all faults of a mapping are told at once, each with its JSON path', async () => {
    const mapping = JSON.parse(mappingText);
    mapping.columns[3].type = 'txet';
    mapping.columns[5].colour = 'red';
    delete mapping.tab;
    await assert.rejects(jobsWith({}, JSON.stringify(mapping)), (error) => {
      assert.ok(error instanceof Error);
      for (const part of ['$.columns[3].type', '$.columns[5].colour', '$.tab']) {
        assert.ok(error.message.includes(part), `${part} is not named in ${error.message}`);
      }
      return true;
    });
  });
});

test('a port in use is a clear message and exit code 1', async () => {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, () => resolve(undefined)));
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  try {
    await assert.rejects(startStack({ rows: 1, port: address.port, environment: {} }), /in use/);
    const start = new URL('../../infra/local/start.js', import.meta.url).pathname;
    const args = [start, '--once', '--rows', '5', '--port', String(address.port)];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    assert.equal(status, 1);
    assert.match(stderr, new RegExp(`${address.port}.*in use`));
    assert.doesNotMatch(stderr, /\n\s+at /, 'a stack trace is not a message');
  } finally {
    server.close();
  }
});

test('invented listings are never written into a real project', async () => {
  const environment = { SUPABASE_URL: 'https://example.supabase.co' };
  await assert.rejects(startStack({ rows: 1, environment }), /never.*written/s);
});
