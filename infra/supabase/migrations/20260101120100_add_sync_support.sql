-- What every sync_* function shares: the form of times and ledgers, how a call is refused,
-- and how a row of sync_state is locked.

create function listing_sync.json_time(p_time timestamptz) returns text
language sql stable set search_path = '' as $$
  select to_char(p_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;
comment on function listing_sync.json_time(timestamptz) is
  'A time as documents carry it: UTC, milliseconds, 2026-11-23T10:00:00.123Z.';

create function listing_sync.now_ms() returns bigint
language sql volatile set search_path = '' as $$
  select floor(extract(epoch from clock_timestamp()) * 1000)::bigint
$$;
comment on function listing_sync.now_ms() is
  'The clock, not the start of the transaction: a call may have waited for a lock in between.';

create function listing_sync.refuse(p_sqlstate text, p_word text, p_message text) returns void
language plpgsql set search_path = '' as $$
begin
  raise exception using errcode = p_sqlstate, message = p_message, detail = p_word;
end
$$;
comment on function listing_sync.refuse(text, text, text) is
  'Ends the call with HTTP status xyz of PTxyz and the stable word in `details`.';

create function listing_sync.refuse_conflict(p_sqlstate text, p_message text) returns void
language plpgsql set search_path = '' as $$
begin
  -- 40001 must never leave a function: PostgREST repeats such a call without end
  perform listing_sync.refuse(
    'PT503',
    case p_sqlstate
      when '55P03' then 'lock_not_available'
      when '40P01' then 'deadlock'
      else 'serialization'
    end,
    p_message);
end
$$;
comment on function listing_sync.refuse_conflict(text, text) is
  'Turns 55P03, 40P01 and 40001 into PT503: the caller may send the same call again.';

create function listing_sync.require(p_holds boolean, p_message text) returns void
language plpgsql set search_path = '' as $$
begin
  if p_holds is not true then
    perform listing_sync.refuse('PT400', 'bad_request', p_message);
  end if;
end
$$;
comment on function listing_sync.require(boolean, text) is
  'Refuses the call as bad_request unless the condition holds (null does not).';

create function listing_sync.require_source(p_source text) returns public.sync_sources
language plpgsql set search_path = '' as $$
declare
  v_source public.sync_sources;
begin
  select * into v_source from public.sync_sources where source = p_source;
  if not found then
    perform listing_sync.refuse('PT404', 'unknown_source', format(
      'source %L is not registered: call sync_register_source as the database''s owner', p_source));
  end if;
  return v_source;
end
$$;
comment on function listing_sync.require_source(text) is
  'The registration of a source, or unknown_source.';

create function listing_sync.lock_state(p_source text) returns public.sync_state
language plpgsql set search_path = '' as $$
declare
  v_state public.sync_state;
begin
  select * into v_state from public.sync_state where source = p_source for no key update;
  if not found then
    perform listing_sync.require_source(p_source);
  end if;
  return v_state;
end
$$;
comment on function listing_sync.lock_state(text) is
  'Locks the row of a source, so that one commit, close or yield works on it at a time.';

create function listing_sync.lock_runs(p_source text) returns void
language sql set search_path = '' as $$
  select pg_advisory_xact_lock(hashtext('listing_sync.runs'), hashtext(p_source))
$$;
comment on function listing_sync.lock_runs(text) is
  'Lets one call at a time open or queue runs of a source. Commits do not take this lock.';

create function listing_sync.ledger(p_run public.sync_runs) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'read', p_run.read_count, 'inserted', p_run.inserted_count, 'updated', p_run.updated_count,
    'unchanged', p_run.unchanged_count, 'failed', p_run.failed_count,
    'skipped', p_run.skipped_count, 'held_cells', p_run.held_cells_count,
    'expected', p_run.expected_count)
$$;
comment on function listing_sync.ledger(public.sync_runs) is 'The totals of a run as a document.';

create function listing_sync.stale_fence(p_state public.sync_state) returns jsonb
language sql volatile set search_path = '' as $$
  select jsonb_build_object(
    'outcome', 'stale_fence', 'fence', p_state.fence, 'now', listing_sync.now_ms())
$$;
comment on function listing_sync.stale_fence(public.sync_state) is
  'The answer to a caller who no longer holds the lease.';

create function listing_sync.run_closed(p_sync_id uuid) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_run public.sync_runs;
begin
  select * into v_run from public.sync_runs where sync_id = p_sync_id;
  if not found then
    perform listing_sync.refuse('PT404', 'unknown_run', format('there is no run %L', p_sync_id));
  end if;
  return jsonb_build_object(
    'outcome', 'run_closed', 'status', v_run.status, 'ledger', listing_sync.ledger(v_run),
    'now', listing_sync.now_ms());
end
$$;
comment on function listing_sync.run_closed(uuid) is
  'The answer to a caller whose run has ended: completed, failed, cancelled or superseded.';

create function listing_sync.require_state_version(
  p_state public.sync_state, p_new_state jsonb, p_version integer) returns void
language plpgsql set search_path = '' as $$
begin
  perform listing_sync.require(
    p_new_state is null or p_version is not null, 'p_state needs p_state_version');
  if p_version < p_state.state_version then
    perform listing_sync.refuse('PT409', 'state_too_new', format(
      'the stored state has version %s, this caller writes %s', p_state.state_version, p_version));
  end if;
end
$$;
comment on function listing_sync.require_state_version(public.sync_state, jsonb, integer) is
  'Refuses a caller older than the stored state, so that it cannot write over it.';
