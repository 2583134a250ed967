-- The tables of Listing Sync. Only tables, their constraints and their indexes live here; the
-- functions that write them follow in the next files, the privileges in the last one.
--
-- Few indexes and spare room on each page (fillfactor): a run in which nothing changed should write
-- next to nothing, and an update that stays on its page (HOT) touches no index.

create schema listing_sync;
comment on schema listing_sync is
  'The inner workings of Listing Sync. Not exposed by PostgREST; the way in is public.sync_*.';

create table public.sync_sources (
  source text not null,
  table_name text not null,
  key_column text not null,
  search_path text not null default 'public, extensions',
  updated_at_column text,
  registered_at timestamptz not null default clock_timestamp(),
  constraint sync_sources_pkey primary key (source),
  constraint sync_sources_source_length check (char_length(source) between 1 and 100)
);
comment on table public.sync_sources is
  'What may be written: one registered table per source. Written by the database''s owner only.';
comment on column public.sync_sources.search_path is
  'The search path the table''s own triggers run under.';

create table public.sync_state (
  source text not null,
  fence bigint not null default 0,
  owner uuid,
  lease_until timestamptz,
  granted_at timestamptz,
  seq bigint not null default 0,
  sync_id uuid,
  state jsonb,
  state_version integer not null default 0,
  mapping_hash text,
  circuits jsonb,
  constraint sync_state_pkey primary key (source),
  constraint sync_state_source_fkey foreign key (source)
    references public.sync_sources (source) on delete cascade,
  constraint sync_state_fence_grows check (fence >= 0 and seq >= 0),
  constraint sync_state_lease_is_whole check ((owner is null) = (lease_until is null)),
  constraint sync_state_lease_is_for_a_run check (owner is null or sync_id is not null)
) with (fillfactor = 20);
comment on table public.sync_state is
  'One row per source: the lease with its fence, the sequence of commits, the engine''s own state.';
comment on column public.sync_state.granted_at is
  'When the lease was last given: the source that has waited longest comes first.';
comment on column public.sync_state.mapping_hash is 'The mapping under which `state` was written.';

create table public.sync_runs (
  sync_id uuid not null default gen_random_uuid(),
  source text not null,
  kind text not null,
  trigger text not null,
  status text not null,
  request jsonb not null default '{}',
  dry_run boolean not null default false,
  forced boolean not null default false,
  read_count integer not null default 0,
  inserted_count integer not null default 0,
  updated_count integer not null default 0,
  unchanged_count integer not null default 0,
  failed_count integer not null default 0,
  skipped_count integer not null default 0,
  held_cells_count integer not null default 0,
  expected_count integer,
  errors jsonb not null default '[]',
  errors_count integer not null default 0,
  cause_code text,
  cause_message text,
  report jsonb,
  mapping_hash text,
  invocations integer not null default 0,
  stalled_count integer not null default 0,
  requested_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  completed_at timestamptz,
  resume_at timestamptz,
  constraint sync_runs_pkey primary key (sync_id),
  constraint sync_runs_source_fkey foreign key (source)
    references public.sync_sources (source) on delete cascade,
  constraint sync_runs_kind check (kind in ('full', 'selective')),
  constraint sync_runs_status check (
    status in ('queued', 'in_progress', 'completed', 'failed', 'cancelled', 'superseded')),
  constraint sync_runs_trigger_length check (char_length(trigger) between 1 and 50),
  constraint sync_runs_ledger_balances check (
    read_count
    = inserted_count + updated_count + unchanged_count + failed_count + skipped_count),
  constraint sync_runs_counts_are_whole check (
    least(read_count, inserted_count, updated_count, unchanged_count, failed_count, skipped_count,
          held_cells_count, expected_count, errors_count, invocations, stalled_count) >= 0),
  constraint sync_runs_selection_names_keys check (
    (kind = 'selective') = coalesce(jsonb_typeof(request -> 'keys') = 'array', false)),
  constraint sync_runs_times_follow_status check (
    (status in ('queued', 'in_progress')) = (completed_at is null)
    and (status <> 'queued' or started_at is null)
    and (status <> 'in_progress' or started_at is not null)),
  constraint sync_runs_failure_has_a_cause check (status <> 'failed' or cause_code is not null)
) with (fillfactor = 70);
comment on table public.sync_runs is
  'One row per run: what was asked, how far it came, what it counted, why it ended.';
