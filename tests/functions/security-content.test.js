// What the sheet holds stays in the table: no cell and no secret in the log, in an answer, or,
// where its column is sensitive, in what is stored for review. Real services, marked cells.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { createApp } from '../../functions/app/app.js';
import { createLog } from '../../functions/app/log.js';
import { loadCore } from '../../wasm/js/load-node.js';
import { startTestStack } from '../e2e/support.js';
import { CRON_SECRET, ROOT } from './security-support.js';
import { PRIVATE_KEY, READ_TOKEN } from './support.js';

/** In the cells of the sheet, but for the keys and what the table lists itself. */
const MARK = 'q7x';
/** In those of sensitive columns. */
const SENSITIVE = 'z9k';
const API_TOKEN = 'api-token-of-the-content-test';

const MAPPING = JSON.stringify({
  source: 'property-listings',
  tab: '物件一覧',
  table: 'property_listings',
  key: 'property_number',
  key_pattern: '^AA\\d+$',
  columns: [
    { header: '物件番号', column: 'property_number', type: 'text', required: true },
    { header: '公開', column: 'publication_status', type: 'text', required: true },
    { header: '種別', column: 'property_type', type: 'text', required: true },
    { header: 'タイトル', column: 'title', type: 'text' },
    { header: '価格', column: 'price', type: 'integer', unit: 'yen', invalid: 'cell' },
    {
      header: '売主情報',
      column: 'seller_name',
      type: 'text',
      max_length: 30,
      invalid: 'cell',
      sensitive: true,
    },
    { header: 'メール', column: 'seller_email', type: 'email', invalid: 'cell', sensitive: true },
  ],
});

/** Each row goes wrong in its own way. */
const ROWS = [
  ['物件番号', '公開', '種別', 'タイトル', '価格', '売主情報', 'メール'],
  ['AA1', 'public', 'q7x-b', 'q7x-good', '5000', 'z9k-name', 'z9k@example.com'],
  ['AA2', 'public', 'q7x-b', 'q7x-price', 'q7x～5000', 'z9k-name', 'z9k@example.com'],
  ['AA3', 'public', 'q7x-b', 'q7x-email', '1', 'z9k-name', 'z9k-is-no-address'],
  ['AA4', 'public', 'q7x-b', 'q7x-long', '1', `z9k-${'x'.repeat(60)}`, ''],
  ['', 'public', 'q7x-b', 'q7x-no-key', '1', 'z9k-name', 'z9k@example.com'],
  ['#REF!', 'public', 'q7x-b', 'q7x-error-key', '1', 'z9k-name', 'z9k@example.com'],
  ['AA5', 'public', 'q7x-b', 'q7x-twice', '1', 'z9k-name', 'z9k@example.com'],
  ['AA5', 'public', 'q7x-b', 'q7x-twice', '1', 'z9k-name', 'z9k@example.com'],
  ['AA6', 'public', 'q7x-b', 'q7x-raise', '1', 'z9k-raise', 'z9k@example.com'],
  ['AA7', 'public', 'q7x-b', 'q7x-cast', '1', 'z9k-cast', 'z9k@example.com'],
  ['AA8', 'public', 'q7x-b', 'q7x-check', '1', 'z9k-check', 'z9k@example.com'],
  ['AA9', 'public', 'q7x-b', 'q7x-swallow', '1', 'z9k-swallow', 'z9k@example.com'],
  ['q7xAA', 'public', 'q7x-b', 'q7x-skipped', '1', 'z9k-name', 'z9k@example.com'],
];

/** A table whose own rules quote what they refuse. */
const RULES = `
  alter table public.property_listings
    add constraint free_of_words check (title <> 'q7x-check' and seller_name <> 'z9k-check');
  create function public.quote_cells() returns trigger language plpgsql as $$
  begin
    if new.title = 'q7x-raise' then
      raise exception 'refused % of %', new.title, new.seller_name
        using detail = new.title, hint = new.seller_name;
    elsif new.title = 'q7x-cast' then
      new.price := new.title::bigint;
    elsif new.title = 'q7x-named' then
      raise exception using errcode = 'check_violation', constraint = 'own_rule',
        message = 'not allowed: ' || new.title || ' of ' || new.seller_name;
    elsif new.title = 'q7x-swallow' then
      return null;
    elsif new.title = 'q7x-foreign' then
      raise exception using errcode = '55000', message = new.title || ' ' || new.seller_name;
    end if;
    return new;
  end $$;
  create trigger quote_cells before insert or update on public.property_listings
    for each row execute function public.quote_cells();
  notify pgrst, 'reload schema'`;

