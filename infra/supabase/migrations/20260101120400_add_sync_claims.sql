-- Claiming a source: which run is next, and the lease with its fence to advance it.

create function listing_sync.little_endian(p_number bigint) returns bytea
language sql immutable as $$
  -- int8send gives the highest byte first; the bytes are turned round in the number itself
  select int8send(
    ((p_number & 255) << 56) | ((p_number & 65280) << 40)
    | ((p_number & 16711680) << 24) | ((p_number & 4278190080) << 8)
    | ((p_number >> 8) & 4278190080) | ((p_number >> 24) & 16711680)
    | ((p_number >> 40) & 65280) | ((p_number >> 56) & 255))
$$;
comment on function listing_sync.little_endian(bigint) is
  'The 8 bytes of a number, lowest first. Without a search_path of its own so that it is inlined.';

create function listing_sync.covered_hashes(p_sync_id uuid, out packed text, out hashes integer)
language sql stable set search_path = '' as $$
  select coalesce(translate(
           encode(string_agg(listing_sync.little_endian(h.hash), ''), 'base64'), E'\n', ''), ''),
         count(*)::integer
  from public.sync_batches b cross join lateral unnest(b.covered) as h (hash)
  where b.sync_id = p_sync_id
$$;
comment on function listing_sync.covered_hashes(uuid) is
  'The hashes of the keys a run has dealt with: base64 of 8 bytes each, little-endian.';

create function listing_sync.full_run_due_at(p_source text, p_interval_ms bigint)
returns timestamptz
language plpgsql stable set search_path = '' as $$
declare
  v_now timestamptz := clock_timestamp();
  v_last timestamptz;
begin
  if exists (
    select from public.sync_runs
    where source = p_source and kind = 'full' and not dry_run
      and status in ('queued', 'in_progress')) then
    return null;
  end if;
  select requested_at into v_last from public.sync_runs
  where source = p_source and kind = 'full' and not dry_run order by requested_at desc limit 1;
  if v_last > v_now then
    return v_now;  -- the clock has been set back: nobody knows how long ago that was
  end if;
  -- schedulers are not punctual: a tick that comes a little early still counts
  return coalesce(v_last + 0.8 * p_interval_ms * interval '1 millisecond',
    (select least(registered_at, v_now) from public.sync_sources where source = p_source));
end
$$;
comment on function listing_sync.full_run_due_at(text, bigint) is
  'When the next scheduled full run may be opened; null while one is open or queued.';

create function listing_sync.open_scheduled_run(
  p_source text, p_mapping_hash text, p_interval_ms bigint)
returns void
language plpgsql set search_path = '' as $$
declare
  v_due_at timestamptz := listing_sync.full_run_due_at(p_source, p_interval_ms);
  v_busy boolean;
begin
  -- asked again under the lock: what was due when a tick looked may be done by now
  if v_due_at is null or v_due_at > clock_timestamp() then
    return;
  end if;
  -- a dry run may be under way: it does not stand in for a real one, which then waits behind it
  v_busy := exists (
    select from public.sync_runs
    where source = p_source and kind = 'full' and status = 'in_progress');
  perform listing_sync.open_run(
    p_source, 'full', 'scheduled', case when v_busy then 'queued' else 'in_progress' end, '{}',
    false, false, p_mapping_hash);
end
$$;
comment on function listing_sync.open_scheduled_run(text, text, bigint) is
  'Opens a full run with trigger scheduled if one is due. Call lock_runs first.';

create function listing_sync.supersede_run(p_run public.sync_runs, p_mapping_hash text)
returns public.sync_runs
language plpgsql set search_path = '' as $$
declare
  v_next uuid := gen_random_uuid();
  v_run public.sync_runs;
begin
  update public.sync_runs
  set status = 'superseded', cause_code = 'mapping_changed', completed_at = clock_timestamp(),
      cause_message = format('the mapping changed; run %s begins again', v_next), resume_at = null
  where sync_id = p_run.sync_id;
  insert into public.sync_runs
    (sync_id, source, kind, trigger, status, request, dry_run, forced, mapping_hash, started_at)
  values (v_next, p_run.source, p_run.kind, p_run.trigger, 'in_progress', p_run.request,
    p_run.dry_run, p_run.forced, p_mapping_hash, clock_timestamp())
  returning * into v_run;
  return v_run;
end
$$;
comment on function listing_sync.supersede_run(public.sync_runs, text) is
  'Closes a run begun under another mapping and opens the same request anew: none is lost.';

create function listing_sync.next_run(p_source text, p_mapping_hash text) returns public.sync_runs
language plpgsql set search_path = '' as $$
declare
  v_run public.sync_runs;
begin
  select * into v_run from public.sync_runs
  where source = p_source and status in ('queued', 'in_progress')
  order by kind = 'selective' desc, kind = 'full' and status = 'in_progress' desc, requested_at
  limit 1
  for no key update;
  -- a run nobody has worked on yet just takes the new mapping
  if v_run.invocations > 0 and v_run.mapping_hash is distinct from p_mapping_hash then
    return listing_sync.supersede_run(v_run, p_mapping_hash);
  end if;
  return v_run;
end
$$;
comment on function listing_sync.next_run(text, text) is
  'The run to advance: oldest selection, open full run, queued full run; a null row when none.';

create function listing_sync.grant_lease(
  p_state public.sync_state, p_run public.sync_runs, p_owner uuid, p_lease_ms integer,
  p_mapping_hash text, p_state_version integer)
returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_state public.sync_state;
  v_run public.sync_runs;
  v_covered record;
begin
  -- what runs that were cancelled or superseded left behind
  delete from public.sync_batches b
  where b.source = p_state.source and not exists (
    select from public.sync_runs r where r.sync_id = b.sync_id and r.status = 'in_progress');
  update public.sync_runs
  set status = 'in_progress', started_at = coalesce(started_at, clock_timestamp()),
      invocations = invocations + 1, stalled_count = stalled_count + 1,
      mapping_hash = p_mapping_hash, resume_at = null
  where sync_id = p_run.sync_id
  returning * into v_run;
  update public.sync_state
  set fence = fence + 1, owner = p_owner, sync_id = v_run.sync_id,
      granted_at = clock_timestamp(),
      lease_until = clock_timestamp() + p_lease_ms * interval '1 millisecond'
  where source = p_state.source
  returning * into v_state;
  v_covered := listing_sync.covered_hashes(v_run.sync_id);
  return jsonb_build_object(
    'outcome', 'granted', 'fence', v_state.fence, 'seq', v_state.seq, 'sync_id', v_run.sync_id,
    'run', jsonb_build_object(
      'kind', v_run.kind, 'trigger', v_run.trigger, 'keys', v_run.request -> 'keys',
      'dry_run', v_run.dry_run, 'forced', v_run.forced, 'batch_size', v_run.request -> 'batch_size',
      'invocations', v_run.invocations, 'stalled', v_run.stalled_count - 1,
      'started_at', listing_sync.json_time(v_run.started_at),
      'ledger', listing_sync.ledger(v_run)),
    'state', case when v_state.state_version = p_state_version
      and v_state.mapping_hash is not distinct from p_mapping_hash then v_state.state end,
    'circuits', v_state.circuits, 'covered', v_covered.packed, 'covered_count', v_covered.hashes,
    'sources', (select count(*) from public.sync_sources),
    'lease_until', listing_sync.json_time(v_state.lease_until), 'now', listing_sync.now_ms());
end
$$;
comment on function listing_sync.grant_lease(
  public.sync_state, public.sync_runs, uuid, integer, text, integer) is
  'Gives the lease with a higher fence and everything needed to go on.';

create function listing_sync.lease_is_live(p_state public.sync_state) returns boolean
language sql volatile set search_path = '' as $$
  -- a lease whose run was cancelled protects nothing: its holder can no longer commit
  select coalesce(p_state.lease_until > clock_timestamp(), false) and exists (
    select from public.sync_runs where sync_id = p_state.sync_id and status = 'in_progress')
$$;
comment on function listing_sync.lease_is_live(public.sync_state) is
  'Whether somebody holds the lease, for a run that is still open.';

create function public.sync_claim(
  p_source text,
  p_owner uuid,
  p_lease_ms integer,
  p_mapping_hash text,
  p_state_version integer,
  p_open_scheduled boolean default false,
  p_ignore_resume_at boolean default false,
  p_interval_ms bigint default 0)
returns jsonb
language plpgsql set search_path = '' set lock_timeout = '2s' as $$
declare
  v_state public.sync_state;
  v_run public.sync_runs;
begin
  perform listing_sync.require_source(p_source);
  perform listing_sync.require(
    p_owner is not null and p_mapping_hash is not null and p_state_version is not null,
    'p_owner, p_mapping_hash and p_state_version are needed');
  perform listing_sync.require(p_lease_ms between 1 and 3600000, 'p_lease_ms is 1 to 3600000');
  perform listing_sync.require(p_interval_ms >= 0, 'p_interval_ms is not negative');
  select * into v_state from public.sync_state where source = p_source
  for no key update skip locked;
  if not found or (v_state.owner <> p_owner and listing_sync.lease_is_live(v_state)) then
    return jsonb_build_object('outcome', 'busy', 'now', listing_sync.now_ms(), 'lease_until',
      (select listing_sync.json_time(lease_until) from public.sync_state where source = p_source));
  end if;
  if v_state.state_version > p_state_version then
    return jsonb_build_object('outcome', 'state_too_new',
      'state_version', v_state.state_version, 'now', listing_sync.now_ms());
  end if;
  perform listing_sync.lock_runs(p_source);
  if p_open_scheduled then
    perform listing_sync.open_scheduled_run(p_source, p_mapping_hash, p_interval_ms);
  end if;
  v_run := listing_sync.next_run(p_source, p_mapping_hash);
  if v_run.sync_id is null then
    return jsonb_build_object('outcome', 'idle', 'now', listing_sync.now_ms());
  end if;
  if v_run.resume_at > clock_timestamp() and p_ignore_resume_at is not true then
    return jsonb_build_object('outcome', 'waiting',
      'resume_at', listing_sync.json_time(v_run.resume_at), 'now', listing_sync.now_ms(),
      'resume_in_ms', greatest(0,
        ceil(extract(epoch from v_run.resume_at - clock_timestamp()) * 1000))::bigint);
  end if;
  return listing_sync.grant_lease(
    v_state, v_run, p_owner, p_lease_ms, p_mapping_hash, p_state_version);
exception when serialization_failure or deadlock_detected or lock_not_available then
  perform listing_sync.refuse_conflict(sqlstate, sqlerrm);
end
$$;
comment on function public.sync_claim(
  text, uuid, integer, text, integer, boolean, boolean, bigint) is
  'Takes the right to advance a source. Never waits for another worker. See docs/DATABASE.md.';