comment on column public.sync_runs.stalled_count is
  'Invocations in a row that committed nothing; the core gives a run up that only stalls.';
comment on column public.sync_runs.errors is
  'The first 100 held rows and cells, without cell values; all of them are in sync_errors.';

-- The second copy of the rule "at most one open full run and one queued of each sort per source".
create unique index sync_runs_one_open_full on public.sync_runs (source)
  where kind = 'full' and status = 'in_progress';
create unique index sync_runs_one_queued_full on public.sync_runs (source, dry_run)
  where kind = 'full' and status = 'queued';
create index sync_runs_by_request on public.sync_runs (source, requested_at);

-- The few runs that are open or queued are asked for with every tick, claim and commit.
create index sync_runs_open on public.sync_runs (source, requested_at)
  where status in ('queued', 'in_progress');

create table public.sync_totals (
  source text not null,
  completed_count bigint not null default 0,
  failed_count bigint not null default 0,
  cancelled_count bigint not null default 0,
  superseded_count bigint not null default 0,
  inserted_rows bigint not null default 0,
  updated_rows bigint not null default 0,
  unchanged_rows bigint not null default 0,
  held_rows bigint not null default 0,
  skipped_rows bigint not null default 0,
  timed_count bigint not null default 0,
  run_ms bigint not null default 0,
  constraint sync_totals_pkey primary key (source),
  constraint sync_totals_source_fkey foreign key (source)
    references public.sync_sources (source) on delete cascade,
  constraint sync_totals_only_grow check (
    least(completed_count, failed_count, cancelled_count, superseded_count, inserted_rows,
          updated_rows, unchanged_rows, held_rows, skipped_rows, timed_count, run_ms) >= 0)
) with (fillfactor = 20);
comment on table public.sync_totals is
  'One row per source: what its ended runs add up to. Pruning takes nothing away.';
comment on column public.sync_totals.held_rows is 'Rows held for review, counted in each run anew.';
comment on column public.sync_totals.timed_count is
  'How many runs run_ms adds up: those that completed or failed.';

create table public.sync_batches (
  sync_id uuid not null,
  seq bigint not null,
  source text not null,
  digest text not null,
  answer jsonb not null,
  covered bigint[] not null,
  held_keyless bigint[] not null default '{}',
  constraint sync_batches_pkey primary key (sync_id, seq),
  constraint sync_batches_sync_id_fkey foreign key (sync_id)
    references public.sync_runs (sync_id) on delete cascade
) with (toast_tuple_target = 8160);
-- Hashes do not compress: 500 of them stay beside their row, more go out as they are.
alter table public.sync_batches alter column covered set storage external;
comment on table public.sync_batches is
  'One row per committed batch of an open run; deleted when the run ends.';
comment on column public.sync_batches.covered is
  '64-bit hashes of the keys dealt with: written, unchanged, held or skipped.';
comment on column public.sync_batches.held_keyless is
  'Hashes of the rows without a key that were held in this batch.';

