// `doctor` on the variables, the mapping and the tokens: each check shown passing and failing.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  assertFound,
  assertOk,
  assertSkipped,
  diagnose,
  outcomeOf,
  setUp,
  startServices,
} from './doctor-support.js';

const services = await startServices();
after(() => services.stop());

const AFTER_MAPPING = ['sheet_shared', 'tab', 'headers', 'registration', 'columns', 'grants'];

test('variables that are there and readable pass', async () => {
  const { examine } = await setUp(services);
  assertOk(await examine(), 'configuration', /every variable is there/);
});

test('every variable that is missing is named, and nothing else is judged', async () => {
  const diagnosis = await diagnose([], {});
  assertFound(diagnosis, 'configuration', 'failed', [
    [/SUPABASE_URL is not set/, /docs\/CONFIGURATION\.md/],
    [/SUPABASE_SERVICE_ROLE_KEY is not set/, /docs\/CONFIGURATION\.md/],
    [/GOOGLE_SERVICE_ACCOUNT_JSON is not set/, /docs\/CONFIGURATION\.md/],
    [/SYNC_API_TOKEN is not set/, /docs\/CONFIGURATION\.md/],
  ]);
  const others = diagnosis.checks.slice(1).map(({ check }) => check);
  assert.equal(others.length, 14);
  assertSkipped(diagnosis, others);
});

test('a variable that cannot be read is named without its value', async () => {
  const { environment, examine } = await setUp(services);
  environment.SUPABASE_SERVICE_ROLE_KEY = 'sb_publishable_hush';
  environment.SYNC_INTERVAL = 'hush';
  const diagnosis = await examine();
  assertFound(diagnosis, 'configuration', 'failed', [
    [/SUPABASE_SERVICE_ROLE_KEY is a publishable key/, /CONFIGURATION/],
    [/SYNC_INTERVAL must be a whole number/, /CONFIGURATION/],
  ]);
  assert.doesNotMatch(JSON.stringify(diagnosis), /hush/);
});