/** @type {import('../e2e/support.js').TestStack} */
let stack;
/** @type {string[]} */
const written = [];
/** @type {string[]} answers to the read token, and refusals */
const answers = [];

before(async () => {
  const columnCount = ROWS[0].length;
  const tab = { title: '物件一覧', rows: ROWS, rowCount: ROWS.length, columnCount };
  const environment = { SYNC_API_TOKEN: API_TOKEN, SYNC_READ_TOKEN: READ_TOKEN, CRON_SECRET };
  stack = await startTestStack({ tab, mapping: MAPPING, environment });
  await stack.backend.sql.unsafe(RULES);
  await stack.backend.reloadSchema();
});
after(() => stack?.stop());
beforeEach(() => {
  written.length = 0;
  answers.length = 0;
});

/** @param {Partial<import('../../functions/app/configuration.js').Configuration>} [settings] */
function deploy(settings) {
  const app = createApp({
    module: loadCore(),
    configuration: { ...stack.configuration, ...settings },
    mappings: [new TextEncoder().encode(MAPPING)],
    log: createLog({ write: (line) => void written.push(line) }),
  });
  const call = async (/** @type {string} */ path, /** @type {string} */ token, init = {}) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const url = `https://function.example/api/sync${path}`;
    const response = await app.fetch(new Request(url, { ...init, headers }));
    const text = JSON.stringify([...response.headers]) + (await response.text());
    answers.push(text);
    return text;
  };
  return { app, call };
}

/** A run to its end, and everything the read token can see of it. */
async function runAndRead({ settings = {}, body = '{}' } = {}) {
  const { app, call } = deploy(settings);
  const recorded = await call('/property-listings/manual', API_TOKEN, { method: 'POST', body });
  await app.tick();
  const syncId = /"syncId":"([^"]+)"/.exec(recorded)?.[1];
  const paths = ['/property-listings/health', '/health', `/property-listings/status/${syncId}`];
  const texts = [];
  for (const path of paths) texts.push(await call(path, READ_TOKEN));
  return texts[2];
}

/** @param {string[]} lines @param {string[]} forbidden */
function assertWithout(lines, forbidden) {
  for (const line of lines) {
    for (const text of forbidden) assert.ok(!line.includes(text), `${text} in ${line}`);
  }
}

const secrets = () => {
  const key = stack.sheets.serviceAccount.private_key.split('\n');
  const { secretKey } = stack.backend;
  const own = [API_TOKEN, READ_TOKEN, CRON_SECRET, secretKey, key[1], key.at(-3) ?? '', 'Bearer e'];
  assert.ok(own.every((secret) => secret.length >= 8));
  return own;
};

/** Everything the sync tables hold, as text. */
async function stored() {
  const names = ['state', 'runs', 'batches', 'errors', 'alerts'];
  const rows = await Promise.all(
    names.map(
      (name) => stack.backend.sql`
        select to_jsonb(t)::text as row from ${stack.backend.sql(`sync_${name}`)} t`,
    ),
  );
  return rows.flat().map(({ row }) => row);
}

test('a sheet full of bad cells leaves none of them in the log or in an answer', async () => {
  const status = await runAndRead();
  assert.match(status, /"status":"completed"/);
  const codes = ['not_a_number', 'not_an_email', 'too_long', 'missing_key', 'duplicate_key'];
  for (const code of [...codes, 'refused_by_trigger', 'P0001', '22P02', '23514']) {
    assert.ok(status.includes(`"code":"${code}"`), `${code} in ${status}`);
  }
  assert.ok(written.some((line) => line.includes('sync_ended')));
  assertWithout(written, [MARK, SENSITIVE, ...secrets()]);
  assertWithout(answers, [MARK, SENSITIVE, ...secrets()]);
});

test('what is held of a sensitive column is stored masked, and nowhere else either', async () => {
  const held = await stack.backend.sql`
    select column_name, value, message from public.sync_errors where kind = 'cell'`;
  const masked = held.filter(({ column_name: name }) => /^seller_/.test(name));
  assert.deepEqual(
    masked.map(({ value }) => value),
    ['***', '***'],
  );
  const price = held.find(({ column_name: name }) => name === 'price');
  assert.ok(price?.value.includes(MARK), 'other cells are kept, to be corrected');
  assertWithout(await stored(), [SENSITIVE]);
});