create table public.sync_errors (
  id bigint generated always as identity,
  source text not null,
  key text,
  row_digest text,
  column_name text,
  -- the identity without nulls, so that it joins and is unique by plain equality
  subject text not null generated always as (coalesce('key ' || key, 'digest ' || row_digest)) stored,
  place text not null generated always as (
    case when key is null then '' else coalesce(column_name, '') end) stored,
  kind text not null,
  code text not null,
  message text,
  row_number integer,
  value text,
  value_tag integer,
  key_hash bigint not null,
  sync_id uuid not null,
  first_seen timestamptz not null default clock_timestamp(),
  last_seen timestamptz not null default clock_timestamp(),
  seen_count integer not null default 1,
  ignored_at timestamptz,
  resolved_at timestamptz,
  resolved_by text,
  constraint sync_errors_pkey primary key (id),
  constraint sync_errors_source_fkey foreign key (source)
    references public.sync_sources (source) on delete cascade,
  constraint sync_errors_identity unique (source, subject, place),
  constraint sync_errors_has_one_identity check ((key is null) <> (row_digest is null)),
  constraint sync_errors_kind check (kind in ('row', 'cell')),
  constraint sync_errors_cell_has_a_column check (kind = 'row' or column_name is not null),
  constraint sync_errors_resolution_is_whole check ((resolved_at is null) = (resolved_by is null)),
  constraint sync_errors_resolved_by check (resolved_by in ('commit', 'vanished', 'person'))
) with (fillfactor = 80);
create index sync_errors_open on public.sync_errors (source, key_hash) where resolved_at is null;
-- Health and metrics count both each time: one column, all keys alike, so the index is small.
create index sync_errors_awaiting_review on public.sync_errors (source)
  where resolved_at is null and ignored_at is null;
create index sync_errors_ignored on public.sync_errors (source)
  where resolved_at is null and ignored_at is not null;
comment on table public.sync_errors is
  'Held rows and cells: not written because they are invalid or were refused; kept for review.';
comment on column public.sync_errors.value_tag is
  'Of a value that is masked or cut: 16 bits that tell whether it changed, not what it is.';
comment on column public.sync_errors.ignored_at is
  'A person knows of it and it may stay, until what is wrong changes.';
comment on column public.sync_errors.sync_id is 'The run that saw a change in this entry last.';

create table public.sync_alerts (
  id bigint generated always as identity,
  source text not null,
  rule text not null,
  severity text not null default 'warning',
  status text not null default 'open',
  summary text not null default '',
  facts jsonb not null default '{}',
  opened_at timestamptz not null default clock_timestamp(),
  resolved_at timestamptz,
  event text not null default 'opened',
  event_number integer not null default 1,
  event_at timestamptz not null default clock_timestamp(),
  reminders integer not null default 0,
  reminded_at timestamptz,
  remind_at timestamptz,
  delivery text not null default 'none',
  attempts integer not null default 0,
  deliver_at timestamptz,
  claimed_until timestamptz,
  delivered_at timestamptz,
  last_error text,
  constraint sync_alerts_pkey primary key (id),
  constraint sync_alerts_source_fkey foreign key (source)
    references public.sync_sources (source) on delete cascade,
  constraint sync_alerts_status check (status in ('open', 'resolved')),
  constraint sync_alerts_severity check (severity in ('warning', 'critical')),
  constraint sync_alerts_event check (event in ('opened', 'reminded', 'resolved')),
  constraint sync_alerts_delivery check (delivery in ('none', 'pending', 'delivered')),
  constraint sync_alerts_pending_has_a_time check (delivery <> 'pending' or deliver_at is not null),
  constraint sync_alerts_counts_are_whole check (least(event_number - 1, reminders, attempts) >= 0),
  constraint sync_alerts_texts_are_short check (
    char_length(rule) <= 100 and char_length(summary) <= 1000 and char_length(last_error) <= 200),
  constraint sync_alerts_times_follow_status check (
    (status = 'resolved') = (resolved_at is not null))
) with (fillfactor = 70);
-- The second copy of the rule "one open alert per source and rule".
create unique index sync_alerts_one_open on public.sync_alerts (source, rule) where status = 'open';
create index sync_alerts_pending on public.sync_alerts (source) where delivery = 'pending';
create index sync_alerts_by_source on public.sync_alerts (source, id);
comment on table public.sync_alerts is
  'Alerts: opened once and resolved once per source and rule, reminded of meanwhile.';
comment on column public.sync_alerts.event is
  'What happened last; it is what is delivered, so that nobody hears of less than the present.';
comment on column public.sync_alerts.event_number is
  'Grows with each event: who read an older one changes nothing.';
comment on column public.sync_alerts.attempts is 'How often delivery of this event was begun.';
comment on column public.sync_alerts.claimed_until is
  'Until then somebody is delivering; after a crash the next one may.';
