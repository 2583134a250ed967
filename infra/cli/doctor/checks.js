// The checks in their order, and what a check is. A check that needs another one's result is
// skipped where that failed: one cause, one failure.
import { CoreError } from '../../../wasm/js/core.js';
import { checkConfiguration, checkTokens } from './configuration.js';
import { checkClocks, checkSchedule } from './clocks.js';
import { checkCredentials, checkHeaders, checkSharing, checkTab } from './sheet.js';
import { failed } from './finding.js';
import { checkMapping } from './mapping.js';
import { checkMigrations, checkSupabase } from './supabase.js';
import { checkColumns, checkGrants, checkRegistration, checkTriggers } from './table.js';

/**
 * `remedy`: what to do, for everything that is not ok.
 * @typedef {{ level: 'ok' | 'warning' | 'failed', text: string, remedy?: string }} Finding
 */

/**
 * What is known of one source; filled in by the checks.
 * @typedef {object} SourceFacts
 * @property {string} name
 * @property {Uint8Array} mapping
 * @property {any} described the core's answer to the query `mapping`
 * @property {any[]} columns the core's answer to the query `columns`
 * @property {number} headerRow
 * @property {string} spreadsheetId
 * @property {string[]} [tabs] of the spreadsheet
 * @property {any} [inspected] what sync_inspect answered
 */

/**
 * @typedef {object} Patient
 * @property {Record<string, string | undefined>} environment
 * @property {string[]} mappingFiles given on the command line
 * @property {typeof globalThis.fetch} [fetch]
 * @property {() => number} now epoch milliseconds of this machine
 * @property {import('../../../functions/app/configuration.js').Configuration} [configuration]
 * @property {import('../../../functions/app/targets.js').Targets} [targets]
 * @property {SourceFacts[]} sources
 * @property {number} [googleAheadMs] Google's clock minus this machine's
 * @property {number} [databaseAheadMs]
 */

/**
 * `perSource`: asked once for each source. Resolves with what was found; a failing finding fails the
 * check.
 * @typedef {object} Check
 * @property {string} id stable
 * @property {string} title
 * @property {string[]} needs ids of checks
 * @property {boolean} [perSource]
 * @property {(patient: Patient, source: SourceFacts) => Promise<Finding[]>} run
 */

/** @type {Check[]} */
export const CHECKS = [
  { id: 'configuration', title: 'configuration', needs: [], run: checkConfiguration },
  { id: 'mapping', title: 'mapping', needs: ['configuration'], run: checkMapping },
  {
    id: 'google_credentials',
    title: "Google's credentials",
    needs: ['configuration'],
    run: checkCredentials,
  },
  {
    id: 'sheet_shared',
    title: 'spreadsheet shared',
    needs: ['mapping', 'google_credentials'],
    perSource: true,
    run: checkSharing,
  },
  { id: 'tab', title: 'tab', needs: ['sheet_shared'], perSource: true, run: checkTab },
  { id: 'headers', title: 'headers', needs: ['tab'], perSource: true, run: checkHeaders },
  {
    id: 'supabase',
    title: 'Supabase URL and key',
    needs: ['configuration'],
    run: checkSupabase,
  },
  { id: 'migrations', title: 'migrations', needs: ['supabase'], run: checkMigrations },
  {
    id: 'registration',
    title: 'table registered',
    needs: ['mapping', 'migrations'],
    perSource: true,
    run: checkRegistration,
  },
  {
    id: 'columns',
    title: 'columns and types',
    needs: ['registration'],
    perSource: true,
    run: checkColumns,
  },
  {
    id: 'grants',
    title: 'rights on the table',
    needs: ['registration'],
    perSource: true,
    run: checkGrants,
  },
  {
    id: 'triggers',
    title: 'triggers',
    needs: ['registration'],
    perSource: true,
    run: checkTriggers,
  },
  { id: 'clocks', title: 'clocks', needs: ['configuration'], run: checkClocks },
  { id: 'tokens', title: 'strength of tokens', needs: ['configuration'], run: checkTokens },
  {
    id: 'schedule',
    title: 'schedule',
    needs: ['registration'],
    perSource: true,
    run: checkSchedule,
  },
];

/**
 * One line of the report.
 * @typedef {object} Outcome
 * @property {string} check
 * @property {string} title
 * @property {string | null} source
 * @property {'ok' | 'warning' | 'failed' | 'skipped'} status
 * @property {Finding[]} findings
 * @property {string} [because] the check that failed before
 * @property {number} ms
 */

/**
 * Runs every check, and tells of each as it ends.
 * @param {Patient} patient
 * @param {(outcome: Outcome) => void} tell
 * @param {Check[]} [checks]
 * @returns {Promise<Outcome[]>}
 */
export async function examine(patient, tell, checks = CHECKS) {
  /** @type {Outcome[]} */
  const outcomes = [];
  for (const check of checks) {
    const sources = check.perSource && patient.sources.length > 0 ? patient.sources : [undefined];
    for (const source of sources) {
      const outcome = await runCheck(check, patient, source, outcomes);
      outcomes.push(outcome);
      tell(outcome);
    }
  }
  return outcomes;
}

/**
 * @param {Check} check
 * @param {Patient} patient
 * @param {SourceFacts | undefined} source
 * @param {Outcome[]} before
 * @returns {Promise<Outcome>}
 */
async function runCheck({ id, title, needs, run }, patient, source, before) {
  const outcome = { check: id, title, source: source?.name ?? null };
  const broken = before.find(
    (other) =>
      needs.includes(other.check) &&
      (other.status === 'failed' || other.status === 'skipped') &&
      (other.source === null || other.source === outcome.source),
  );
  if (broken) return { ...outcome, status: 'skipped', findings: [], because: broken.title, ms: 0 };
  const begun = performance.now();
  const findings = await runSafely(run, patient, source);
  const levels = findings.map(({ level }) => level);
  const worst = levels.includes('failed')
    ? 'failed'
    : levels.includes('warning')
      ? 'warning'
      : 'ok';
  return { ...outcome, status: worst, findings, ms: Math.round(performance.now() - begun) };
}

/**
 * A defect, or an answer nobody thought of, costs its own check and not the report.
 * @param {Check['run']} run
 * @param {Patient} patient
 * @param {SourceFacts | undefined} source
 * @returns {Promise<Finding[]>}
 */
async function runSafely(run, patient, source) {
  try {
    return await run(patient, /** @type {SourceFacts} */ (source));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof CoreError && error.code === 'not_loadable') {
      return [failed('core.wasm is not there', message)];
    }
    return [
      failed(`could not be judged: ${message}`, 'this is a defect of doctor: please report it'),
    ];
  }
}