test('an error of the table that is no fault of a row does not bring its cells out', async () => {
  const tab = stack.sheets.spreadsheet('local-spreadsheet').tab('物件一覧');
  tab.setCell(2, 4, 'q7x-foreign');
  // among other bad rows, and alone
  for (const body of ['{}', '{"propertyNumbers":["AA1"]}']) {
    const status = await runAndRead({ body });
    assert.match(status, /"status":"failed"/);
    assert.match(status, /"code":"55000"/);
  }
  tab.setCell(2, 4, 'q7x-good');
  assertWithout(written, [MARK, SENSITIVE]);
  assertWithout(answers, [MARK, SENSITIVE]);
  const runs = await stack.backend.sql`select cause_message, errors::text from public.sync_runs`;
  assertWithout(
    runs.flatMap((run) => [run.cause_message ?? '', run.errors]),
    [MARK, SENSITIVE],
  );
});

test('nor does a rule of the table that names itself and quotes what it refuses', async () => {
  const tab = stack.sheets.spreadsheet('local-spreadsheet').tab('物件一覧');
  tab.setCell(2, 4, 'q7x-named');
  const status = await runAndRead();
  tab.setCell(2, 4, 'q7x-good');
  assert.match(status, /"code":"23514"[^}]*"propertyNumber":"AA1"/);
  assertWithout(written, [MARK, SENSITIVE]);
  assertWithout(answers, [MARK, SENSITIVE]);
  assertWithout(await stored(), [SENSITIVE]);
});

test('a sheet that has lost its header row is refused without naming the cells in its place', async () => {
  const tab = stack.sheets.spreadsheet('local-spreadsheet').tab('物件一覧');
  tab.deleteRow(1);
  const status = await runAndRead();
  tab.insertRow(1, ROWS[0]);
  assert.match(status, /"code":"header_missing"/);
  assertWithout(written, [MARK, SENSITIVE]);
  assertWithout(answers, [MARK, SENSITIVE]);
});

test('a sheet that cannot be read leaves nothing of what it said', async () => {
  const { sheets } = stack;
  const body = `{"valueRanges":[{"values":[["q7x","z9k"],["q7x" "z9k"]]}]}`;
  const faults = [
    { truncateTo: 900 },
    { status: 200, body },
    { status: 200, body: '<html>q7x z9k</html>' },
    { status: 200, body: { valueRanges: 'q7x' } },
  ];
  for (const fault of faults) {
    sheets.spoil((kind) => (kind === 'batchGet' ? fault : null));
    await runAndRead();
    sheets.spoil(null);
    await stack.backend.sql`update public.sync_state set circuits = null`;
    await stack.backend.sql`delete from public.sync_runs`;
  }
  assert.ok(written.length > 0);
  assertWithout(written, [MARK, SENSITIVE, ...secrets()]);
  assertWithout(answers, [MARK, SENSITIVE, ...secrets()]);
});

test('credentials that are refused are not quoted', async () => {
  const { configuration, backend, sheets } = stack;
  const serviceKey = 'sb_secret_wrong-0123456789abcdef';
  const { google } = configuration;
  const clientEmail = 'somebody-else@example.iam.gserviceaccount.com';
  const stranger = { ...google.serviceAccount, clientEmail };
  await runAndRead({ settings: { supabase: { url: backend.url, serviceKey } } });
  await runAndRead({ settings: { google: { ...google, serviceAccount: stranger } } });
  sheets.revokeTokens();
  sheets.spoil((kind) => (kind === 'batchGet' ? { status: 401, body: {} } : null));
  await runAndRead();
  sheets.spoil(null);
  const lines = written.join('\n');
  assert.match(lines, /SUPABASE_SERVICE_ROLE_KEY|database_refused/);
  assert.match(lines, /GOOGLE_SERVICE_ACCOUNT_JSON|invalid_grant/);
  const forbidden = [...secrets(), serviceKey, PRIVATE_KEY.slice(40, 90), 'eyJ'];
  assertWithout(written, forbidden);
  assertWithout(answers, forbidden);
});

test('an error inside is told by its code: no message, no file, no line', async () => {
  const app = createApp({
    module: loadCore(),
    configuration: stack.configuration,
    mappings: [new TextEncoder().encode(MAPPING)],
    log: createLog({ write: (line) => void written.push(line) }),
    waitUntil: () => {
      throw new TypeError('q7x inside');
    },
  });
  const headers = { authorization: `Bearer ${API_TOKEN}` };
  const init = { method: 'POST', headers };
  const url = `https://function.example${ROOT}/scheduled`;
  const response = await app.fetch(new Request(url, init));
  const problem = /** @type {any} */ (await response.json());
  assert.deepEqual(Object.keys(problem).sort(), ['code', 'status', 'title', 'type']);
  assert.deepEqual([problem.status, problem.code], [500, 'internal_error']);
  assertWithout([JSON.stringify(problem)], [MARK]);
  assert.ok(written.every((line) => !/\bat \S+ \(|node_modules|\.js:\d/.test(line)));
});
