// What the tests of `doctor` share: real services, set-ups that are right in every point and can be
// spoilt in one, and the program itself, as a process of its own.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { startBackend, supabaseMigrations } from '../../infra/local/backend/index.js';
import { startSheets } from '../../infra/local/sheets/index.js';

const PROGRAM = fileURLToPath(new URL('../../infra/cli/main.js', import.meta.url));
const PROGRAM_TIMEOUT_MS = 60_000;

/** @typedef {Record<string, string | undefined>} Environment */

/**
 * @typedef {object} Services
 * @property {import('../../infra/local/backend/index.js').Backend} backend
 * @property {import('../../infra/local/sheets/index.js').Sheets} sheets
 * @property {() => Promise<void>} stop
 */

/** @returns {Promise<Services>} */
export async function startServices() {
  const backend = await startBackend({ migrations: supabaseMigrations() });
  const sheets = await startSheets({ spreadsheets: {} });
  const stop = async () => {
    await sheets.stop();
    await backend.stop();
  };
  return { backend, sheets, stop };
}

/**
 * A column of the set-up: as the sheet, the mapping and the table have it.
 * @typedef {object} Column
 * @property {string} header
 * @property {string} type of the mapping
 * @property {string} sql its type and constraints in the table
 * @property {Record<string, unknown>} [policy] more fields of the mapping's column
 */

/** @type {Record<string, Column>} */
export const COLUMNS = {
  property_number: {
    header: '物件番号',
    type: 'text',
    sql: 'text primary key',
    policy: { required: true },
  },
  title: { header: '物件名', type: 'text', sql: 'text' },
  price: { header: '価格', type: 'number', sql: 'numeric', policy: { unit: 'yen' } },
};

/**
 * @typedef {object} SetUp
 * @property {string} name of source, table and spreadsheet
 * @property {any} mapping change it before the program runs
 * @property {Environment} environment likewise; its SYNC_MAPPING is the mapping's, unless set
 * @property {import('../../infra/local/sheets/spreadsheet.js').Spreadsheet} spreadsheet
 * @property {(args?: string[]) => Promise<Diagnosis>} examine runs `doctor --json`
 */

let count = 0;

/**
 * A source nothing is wrong with: its table, registered, and its spreadsheet, shared.
 * @param {Services} services
 * @param {object} [options]
 * @param {Record<string, Column>} [options.columns] besides the three of COLUMNS, or in their place
 * @param {string} [options.table] SQL below the columns
 * @param {boolean} [options.registered]
 * @returns {Promise<SetUp>}
 */
export async function setUp({ backend, sheets }, { columns, table = '', registered = true } = {}) {
  count += 1;
  const name = `listings_${count}`;
  const all = { ...COLUMNS, ...columns };
  const definitions = Object.entries(all).map(([column, { sql }]) => `${column} ${sql}`);
  await backend.sql.unsafe(`
    create table public.${name} (${definitions.join(', ')} ${table});
    grant select, insert, update on public.${name} to service_role;
    ${registered ? `select sync_register_source('${name}', 'public.${name}', 'property_number');` : ''}`);
  const spreadsheet = sheets.addSpreadsheet(name, {
    tabs: [{ title: '物件一覧', rows: [Object.values(all).map(({ header }) => header)] }],
  });
  const mapping = {
    source: name,
    spreadsheet_id: name,
    tab: '物件一覧',
    table: name,
    key: 'property_number',
    columns: Object.entries(all).map(([column, { header, type, policy }]) => ({
      ...{ header, column, type },
      ...policy,
    })),
  };
  const environment = goodEnvironment({ backend, sheets });
  const examine = (/** @type {string[]} */ args = []) =>
    diagnose(args, { SYNC_MAPPING: JSON.stringify(mapping), ...environment });
  return { name, mapping, environment, spreadsheet, examine };
}

/**
 * @param {Pick<Services, 'backend' | 'sheets'>} services
 * @returns {Environment}
 */
