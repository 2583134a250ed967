// The table: registered, with the columns the mapping wants, open to the service, and written by
// nobody behind our back.
import { ask } from '../ask.js';
import { nearest } from '../nearest.js';
import { registrationSql } from '../registration.js';
import { failed, ok, warning } from './finding.js';
import { required } from './sheet.js';
import { INSPECT } from './supabase.js';
import { compatibility } from './types.js';

/** @typedef {import('./checks.js').Patient} Patient */
/** @typedef {import('./checks.js').SourceFacts} SourceFacts */
/** @typedef {import('./finding.js').Finding} Finding */

/** @param {Patient} patient @param {SourceFacts} source @returns {Promise<Finding[]>} */
export async function checkRegistration({ targets, fetch }, source) {
  const { name, described } = source;
  const body = { p_source: name, p_table: described.table, p_key_column: described.key };
  const reply = await ask(required(targets), 'database', INSPECT, { body, fetch });
  if (reply.status !== 200) {
    return [failed(reply.body?.message ?? reply.why, 'see the check of the Supabase key')];
  }
  source.inspected = reply.body;
  const { registration, table } = reply.body;
  if (table === null) {
    const gone = registration ? ` (registered as ${registration.table_name})` : '';
    const remedy =
      'create it, or correct "table"; in another schema than public, service_role needs usage of it';
    return [failed(`there is no table ${described.table}${gone}`, remedy)];
  }
  if (registration === null) {
    const sql = registrationSql(name, table, described.key);
    const refusal = table.refusal === null ? '' : `; it would be refused: ${table.refusal}`;
    return [failed(`${name} is not registered${refusal}`, `as the database's owner: ${sql}`)];
  }
  const findings = judgeRegistration(source, registration, table);
  const isFine = findings.every(({ level }) => level === 'ok');
  if (!isFine || isMeant(source, table)) return findings;
  return [await judgeOtherTable(source, table, { targets, fetch })];
}

/** @param {SourceFacts} source */
const wantedTable = ({ described: { table } }) => (table.includes('.') ? table : `public.${table}`);

/** @param {SourceFacts} source @param {any} table */
const isMeant = (source, { name }) =>
  name.replaceAll('"', '') === wantedTable(source).replaceAll('"', '');

/**
 * The registration has the last word on where rows go; which of the two is right, people know.
 * @param {SourceFacts} source
 * @param {any} written
 * @param {Pick<Patient, 'targets' | 'fetch'>} patient
 */
async function judgeOtherTable(source, written, { targets, fetch }) {
  const { name, described } = source;
  const body = { p_table: described.table, p_key_column: described.key };
  const reply = await ask(required(targets), 'database', INSPECT, { body, fetch });
  const text = `the mapping says ${wantedTable(source)}, written is ${written.name}`;
  const correct = 'correct "table" in the mapping';
  if (reply.status !== 200) return warning(text, `${correct}, or register the one it says`);
  const { table: meant } = reply.body;
  if (meant === null) return warning(text, `${correct}: there is no such table`);
  const sql = registrationSql(name, meant, described.key);
  return warning(text, `${correct}, or register the one it says: ${sql}`);
}

/**
 * @param {SourceFacts} source
 * @param {any} registration
 * @param {any} table
 * @returns {Finding[]}
 */
function judgeRegistration({ name, described }, registration, table) {
  const again = `register it again: ${registrationSql(name, table, described.key)}`;
  if (registration.key_column !== described.key) {
    const text = `registered with the key ${registration.key_column}, the mapping's is ${described.key}`;
    return [failed(text, again)];
  }
  if (table.refusal !== null) return [failed(table.refusal, 'give the key a unique index')];
  return [ok(`${table.name}, key ${registration.key_column}`)];
}