test('a mapping the core accepts passes, from the variable, a file or a folder', async (t) => {
  const { name, mapping, environment, examine } = await setUp(services);
  assertOk(await examine(), 'mapping', new RegExp(`${name}: 3 columns, key property_number`));
  const folder = mkdtempSync(join(tmpdir(), 'listing-sync-doctor-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'mapping.json');
  writeFileSync(file, JSON.stringify(mapping));
  for (const path of [file, folder]) {
    const given = await diagnose(['--mapping', path], environment);
    assertOk(given, 'mapping', new RegExp(`${name}: 3 columns`));
  }
});

test('every fault of a mapping is named with its place', async () => {
  const { mapping, examine } = await setUp(services);
  mapping.columns[1].type = 'txt';
  mapping.columns[2].max_length = 5;
  mapping.key = 'nobody';
  const diagnosis = await examine();
  const { status, findings } = outcomeOf(diagnosis, 'mapping');
  assert.equal(status, 'failed');
  const places = findings.map(({ text }) => text.split(':')[0]);
  for (const place of ['$.columns[1].type', '$.key']) {
    assert.ok(places.includes(place), places.join(' '));
  }
  for (const { remedy } of findings) assert.match(remedy ?? '', /docs\/MAPPING\.md/);
  assertSkipped(diagnosis, AFTER_MAPPING);
  assertOk(diagnosis, 'google_credentials', /a token for/);
});

test('no mapping, one that is no JSON, a file that is not there', async () => {
  const { environment } = await setUp(services);
  const none = await diagnose([], environment);
  assertFound(none, 'mapping', 'failed', [[/there is no mapping/, /SYNC_MAPPING|--mapping/]]);
  const text = await diagnose([], { ...environment, SYNC_MAPPING: '{"source":' });
  assertFound(text, 'mapping', 'failed', [[/not_json/, /docs\/MAPPING\.md/]]);
  const list = await diagnose([], { ...environment, SYNC_MAPPING: '[{"source":' });
  assertFound(list, 'mapping', 'failed', [[/SYNC_MAPPING is not JSON/, /SYNC_MAPPING/]]);
  const lost = await diagnose(['--mapping', '/nowhere/mapping.json'], environment);
  assertFound(lost, 'mapping', 'failed', [[/cannot be read \(ENOENT\)/, /--mapping FILE/]]);
});

test('a mapping without a spreadsheet needs SYNC_SPREADSHEET_ID', async () => {
  const { name, mapping, environment, examine } = await setUp(services);
  delete mapping.spreadsheet_id;
  assertFound(await examine(), 'mapping', 'failed', [
    [/names no spreadsheet/, /SYNC_SPREADSHEET_ID.*\/d\/ and \/edit/],
  ]);
  environment.SYNC_SPREADSHEET_ID = name;
  assertOk(await examine(), 'sheet_shared', /can be read/);
});

test('two mappings of one source are refused, two sources are checked each', async () => {
  const [one, other] = [await setUp(services), await setUp(services)];
  const both = (/** @type {object[]} */ list) =>
    diagnose([], { ...one.environment, SYNC_MAPPING: JSON.stringify(list) });
  const twice = await both([one.mapping, one.mapping]);
  const { status, findings } = outcomeOf(twice, 'mapping');
  assert.equal(status, 'failed');
  assert.match(findings.at(-1)?.text ?? '', new RegExp(`two mappings .* "${one.name}"`));
  assert.match(findings.at(-1)?.remedy ?? '', /rename/);

  other.spreadsheet.renameTab('物件一覧', '別');
  const diagnosis = await both([one.mapping, other.mapping]);
  assert.equal(outcomeOf(diagnosis, 'tab', one.name).status, 'ok');
  assert.equal(outcomeOf(diagnosis, 'tab', other.name).status, 'failed');
  assert.equal(outcomeOf(diagnosis, 'headers', one.name).status, 'ok');
  assert.equal(outcomeOf(diagnosis, 'headers', other.name).status, 'skipped');
  assert.equal(outcomeOf(diagnosis, 'triggers', other.name).status, 'ok');
});

test('random tokens pass', async () => {
  const { environment, examine } = await setUp(services);
  environment.CRON_SECRET = 'Jm3v0_xkT9-qZb7Ww2RfYh5Lc8Nd4PsE';
  assertOk(await examine(), 'tokens', /SYNC_API_TOKEN, CRON_SECRET/);
});

for (const { why, token, text } of [
  { why: 'short', token: 'q7Xk2mVb9TzLw4Rf', text: /fewer than 32 characters/ },
  { why: 'guessable', token: 'password-password-password-password', text: /consists of words/ },
  { why: 'repetitive', token: 'xyzxyzxyzxyzxyzxyzxyzxyzxyzxyzxyzxyz', text: /repeats few/ },
]) {
  test(`a token that is ${why} is warned of`, async () => {
    const { environment, examine } = await setUp(services);
    environment.SYNC_READ_TOKEN = token;
    const diagnosis = await examine();
    assertFound(diagnosis, 'tokens', 'warning', [[text, /openssl rand -hex 32/]]);
    assert.match(outcomeOf(diagnosis, 'tokens').findings[0].text, /^SYNC_READ_TOKEN /);
    assert.doesNotMatch(JSON.stringify(diagnosis), new RegExp(token), 'the token is not shown');
  });
}

test('a word beside enough chance does no harm to a token', async () => {
  const { environment, examine } = await setUp(services);
  environment.SYNC_READ_TOKEN = 'listing-sync-token-q7Xk2mVb9TzLw4RfJm3v0xkT9qZb7Ww2';
  assertOk(await examine(), 'tokens', /random enough/);
});

test('the database key is no token', async () => {
  const { environment, examine } = await setUp(services);
  environment.SYNC_API_TOKEN = environment.SUPABASE_SERVICE_ROLE_KEY;
  const problem = /SYNC_API_TOKEN must differ from SUPABASE_SERVICE_ROLE_KEY/;
  assertFound(await examine(), 'configuration', 'failed', [[problem, /docs.CONFIGURATION/]]);
});
