// The mapping as a file: put together, checked by the core as a run would check it, written once.
import { writeFileSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @typedef {import('./columns.js').Suggestion} Suggestion */
/** @typedef {import('../../../wasm/js/protocol.js').Fault} Fault */
/** @typedef {Record<string, unknown> & { columns: Record<string, unknown>[] }} MappingFile */

const SCHEMA = fileURLToPath(new URL('../../mappings/mapping.schema.json', import.meta.url));

/**
 * Leaves out the columns the core does not accept: a header that a mapping cannot hold, or that it
 * takes for another one's twin. Throws Error where no mapping is left.
 * @param {MappingFile} mapping
 * @param {import('./sheet.js').Cell[]} headerRow
 * @param {import('../../../wasm/js/core.js').Core} core
 * @returns {{ mapping: MappingFile, refused: { item: Record<string, unknown>, fault: Fault }[] }}
 */
export function acceptable(mapping, headerRow, core) {
  const faults = faultsOf(mapping, headerRow, core);
  const blamed = mapping.columns.map((item, i) => faults.find((fault) => isAbout(fault, item, i)));
  const refused = mapping.columns.flatMap((item, i) => {
    const fault = blamed[i];
    return fault === undefined ? [] : [{ item, fault }];
  });
  const rest = { ...mapping, columns: mapping.columns.filter((_, i) => blamed[i] === undefined) };
  const [fault] = refused.length === 0 ? faults : faultsOf(rest, headerRow, core);
  if (fault === undefined) return { mapping: rest, refused };
  throw new Error(`no mapping can be made of this: ${fault.message} (${fault.code})`);
}

/**
 * @param {MappingFile} mapping
 * @param {import('./sheet.js').Cell[]} header_row
 * @param {import('../../../wasm/js/core.js').Core} core
 * @returns {Fault[]}
 */
function faultsOf(mapping, header_row, core) {
  const bytes = new TextEncoder().encode(JSON.stringify(mapping));
  const own = core.query({ query: 'mapping' }, bytes).answer.faults;
  return own ?? core.query({ query: 'match_headers', header_row }, bytes).answer.faults ?? [];
}

/** @param {Fault} fault @param {Record<string, unknown>} item @param {number} i */
function isAbout({ where, code }, item, i) {
  if (where.startsWith(`$.columns[${i}]`)) return true;
  return code.startsWith('header_') && where === item.header;
}

/** @param {string} out the file it will be */
export function schemaReference(out) {
  const path = relative(dirname(resolve(out)), SCHEMA);
  return path.startsWith('..') ? {} : { $schema: `./${path.split(sep).join('/')}` };
}

/**
 * Throws Error where the file exists.
 * @param {string} out
 * @param {MappingFile} mapping
 */
export function writeMapping(out, mapping) {
  try {
    writeFileSync(out, `${JSON.stringify(mapping, null, 2)}\n`, { flag: 'wx' });
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === 'EEXIST') throw new Error(existing(out), { cause: error });
    throw new Error(`${out} cannot be written (${code})`, { cause: error });
  }
}

/** @param {string} out */
export const existing = (out) => `${out} exists and is left as it is: name another file by --out`;
