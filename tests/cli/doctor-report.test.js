// What `doctor` and the command line around it print: for people, for programs, and when the
// command line is wrong.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { main } from '../../infra/cli/main.js';
import { CHECKS } from '../../infra/cli/doctor/checks.js';
import { createApi } from '../../infra/local/client.js';
import { EXAMPLE_MAPPING, SPREADSHEET_ID, startStack } from '../../infra/local/stack.js';
import {
  completeRun,
  diagnose,
  goodEnvironment,
  listingSync,
  setUp,
  startServices,
} from './doctor-support.js';

const services = await startServices();
after(() => services.stop());

const ESCAPE = String.fromCharCode(27);

/**
 * Runs `doctor` as on a terminal.
 * @param {import('./doctor-support.js').SetUp} source
 * @param {{ environment?: Record<string, string>, columns?: number, isTerminal?: boolean }} [io]
 */
async function show(source, { environment, columns = 80, isTerminal = true } = {}) {
  let text = '';
  const stdout = /** @type {any} */ ({
    columns,
    write: (/** @type {string} */ part) => (text += part),
  });
  const code = await main(['doctor'], {
    environment: {
      SYNC_MAPPING: JSON.stringify(source.mapping),
      ...source.environment,
      ...environment,
    },
    ...{ stdout, stderr: stdout, isTerminal },
  });
  return { code, text };
}

/** Columns on a terminal: these texts have no other wide characters. @param {string} line */
const widthOf = (line) => [...line].length + (line.match(/[\u3000-\u9fff]/g) ?? []).length;

test('a set-up nothing is wrong with: every check in its order, and exit code 0', async () => {
  const { name, examine } = await setUp(services);
  await completeRun(services.backend, name);
  const { code, ok, checks } = await examine();
  assert.deepEqual({ code, ok }, { code: 0, ok: true });
  assert.deepEqual(
    checks.map(({ check, status }) => `${check} ${status}`),
    [
      ...['configuration ok', 'mapping ok', 'google_credentials ok', 'sheet_shared ok', 'tab ok'],
      ...['headers ok', 'supabase ok', 'migrations ok', 'registration ok', 'columns ok'],
      ...['grants ok', 'triggers ok', 'clocks ok', 'tokens ok', 'schedule ok'],
    ],
  );
  for (const { ms, findings } of checks) {
    assert.ok(Number.isInteger(ms) && ms >= 0, 'each says how long it took');
    assert.ok(findings.length > 0, 'each says what it found');
  }
});

test('the example is fine as it is delivered', async (t) => {
  const stack = await startStack({ rows: 20, port: 0, environment: {}, log: () => {} });
  t.after(() => stack.stop());
  const environment = {
    ...goodEnvironment({ backend: notNull(stack.backend), sheets: notNull(stack.sheets) }),
    SYNC_SPREADSHEET_ID: SPREADSHEET_ID,
  };
  const before = await diagnose(['--mapping', fileURLToPath(EXAMPLE_MAPPING)], environment);
  const found = before.checks.filter(({ status }) => status !== 'ok');
  assert.deepEqual(
    found.map(({ check, status }) => `${check} ${status}`),
    ['schedule warning'],
    'nobody has synced yet',
  );
  const api = createApi(stack);
  await api.follow((await api.trigger()).syncId);
  const after = await diagnose(['--mapping', fileURLToPath(EXAMPLE_MAPPING)], environment);
  assert.deepEqual(
    after.checks.filter(({ status }) => status !== 'ok'),
    [],
  );
});

/** @template T @param {T | null} value @returns {T} */
function notNull(value) {
  assert.ok(value !== null);
  return value;
}

test('warnings alone leave the exit code 0', async () => {
  const { examine } = await setUp(services);
  const { code, ok, checks } = await examine();
  assert.deepEqual({ code, ok }, { code: 0, ok: true });
  assert.equal(checks.at(-1)?.status, 'warning');
});

test('each finding that is not fine has a remedy, whatever is broken', async () => {
  const { name, environment, mapping, spreadsheet, examine } = await setUp(services, {
    columns: { built_on: { header: '築年月日', type: 'date', sql: 'boolean' } },
  });
  await services.backend.sql.unsafe(`revoke insert on public.${name} from service_role`);
  spreadsheet.shared = false;
  mapping.columns[1].column = 'titel';
  environment.SYNC_READ_TOKEN = 'q7Xk2mVb9TzLw4Rf';
  const { code, ok, checks } = await examine();
  assert.deepEqual({ code, ok }, { code: 1, ok: false });
  const bad = checks.flatMap(({ findings }) => findings).filter(({ level }) => level !== 'ok');
  assert.ok(bad.length >= 6, `${bad.length} findings`);
  for (const { text, remedy } of bad) assert.ok(remedy, text);
});

