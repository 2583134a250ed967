-- Ending the work on a run, for good (close) or for now (yield). Both give the lease back.

create function listing_sync.answer_released(
  p_state public.sync_state, p_fence bigint, p_sync_id uuid)
returns jsonb
language plpgsql set search_path = '' as $$
begin
  if p_fence is distinct from p_state.fence then
    return listing_sync.stale_fence(p_state);
  end if;
  if not exists (
    select from public.sync_runs where sync_id = p_sync_id and status = 'in_progress') then
    return listing_sync.run_closed(p_sync_id);
  end if;
  perform listing_sync.require(p_sync_id = p_state.sync_id, 'the lease is for another run');
  return null;
end
$$;
comment on function listing_sync.answer_released(public.sync_state, bigint, uuid) is
  'The answer to a close or yield that has nothing to end; null when it has.';

create function listing_sync.end_run(
  p_source text, p_sync_id uuid, p_status text, p_cause jsonb, p_report jsonb)
returns public.sync_runs
language plpgsql set search_path = '' as $$
declare
  v_run public.sync_runs;
begin
  update public.sync_runs
  set status = p_status, completed_at = clock_timestamp(), resume_at = null, report = p_report,
      cause_code = p_cause ->> 'code', cause_message = left(p_cause ->> 'message', 2000)
  where sync_id = p_sync_id and status = 'in_progress'
  returning * into v_run;
  if not found then
    return null;
  end if;
  -- a row without a key may have moved past the reader: what seems to be gone may still be there
  if v_run.status = 'completed' and v_run.kind = 'full' and not v_run.dry_run
     and p_report ->> 'sheet_moved' is distinct from 'true' then
    perform listing_sync.resolve_vanished(p_source, p_sync_id);
  end if;
  delete from public.sync_batches where sync_id = p_sync_id;
  return v_run;
end
$$;
comment on function listing_sync.end_run(text, uuid, text, jsonb, jsonb) is
  'Closes an open run; null when it was closed already.';

create function public.sync_close_run(
  p_source text,
  p_fence bigint,
  p_sync_id uuid,
  p_status text,
  p_cause jsonb default null,
  p_report jsonb default null,
  p_state jsonb default null,
  p_state_version integer default null,
  p_circuits jsonb default null)
returns jsonb
language plpgsql set search_path = '' set lock_timeout = '2s' as $$
declare
  v_state public.sync_state;
  v_answer jsonb;
  v_run public.sync_runs;
begin
  v_state := listing_sync.lock_state(p_source);
  v_answer := listing_sync.answer_released(v_state, p_fence, p_sync_id);
  if v_answer is not null then
    return v_answer;
  end if;
  if v_state.owner is null then
    return listing_sync.stale_fence(v_state);  -- given back by a yield: this call is late
  end if;
  perform listing_sync.require(
    p_status in ('completed', 'failed'), 'p_status is completed or failed');
  perform listing_sync.require(
    p_status = 'completed' or p_cause ->> 'code' is not null, 'a failed run has a cause with a code');
  perform listing_sync.require_state_version(v_state, p_state, p_state_version);
  v_run := listing_sync.end_run(p_source, p_sync_id, p_status, p_cause, p_report);
  if v_run.sync_id is null then
    return listing_sync.run_closed(p_sync_id);
  end if;
  perform listing_sync.store_state(
    p_source, p_sync_id, null, null, p_state, p_state_version, p_circuits);
  return jsonb_build_object(
    'outcome', 'closed', 'status', v_run.status, 'ledger', listing_sync.ledger(v_run),
    'started_at', listing_sync.json_time(v_run.started_at),
    'completed_at', listing_sync.json_time(v_run.completed_at),
    'held_open', listing_sync.held_open_count(p_source),
    'next', exists (select from public.sync_runs
      where source = p_source and status in ('queued', 'in_progress')),
    'now', listing_sync.now_ms());
exception when serialization_failure or deadlock_detected or lock_not_available then
  perform listing_sync.refuse_conflict(sqlstate, sqlerrm);
end
$$;
comment on function public.sync_close_run(
  text, bigint, uuid, text, jsonb, jsonb, jsonb, integer, jsonb) is
  'Ends a run and gives the lease back; harmless when repeated. See docs/DATABASE.md.';

create function public.sync_yield(
  p_source text,
  p_fence bigint,
  p_sync_id uuid,
  p_resume_in_ms bigint default 0,
  p_state jsonb default null,
  p_state_version integer default null,
  p_circuits jsonb default null)
returns jsonb
language plpgsql set search_path = '' set lock_timeout = '2s' as $$
declare
  v_state public.sync_state;
  v_answer jsonb;
  v_run public.sync_runs;
begin
  v_state := listing_sync.lock_state(p_source);
  v_answer := listing_sync.answer_released(v_state, p_fence, p_sync_id);
  if v_answer is not null then
    return v_answer;
  end if;
  perform listing_sync.require(
    p_resume_in_ms between 0 and 86400000, 'p_resume_in_ms is 0 to 86400000');
  perform listing_sync.require_state_version(v_state, p_state, p_state_version);
  -- repeated (the lease is back already): the time agreed on first stays
  update public.sync_runs
  set resume_at = case
    when v_state.owner is null then resume_at
    when p_resume_in_ms > 0 then clock_timestamp() + p_resume_in_ms * interval '1 millisecond' end
  where sync_id = p_sync_id and status = 'in_progress'
  returning * into v_run;
  if not found then
    return listing_sync.run_closed(p_sync_id);
  end if;
  if v_state.owner is not null then
    perform listing_sync.store_state(
      p_source, p_sync_id, null, null, p_state, p_state_version, p_circuits);
  end if;
  return jsonb_build_object('outcome', 'yielded',
    'resume_at', listing_sync.json_time(v_run.resume_at), 'now', listing_sync.now_ms());
exception when serialization_failure or deadlock_detected or lock_not_available then
  perform listing_sync.refuse_conflict(sqlstate, sqlerrm);
end
$$;
comment on function public.sync_yield(text, bigint, uuid, bigint, jsonb, integer, jsonb) is
  'Gives the lease back and leaves the run open, to be resumed not before the given time.';
