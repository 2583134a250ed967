-- Reading what happened, marking held rows as dealt with, and throwing away what is old.

create function listing_sync.duration_ms(p_run public.sync_runs) returns bigint
language sql immutable set search_path = '' as $$
  select floor(extract(epoch from p_run.completed_at - p_run.started_at) * 1000)::bigint
$$;
comment on function listing_sync.duration_ms(public.sync_runs) is
  'From start to end of a closed run; null for one that is open or never began.';

create function listing_sync.run_document(p_run public.sync_runs) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'sync_id', p_run.sync_id, 'source', p_run.source, 'kind', p_run.kind,
    'trigger', p_run.trigger, 'status', p_run.status, 'keys', p_run.request -> 'keys',
    'batch_size', p_run.request -> 'batch_size', 'dry_run', p_run.dry_run,
    'forced', p_run.forced, 'ledger', listing_sync.ledger(p_run),
    'errors_count', p_run.errors_count, 'cause_code', p_run.cause_code,
    'cause_message', p_run.cause_message, 'report', p_run.report,
    'mapping_hash', p_run.mapping_hash, 'invocations', p_run.invocations,
    'requested_at', listing_sync.json_time(p_run.requested_at),
    'started_at', listing_sync.json_time(p_run.started_at),
    'completed_at', listing_sync.json_time(p_run.completed_at),
    'resume_at', listing_sync.json_time(p_run.resume_at),
    'duration_ms', listing_sync.duration_ms(p_run))
$$;
comment on function listing_sync.run_document(public.sync_runs) is 'A run, without its errors.';

create function public.sync_read_status(p_sync_id uuid) returns jsonb
language plpgsql stable set search_path = '' set lock_timeout = '2s' as $$
declare
  v_run public.sync_runs;
begin
  select * into v_run from public.sync_runs where sync_id = p_sync_id;
  if not found then
    return jsonb_build_object('outcome', 'unknown_run', 'now', listing_sync.now_ms());
  end if;
  return jsonb_build_object('outcome', 'found', 'now', listing_sync.now_ms(),
    'run', listing_sync.run_document(v_run) || jsonb_build_object('errors', v_run.errors));
end
$$;
comment on function public.sync_read_status(uuid) is 'One run with its first 100 errors.';

create function listing_sync.last_success(p_source text) returns public.sync_runs
language sql stable set search_path = '' as $$
  select * from public.sync_runs
  where source = p_source and kind = 'full' and status = 'completed' and not dry_run
  order by requested_at desc limit 1
$$;
comment on function listing_sync.last_success(text) is 'The last completed full run that wrote.';

create function listing_sync.average_duration_ms(p_source text) returns bigint
language sql stable set search_path = '' as $$
  select round(avg(listing_sync.duration_ms(r)))::bigint
  from (
    select * from public.sync_runs
    where source = p_source and kind = 'full' and status = 'completed' and not dry_run
    order by requested_at desc limit 20) r
$$;
comment on function listing_sync.average_duration_ms(text) is 'Over the last 20 completed full runs.';

create function listing_sync.consecutive_failures(p_source text) returns integer
language sql stable set search_path = '' as $$
  select count(*)::integer from public.sync_runs
  where source = p_source and kind = 'full' and status = 'failed' and not dry_run
    and requested_at > coalesce(
      (listing_sync.last_success(p_source)).requested_at, '-infinity'::timestamptz)
$$;
comment on function listing_sync.consecutive_failures(text) is
  'Full runs that failed since the last one that did not.';

create function public.sync_read_history(
  p_source text, p_before timestamptz default null, p_limit integer default 20)
returns jsonb
language plpgsql stable set search_path = '' set lock_timeout = '2s' as $$
declare
  v_runs jsonb;
  v_last timestamptz;