/** @param {Patient} _patient @param {SourceFacts} source @returns {Promise<Finding[]>} */
export async function checkColumns(_patient, { columns, inspected }) {
  const { table, registration } = inspected;
  const byName = new Map(table.columns.map((/** @type {any} */ one) => [one.name, one]));
  const findings = columns.flatMap((column) => {
    const found = byName.get(column.name);
    if (found !== undefined) return judgeColumn(column, found, registration);
    const guess = nearest(column.name, /** @type {string[]} */ ([...byName.keys()]));
    const hint = guess === null ? '' : `; did you mean ${guess}?`;
    return [failed(`${column.name} is no column of ${table.name}${hint}`, COLUMN_REMEDY)];
  });
  findings.push(...restricted(columns, byName));
  findings.push(...unfilledColumns(columns, table.columns, registration));
  if (findings.length > 0) return findings;
  return [ok(`all ${columns.length} columns are there and take what is sent`)];
}

/** What somebody typed, as long as it is; the other types have lengths of their own. */
const FREE_TEXTS = ['text', 'url', 'email', 'phone'];
const COLUMN_REMEDY = 'correct the column in the mapping, or add it to the table';

/**
 * @param {any} column of the mapping
 * @param {any} found in the table
 * @param {any} registration
 * @returns {Finding[]}
 */
function judgeColumn(column, found, registration) {
  const { name, type } = column;
  if (found.generated) return [failed(`${name} is generated and cannot be written`, COLUMN_REMEDY)];
  if (name === registration.updated_at_column) {
    return [failed(`${name} is the registered updated_at column`, 'take it out of the mapping')];
  }
  const findings = [];
  const judged = compatibility(column, found);
  if (judged.fits === 'no') {
    const remedy = `use a type of the mapping that fits (docs/MAPPING.md), or alter the column: ${judged.why}`;
    findings.push(failed(`${name}: ${type} does not go into ${found.type}`, remedy));
  }
  if (found.not_null && column.blank === 'clear') {
    const remedy = `set "blank" of ${name} to "error" or "keep", or drop its NOT NULL`;
    findings.push(warning(`${name} is NOT NULL, and a blank cell would clear it`, remedy));
  }
  const room = found.max_length;
  const isFree = FREE_TEXTS.includes(type);
  if (isFree && room !== null && (column.max_length === null || column.max_length > room)) {
    const remedy = `set "max_length" of ${name} to ${room}: longer cells are then held with a clear reason`;
    findings.push(warning(`${name} holds ${room} characters, the mapping allows more`, remedy));
  }
  return findings;
}

/**
 * Columns that fit with a restriction, together where it is the same one.
 * @param {any[]} columns
 * @param {Map<string, any>} byName
 * @returns {Finding[]}
 */
function restricted(columns, byName) {
  /** @type {Map<string, string[]>} */
  const names = new Map();
  for (const column of columns) {
    const found = byName.get(column.name);
    const judged = found && !found.generated ? compatibility(column, found) : null;
    if (judged?.fits !== 'perhaps') continue;
    const what = `${column.type} into ${found.type}: ${judged.why}`;
    names.set(what, [...(names.get(what) ?? []), column.name]);
  }
  const remedy = 'mostly harmless; if not, change the type in the mapping or alter the column';
  return [...names].map(([what, list]) => warning(`${what} (${list.join(', ')})`, remedy));
}

/**
 * Columns an insert could not do without.
 * @param {any[]} columns
 * @param {any[]} existing
 * @param {any} registration
 * @returns {Finding[]}
 */
function unfilledColumns(columns, existing, registration) {
  const mapped = new Set(columns.map(({ name }) => name));
  return existing
    .filter((one) => one.not_null && !one.has_default && !one.generated && !mapped.has(one.name))
    .filter((one) => one.name !== registration.updated_at_column)
    .map((one) =>
      failed(
        `${one.name} is NOT NULL, has no default and is not mapped: no row could be inserted`,
        'map it, give it a default, or drop its NOT NULL',
      ),
    );
}

