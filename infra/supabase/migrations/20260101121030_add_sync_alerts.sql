-- Alerts. Which there should be is decided by the core (core/src/alerts) from the facts read here;
-- these functions make sure that each opens, is reminded of and resolves exactly once, however many
-- callers look at the same time, and that each event is delivered by one of them.

create function listing_sync.ms_since(p_time timestamptz) returns bigint
language sql volatile set search_path = '' as $$
  select floor(extract(epoch from clock_timestamp() - p_time) * 1000)::bigint
$$;
comment on function listing_sync.ms_since(timestamptz) is
  'Milliseconds from then to now; null for null.';

create function listing_sync.epoch_ms(p_time timestamptz) returns bigint
language sql stable set search_path = '' as $$
  select floor(extract(epoch from p_time) * 1000)::bigint
$$;
comment on function listing_sync.epoch_ms(timestamptz) is 'A time as the core counts: epoch ms.';

create function listing_sync.silent_ms(p_source text) returns bigint
language sql volatile set search_path = '' as $$
  -- none has ever succeeded: since the first was asked for, so that a new source is no alarm
  select listing_sync.ms_since(coalesce((listing_sync.last_success(p_source)).completed_at, (
    select min(requested_at) from public.sync_runs
    where source = p_source and kind = 'full' and not dry_run)))
$$;
comment on function listing_sync.silent_ms(text) is
  'For how long no full run has succeeded; null before the first.';

create function listing_sync.recent_successes(p_source text) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(listing_sync.ledger(r) order by r.requested_at desc), '[]')
  from (
    select * from public.sync_runs
    where source = p_source and kind = 'full' and status = 'completed' and not dry_run
    order by requested_at desc limit 2) r
$$;
comment on function listing_sync.recent_successes(text) is
  'The ledgers of the last two completed full runs, the younger first.';

create function listing_sync.last_full_end(p_source text) returns jsonb
language sql stable set search_path = '' as $$
  -- cancelled and superseded runs say nothing about the sheet
  select jsonb_build_object('status', r.status, 'cause_code', r.cause_code)
  from public.sync_runs r
  where source = p_source and kind = 'full' and not dry_run and status in ('completed', 'failed')
  order by requested_at desc limit 1
$$;
comment on function listing_sync.last_full_end(text) is
  'How the last full run ended that came to an end of its own; null when there is none.';

create function listing_sync.open_progress(p_source text) returns jsonb
language sql volatile set search_path = '' as $$
  select jsonb_build_object(
    'stalled', r.stalled_count,
    -- a rest that was agreed on, and a lease that is held, lie in the future
    'stuck_ms', greatest(0, listing_sync.ms_since(
      greatest(r.started_at, r.resume_at, s.lease_until, s.granted_at))))
  from public.sync_runs r join public.sync_state s on s.source = r.source
  where r.source = p_source and r.status = 'in_progress'
  order by r.sync_id = s.sync_id desc, r.requested_at limit 1
$$;
comment on function listing_sync.open_progress(text) is
  'Since when nobody has worked on the open run, and how often in vain; null without one.';

create function listing_sync.alerts_due(p_source text, p_silent_ms bigint) returns boolean
language sql volatile set search_path = '' as $$
  select exists (
      select from public.sync_alerts
      where source = p_source and delivery = 'pending'
        and greatest(deliver_at, claimed_until) <= clock_timestamp())
    or exists (
      select from public.sync_alerts
      where source = p_source and status = 'open' and delivery <> 'pending'
        and remind_at <= clock_timestamp())
    or (coalesce(p_silent_ms > 0 and listing_sync.silent_ms(p_source) > p_silent_ms, false)
      and not exists (
        select from public.sync_alerts
        where source = p_source and status = 'open' and rule = 'no_success'))
$$;
comment on function listing_sync.alerts_due(text, bigint) is
  'Whether sync_watch would find something to do although no run has moved.';