begin
  perform listing_sync.require_source(p_source);
  perform listing_sync.require(p_limit between 1 and 200, 'p_limit is 1 to 200');
  select coalesce(jsonb_agg(listing_sync.run_document(r) order by r.requested_at desc), '[]'),
         case when count(*) = p_limit then min(r.requested_at) end
  into v_runs, v_last
  from (
    select * from public.sync_runs
    where source = p_source and (p_before is null or requested_at < p_before)
    order by requested_at desc limit p_limit) r;
  -- to the microsecond, so that the next page begins exactly after this one
  return jsonb_build_object('runs', v_runs, 'now', listing_sync.now_ms(), 'next_before',
    to_char(v_last at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'));
end
$$;
comment on function public.sync_read_history(text, timestamptz, integer) is
  'The runs of a source, the youngest first, page by page.';

create function listing_sync.error_document(p_error public.sync_errors, p_with_value boolean)
returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'id', p_error.id, 'key', p_error.key, 'row', p_error.row_number, 'column', p_error.column_name,
    'kind', p_error.kind, 'code', p_error.code, 'message', p_error.message,
    'value', case when p_with_value then p_error.value end,
    'sync_id', p_error.sync_id, 'first_seen', listing_sync.json_time(p_error.first_seen),
    'last_seen', listing_sync.json_time(p_error.last_seen), 'seen_count', p_error.seen_count,
    'ignored_at', listing_sync.json_time(p_error.ignored_at),
    'resolved_at', listing_sync.json_time(p_error.resolved_at),
    'resolved_by', p_error.resolved_by)
$$;
comment on function listing_sync.error_document(public.sync_errors, boolean) is
  'A held entry as a document; its value only for those who may see cells.';

create function listing_sync.error_groups(p_source text, p_state text) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'code', g.code, 'column', g.column_name, 'count', g.count)
    order by g.count desc, g.code, g.column_name), '[]')
  from (
    select code, column_name, count(*) from public.sync_errors
    where source = p_source and (resolved_at is not null) = (p_state = 'resolved')
      and (p_state = 'resolved' or (ignored_at is not null) = (p_state = 'ignored'))
    group by code, column_name order by count(*) desc limit 200) g
$$;
comment on function listing_sync.error_groups(text, text) is
  'How often each cause is held, the most frequent first.';

create function public.sync_read_errors(
  p_source text,
  p_after_id bigint default null,
  p_limit integer default 100,
  p_state text default 'open',
  p_code text default null,
  p_column text default null,
  p_search text default null,
  p_with_values boolean default false)
returns jsonb
language plpgsql stable set search_path = '' set lock_timeout = '2s' as $$
declare
  v_search text := lower(p_search);
  v_errors jsonb;
  v_last bigint;
begin
  perform listing_sync.require_source(p_source);
  perform listing_sync.require(p_limit between 1 and 1000, 'p_limit is 1 to 1000');
  perform listing_sync.require(
    p_state in ('open', 'ignored', 'resolved'), 'p_state is open, ignored or resolved');
  perform listing_sync.require(p_with_values is not null, 'p_with_values is true or false');
  select coalesce(jsonb_agg(listing_sync.error_document(e, p_with_values) order by e.id), '[]'),
         case when count(*) = p_limit then max(e.id) end
  into v_errors, v_last
  from (
    select * from public.sync_errors
    where source = p_source and id > coalesce(p_after_id, 0)
      and (resolved_at is not null) = (p_state = 'resolved')
      and (p_state = 'resolved' or (ignored_at is not null) = (p_state = 'ignored'))
      and (p_code is null or code = p_code)
      and (p_column is null or column_name = p_column)
      -- who may not see values must not find out about them by searching either
      and (v_search is null or strpos(lower(concat_ws(chr(10), key, column_name, code, message,
        case when p_with_values then value end)), v_search) > 0)
    order by id limit p_limit) e;
  return jsonb_build_object('errors', v_errors, 'next_after', v_last,
    'open_count', listing_sync.held_open_count(p_source),
    'ignored_count', listing_sync.held_ignored_count(p_source),
    'groups', case when p_after_id is null then listing_sync.error_groups(p_source, p_state) end,
    'now', listing_sync.now_ms());
end
$$;
comment on function public.sync_read_errors(
  text, bigint, integer, text, text, text, text, boolean) is
  'Held rows and cells, the oldest first, page by page; the first page also tells the causes.';

create function public.sync_resolve_errors(
  p_source text, p_ids bigint[], p_action text default 'resolve')
returns jsonb
language plpgsql set search_path = '' set lock_timeout = '2s' as $$
declare
  v_count integer;
begin
  perform listing_sync.require_source(p_source);
  perform listing_sync.require(
    cardinality(p_ids) between 0 and 1000, 'p_ids has at most 1000 numbers');
  perform listing_sync.require(
    p_action in ('resolve', 'ignore', 'reopen'), 'p_action is resolve, ignore or reopen');
  update public.sync_errors
  set resolved_at = case when p_action = 'resolve' then clock_timestamp() end,
      resolved_by = case when p_action = 'resolve' then 'person' end,
      ignored_at = case when p_action = 'ignore' then clock_timestamp() end
  where source = p_source and id = any (p_ids) and case p_action
    when 'resolve' then resolved_at is null
    when 'ignore' then resolved_at is null and ignored_at is null
    -- what a run resolved is in order again
    else (resolved_at is null and ignored_at is not null) or resolved_by = 'person' end;
  get diagnostics v_count = row_count;
  return jsonb_build_object('changed', v_count, 'now', listing_sync.now_ms());
