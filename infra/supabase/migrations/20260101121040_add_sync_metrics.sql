-- Counters that only grow: they outlive cold starts, because they are stored, and pruning, because
-- a run is added to them once, when it ends.

create function listing_sync.count_run() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_wrote integer := (not new.dry_run)::integer;  -- a dry run is a run, but its rows never arrived
  v_timed integer := (new.status in ('completed', 'failed'))::integer;
begin
  insert into public.sync_totals as t
    (source, completed_count, failed_count, cancelled_count, superseded_count, inserted_rows,
     updated_rows, unchanged_rows, held_rows, skipped_rows, timed_count, run_ms)
  values (new.source, (new.status = 'completed')::integer, (new.status = 'failed')::integer,
    (new.status = 'cancelled')::integer, (new.status = 'superseded')::integer,
    v_wrote * new.inserted_count, v_wrote * new.updated_count, v_wrote * new.unchanged_count,
    v_wrote * new.failed_count, v_wrote * new.skipped_count, v_timed,
    -- the clock of the database may have been set back meanwhile
    v_timed * greatest(0, coalesce(listing_sync.duration_ms(new), 0)))
  on conflict on constraint sync_totals_pkey do update
  set completed_count = t.completed_count + excluded.completed_count,
      failed_count = t.failed_count + excluded.failed_count,
      cancelled_count = t.cancelled_count + excluded.cancelled_count,
      superseded_count = t.superseded_count + excluded.superseded_count,
      inserted_rows = t.inserted_rows + excluded.inserted_rows,
      updated_rows = t.updated_rows + excluded.updated_rows,
      unchanged_rows = t.unchanged_rows + excluded.unchanged_rows,
      held_rows = t.held_rows + excluded.held_rows,
      skipped_rows = t.skipped_rows + excluded.skipped_rows,
      timed_count = t.timed_count + excluded.timed_count,
      run_ms = t.run_ms + excluded.run_ms;
  return null;
end
$$;
comment on function listing_sync.count_run() is 'Adds a run that has ended to the totals.';

-- Whoever ends a run: closing, a forced request, another mapping. The condition keeps each commit,
-- which updates its run too, from calling the function.
create trigger sync_runs_count_when_ended after update on public.sync_runs
  for each row when (old.completed_at is null and new.completed_at is not null)
  execute function listing_sync.count_run();

create function listing_sync.totals_document(p_source text) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'runs', jsonb_build_object(
      'completed', coalesce(t.completed_count, 0), 'failed', coalesce(t.failed_count, 0),
      'cancelled', coalesce(t.cancelled_count, 0), 'superseded', coalesce(t.superseded_count, 0)),
    'rows', jsonb_build_object(
      'inserted', coalesce(t.inserted_rows, 0), 'updated', coalesce(t.updated_rows, 0),
      'unchanged', coalesce(t.unchanged_rows, 0), 'held', coalesce(t.held_rows, 0),
      'skipped', coalesce(t.skipped_rows, 0)),
    'run_ms', coalesce(t.run_ms, 0), 'timed_runs', coalesce(t.timed_count, 0))
  from (select p_source as source) s left join public.sync_totals t on t.source = s.source
$$;
comment on function listing_sync.totals_document(text) is
  'What the ended runs of a source add up to; zeros before the first.';

create function listing_sync.metrics_document(p_source text) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_state public.sync_state;
  v_success public.sync_runs := listing_sync.last_success(p_source);
begin
  select * into v_state from public.sync_state where source = p_source;
  if not found then
    return jsonb_build_object('source', p_source, 'outcome', 'unknown_source');
  end if;
  return listing_sync.totals_document(p_source) || jsonb_build_object(
    'source', p_source, 'outcome', 'found',
    'last_success_ms', floor(extract(epoch from v_success.completed_at) * 1000)::bigint,
    'last_success_rows', case when v_success.sync_id is not null then jsonb_build_object(
      'read', v_success.read_count, 'failed', v_success.failed_count) end,
    'held_open', listing_sync.held_open_count(p_source),
    'held_ignored', listing_sync.held_ignored_count(p_source),
    'queued', (select count(*) from public.sync_runs
      where source = p_source and status = 'queued'),
    'running', exists (select from public.sync_runs
      where source = p_source and status = 'in_progress'),
    'consecutive_failures', listing_sync.consecutive_failures(p_source),
    'circuits', v_state.circuits,
    'alerts_open', (select coalesce(jsonb_object_agg(a.rule, a.count), '{}')
      from (select rule, count(*) from public.sync_alerts
        where source = p_source and status = 'open' group by rule) a));
end
$$;
comment on function listing_sync.metrics_document(text) is 'What is measured of one source.';

create function public.sync_read_metrics(p_sources text[]) returns jsonb
language plpgsql stable set search_path = '' set lock_timeout = '2s' as $$
begin
  perform listing_sync.require(
    cardinality(p_sources) between 1 and 1000, 'p_sources has 1 to 1000 names');
  return jsonb_build_object('now', listing_sync.now_ms(), 'sources', (
    select jsonb_agg(listing_sync.metrics_document(n.name) order by n.place)
    from unnest(p_sources) with ordinality as n (name, place)));
end
$$;
comment on function public.sync_read_metrics(text[]) is
  'Counters and measurements of several sources at once, for Prometheus.';