test('nothing is changed, anywhere', async () => {
  const { name, examine } = await setUp(services);
  const { sql } = services.backend;
  const contents = async () =>
    sql.unsafe(`select (select jsonb_agg(s) from public.sync_sources s) as sources,
      (select jsonb_agg(s) from public.sync_state s) as states,
      (select jsonb_agg(r) from public.sync_runs r) as runs,
      (select jsonb_agg(t) from public.${name} t) as rows`);
  const before = await contents();
  services.backend.requests.length = 0;
  await examine();
  assert.deepEqual([...(await contents())], [...before]);
  const asked = new Set(services.backend.requests.map(({ kind }) => kind));
  assert.deepEqual([...asked].sort(), ['sync_inspect', 'sync_read_health']);
});

test('the report fits a terminal of 80 columns, and of 50', async () => {
  const source = await setUp(services);
  const headers = Array.from({ length: 20 }, (_, i) => `営業担当者からの申し送り${i}`);
  source.spreadsheet.replaceRows('物件一覧', [['物件番号', '物件名', '価格', ...headers]]);
  for (const columns of [80, 50]) {
    const { text } = await show(source, { columns, environment: { NO_COLOR: '1' } });
    // An address or a statement has no place to be broken at.
    const wide = text
      .split('\n')
      .filter((line) => widthOf(line) > columns && / \S* /.test(line.trim()));
    assert.deepEqual(wide, []);
    assert.match(text, /and 10 more/);
  }
});

test('colours on a terminal only, and none where NO_COLOR is set', async () => {
  const source = await setUp(services);
  source.spreadsheet.renameTab('物件一覧', '一覧');
  const coloured = await show(source);
  assert.ok(coloured.text.includes(`${ESCAPE}[32m✔${ESCAPE}[0m`));
  assert.ok(coloured.text.includes(`${ESCAPE}[31m✖${ESCAPE}[0m`));
  const plain = await show(source, { environment: { NO_COLOR: '1' } });
  const piped = await show(source, { isTerminal: false });
  for (const { text } of [plain, piped]) assert.ok(!text.includes(ESCAPE));
  assert.match(plain.text, /^✖ tab, \w+$/m);
  assert.match(plain.text, /^· headers, \w+\n {4}skipped because of: tab$/m);
  assert.match(plain.text, /\n12 fine, 1 with warnings, 1 failed, 1 skipped\n$/);
});

test('a name in the sheet cannot move the cursor or colour the report', async () => {
  const source = await setUp(services);
  const hostile = `一覧${ESCAPE}[2J${ESCAPE}]0;owned\u0007\u202e\u009b31m`;
  source.spreadsheet.renameTab('物件一覧', hostile);
  const { text } = await show(source, { isTerminal: false });
  assert.match(text, /to one of "一覧\[2J/);
  const controls = [...text].filter((one) => one !== '\n' && /[\p{Cc}\p{Cf}]/u.test(one));
  assert.deepEqual(controls, []);
});

test('no secret is in the report', async () => {
  const source = await setUp(services);
  source.environment.SUPABASE_SERVICE_ROLE_KEY = 'sb_secret_of_another_project';
  source.environment.CRON_SECRET = 'q7Xk2mVb9TzLw4Rf';
  const { text } = await show(source);
  for (const name of ['SUPABASE_SERVICE_ROLE_KEY', 'CRON_SECRET', 'SYNC_API_TOKEN']) {
    assert.ok(!text.includes(String(source.environment[name])), name);
  }
  assert.ok(!text.includes('PRIVATE KEY'));
  assert.doesNotMatch(text, /ya29\./, 'no token of Google either');
});

test('a command or an option that is mistyped: the nearest one, and exit code 2', async () => {
  const command = await listingSync(['docter']);
  assert.equal(command.code, 2);
  assert.match(command.stderr, /no command "docter"; did you mean "doctor"\?/);
  const option = await listingSync(['doctor', '--jsom']);
  assert.equal(option.code, 2);
  assert.match(option.stderr, /no option --jsom; did you mean --json\?/);
  assert.match(option.stderr, /listing-sync doctor \[--mapping FILE\]/);
  for (const args of [['--mapping'], ['surplus'], ['-x'], ['--json=1']]) {
    const { code, stdout, stderr } = await listingSync(['doctor', ...args]);
    assert.equal(code, 2, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, /^✖ .+\n\nlisting-sync doctor/);
  }
});

test('help is a good outcome, and names commands, exit codes and options', async () => {
  for (const args of [['--help'], ['-h'], ['help']]) {
    const { code, stdout, stderr } = await listingSync(args);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    assert.match(stdout, /doctor {4}checks[^]*init {6}writes[^]*Exit codes: 0 .* 1 .* 2 /);
  }
  const { code, stdout } = await listingSync(['doctor', '--help']);
  assert.equal(code, 0);
  assert.match(stdout, /--mapping FILE[^]*--json[^]*Exit codes/);
  assert.equal((await listingSync([])).code, 2, 'nothing was asked for');
});

test('every check needs only checks that come before it', () => {
  CHECKS.forEach(({ id, needs }, i) => {
    const before = CHECKS.slice(0, i).map((check) => check.id);
    for (const needed of needs) assert.ok(before.includes(needed), `${id} needs ${needed}`);
  });
});
