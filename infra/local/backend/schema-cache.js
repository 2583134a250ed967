// Making PostgREST read the schema again, and knowing when it has.
import { statusOf } from './postgrest.js';
import { waitUntil } from './wait-until.js';

/**
 * Reloads the schema cache and settles once it is newer than this call. A throw-away function is
 * the proof: PostgREST answers 404 for one that its cache does not hold.
 *
 * One proof is not enough: the cache is read by several queries, and a load that was under way
 * already may have read the tables before, the functions after this call. A load that knows a
 * function made after the first was visible can only have begun after it.
 *
 * @param {{ sql: import('postgres').Sql, restPort: number, jwt: string }} options
 */
export async function reloadSchemaCache({ sql, restPort, jwt }) {
  await proveReload({ sql, restPort, jwt });
  await proveReload({ sql, restPort, jwt });
}

let proofs = 0;

/** @param {{ sql: import('postgres').Sql, restPort: number, jwt: string }} options */
async function proveReload({ sql, restPort, jwt }) {
  proofs += 1;
  const name = `schema_cache_proof_${process.pid}_${proofs}`;
  await sql.unsafe(`create function public.${name}() returns int language sql stable
      set search_path = '' as 'select 1';
    grant execute on function public.${name}() to service_role;
    notify pgrst, 'reload schema'`);
  try {
    const headers = { authorization: `Bearer ${jwt}` };
    const isKnown = async () => (await statusOf(restPort, `/rpc/${name}`, headers)) === 200;
    await waitUntil(isKnown, { what: 'PostgREST has reloaded its schema cache' });
  } finally {
    await sql.unsafe(`drop function public.${name}()`);
  }
}