create function listing_sync.stored_alert(p_alert public.sync_alerts) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'id', p_alert.id, 'rule', p_alert.rule, 'status', p_alert.status,
    'event_number', p_alert.event_number, 'reminders', p_alert.reminders,
    'remind_at_ms', listing_sync.epoch_ms(p_alert.remind_at), 'delivery', p_alert.delivery,
    'deliver_at_ms', listing_sync.epoch_ms(greatest(p_alert.deliver_at, p_alert.claimed_until)))
$$;
comment on function listing_sync.stored_alert(public.sync_alerts) is
  'What the core needs to know of an alert to decide what happens to it.';

create function public.sync_watch(p_source text, p_interval_ms bigint default 300000)
returns jsonb
language plpgsql stable set search_path = '' set lock_timeout = '2s' as $$
declare
  v_facts jsonb := public.sync_read_health(p_source, p_interval_ms);
begin
  if v_facts ->> 'outcome' <> 'found' then
    return v_facts;
  end if;
  return v_facts || jsonb_build_object(
    'silent_ms', listing_sync.silent_ms(p_source),
    'successes', listing_sync.recent_successes(p_source),
    'last_full_end', listing_sync.last_full_end(p_source),
    'open_progress', listing_sync.open_progress(p_source),
    'alerts', (
      select coalesce(jsonb_agg(listing_sync.stored_alert(a) order by a.id), '[]')
      from public.sync_alerts a
      where a.source = p_source and (a.status = 'open' or a.delivery = 'pending')));
end
$$;
comment on function public.sync_watch(text, bigint) is
  'All facts the alert rules need, with the alerts that are open or not delivered yet.';

create function listing_sync.lock_alerts(p_source text) returns void
language sql set search_path = '' as $$
  select pg_advisory_xact_lock(hashtext('listing_sync.alerts'), hashtext(p_source))
$$;
comment on function listing_sync.lock_alerts(text) is
  'Lets one caller at a time change the alerts of a source.';

create function listing_sync.open_alert(p_source text, p_change jsonb) returns bigint
language sql set search_path = '' as $$
  insert into public.sync_alerts
    (source, rule, severity, summary, facts, remind_at, delivery, deliver_at)
  -- a cause may come from outside and be long: an alert that is cut is better than none
  values (p_source, p_change ->> 'rule', p_change ->> 'severity',
    left(p_change ->> 'summary', 1000),
    coalesce(p_change -> 'facts', '{}'), clock_timestamp()
      + (p_change ->> 'remind_in_ms')::bigint * interval '1 millisecond',
    'pending', clock_timestamp())
  on conflict (source, rule) where status = 'open' do nothing
  returning id
$$;
comment on function listing_sync.open_alert(text, jsonb) is
  'Opens an alert; null where one of this rule is open already.';

create function listing_sync.change_alert(p_source text, p_change jsonb) returns bigint
language sql set search_path = '' as $$
  update public.sync_alerts
  set event = p_change ->> 'do', event_number = event_number + 1, event_at = clock_timestamp(),
      delivery = 'pending', attempts = 0, deliver_at = clock_timestamp(), last_error = null,
      summary = coalesce(left(p_change ->> 'summary', 1000), summary),
      facts = coalesce(p_change -> 'facts', facts),
      status = case p_change ->> 'do' when 'resolved' then 'resolved' else status end,
      resolved_at = case p_change ->> 'do' when 'resolved' then clock_timestamp() end,
      reminders = reminders + (p_change ->> 'do' = 'reminded')::integer,
      reminded_at = case p_change ->> 'do'
        when 'reminded' then clock_timestamp() else reminded_at end,
      remind_at = case p_change ->> 'do' when 'reminded' then clock_timestamp()
        + (p_change ->> 'remind_in_ms')::bigint * interval '1 millisecond' end
  where source = p_source and id = (p_change ->> 'id')::bigint and status = 'open'
    and event_number = (p_change ->> 'event_number')::integer
  returning id
