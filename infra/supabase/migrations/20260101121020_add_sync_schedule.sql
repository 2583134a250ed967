-- What is due: asked once by each tick, for all sources of a deployment, and told by health when
-- nobody comes. Reads only; whoever comes first is decided by the claim.

create function listing_sync.run_in_turn(p_source text) returns public.sync_runs
language sql stable set search_path = '' as $$
  select * from public.sync_runs
  where source = p_source and status in ('queued', 'in_progress')
  order by kind = 'selective' desc, kind = 'full' and status = 'in_progress' desc, requested_at
  limit 1
$$;
comment on function listing_sync.run_in_turn(text) is
  'The run a claim would give, without a lock; a null row when there is none.';

create function listing_sync.has_old_runs(p_source text, p_keep_days integer) returns boolean
language sql stable set search_path = '' as $$
  -- statement_timestamp(): a volatile clock would use no index
  -- a day of grace, so that the oldest day goes in one piece and not run by run
  select exists (
    select from public.sync_runs
    where source = p_source
      and requested_at < statement_timestamp() - (p_keep_days + 1) * interval '1 day'
      and completed_at < statement_timestamp() - (p_keep_days + 1) * interval '1 day'
      and sync_id is distinct from (listing_sync.last_success(p_source)).sync_id)
$$;
comment on function listing_sync.has_old_runs(text, integer) is
  'Whether sync_prune has something to delete; never for null days.';

create function listing_sync.schedule(p_source text, p_interval_ms bigint, p_keep_days integer)
returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_state public.sync_state;
  v_run public.sync_runs := listing_sync.run_in_turn(p_source);
  v_opens_at timestamptz := listing_sync.full_run_due_at(p_source, p_interval_ms);
  v_since timestamptz := v_opens_at;
  v_now timestamptz := clock_timestamp();
begin
  select * into v_state from public.sync_state where source = p_source;
  if v_run.sync_id is not null then
    v_since := greatest(
      v_run.requested_at, v_run.resume_at, v_state.lease_until, v_state.granted_at);
  end if;
  if v_since > v_now or listing_sync.lease_is_live(v_state) then
    v_since := null;
  end if;
  return jsonb_build_object(
    'source', p_source, 'registered', v_state.source is not null,
    'due', v_state.source is not null and v_since is not null,
    'opens', v_state.source is not null and coalesce(v_opens_at <= v_now, false),
    'waiting_ms', floor(extract(epoch from v_now - v_since) * 1000)::bigint,
    'granted_at', v_state.granted_at,
    'prunable', listing_sync.has_old_runs(p_source, p_keep_days));
end
$$;
comment on function listing_sync.schedule(text, bigint, integer) is
  'Whether a source is due, since when, and whether a full run is to be opened.';

create function public.sync_read_due(
  p_sources text[], p_interval_ms bigint default 300000, p_keep_days integer default null,
  p_silent_ms bigint default null)
returns jsonb
language plpgsql stable set search_path = '' set lock_timeout = '2s' as $$
begin
  perform listing_sync.require(
    cardinality(p_sources) between 1 and 1000, 'p_sources has 1 to 1000 names');
  perform listing_sync.require(p_interval_ms >= 0, 'p_interval_ms is not negative');
  return jsonb_build_object('now', listing_sync.now_ms(), 'sources', (
    select jsonb_agg(s.facts - 'granted_at'
      order by (s.facts ->> 'granted_at')::timestamptz nulls first, s.place)
    from (
      select n.place, listing_sync.schedule(n.name, p_interval_ms, p_keep_days)
        || jsonb_build_object('alerts_due', listing_sync.alerts_due(n.name, p_silent_ms)) as facts
      from unnest(p_sources) with ordinality as n (name, place)) s));
end
$$;
comment on function public.sync_read_due(text[], bigint, integer, bigint) is
  'Which sources a tick should work on, the one that was worked on least recently first.';

create function public.sync_read_health(
  p_source text, p_interval_ms bigint default 300000)
returns jsonb
language plpgsql stable set search_path = '' set lock_timeout = '2s' as $$
declare
  v_state public.sync_state;
  v_success public.sync_runs := listing_sync.last_success(p_source);
  v_last public.sync_runs;
  v_open public.sync_runs;
begin
  select * into v_state from public.sync_state where source = p_source;
  if not found then
    return jsonb_build_object('outcome', 'unknown_source', 'now', listing_sync.now_ms());
  end if;
  select * into v_last from public.sync_runs
  where source = p_source and completed_at is not null order by requested_at desc limit 1;
  select * into v_open from public.sync_runs
  where source = p_source and status = 'in_progress'
  order by sync_id = v_state.sync_id desc, requested_at limit 1;
  return jsonb_build_object(
    'outcome', 'found',
    'last_success', case when v_success.sync_id is not null then jsonb_build_object(
      'sync_id', v_success.sync_id, 'completed_at', listing_sync.json_time(v_success.completed_at),
      'age_ms', listing_sync.now_ms()
        - floor(extract(epoch from v_success.completed_at) * 1000)::bigint,
      'duration_ms', listing_sync.duration_ms(v_success),
      'ledger', listing_sync.ledger(v_success)) end,
    'last_run', case when v_last.sync_id is not null then listing_sync.run_document(v_last) end,
    'open_run', case when v_open.sync_id is not null then listing_sync.run_document(v_open) end,
    'queued_count', (select count(*) from public.sync_runs
      where source = p_source and status = 'queued'),
    'average_duration_ms', listing_sync.average_duration_ms(p_source),
    'consecutive_failures', listing_sync.consecutive_failures(p_source),
    'held_open_count', listing_sync.held_open_count(p_source),
    'held_ignored_count', listing_sync.held_ignored_count(p_source),
    'alerts_open_count', (select count(*) from public.sync_alerts
      where source = p_source and status = 'open'),
    'circuits', v_state.circuits,
    'lease_until', listing_sync.json_time(v_state.lease_until),
    'resume_at', listing_sync.json_time(v_open.resume_at),
    'waiting_ms', listing_sync.schedule(p_source, p_interval_ms, null) -> 'waiting_ms',
    'now', listing_sync.now_ms());
end
$$;
comment on function public.sync_read_health(text, bigint) is 'The facts from which health is judged.';

create function public.sync_read_overview(
  p_sources text[], p_interval_ms bigint default 300000)
returns jsonb
language plpgsql stable set search_path = '' set lock_timeout = '2s' as $$
begin
  perform listing_sync.require(
    cardinality(p_sources) between 1 and 1000, 'p_sources has 1 to 1000 names');
  return jsonb_build_object('now', listing_sync.now_ms(), 'sources', (
    select jsonb_agg(public.sync_read_health(n.name, p_interval_ms)
      || jsonb_build_object('source', n.name) order by n.place)
    from unnest(p_sources) with ordinality as n (name, place)));
end
$$;
comment on function public.sync_read_overview(text[], bigint) is
  'The facts of sync_read_health for several sources at once.';