exception when serialization_failure or deadlock_detected or lock_not_available then
  perform listing_sync.refuse_conflict(sqlstate, sqlerrm);
end
$$;
comment on function public.sync_resolve_errors(text, bigint[], text) is
  'A person''s word on held entries: dealt with, may stay, or neither after all.';

create function public.sync_retry_errors(
  p_source text, p_ids bigint[], p_mapping_hash text default null)
returns jsonb
language plpgsql set search_path = '' set lock_timeout = '2s' as $$
declare
  v_keys text[];
  v_entries integer;
  v_keyless boolean;
begin
  perform listing_sync.require_source(p_source);
  perform listing_sync.require(
    cardinality(p_ids) between 1 and 1000, 'p_ids has 1 to 1000 numbers');
  select array_agg(distinct key) filter (where key is not null), count(*), bool_or(key is null)
  into v_keys, v_entries, v_keyless
  from public.sync_errors where source = p_source and id = any (p_ids) and resolved_at is null;
  if v_entries = 0 then
    return jsonb_build_object('outcome', 'nothing_to_retry', 'now', listing_sync.now_ms());
  end if;
  perform listing_sync.lock_runs(p_source);
  -- a row without a key can only be found by reading all of them
  if v_keyless then
    return listing_sync.queue_run(p_source, 'full', 'retry', '{}', false, p_mapping_hash);
  end if;
  return listing_sync.queue_run(p_source, 'selective', 'retry',
    jsonb_build_object('keys', v_keys), false, p_mapping_hash);
exception when serialization_failure or deadlock_detected or lock_not_available then
  perform listing_sync.refuse_conflict(sqlstate, sqlerrm);
end
$$;
comment on function public.sync_retry_errors(text, bigint[], text) is
  'Asks for a run over the rows of held entries; the answers of sync_request_run.';

create function listing_sync.prune_runs(p_source text, p_before timestamptz, p_limit integer)
returns integer
language plpgsql set search_path = '' as $$
declare
  v_keep uuid := (listing_sync.last_success(p_source)).sync_id;
  v_count integer;
begin
  delete from public.sync_runs where sync_id in (
    select sync_id from public.sync_runs
    where source = p_source and completed_at < p_before and sync_id is distinct from v_keep
    order by requested_at limit p_limit
    for update skip locked);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function listing_sync.prune_runs(text, timestamptz, integer) is
  'Deletes old closed runs. An open run has no completed_at; the newest completed one is kept.';

create function public.sync_prune(
  p_source text, p_keep_days integer default 90, p_limit integer default 500)
returns jsonb
language plpgsql set search_path = '' set lock_timeout = '2s' as $$
declare
  v_before timestamptz := clock_timestamp() - p_keep_days * interval '1 day';
  v_runs integer;
  v_errors integer;
  v_alerts integer;
begin
  perform listing_sync.require_source(p_source);
  perform listing_sync.require(p_keep_days >= 0, 'p_keep_days is not negative');
  perform listing_sync.require(p_limit between 1 and 1000, 'p_limit is 1 to 1000');
  v_runs := listing_sync.prune_runs(p_source, v_before, p_limit);
  delete from public.sync_errors where id in (
    select id from public.sync_errors where source = p_source and resolved_at < v_before
    order by id limit p_limit for update skip locked);
  get diagnostics v_errors = row_count;
  delete from public.sync_alerts where id in (
    select id from public.sync_alerts where source = p_source and resolved_at < v_before
    order by id limit p_limit for update skip locked);
  get diagnostics v_alerts = row_count;
  return jsonb_build_object(
    'runs', v_runs, 'errors', v_errors, 'alerts', v_alerts, 'now', listing_sync.now_ms());
exception when serialization_failure or deadlock_detected or lock_not_available then
  perform listing_sync.refuse_conflict(sqlstate, sqlerrm);
end
$$;
comment on function public.sync_prune(text, integer, integer) is
  'Deletes what is older than p_keep_days and closed or resolved, at most p_limit of each.';
