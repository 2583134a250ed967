-- Who may do what. Hosted default privileges grant everything in public to anon and authenticated by
-- name, so "from public" alone would leave tables and functions open to them; row level security
-- alone would still answer them with empty lists.

do $$
declare
  v_name text;
begin
  foreach v_name in array array['sync_sources', 'sync_state', 'sync_runs', 'sync_totals',
    'sync_batches', 'sync_errors', 'sync_alerts'] loop
    execute format('alter table public.%I enable row level security', v_name);
    execute format(
      'revoke all on table public.%I from public, anon, authenticated, service_role', v_name);
  end loop;
end
$$;

-- numbers come from identity columns, which need no right on their sequences
revoke all on sequence public.sync_errors_id_seq, public.sync_alerts_id_seq
  from public, anon, authenticated, service_role;

-- what the functions need, no more: a registration is the owner's to change
grant select on public.sync_sources to service_role;
grant select, update on public.sync_state to service_role;
grant select, insert, update, delete on public.sync_runs to service_role;
grant select, insert, update on public.sync_totals to service_role;
grant select, insert, delete on public.sync_batches to service_role;
grant select, insert, update, delete on public.sync_errors to service_role;
grant select, insert, update, delete on public.sync_alerts to service_role;

do $$
declare
  v_function regprocedure;
begin
  for v_function in
    select p.oid from pg_catalog.pg_proc p
    where p.pronamespace = 'listing_sync'::regnamespace
      or (p.pronamespace = 'public'::regnamespace and p.proname in (
        'sync_register_source', 'sync_request_run', 'sync_claim', 'sync_commit', 'sync_close_run',
        'sync_yield', 'sync_read_status', 'sync_read_health',
        'sync_read_due', 'sync_read_overview', 'sync_inspect', 'sync_read_history',
        'sync_read_errors', 'sync_resolve_errors', 'sync_retry_errors', 'sync_prune',
        'sync_read_metrics', 'sync_watch', 'sync_record_alerts', 'sync_record_deliveries',
        'sync_read_alerts'))
  loop
    execute format(
      'revoke all on function %s from public, anon, authenticated, service_role', v_function);
    if v_function <> 'public.sync_register_source(text,regclass,text,text,text)'::regprocedure then
      execute format('grant execute on function %s to service_role', v_function);
    end if;
  end loop;
end
$$;

revoke all on schema listing_sync from public;
grant usage on schema listing_sync to service_role;
revoke all on listing_sync.table_columns from public, anon, authenticated, service_role;
grant select on listing_sync.table_columns to service_role;

notify pgrst, 'reload schema';
