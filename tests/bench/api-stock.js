// What a source looks like after a hard year: many runs, many held rows. Written by SQL at once,
// because working through them would take that year.

/**
 * @typedef {object} Stock
 * @property {number} runs @property {number} errors
 */

/**
 * Runs five minutes apart, the youngest just now: most completed, some failed, the last few too,
 * some selective, some dry, each with the held rows its status shows. Held entries: most open, a
 * part ignored or resolved. Statistics are brought up to date, but nothing is vacuumed: health is
 * asked for right after a bad run, too.
 * @param {import('postgres').Sql} sql
 * @param {string} source
 * @param {Stock} stock
 * @returns {Promise<string>} the youngest run's id
 */
export async function fillStock(sql, source, { runs, errors }) {
  await sql`
    insert into public.sync_runs
      (source, kind, trigger, status, dry_run, request, read_count, inserted_count, updated_count,
       unchanged_count, failed_count, errors, errors_count, cause_code, cause_message, report,
       mapping_hash, invocations, requested_at, started_at, completed_at)
    select ${source}, case when selective then 'selective' else 'full' end, 'scheduled',
      case when failed then 'failed' else 'completed' end, i % 50 = 7,
      case when selective then '{"keys": ["AA10001", "AA10002"]}' else '{}' end::jsonb,
      1000, i % 3, i % 20, 984 - i % 3 - i % 20, 16, held.errors, 16,
      case when failed then 'sheet_unstable' end, case when failed then 'rows moved' end,
      '{"unmapped_headers": ["備考", "社内メモ", "更新者"]}', 'mapping', 1, t, t,
      t + interval '4.2 s'
    from generate_series(1, ${runs}) as i
    cross join lateral (select i <= 3 or i % 40 = 0 as failed, i % 25 = 3 as selective,
      clock_timestamp() - i * interval '5 minutes' as t) as run
    cross join (select jsonb_agg(jsonb_build_object('row', n + 2, 'key', 'AA' || n, 'column', 'price',
      'code', 'not_a_number', 'message', null, 'kind', 'cell')) as errors
      from generate_series(1, 16) as n) as held`;
  await sql`
    insert into public.sync_errors
      (source, key, column_name, kind, code, message, row_number, value, key_hash, sync_id,
       ignored_at, resolved_at, resolved_by)
    select ${source}, 'AA' || i, case when i % 5 > 0 then 'column_' || i % 40 end,
      case when i % 5 > 0 then 'cell' else 'row' end,
      (array['not_a_number', 'not_a_date', 'not_in_values', 'too_long', 'missing_key'])[1 + i % 5],
      null, i + 1, '約3000万円～ ' || i, i, (select sync_id from public.sync_runs limit 1),
      case when i % 25 = 1 then clock_timestamp() end,
      case when i % 16 = 2 then clock_timestamp() end, case when i % 16 = 2 then 'commit' end
    from generate_series(1, ${errors}::integer) as i`;
  await sql`
    insert into public.sync_alerts (source, rule, status, opened_at, resolved_at)
    select ${source}, 'error_rate', 'resolved', t, t + interval '1 hour'
    from generate_series(1, ${runs / 100}::integer) i
    cross join lateral (select clock_timestamp() - i * interval '8 hours' as t) as alert`;
  await sql`analyze`;
  const [{ id }] = await sql`
    select sync_id as id from public.sync_runs where source = ${source}
    order by requested_at desc limit 1`;
  return id;
}