/** @param {Patient} _patient @param {SourceFacts} source @returns {Promise<Finding[]>} */
export async function checkGrants(_patient, { inspected }) {
  const { table } = inspected;
  const missing = Object.keys(table.privileges).filter((name) => !table.privileges[name]);
  if (missing.length === 0) return [ok('select, insert and update are granted')];
  const remedy = `as the owner: grant ${missing.join(', ')} on ${table.name} to service_role;`;
  return [failed(`service_role may not ${missing.join(', ')}`, remedy)];
}

/** @param {Patient} _patient @param {SourceFacts} source @returns {Promise<Finding[]>} */
export async function checkTriggers(_patient, { columns, inspected }) {
  const { table, registration } = inspected;
  const names = columns.map(({ name }) => name);
  const findings = table.triggers
    .filter(
      (/** @type {any} */ one) =>
        one.enabled &&
        one.timing === 'before' &&
        one.for_each === 'row' &&
        (one.insert || one.update),
    )
    .flatMap((/** @type {any} */ one) => judgeTrigger(one, names));
  if (findings.length > 0) return findings;
  const stamp = registration.updated_at_column ? `; ${registration.updated_at_column} is ours` : '';
  return [ok(`none rewrites a synced column${stamp}`)];
}

/**
 * Read from its text, not run: what it calls is not followed.
 * @param {{ name: string, function: string, source: string }} trigger
 * @param {string[]} names
 * @returns {Finding[]}
 */
function judgeTrigger({ name, function: called, source }, names) {
  const text = source.replace(/--.*$/gm, '').replace(/\/\*[\s\S]*?\*\//g, '');
  const assigned = assignedColumns(text);
  const isWhole = /\bnew\s*:=|\binto\s+(?:strict\s+)?new\b(?!\s*\.)/i.test(text);
  const rewritten = isWhole ? ['the whole row'] : names.filter((column) => assigned.has(column));
  const findings = [];
  if (rewritten.length > 0) {
    const remedy =
      'such a row never becomes equal to its sheet row, and is written in every run: leave the ' +
      'columns out of the mapping, or out of the trigger';
    const text = `trigger ${name} (${called}) rewrites ${rewritten.join(', ')}`;
    findings.push(warning(text, remedy));
  }
  if (/\breturn\s+null\b/i.test(text)) {
    const remedy = 'rows it leaves out are held as refused_by_trigger; is that meant?';
    findings.push(warning(`trigger ${name} (${called}) may leave rows out`, remedy));
  }
  return findings;
}

/** A column of the new row, bare (folded to lower case by SQL) or quoted. */
const NEW_COLUMN = String.raw`\bnew\s*\.\s*(?:([\p{L}_][\p{L}\p{N}_$]*)|"((?:[^"]|"")+)")`;
/** An `=` assigns only where a statement begins; elsewhere it compares. */
const ASSIGNMENTS = [
  new RegExp(String.raw`${NEW_COLUMN}\s*:=`, 'giu'),
  new RegExp(String.raw`(?:;|\b(?:begin|then|else|loop)\b)\s*${NEW_COLUMN}\s*=`, 'giu'),
];
const INTO = new RegExp(String.raw`\binto\s+(?:strict\s+)?((?:${NEW_COLUMN}\s*,?\s*)+)`, 'giu');

/**
 * `new.price := 1`, `new."価格" = 1`, `select … into new.price`.
 * @param {string} text of a function, without comments
 * @returns {Set<string>}
 */
function assignedColumns(text) {
  const lists = [...text.matchAll(INTO)].map(([, list]) => list);
  const places = [
    ...ASSIGNMENTS.flatMap((pattern) => [...text.matchAll(pattern)]),
    ...lists.flatMap((list) => [...list.matchAll(new RegExp(NEW_COLUMN, 'giu'))]),
  ];
  return new Set(
    places.map(([, bare, quoted]) => bare?.toLowerCase() ?? quoted.replaceAll('""', '"')),
  );
}
