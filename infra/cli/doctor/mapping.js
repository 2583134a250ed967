// The mappings, as the core reads them.
import { ConfigurationError } from '../../../functions/app/configuration.js';
import { createCore } from '../../../wasm/js/core.js';
import { loadCore } from '../../../wasm/js/load-node.js';
import { chosenMappings } from '../mapping-files.js';
import { failed, ok } from './finding.js';

/** @typedef {import('./checks.js').Patient} Patient */
/** @typedef {import('./checks.js').SourceFacts} SourceFacts */
/** @typedef {import('./finding.js').Finding} Finding */

const CORRECT = 'correct it in the mapping file (docs/MAPPING.md has every field)';

/** @param {Patient} patient @returns {Promise<Finding[]>} */
export async function checkMapping(patient) {
  let given;
  try {
    given = chosenMappings(patient.mappingFiles, patient.configuration?.mapping);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const remedy = 'name the file by SYNC_MAPPING or --mapping FILE';
    return error.problems.map((problem) => failed(problem, remedy));
  }
  if (given.length === 0) {
    return [failed('there is no mapping', 'set SYNC_MAPPING, or give --mapping FILE')];
  }
  const findings = given.flatMap((mapping) => readOne(patient, mapping));
  const names = patient.sources.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) {
    findings.push(failed(`two mappings have the source "${twice}"`, 'rename one of them'));
  }
  return findings;
}

/**
 * @param {Patient} patient
 * @param {Uint8Array} mapping
 * @returns {Finding[]}
 */
function readOne({ configuration, sources }, mapping) {
  const core = createCore(loadCore());
  const { answer: described } = core.query({ query: 'mapping' }, mapping);
  if (described.faults !== undefined) {
    return described.faults.map(
      (/** @type {import('../../../wasm/js/protocol.js').Fault} */ fault) =>
        failed(`${fault.where}: ${fault.message} (${fault.code})`, CORRECT),
    );
  }
  const { answer } = core.query({ query: 'columns' }, mapping);
  const name = String(described.source);
  const spreadsheetId = described.spreadsheet_id || (configuration?.spreadsheetId ?? '');
  if (spreadsheetId === '') {
    const remedy = 'set SYNC_SPREADSHEET_ID to the part between /d/ and /edit of its address';
    return [failed(`${name} names no spreadsheet`, remedy)];
  }
  const { columns, header_row: headerRow } = answer;
  sources.push({ name, mapping, described, columns, headerRow, spreadsheetId });
  return [ok(`${name}: ${columns.length} columns, key ${described.key}, tab ${described.tab}`)];
}
