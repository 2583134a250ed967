-- Asking for a run. Touches sync_runs only, so that a request never waits for the rows a commit holds.

create function listing_sync.open_run(
  p_source text, p_kind text, p_trigger text, p_status text, p_request jsonb,
  p_dry_run boolean, p_forced boolean, p_mapping_hash text)
returns public.sync_runs
language sql set search_path = '' as $$
  insert into public.sync_runs
    (source, kind, trigger, status, request, dry_run, forced, mapping_hash, started_at)
  values (p_source, p_kind, p_trigger, p_status, p_request, p_dry_run, p_forced, p_mapping_hash,
    case when p_status = 'in_progress' then clock_timestamp() end)
  returning *
$$;
comment on function listing_sync.open_run(
  text, text, text, text, jsonb, boolean, boolean, text) is
  'Records a run. Call lock_runs first.';

create function listing_sync.request_answer(p_outcome text, p_run public.sync_runs) returns jsonb
language sql volatile set search_path = '' as $$
  select jsonb_build_object(
    'outcome', p_outcome, 'sync_id', p_run.sync_id, 'status', p_run.status,
    -- who asks wants one time: a queued run "started" when it was asked for
    'started_at', listing_sync.json_time(coalesce(p_run.started_at, p_run.requested_at)),
    'now', listing_sync.now_ms())
$$;
comment on function listing_sync.request_answer(text, public.sync_runs) is
  'The answer of sync_request_run that names a run.';

create function listing_sync.force_wait_ms(p_source text) returns bigint
language sql volatile set search_path = '' as $$
  select ceil(extract(epoch from max(requested_at) + interval '1 minute' - clock_timestamp()) * 1000)
    ::bigint
  from public.sync_runs
  where source = p_source and forced and requested_at > statement_timestamp() - interval '1 minute'
$$;
comment on function listing_sync.force_wait_ms(text) is
  'Milliseconds until a run may be forced again; null when it may be now.';

create function listing_sync.queue_run(
  p_source text, p_kind text, p_trigger text, p_request jsonb, p_dry_run boolean, p_mapping_hash text)
returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_run public.sync_runs;
  v_status text;
begin
  if p_kind = 'full' then
    select * into v_run from public.sync_runs
    where source = p_source and kind = 'full' and status = 'queued' and dry_run = p_dry_run;
    if found then
      return listing_sync.request_answer('already_queued', v_run);
    end if;
  elsif (select count(*) from public.sync_runs
         where source = p_source and kind = 'selective' and status = 'queued') >= 100 then
    return jsonb_build_object('outcome', 'queue_full', 'now', listing_sync.now_ms());
  end if;
  -- at once when nothing of its kind is before it; a selection also waits for an open full run's batch
  select case when count(*) = 0 then 'in_progress' else 'queued' end into v_status
  from public.sync_runs
  where source = p_source and status in ('queued', 'in_progress')
    and (kind = p_kind or (kind = 'full' and status = 'in_progress'));
  v_run := listing_sync.open_run(
    p_source, p_kind, p_trigger, v_status, p_request, p_dry_run, false, p_mapping_hash);
  return listing_sync.request_answer('recorded', v_run);
end
$$;
comment on function listing_sync.queue_run(text, text, text, jsonb, boolean, text) is
  'Records a run behind what is open already, or names the queued one that serves as well.';

create function listing_sync.force_run(
  p_source text, p_kind text, p_trigger text, p_request jsonb, p_dry_run boolean, p_mapping_hash text)
returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_wait_ms bigint := listing_sync.force_wait_ms(p_source);
begin
  if v_wait_ms is not null then
    return jsonb_build_object(
      'outcome', 'force_too_soon', 'retry_after_ms', v_wait_ms, 'now', listing_sync.now_ms());
  end if;
  -- whoever works on these finds out at its next call: a commit checks the status as its last act
  update public.sync_runs
  set status = 'cancelled', cause_code = 'forced', resume_at = null,
      cause_message = 'a later request forced its way', completed_at = clock_timestamp()
  where source = p_source and status = 'in_progress';
  return listing_sync.request_answer('recorded', listing_sync.open_run(
    p_source, p_kind, p_trigger, 'in_progress', p_request, p_dry_run, true, p_mapping_hash));
end
$$;
comment on function listing_sync.force_run(text, text, text, jsonb, boolean, text) is
  'Cancels the open runs of a source and opens this one in their place, at most once a minute.';

create function public.sync_request_run(
  p_source text,
  p_trigger text,
  p_kind text default 'full',
  p_keys text[] default null,
  p_dry_run boolean default false,
  p_force boolean default false,
  p_batch_size integer default null,
  p_mapping_hash text default null)
returns jsonb
language plpgsql set search_path = '' set lock_timeout = '2s' as $$
declare
  v_request jsonb := jsonb_strip_nulls(
    jsonb_build_object('keys', p_keys, 'batch_size', p_batch_size));
begin
  perform listing_sync.require_source(p_source);
  perform listing_sync.require(p_kind in ('full', 'selective'), 'p_kind is full or selective');
  perform listing_sync.require(
    char_length(p_trigger) between 1 and 50, 'p_trigger has 1 to 50 characters');
  perform listing_sync.require(
    (p_kind = 'selective') = (p_keys is not null), 'p_keys is for selective runs, and they need it');
  perform listing_sync.require(
    p_keys is null or cardinality(p_keys) between 1 and 10000 and array_position(p_keys, null) is null,
    'p_keys has 1 to 10000 keys, none of them null');
  perform listing_sync.require(
    p_batch_size is null or p_batch_size between 1 and 1000, 'p_batch_size is 1 to 1000');
  perform listing_sync.require(
    p_dry_run is not null and p_force is not null, 'p_dry_run and p_force are true or false');
  perform listing_sync.lock_runs(p_source);
  if p_force then
    return listing_sync.force_run(
      p_source, p_kind, p_trigger, v_request, p_dry_run, p_mapping_hash);
  end if;
  return listing_sync.queue_run(p_source, p_kind, p_trigger, v_request, p_dry_run, p_mapping_hash);
exception when serialization_failure or deadlock_detected or lock_not_available then
  perform listing_sync.refuse_conflict(sqlstate, sqlerrm);
end
$$;
comment on function public.sync_request_run(
  text, text, text, text[], boolean, boolean, integer, text) is
  'Records the wish for a run; a request is never lost. Answers in docs/DATABASE.md.';