export function goodEnvironment({ backend, sheets }) {
  return {
    SUPABASE_URL: backend.url,
    SUPABASE_SERVICE_ROLE_KEY: backend.secretKey,
    GOOGLE_SERVICE_ACCOUNT_JSON: JSON.stringify(sheets.serviceAccount),
    GOOGLE_SHEETS_ENDPOINT: sheets.url,
    SYNC_API_TOKEN: randomBytes(32).toString('hex'),
  };
}

/**
 * Runs `listing-sync` with nothing but this environment.
 * @param {string[]} args
 * @param {Environment} [environment]
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
 */
export function listingSync(args, environment = {}) {
  const env = { PATH: process.env.PATH, ...environment };
  return new Promise((resolve, reject) => {
    const options = { env, timeout: PROGRAM_TIMEOUT_MS };
    execFile(process.execPath, [PROGRAM, ...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ code, stdout, stderr });
      else reject(error);
    });
  });
}

/**
 * @typedef {import('../../infra/cli/doctor/checks.js').Outcome} Outcome
 * @typedef {import('../../infra/cli/doctor/finding.js').Finding} Finding
 */

/**
 * @typedef {object} Diagnosis
 * @property {number} code the exit code
 * @property {boolean} ok
 * @property {Outcome[]} checks
 */

/**
 * `doctor --json`.
 * @param {string[]} args
 * @param {Environment} environment
 * @returns {Promise<Diagnosis>}
 */
export async function diagnose(args, environment) {
  const { code, stdout, stderr } = await listingSync(['doctor', '--json', ...args], environment);
  assert.equal(stderr, '');
  return { code, ...JSON.parse(stdout) };
}

/**
 * @param {Diagnosis} diagnosis
 * @param {string} check
 * @param {string | null} [source] where several sources were checked
 * @returns {Outcome}
 */
export function outcomeOf({ checks }, check, source) {
  const found = checks.filter((one) => one.check === check && (!source || one.source === source));
  assert.equal(found.length, 1, `${check} was checked once`);
  return found[0];
}

/**
 * The check passed, and says so.
 * @param {Diagnosis} diagnosis
 * @param {string} check
 * @param {RegExp} text
 */
export function assertOk(diagnosis, check, text) {
  const { status, findings } = outcomeOf(diagnosis, check);
  assert.equal(status, 'ok', JSON.stringify(findings));
  assert.match(findings.map((finding) => finding.text).join('\n'), text);
}

/**
 * The check found exactly this, in this order, each with this remedy.
 * @param {Diagnosis} diagnosis
 * @param {string} check
 * @param {'failed' | 'warning'} level
 * @param {[text: RegExp, remedy: RegExp][]} expected
 */
export function assertFound(diagnosis, check, level, expected) {
  const { status, findings } = outcomeOf(diagnosis, check);
  const told = JSON.stringify(findings, null, 2);
  assert.equal(status, level, told);
  assert.equal(findings.length, expected.length, told);
  expected.forEach(([text, remedy], i) => {
    assert.equal(findings[i].level, level, told);
    assert.match(findings[i].text, text);
    assert.match(findings[i].remedy ?? '', remedy);
  });
  assert.equal(diagnosis.code, level === 'failed' ? 1 : diagnosis.code);
}

/**
 * These were not judged, since an earlier one failed.
 * @param {Diagnosis} diagnosis
 * @param {string[]} checks
 */
export function assertSkipped(diagnosis, checks) {
  for (const check of checks) {
    const { status, because } = outcomeOf(diagnosis, check);
    assert.equal(status, 'skipped', check);
    assert.ok(because, `${check} says why it was skipped`);
  }
}

/**
 * A full run of the source that completed just now, as the function leaves it behind.
 * @param {Services['backend']} backend
 * @param {string} source
 * @param {{ agoMinutes?: number }} [when]
 */
export async function completeRun({ sql }, source, { agoMinutes = 0 } = {}) {
  await sql`
    insert into public.sync_runs (sync_id, source, kind, trigger, status, mapping_hash,
      requested_at, started_at, completed_at)
    select gen_random_uuid(), ${source}, 'full', 'scheduled', 'completed', 'hash', at, at, at
    from (select now() - make_interval(mins => ${agoMinutes}) as at) as t`;
}