$$;
comment on function listing_sync.change_alert(text, jsonb) is
  'Reminds of an alert or resolves it; null where somebody else was faster.';

create function listing_sync.delivery_document(p_alert public.sync_alerts) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'id', p_alert.id, 'event_number', p_alert.event_number, 'event', p_alert.event,
    'attempt', p_alert.attempts, 'rule', p_alert.rule, 'severity', p_alert.severity,
    'summary', p_alert.summary, 'facts', p_alert.facts, 'reminders', p_alert.reminders,
    'opened_at', listing_sync.json_time(p_alert.opened_at),
    'at', listing_sync.json_time(p_alert.event_at))
$$;
comment on function listing_sync.delivery_document(public.sync_alerts) is
  'An event of an alert as it is to be delivered.';

create function listing_sync.claim_deliveries(p_source text, p_limit integer) returns jsonb
language sql set search_path = '' as $$
  with claimed as (
    update public.sync_alerts
    set attempts = attempts + 1, claimed_until = clock_timestamp() + interval '2 minutes'
    where id in (
      select id from public.sync_alerts
      where source = p_source and delivery = 'pending'
        and greatest(deliver_at, claimed_until) <= clock_timestamp()
      order by event_at, id limit p_limit)
    returning *)
  select coalesce(jsonb_agg(listing_sync.delivery_document(
    row(c.*)::public.sync_alerts) order by c.event_at, c.id), '[]') from claimed c
$$;
comment on function listing_sync.claim_deliveries(text, integer) is
  'The events nobody is delivering, the oldest first: for two minutes they are the caller''s.';

create function public.sync_record_alerts(
  p_source text, p_changes jsonb default '[]', p_deliver boolean default false,
  p_limit integer default 20)
returns jsonb
language plpgsql set search_path = '' set lock_timeout = '2s' as $$
declare
  v_change jsonb;
  v_id bigint;
  v_applied jsonb := '[]';
begin
  perform listing_sync.require_source(p_source);
  perform listing_sync.require(jsonb_typeof(p_changes) = 'array', 'p_changes is an array');
  perform listing_sync.require(p_deliver is not null, 'p_deliver is true or false');
  perform listing_sync.require(p_limit between 0 and 100, 'p_limit is 0 to 100');
  perform listing_sync.require(not exists (
      select from jsonb_array_elements(p_changes) c
      where (c ->> 'do' in ('opened', 'reminded', 'resolved')) is not true),
    'each of p_changes says what to do: opened, reminded or resolved');
  perform listing_sync.lock_alerts(p_source);
  for v_change in select c from jsonb_array_elements(p_changes) c loop
    v_id := case v_change ->> 'do'
      when 'opened' then listing_sync.open_alert(p_source, v_change)
      else listing_sync.change_alert(p_source, v_change) end;
    if v_id is not null then
      v_applied := v_applied || jsonb_build_object(
        'id', v_id, 'do', v_change -> 'do', 'rule', v_change -> 'rule');
    end if;
  end loop;
  -- nobody is to be told: what waits would wait for ever
  if not p_deliver then
    update public.sync_alerts set delivery = 'none' where source = p_source and delivery = 'pending';
  end if;
  return jsonb_build_object('applied', v_applied,
    'deliveries', listing_sync.claim_deliveries(p_source, p_limit), 'now', listing_sync.now_ms());
exception when serialization_failure or deadlock_detected or lock_not_available then
  perform listing_sync.refuse_conflict(sqlstate, sqlerrm);
end
$$;
comment on function public.sync_record_alerts(text, jsonb, boolean, integer) is
  'Applies the changes nobody made before, and hands out what is to be delivered.';

create function public.sync_record_deliveries(p_source text, p_results jsonb) returns jsonb
language plpgsql set search_path = '' set lock_timeout = '2s' as $$
declare
  v_count integer;
