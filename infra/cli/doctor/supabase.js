// The project: address, key, migrations.
import { readdirSync } from 'node:fs';
import { ask } from '../ask.js';
import { failed, ok } from './finding.js';
import { required } from './sheet.js';

/** @typedef {import('./checks.js').Patient} Patient */
/** @typedef {import('./checks.js').SourceFacts} SourceFacts */
/** @typedef {import('./finding.js').Finding} Finding */

const MIGRATIONS = new URL('../../supabase/migrations/', import.meta.url);
export const INSPECT = '/rest/v1/rpc/sync_inspect';

/** Functions that are not there: PostgREST, or a schema cache that is being made. */
const isMissing = (/** @type {import('../ask.js').Reply} */ { body }) =>
  body?.code === 'PGRST202' || body?.code === '42883';

/** @param {Patient} patient @returns {Promise<Finding[]>} */
export async function checkSupabase({ targets, fetch, environment }) {
  const reply = await ask(required(targets), 'database', INSPECT, { body: {}, fetch });
  const { status, why, body } = reply;
  if (status === 0) {
    const remedy = 'is SUPABASE_URL the address of the project, and is the project not paused?';
    return [failed(`no answer (${why})`, remedy)];
  }
  if (status === 200 && body?.role === 'service_role') return [ok('reached, as service_role')];
  if (isMissing(reply)) return [ok('reached')];
  if (body !== null && (status === 200 || status === 401 || status === 403)) {
    const role = body?.role ? `it has the role ${body.role}` : (body?.message ?? `HTTP ${status}`);
    const kind = environment.SUPABASE_SERVICE_ROLE_KEY?.startsWith('sb_')
      ? 'secret'
      : 'service_role';
    const remedy = `set SUPABASE_SERVICE_ROLE_KEY to the ${kind} key of this project (Settings, API keys)`;
    const more = body.code === '42501' ? '; if it is that key, apply the newest migrations' : '';
    return [failed(`the key is refused: ${role}`, remedy + more)];
  }
  const said = body?.message ?? (body === null ? 'a page, not JSON' : '');
  const remedy = 'is SUPABASE_URL the address of the project, without /rest/v1, and does it run?';
  return [failed(`HTTP ${status} ${body?.code ?? ''} ${said}`.trim(), remedy)];
}

/** @param {Patient} patient @returns {Promise<Finding[]>} */
export async function checkMigrations(patient) {
  const reply = await ask(required(patient.targets), 'database', INSPECT, {
    body: {},
    fetch: patient.fetch,
  });
  const ours = newestMigration();
  const apply = 'apply infra/supabase/migrations in order of their names, as the owner (README.md)';
  if (isMissing(reply)) {
    return [failed('the sync_* functions are not there, or older than this version', apply)];
  }
  const theirs = String(reply.body?.schema_version ?? '');
  if (theirs === ours) return [ok(`current (${ours})`)];
  if (theirs < ours) {
    const rest = `apply those after ${theirs} of infra/supabase/migrations, in order, as the owner`;
    return [failed(`of ${theirs}, this version needs ${ours}`, rest)];
  }
  const remedy = 'deploy the newer version of Listing Sync that has brought these migrations';
  return [failed(`of ${theirs}, newer than this version (${ours})`, remedy)];
}

/** Without that of the example table, which not everybody has. */
function newestMigration() {
  const names = readdirSync(MIGRATIONS).filter((name) => !name.includes('property_listings'));
  return (
    names
      .map((name) => name.split('_')[0])
      .sort()
      .at(-1) ?? ''
  );
}