begin
  perform listing_sync.require_source(p_source);
  perform listing_sync.require(jsonb_typeof(p_results) = 'array', 'p_results is an array');
  perform listing_sync.lock_alerts(p_source);
  -- delivered is delivered, whoever claimed it since; a failure counts for its own attempt only
  update public.sync_alerts a
  set delivery = case r.outcome when 'delivered' then 'delivered' else a.delivery end,
      delivered_at = case r.outcome when 'delivered' then clock_timestamp() else a.delivered_at end,
      last_error = case r.outcome when 'failed' then left(r.error, 200)
        when 'delivered' then null else a.last_error end,
      attempts = a.attempts - (r.outcome = 'untried')::integer,
      claimed_until = null,
      deliver_at = clock_timestamp() + r.retry_in_ms * interval '1 millisecond',
      -- who hears of it late is not reminded of it at once
      remind_at = case when a.status = 'open' and r.outcome = 'delivered' then greatest(
        a.remind_at, clock_timestamp() + r.remind_in_ms * interval '1 millisecond')
        else a.remind_at end
  from (
    select id, event_number, attempt, outcome, error, coalesce(retry_in_ms, 0) as retry_in_ms,
      remind_in_ms
    from jsonb_to_recordset(p_results) as t (id bigint, event_number integer, attempt integer,
      outcome text, error text, retry_in_ms bigint, remind_in_ms bigint)) r
  where a.source = p_source and a.id = r.id and a.event_number = r.event_number
    and a.delivery = 'pending' and r.outcome in ('delivered', 'failed', 'untried')
    and (r.outcome = 'delivered' or a.attempts = r.attempt);
  get diagnostics v_count = row_count;
  return jsonb_build_object('recorded', v_count, 'now', listing_sync.now_ms());
exception when serialization_failure or deadlock_detected or lock_not_available then
  perform listing_sync.refuse_conflict(sqlstate, sqlerrm);
end
$$;
comment on function public.sync_record_deliveries(text, jsonb) is
  'How the deliveries went: delivered, failed (again after retry_in_ms) or untried.';

create function listing_sync.alert_document(p_alert public.sync_alerts) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'id', p_alert.id, 'rule', p_alert.rule, 'severity', p_alert.severity,
    'status', p_alert.status, 'opened_at', listing_sync.json_time(p_alert.opened_at),
    'resolved_at', listing_sync.json_time(p_alert.resolved_at),
    'reminded_at', listing_sync.json_time(p_alert.reminded_at), 'reminders', p_alert.reminders,
    'summary', p_alert.summary, 'facts', p_alert.facts, 'delivery', p_alert.delivery,
    'attempts', p_alert.attempts, 'last_error', p_alert.last_error)
$$;
comment on function listing_sync.alert_document(public.sync_alerts) is 'An alert as a document.';

create function public.sync_read_alerts(
  p_source text, p_state text default 'open', p_limit integer default 100)
returns jsonb
language plpgsql stable set search_path = '' set lock_timeout = '2s' as $$
declare
  v_alerts jsonb;
begin
  perform listing_sync.require_source(p_source);
  perform listing_sync.require(p_state in ('open', 'all'), 'p_state is open or all');
  perform listing_sync.require(p_limit between 1 and 500, 'p_limit is 1 to 500');
  select coalesce(jsonb_agg(listing_sync.alert_document(row(a.*)::public.sync_alerts)
    order by a.id desc), '[]')
  into v_alerts
  from (
    -- one that has been open for long is not crowded out by those that came and went
    select * from public.sync_alerts
    where source = p_source and (p_state = 'all' or status = 'open')
    order by status = 'open' desc, id desc limit p_limit) a;
  return jsonb_build_object('alerts', v_alerts, 'now', listing_sync.now_ms());
end
$$;
comment on function public.sync_read_alerts(text, text, integer) is
  'The alerts of a source, the youngest first; resolved ones only when asked for.';
