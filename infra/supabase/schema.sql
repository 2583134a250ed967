-- Generated from infra/supabase/migrations by infra/tools/dump-schema.mjs: do not edit.
-- To be read and compared, not to be run.

-- schemas

create schema listing_sync;
comment on schema listing_sync is 'The inner workings of Listing Sync. Not exposed by PostgREST; the way in is public.sync_*.';

-- types

create type listing_sync.batch as (
  sync_id uuid,
  seq bigint,
  digest text,
  rows jsonb[],
  row_numbers integer[],
  keys text[],
  covered bigint[],
  held jsonb,
  failed_count integer,
  skipped_count integer,
  held_cells_count integer,
  expected_count integer,
  dry_run boolean
);

create type listing_sync.column_lists as (
  assignments text,
  new_values text,
  old_values text,
  names text,
  typed_names text,
  insert_values text
);

create type listing_sync.set_result as (
  inserted_count integer,
  updated_count integer,
  locked integer[],
  refused integer[]
);

create type listing_sync.write_plan as (
  relation text,
  search_path text,
  key_name text,
  convert_sql text,
  twins_sql text,
  missing_sql text,
  changed_sql text,
  lock_sql text,
  update_sql text,
  insert_sql text
);

create type listing_sync.write_result as (
  inserted_count integer,
  updated_count integer,
  locked integer[],
  failed jsonb[]
);

-- tables

create table public.property_listings (
  id bigint generated always as identity not null,
  property_number text not null,
  publication_status text not null,
  property_type text not null,
  deal_type text,
  title text,
  catch_copy text,
  registered_on date,
  information_updated_on date,
  next_update_on date,
  publish_from timestamp with time zone,
  is_recommended boolean default false not null,
  display_order integer,
  agent_name text,
  agent_phone text,
  agent_email text,
  internal_code text,
  price bigint,
  price_per_tsubo bigint,
  previous_price bigint,
  price_changed_on date,
  tax_type text,
  consumption_tax bigint,
  rent bigint,
  management_fee bigint,
  repair_reserve_fund bigint,
  deposit bigint,
  key_money bigint,
  parking_fee bigint,
  property_tax bigint,
  neighborhood_fee bigint,
  gross_yield numeric(5,2),
  annual_income bigint,
  land_area numeric(12,2),
  building_area numeric(12,2),
  exclusive_area numeric(12,2),
  balcony_area numeric(12,2),
  first_floor_area numeric(12,2),
  second_floor_area numeric(12,2),
  private_road_area numeric(12,2),
  setback_area numeric(12,2),
  postal_code text,
  prefecture text,
  city text,
  address text,
  building_name text,
  room_number text,
  latitude numeric(9,6),
  longitude numeric(9,6),
  map_url text,
  elementary_school text,
  junior_high_school text,
  surroundings text,
  access text,
  line_1 text,
  station_1 text,
  walk_minutes_1 smallint,
  line_2 text,
  station_2 text,
  walk_minutes_2 smallint,
  bus_stop text,
  bus_minutes smallint,
  built_in text,
  layout text,
  structure text,
  floors_above smallint,
  floors_below smallint,
  floor_number smallint,
  total_units integer,
  direction text,
  parking text,
  parking_spaces integer,
  builder text,
  management_company text,
  management_style text,
  renovated_in text,
  renovation_history text,
  use_district text,
  city_planning text,
  building_coverage numeric(4,1),
  floor_area_ratio numeric(5,1),
  land_category text,
  land_right text,
  road_access text,
  road_width numeric(5,2),
  is_rebuildable boolean,
  legal_restrictions text,
  current_state text,
  handover text,
  handover_on date,
  transaction_mode text,
  contract_on date,
  contract_expires_on date,
  reins_number text,
  seller_name text,
  seller_address text,
  seller_phone text,
  seller_email text,
  photo_url_1 text,
  photo_url_2 text,
  photo_url_3 text,
  floor_plan_url text,
  has_electricity boolean,
  has_city_gas boolean,
  has_public_water boolean,
  has_sewer boolean,
  has_air_conditioner boolean,
  has_floor_heating boolean,
  has_reheating_bath boolean,
  has_bathroom_dryer boolean,
  has_system_kitchen boolean,
  has_dishwasher boolean,
  has_auto_lock boolean,
  has_elevator boolean,
  has_delivery_box boolean,
  has_solar_power boolean,
  pets_allowed boolean,
  remarks text,
  memo text,
  view_count bigint default 0 not null,
  favorite_count bigint default 0 not null,
  internal_tags text[] default '{}'::text[] not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint property_listings_pkey PRIMARY KEY (id),
  constraint property_listings_built_in_form CHECK ((built_in ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint property_listings_contract_order CHECK ((contract_expires_on >= contract_on)),
  constraint property_listings_deal_known CHECK ((deal_type = ANY (ARRAY['sale'::text, 'rent'::text]))),
  constraint property_listings_memo_length CHECK ((char_length(memo) <= 10000)),
  constraint property_listings_number_form CHECK ((property_number ~ '^AA[0-9]+(-[0-9]+)?$'::text)),
  constraint property_listings_number_unique UNIQUE (property_number),
  constraint property_listings_price_not_negative CHECK ((price >= 0)),
  constraint property_listings_publication_known CHECK ((publication_status = ANY (ARRAY['public'::text, 'draft'::text, 'private'::text, 'sold'::text]))),
  constraint property_listings_renovated_in_form CHECK ((renovated_in ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text))
);
alter table public.property_listings enable row level security;

create table public.sync_alerts (
  id bigint generated always as identity not null,
  source text not null,
  rule text not null,
  severity text default 'warning'::text not null,
  status text default 'open'::text not null,
  summary text default ''::text not null,
  facts jsonb default '{}'::jsonb not null,
  opened_at timestamp with time zone default clock_timestamp() not null,
  resolved_at timestamp with time zone,
  event text default 'opened'::text not null,
  event_number integer default 1 not null,
  event_at timestamp with time zone default clock_timestamp() not null,
  reminders integer default 0 not null,
  reminded_at timestamp with time zone,
  remind_at timestamp with time zone,
  delivery text default 'none'::text not null,
  attempts integer default 0 not null,
  deliver_at timestamp with time zone,
  claimed_until timestamp with time zone,
  delivered_at timestamp with time zone,
  last_error text,
  constraint sync_alerts_pkey PRIMARY KEY (id),
  constraint sync_alerts_counts_are_whole CHECK ((LEAST((event_number - 1), reminders, attempts) >= 0)),
  constraint sync_alerts_delivery CHECK ((delivery = ANY (ARRAY['none'::text, 'pending'::text, 'delivered'::text]))),
  constraint sync_alerts_event CHECK ((event = ANY (ARRAY['opened'::text, 'reminded'::text, 'resolved'::text]))),
  constraint sync_alerts_pending_has_a_time CHECK (((delivery <> 'pending'::text) OR (deliver_at IS NOT NULL))),
  constraint sync_alerts_severity CHECK ((severity = ANY (ARRAY['warning'::text, 'critical'::text]))),
  constraint sync_alerts_source_fkey FOREIGN KEY (source) REFERENCES public.sync_sources(source) ON DELETE CASCADE,
  constraint sync_alerts_status CHECK ((status = ANY (ARRAY['open'::text, 'resolved'::text]))),
  constraint sync_alerts_texts_are_short CHECK (((char_length(rule) <= 100) AND (char_length(summary) <= 1000) AND (char_length(last_error) <= 200))),
  constraint sync_alerts_times_follow_status CHECK (((status = 'resolved'::text) = (resolved_at IS NOT NULL)))
) with (fillfactor=70);
alter table public.sync_alerts enable row level security;

create table public.sync_batches (
  sync_id uuid not null,
  seq bigint not null,
  source text not null,
  digest text not null,
  answer jsonb not null,
  covered bigint[] not null /* storage e */,
  held_keyless bigint[] default '{}'::bigint[] not null,
  constraint sync_batches_pkey PRIMARY KEY (sync_id, seq),
  constraint sync_batches_sync_id_fkey FOREIGN KEY (sync_id) REFERENCES public.sync_runs(sync_id) ON DELETE CASCADE
) with (toast_tuple_target=8160);
alter table public.sync_batches enable row level security;

create table public.sync_errors (
  id bigint generated always as identity not null,
  source text not null,
  key text,
  row_digest text,
  column_name text,
  subject text generated always as (COALESCE(('key '::text || key), ('digest '::text || row_digest))) stored not null,
  place text generated always as (
CASE
    WHEN (key IS NULL) THEN ''::text
    ELSE COALESCE(column_name, ''::text)
END) stored not null,
  kind text not null,
  code text not null,
  message text,
  row_number integer,
  value text,
  value_tag integer,
  key_hash bigint not null,
  sync_id uuid not null,
  first_seen timestamp with time zone default clock_timestamp() not null,
  last_seen timestamp with time zone default clock_timestamp() not null,
  seen_count integer default 1 not null,
  ignored_at timestamp with time zone,
  resolved_at timestamp with time zone,
  resolved_by text,
  constraint sync_errors_pkey PRIMARY KEY (id),
  constraint sync_errors_cell_has_a_column CHECK (((kind = 'row'::text) OR (column_name IS NOT NULL))),
  constraint sync_errors_has_one_identity CHECK (((key IS NULL) <> (row_digest IS NULL))),
  constraint sync_errors_identity UNIQUE (source, subject, place),
  constraint sync_errors_kind CHECK ((kind = ANY (ARRAY['row'::text, 'cell'::text]))),
  constraint sync_errors_resolution_is_whole CHECK (((resolved_at IS NULL) = (resolved_by IS NULL))),
  constraint sync_errors_resolved_by CHECK ((resolved_by = ANY (ARRAY['commit'::text, 'vanished'::text, 'person'::text]))),
  constraint sync_errors_source_fkey FOREIGN KEY (source) REFERENCES public.sync_sources(source) ON DELETE CASCADE
) with (fillfactor=80);
alter table public.sync_errors enable row level security;

create table public.sync_runs (
  sync_id uuid default gen_random_uuid() not null,
  source text not null,
  kind text not null,
  trigger text not null,
  status text not null,
  request jsonb default '{}'::jsonb not null,
  dry_run boolean default false not null,
  forced boolean default false not null,
  read_count integer default 0 not null,
  inserted_count integer default 0 not null,
  updated_count integer default 0 not null,
  unchanged_count integer default 0 not null,
  failed_count integer default 0 not null,
  skipped_count integer default 0 not null,
  held_cells_count integer default 0 not null,
  expected_count integer,
  errors jsonb default '[]'::jsonb not null,
  errors_count integer default 0 not null,
  cause_code text,
  cause_message text,
  report jsonb,
  mapping_hash text,
  invocations integer default 0 not null,
  stalled_count integer default 0 not null,
  requested_at timestamp with time zone default clock_timestamp() not null,
  started_at timestamp with time zone,
  completed_at timestamp with time zone,
  resume_at timestamp with time zone,
  constraint sync_runs_pkey PRIMARY KEY (sync_id),
  constraint sync_runs_counts_are_whole CHECK ((LEAST(read_count, inserted_count, updated_count, unchanged_count, failed_count, skipped_count, held_cells_count, expected_count, errors_count, invocations, stalled_count) >= 0)),
  constraint sync_runs_failure_has_a_cause CHECK (((status <> 'failed'::text) OR (cause_code IS NOT NULL))),
  constraint sync_runs_kind CHECK ((kind = ANY (ARRAY['full'::text, 'selective'::text]))),
  constraint sync_runs_ledger_balances CHECK ((read_count = ((((inserted_count + updated_count) + unchanged_count) + failed_count) + skipped_count))),
  constraint sync_runs_selection_names_keys CHECK (((kind = 'selective'::text) = COALESCE((jsonb_typeof((request -> 'keys'::text)) = 'array'::text), false))),
  constraint sync_runs_source_fkey FOREIGN KEY (source) REFERENCES public.sync_sources(source) ON DELETE CASCADE,
  constraint sync_runs_status CHECK ((status = ANY (ARRAY['queued'::text, 'in_progress'::text, 'completed'::text, 'failed'::text, 'cancelled'::text, 'superseded'::text]))),
  constraint sync_runs_times_follow_status CHECK ((((status = ANY (ARRAY['queued'::text, 'in_progress'::text])) = (completed_at IS NULL)) AND ((status <> 'queued'::text) OR (started_at IS NULL)) AND ((status <> 'in_progress'::text) OR (started_at IS NOT NULL)))),
  constraint sync_runs_trigger_length CHECK (((char_length(trigger) >= 1) AND (char_length(trigger) <= 50)))
) with (fillfactor=70);
alter table public.sync_runs enable row level security;

create table public.sync_sources (
  source text not null,
  table_name text not null,
  key_column text not null,
  search_path text default 'public, extensions'::text not null,
  updated_at_column text,
  registered_at timestamp with time zone default clock_timestamp() not null,
  constraint sync_sources_pkey PRIMARY KEY (source),
  constraint sync_sources_source_length CHECK (((char_length(source) >= 1) AND (char_length(source) <= 100)))
);
alter table public.sync_sources enable row level security;

create table public.sync_state (
  source text not null,
  fence bigint default 0 not null,
  owner uuid,
  lease_until timestamp with time zone,
  granted_at timestamp with time zone,
  seq bigint default 0 not null,
  sync_id uuid,
  state jsonb,
  state_version integer default 0 not null,
  mapping_hash text,
  circuits jsonb,
  constraint sync_state_pkey PRIMARY KEY (source),
  constraint sync_state_fence_grows CHECK (((fence >= 0) AND (seq >= 0))),
  constraint sync_state_lease_is_for_a_run CHECK (((owner IS NULL) OR (sync_id IS NOT NULL))),
  constraint sync_state_lease_is_whole CHECK (((owner IS NULL) = (lease_until IS NULL))),
  constraint sync_state_source_fkey FOREIGN KEY (source) REFERENCES public.sync_sources(source) ON DELETE CASCADE
) with (fillfactor=20);
alter table public.sync_state enable row level security;

create table public.sync_totals (
  source text not null,
  completed_count bigint default 0 not null,
  failed_count bigint default 0 not null,
  cancelled_count bigint default 0 not null,
  superseded_count bigint default 0 not null,
  inserted_rows bigint default 0 not null,
  updated_rows bigint default 0 not null,
  unchanged_rows bigint default 0 not null,
  held_rows bigint default 0 not null,
  skipped_rows bigint default 0 not null,
  timed_count bigint default 0 not null,
  run_ms bigint default 0 not null,
  constraint sync_totals_pkey PRIMARY KEY (source),
  constraint sync_totals_only_grow CHECK ((LEAST(completed_count, failed_count, cancelled_count, superseded_count, inserted_rows, updated_rows, unchanged_rows, held_rows, skipped_rows, timed_count, run_ms) >= 0)),
  constraint sync_totals_source_fkey FOREIGN KEY (source) REFERENCES public.sync_sources(source) ON DELETE CASCADE
) with (fillfactor=20);
alter table public.sync_totals enable row level security;

-- indexes

CREATE INDEX property_listings_published_idx ON public.property_listings USING btree (property_type, price) WHERE (publication_status = 'public'::text);
CREATE INDEX sync_alerts_by_source ON public.sync_alerts USING btree (source, id);
CREATE INDEX sync_alerts_pending ON public.sync_alerts USING btree (source) WHERE (delivery = 'pending'::text);
CREATE INDEX sync_errors_awaiting_review ON public.sync_errors USING btree (source) WHERE ((resolved_at IS NULL) AND (ignored_at IS NULL));
CREATE INDEX sync_errors_ignored ON public.sync_errors USING btree (source) WHERE ((resolved_at IS NULL) AND (ignored_at IS NOT NULL));
CREATE INDEX sync_errors_open ON public.sync_errors USING btree (source, key_hash) WHERE (resolved_at IS NULL);
CREATE INDEX sync_runs_by_request ON public.sync_runs USING btree (source, requested_at);
CREATE INDEX sync_runs_open ON public.sync_runs USING btree (source, requested_at) WHERE (status = ANY (ARRAY['queued'::text, 'in_progress'::text]));
CREATE UNIQUE INDEX sync_alerts_one_open ON public.sync_alerts USING btree (source, rule) WHERE (status = 'open'::text);
CREATE UNIQUE INDEX sync_runs_one_open_full ON public.sync_runs USING btree (source) WHERE ((kind = 'full'::text) AND (status = 'in_progress'::text));
CREATE UNIQUE INDEX sync_runs_one_queued_full ON public.sync_runs USING btree (source, dry_run) WHERE ((kind = 'full'::text) AND (status = 'queued'::text));

-- views

create view listing_sync.table_columns as
 SELECT a.attrelid AS relation,
    (a.attname)::text AS name,
    format_type(b.oid,
        CASE
            WHEN (t.typtype = 'd'::"char") THEN t.typtypmod
            ELSE a.atttypmod
        END) AS type,
        CASE
            WHEN (b.oid = ('json'::regtype)::oid) THEN '::jsonb'::text
            WHEN (b.typtype = ANY (ARRAY['e'::"char", 'r'::"char", 'm'::"char"])) THEN ''::text
            WHEN ((b.typnamespace = ('pg_catalog'::regnamespace)::oid) AND (b.typtype = 'b'::"char") AND (b.typcategory <> 'S'::"char") AND (e.typcategory <> 'S'::"char") AND (EXISTS ( SELECT
               FROM (pg_opclass c
                 JOIN pg_am m ON ((m.oid = c.opcmethod)))
              WHERE ((m.amname = ANY (ARRAY['btree'::name, 'hash'::name])) AND c.opcdefault AND (c.opcintype = e.oid))))) THEN ''::text
            ELSE '::text collate "C"'::text
        END AS comparison,
        CASE
            WHEN (a.attidentity = 'd'::"char") THEN format('nextval(%L)'::text, pg_get_serial_sequence(((a.attrelid)::regclass)::text, (a.attname)::text))
            ELSE COALESCE(pg_get_expr(d.adbin, d.adrelid), pg_get_expr(t.typdefaultbin, (0)::oid))
        END AS fallback,
    ((a.attgenerated = ''::"char") AND (a.attidentity <> 'a'::"char")) AS writable
   FROM ((((pg_attribute a
     JOIN pg_type t ON ((t.oid = a.atttypid)))
     JOIN pg_type b ON ((b.oid =
        CASE
            WHEN (t.typtype = 'd'::"char") THEN listing_sync.base_type(t.oid)
            ELSE t.oid
        END)))
     JOIN pg_type e ON ((e.oid =
        CASE
            WHEN (b.typcategory = 'A'::"char") THEN b.typelem
            ELSE b.oid
        END)))
     LEFT JOIN pg_attrdef d ON (((d.adrelid = a.attrelid) AND (d.adnum = a.attnum))))
  WHERE ((a.attnum > 0) AND (NOT a.attisdropped));

-- policies

create policy "published listings are readable by everyone" on public.property_listings for select to anon, authenticated using ((publication_status = 'public'::text));

-- functions

CREATE OR REPLACE FUNCTION listing_sync.add_set(p_result listing_sync.write_result, p_set listing_sync.set_result, p_ordinals integer[])
 RETURNS listing_sync.write_result
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  p_result.inserted_count := p_result.inserted_count + p_set.inserted_count;
  p_result.updated_count := p_result.updated_count + p_set.updated_count;
  p_result.locked := p_result.locked || listing_sync.pick(p_ordinals, p_set.locked);
  p_result.failed := p_result.failed || array(
    select listing_sync.failure(i, 'refused_by_trigger', null, null,
      'a trigger of the table left the row out')
    from unnest(listing_sync.pick(p_ordinals, p_set.refused)) as i);
  return p_result;
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.add_to_ledger(p_batch listing_sync.batch, p_written listing_sync.write_result, p_held jsonb)
 RETURNS public.sync_runs
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_written integer := cardinality(p_batch.rows) - cardinality(p_written.locked);
  v_failed integer := cardinality(p_written.failed);
  v_run public.sync_runs;
begin
  update public.sync_runs r
  set read_count = read_count + v_written + p_batch.failed_count + p_batch.skipped_count,
      inserted_count = inserted_count + p_written.inserted_count,
      updated_count = updated_count + p_written.updated_count,
      unchanged_count = unchanged_count
        + v_written - p_written.inserted_count - p_written.updated_count - v_failed,
      failed_count = failed_count + v_failed + p_batch.failed_count,
      skipped_count = skipped_count + p_batch.skipped_count,
      held_cells_count = held_cells_count + p_batch.held_cells_count,
      expected_count = coalesce(p_batch.expected_count, expected_count),
      stalled_count = 0,
      errors_count = errors_count + jsonb_array_length(p_held),
      errors = case when p_held = '[]' or r.errors_count >= 100 then errors else (
        select jsonb_agg(e.held - array['value', 'tag', 'digest', 'hash', 'i'] order by e.place)
        from jsonb_array_elements(r.errors || p_held) with ordinality as e (held, place)
        where e.place <= 100) end
  where sync_id = p_batch.sync_id and status = 'in_progress'
  returning * into v_run;
  if not found then
    raise exception using errcode = 'LS001';  -- closed since this call looked: all of it goes back
  end if;
  return v_run;
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.alert_document(p_alert public.sync_alerts)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'id', p_alert.id, 'rule', p_alert.rule, 'severity', p_alert.severity,
    'status', p_alert.status, 'opened_at', listing_sync.json_time(p_alert.opened_at),
    'resolved_at', listing_sync.json_time(p_alert.resolved_at),
    'reminded_at', listing_sync.json_time(p_alert.reminded_at), 'reminders', p_alert.reminders,
    'summary', p_alert.summary, 'facts', p_alert.facts, 'delivery', p_alert.delivery,
    'attempts', p_alert.attempts, 'last_error', p_alert.last_error)
$function$;

CREATE OR REPLACE FUNCTION listing_sync.alerts_due(p_source text, p_silent_ms bigint)
 RETURNS boolean
 LANGUAGE sql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION listing_sync.answer_released(p_state public.sync_state, p_fence bigint, p_sync_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION listing_sync.answer_unwritten(p_state public.sync_state, p_fence bigint, p_seq bigint, p_sync_id uuid, p_digest text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_batch public.sync_batches;
begin
  if p_fence is distinct from p_state.fence then
    return listing_sync.stale_fence(p_state);
  end if;
  select * into v_batch from public.sync_batches
  where sync_id = p_sync_id and seq = p_seq and p_seq = p_state.seq;
  if found then
    if v_batch.digest is distinct from p_digest then
      perform listing_sync.refuse('PT409', 'batch_reused', format(
        'batch %s was committed with another content', p_seq));
    end if;
    return v_batch.answer || jsonb_build_object('repeated', true, 'now', listing_sync.now_ms(),
      'lease_until', listing_sync.json_time(p_state.lease_until));
  end if;
  if not exists (
    select from public.sync_runs where sync_id = p_sync_id and status = 'in_progress') then
    return listing_sync.run_closed(p_sync_id);
  end if;
  if p_state.owner is null then
    return listing_sync.stale_fence(p_state);  -- given back: a late call must not go on with it
  end if;
  perform listing_sync.require(p_sync_id = p_state.sync_id, 'the lease is for another run');
  if p_seq is distinct from p_state.seq + 1 then
    return jsonb_build_object(
      'outcome', 'out_of_order', 'seq', p_state.seq, 'now', listing_sync.now_ms());
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.average_duration_ms(p_source text)
 RETURNS bigint
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select round(avg(listing_sync.duration_ms(r)))::bigint
  from (
    select * from public.sync_runs
    where source = p_source and kind = 'full' and status = 'completed' and not dry_run
    order by requested_at desc limit 20) r
$function$;

CREATE OR REPLACE FUNCTION listing_sync.base_type(p_type oid)
 RETURNS oid
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with recursive chain (oid, typtype, typbasetype) as (
    select oid, typtype, typbasetype from pg_catalog.pg_type where oid = p_type
    union all
    select t.oid, t.typtype, t.typbasetype
    from chain c join pg_catalog.pg_type t on t.oid = c.typbasetype and c.typtype = 'd')
  select oid from chain where typtype <> 'd'
$function$;

CREATE OR REPLACE FUNCTION listing_sync.change_alert(p_source text, p_change jsonb)
 RETURNS bigint
 LANGUAGE sql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION listing_sync.claim_deliveries(p_source text, p_limit integer)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION listing_sync.columns_document(p_table regclass)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_agg(jsonb_build_object(
    'name', a.attname, 'type', pg_catalog.format_type(a.atttypid, null),
    'kind', t.typtype, 'base', case when t.typtype = 'd'
      then pg_catalog.format_type(t.typbasetype, null) end,
    'max_length', case when a.atttypid in ('varchar'::regtype, 'bpchar'::regtype)
      and a.atttypmod > 4 then a.atttypmod - 4 end,
    'not_null', a.attnotnull, 'has_default', a.atthasdef or a.attidentity <> '',
    'generated', a.attgenerated <> '' or a.attidentity = 'a',
    'comment', pg_catalog.col_description(a.attrelid, a.attnum)) order by a.attnum)
  from pg_catalog.pg_attribute a join pg_catalog.pg_type t on t.oid = a.atttypid
  where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped
$function$;

CREATE OR REPLACE FUNCTION listing_sync.commit_batch(p_source public.sync_sources, p_batch listing_sync.batch, p_columns text[], p_insert_only text[], p_lease_until timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_written listing_sync.write_result;
  v_shared jsonb;
begin
  -- deferred checks would fail at the end of the transaction, where no row can be told from another
  set constraints all immediate;
  v_written := listing_sync.write_target(p_source, p_batch, p_columns, p_insert_only);
  v_shared := listing_sync.shared_failure(p_batch, v_written.failed);
  if v_shared is not null then
    raise exception using errcode = 'LS002';
  end if;
  return listing_sync.record_batch(p_source.source, p_batch, v_written, p_lease_until);
exception
  when sqlstate 'LS001' then
    return listing_sync.run_closed(p_batch.sync_id);
  when sqlstate 'LS002' then
    return (v_shared - 'i') || jsonb_build_object(
      'outcome', 'all_refused', 'now', listing_sync.now_ms());
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.consecutive_failures(p_source text)
 RETURNS integer
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select count(*)::integer from public.sync_runs
  where source = p_source and kind = 'full' and status = 'failed' and not dry_run
    and requested_at > coalesce(
      (listing_sync.last_success(p_source)).requested_at, '-infinity'::timestamptz)
$function$;

CREATE OR REPLACE FUNCTION listing_sync.constrained_column(p_relation regclass, p_constraint text)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select a.attname
  from (
    select conkey[1] as place from pg_catalog.pg_constraint
    where conrelid = p_relation and conname = p_constraint and cardinality(conkey) = 1
    union
    select indkey[0] from pg_catalog.pg_index i
    join pg_catalog.pg_class c on c.oid = i.indexrelid
    where i.indrelid = p_relation and c.relname = p_constraint and i.indnatts = 1) k
  join pg_catalog.pg_attribute a on a.attrelid = p_relation and a.attnum = k.place and a.attnum > 0
$function$;

CREATE OR REPLACE FUNCTION listing_sync.conversion(p_relation regclass, p_typed_names text)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  -- jsonb_to_record takes 0.3 ms to prepare for 117 columns; jsonb_populate_record takes none, but fails
  -- where an absent key leaves a domain null that must not be
  select case when exists (
      select from pg_catalog.pg_attribute a join pg_catalog.pg_type t on t.oid = a.atttypid
      where a.attrelid = p_relation and a.attnum > 0 and not a.attisdropped and t.typtype = 'd')
    then format('jsonb_to_record(s.j) as n (%s)', p_typed_names)
    else format('jsonb_populate_record(null::%s, s.j) as n', p_relation)
  end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.count_run()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION listing_sync.covered_hashes(p_sync_id uuid, OUT packed text, OUT hashes integer)
 RETURNS record
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(translate(
           encode(string_agg(listing_sync.little_endian(h.hash), ''), 'base64'), E'\n', ''), ''),
         count(*)::integer
  from public.sync_batches b cross join lateral unnest(b.covered) as h (hash)
  where b.sync_id = p_sync_id
$function$;

CREATE OR REPLACE FUNCTION listing_sync.delivery_document(p_alert public.sync_alerts)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'id', p_alert.id, 'event_number', p_alert.event_number, 'event', p_alert.event,
    'attempt', p_alert.attempts, 'rule', p_alert.rule, 'severity', p_alert.severity,
    'summary', p_alert.summary, 'facts', p_alert.facts, 'reminders', p_alert.reminders,
    'opened_at', listing_sync.json_time(p_alert.opened_at),
    'at', listing_sync.json_time(p_alert.event_at))
$function$;

CREATE OR REPLACE FUNCTION listing_sync.describe_failure(p_plan listing_sync.write_plan, p_row jsonb, p_ordinal integer, p_code text, p_message text, p_column text, p_constraint text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_column text;
  v_constraint text;
begin
  -- a trigger may give any word as either, a cell's text too
  select attname into v_column from pg_catalog.pg_attribute
  where attrelid = p_plan.relation::regclass and attname = p_column and attnum > 0;
  if p_constraint <> '' and not exists (
    select from jsonb_each_text(p_row) as e where e.value = p_constraint) then
    v_constraint := p_constraint;
  end if;
  if v_column is null and v_constraint is not null then
    v_column := listing_sync.constrained_column(p_plan.relation::regclass, v_constraint);
  end if;
  return listing_sync.failure(p_ordinal, p_code, v_column, v_constraint,
    listing_sync.without_values(p_message, p_code, v_column, v_constraint, p_row));
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.describe_unreadable(p_plan listing_sync.write_plan, p_row jsonb, p_ordinal integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_column text := listing_sync.unreadable_column(p_plan, p_row);
  v_error record;
begin
  v_error := listing_sync.try_conversion(
    p_plan, array[listing_sync.only_columns(p_row, array[v_column])]);
  return listing_sync.failure(p_ordinal, v_error.code, v_column, null,
    listing_sync.without_values(v_error.message, v_error.code, v_column, null, p_row));
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.duration_ms(p_run public.sync_runs)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select floor(extract(epoch from p_run.completed_at - p_run.started_at) * 1000)::bigint
$function$;

CREATE OR REPLACE FUNCTION listing_sync.end_run(p_source text, p_sync_id uuid, p_status text, p_cause jsonb, p_report jsonb)
 RETURNS public.sync_runs
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION listing_sync.epoch_ms(p_time timestamp with time zone)
 RETURNS bigint
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select floor(extract(epoch from p_time) * 1000)::bigint
$function$;

CREATE OR REPLACE FUNCTION listing_sync.error_document(p_error public.sync_errors, p_with_value boolean)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'id', p_error.id, 'key', p_error.key, 'row', p_error.row_number, 'column', p_error.column_name,
    'kind', p_error.kind, 'code', p_error.code, 'message', p_error.message,
    'value', case when p_with_value then p_error.value end,
    'sync_id', p_error.sync_id, 'first_seen', listing_sync.json_time(p_error.first_seen),
    'last_seen', listing_sync.json_time(p_error.last_seen), 'seen_count', p_error.seen_count,
    'ignored_at', listing_sync.json_time(p_error.ignored_at),
    'resolved_at', listing_sync.json_time(p_error.resolved_at),
    'resolved_by', p_error.resolved_by)
$function$;

CREATE OR REPLACE FUNCTION listing_sync.error_groups(p_source text, p_state text)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_agg(jsonb_build_object(
    'code', g.code, 'column', g.column_name, 'count', g.count)
    order by g.count desc, g.code, g.column_name), '[]')
  from (
    select code, column_name, count(*) from public.sync_errors
    where source = p_source and (resolved_at is not null) = (p_state = 'resolved')
      and (p_state = 'resolved' or (ignored_at is not null) = (p_state = 'ignored'))
    group by code, column_name order by count(*) desc limit 200) g
$function$;

CREATE OR REPLACE FUNCTION listing_sync.except_ordinals(p_from integer[], p_without integer[])
 RETURNS integer[]
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select coalesce(array_agg(i order by i), '{}')
  from (select unnest(p_from) except select unnest(p_without)) as o (i)
$function$;

CREATE OR REPLACE FUNCTION listing_sync.failure(p_ordinal integer, p_code text, p_column text, p_constraint text, p_message text)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object('i', p_ordinal, 'code', p_code, 'column', p_column,
    'constraint', p_constraint, 'message', p_message)
$function$;

CREATE OR REPLACE FUNCTION listing_sync.find_table(p_name text)
 RETURNS regclass
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_table regclass;
begin
  if p_name is null then
    return null;
  end if;
  begin
    v_table := to_regclass(p_name);
  exception when others then
    v_table := null;  -- no qualified name, or a schema that may not be looked into
  end;
  return coalesce(v_table, (
    select oid::regclass from pg_catalog.pg_class
    where relnamespace = 'public'::regnamespace and relname = p_name));
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.force_run(p_source text, p_kind text, p_trigger text, p_request jsonb, p_dry_run boolean, p_mapping_hash text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION listing_sync.force_wait_ms(p_source text)
 RETURNS bigint
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select ceil(extract(epoch from max(requested_at) + interval '1 minute' - clock_timestamp()) * 1000)
    ::bigint
  from public.sync_runs
  where source = p_source and forced and requested_at > statement_timestamp() - interval '1 minute'
$function$;

CREATE OR REPLACE FUNCTION listing_sync.full_run_due_at(p_source text, p_interval_ms bigint)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION listing_sync.grant_lease(p_state public.sync_state, p_run public.sync_runs, p_owner uuid, p_lease_ms integer, p_mapping_hash text, p_state_version integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION listing_sync.has_old_runs(p_source text, p_keep_days integer)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  -- statement_timestamp(): a volatile clock would use no index
  -- a day of grace, so that the oldest day goes in one piece and not run by run
  select exists (
    select from public.sync_runs
    where source = p_source
      and requested_at < statement_timestamp() - (p_keep_days + 1) * interval '1 day'
      and completed_at < statement_timestamp() - (p_keep_days + 1) * interval '1 day'
      and sync_id is distinct from (listing_sync.last_success(p_source)).sync_id)
$function$;

CREATE OR REPLACE FUNCTION listing_sync.held_ignored_count(p_source text)
 RETURNS integer
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select count(*)::integer from public.sync_errors
  where source = p_source and resolved_at is null and ignored_at is not null
$function$;

CREATE OR REPLACE FUNCTION listing_sync.held_of_failures(p_batch listing_sync.batch, p_failed jsonb)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_agg((f - 'i') || jsonb_build_object(
    'kind', 'row', 'hash', p_batch.covered[(f -> 'i')::integer])), '[]')
  from jsonb_array_elements(p_failed) as f
$function$;

CREATE OR REPLACE FUNCTION listing_sync.held_open_count(p_source text)
 RETURNS integer
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select count(*)::integer from public.sync_errors
  where source = p_source and resolved_at is null and ignored_at is null
$function$;

CREATE OR REPLACE FUNCTION listing_sync.insert_rows(p_plan listing_sync.write_plan, p_rows jsonb[], p_new integer[], OUT inserted integer[], OUT changed integer[], OUT refused integer[])
 RETURNS record
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_rows jsonb[] := p_rows;
  v_rest integer[];
begin
  changed := '{}';
  refused := '{}';
  if cardinality(p_new) < cardinality(p_rows) then
    v_rows := listing_sync.pick(p_rows, p_new);
  end if;
  perform set_config('search_path', p_plan.search_path, true);
  execute p_plan.insert_sql into inserted using v_rows;
  inserted := listing_sync.pick(p_new, inserted);
  if cardinality(inserted) < cardinality(p_new) then
    -- somebody inserted the key meanwhile (then it may need an update), or a trigger swallowed the row
    v_rest := listing_sync.except_ordinals(p_new, inserted);
    v_rows := listing_sync.pick(p_rows, v_rest);
    execute p_plan.missing_sql into refused using v_rows;
    execute p_plan.changed_sql into changed using v_rows;
    refused := listing_sync.pick(v_rest, refused);
    changed := listing_sync.pick(v_rest, changed);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.is_row_fault(p_sqlstate text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select left(p_sqlstate, 2) in ('22', '23', '44') or p_sqlstate = 'P0001'
$function$;

CREATE OR REPLACE FUNCTION listing_sync.isolate_rows(p_plan listing_sync.write_plan, p_rows jsonb[], p_ordinals integer[])
 RETURNS listing_sync.write_result
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_from integer[] := array[1];
  v_to integer[] := array[cardinality(p_ordinals)];
  v_lo integer;
  v_hi integer;
  v_set integer[];
  v_result listing_sync.write_result := row(0, 0, '{}', '{}');
  v_code text;
  v_message text;
  v_column text;
  v_constraint text;
begin
  while cardinality(v_from) > 0 loop
    v_lo := v_from[cardinality(v_from)];
    v_hi := v_to[cardinality(v_to)];
    v_from := trim_array(v_from, 1);
    v_to := trim_array(v_to, 1);
    v_set := p_ordinals[v_lo : v_hi];
    begin
      v_result := listing_sync.add_set(v_result,
        listing_sync.write_set(p_plan, listing_sync.pick(p_rows, v_set)), v_set);
    exception when others then
      get stacked diagnostics v_code = returned_sqlstate, v_message = message_text,
        v_column = column_name, v_constraint = constraint_name;
      if not listing_sync.is_row_fault(v_code) then
        perform listing_sync.raise_without_values(
          v_code, v_message, listing_sync.pick(p_rows, v_set));
      end if;
      if v_lo = v_hi then
        v_result.failed := v_result.failed || listing_sync.describe_failure(
          p_plan, p_rows[v_set[1]], v_set[1], v_code, v_message, v_column, v_constraint);
      else
        v_from := v_from || array[(v_lo + v_hi) / 2 + 1, v_lo];
        v_to := v_to || array[v_hi, (v_lo + v_hi) / 2];
      end if;
    end;
  end loop;
  return v_result;
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.json_time(p_time timestamp with time zone)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select to_char(p_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$function$;

CREATE OR REPLACE FUNCTION listing_sync.key_match(p_relation regclass, p_key text, p_type text)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  -- the index's own operator by its full name: with citext off the path, "=" would compare as text
  select format('.%1$I operator(%2$I.%3$s) (s.j ->> %1$L)::%4$s', p_key, n.nspname, o.oprname, p_type)
  from pg_catalog.pg_index i
  join pg_catalog.pg_attribute a
    on a.attrelid = i.indrelid and a.attname = p_key and a.attnum = i.indkey[0]
  join pg_catalog.pg_opclass c on c.oid = i.indclass[0]
  join pg_catalog.pg_amop p on p.amopfamily = c.opcfamily and p.amoplefttype = c.opcintype
    and p.amoprighttype = c.opcintype and p.amopstrategy = 3
  join pg_catalog.pg_operator o on o.oid = p.amopopr
  join pg_catalog.pg_namespace n on n.oid = o.oprnamespace
  where i.indrelid = p_relation and i.indisunique and i.indisvalid and i.indimmediate
    and i.indpred is null and i.indexprs is null and i.indnkeyatts = 1
  order by i.indisprimary desc
  limit 1
$function$;

CREATE OR REPLACE FUNCTION listing_sync.key_refusal(p_table regclass, p_key_column text)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_key pg_catalog.pg_attribute;
begin
  select * into v_key from pg_catalog.pg_attribute
  where attrelid = p_table and attname = p_key_column and attnum > 0 and not attisdropped;
  if not found then
    return format('table %s has no column %I', p_table, p_key_column);
  end if;
  if v_key.attgenerated <> '' or v_key.attidentity = 'a' then
    return format('key column %I is generated: it cannot be written', p_key_column);
  end if;
  -- "on conflict (key)" and one row per key need the whole table under one plain unique index
  if not exists (
    select from pg_catalog.pg_index i
    where i.indrelid = p_table and i.indisunique and i.indisvalid and i.indimmediate
      and i.indpred is null and i.indexprs is null
      and i.indnkeyatts = 1 and i.indkey[0] = v_key.attnum) then
    return format(
      'key column %I of %s needs a unique index of its own, over all rows and not deferrable',
      p_key_column, p_table);
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.key_type(p_relation regclass, p_key text)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  -- without a length: a cast to varchar(5) would cut the key and find another row
  select format_type(listing_sync.base_type(atttypid), -1)
  from pg_catalog.pg_attribute where attrelid = p_relation and attname = p_key
$function$;

CREATE OR REPLACE FUNCTION listing_sync.last_full_end(p_source text)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  -- cancelled and superseded runs say nothing about the sheet
  select jsonb_build_object('status', r.status, 'cause_code', r.cause_code)
  from public.sync_runs r
  where source = p_source and kind = 'full' and not dry_run and status in ('completed', 'failed')
  order by requested_at desc limit 1
$function$;

CREATE OR REPLACE FUNCTION listing_sync.last_success(p_source text)
 RETURNS public.sync_runs
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select * from public.sync_runs
  where source = p_source and kind = 'full' and status = 'completed' and not dry_run
  order by requested_at desc limit 1
$function$;

CREATE OR REPLACE FUNCTION listing_sync.lease_is_live(p_state public.sync_state)
 RETURNS boolean
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  -- a lease whose run was cancelled protects nothing: its holder can no longer commit
  select coalesce(p_state.lease_until > clock_timestamp(), false) and exists (
    select from public.sync_runs where sync_id = p_state.sync_id and status = 'in_progress')
$function$;

CREATE OR REPLACE FUNCTION listing_sync.ledger(p_run public.sync_runs)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'read', p_run.read_count, 'inserted', p_run.inserted_count, 'updated', p_run.updated_count,
    'unchanged', p_run.unchanged_count, 'failed', p_run.failed_count,
    'skipped', p_run.skipped_count, 'held_cells', p_run.held_cells_count,
    'expected', p_run.expected_count)
$function$;

CREATE OR REPLACE FUNCTION listing_sync.list_columns(p_relation regclass, p_columns text[], p_key text, p_insert_only text[])
 RETURNS listing_sync.column_lists
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select
    string_agg(format('%1$I = n.%1$I', c.name), ', ') filter (where c.owned),
    string_agg(format('n.%I', c.name) || c.comparison, ', ') filter (where c.owned),
    string_agg(format('t.%I', c.name) || c.comparison, ', ') filter (where c.owned),
    string_agg(format('%I', c.name), ', '),
    string_agg(format('%I %s', c.name, c.type), ', '),
    string_agg(case when c.fallback is null then format('n.%I', c.name) else format(
      'case when s.j ? %1$L then n.%1$I else (%2$s)::%3$s end', c.name, c.fallback, c.type)
      end, ', ')
  from (
    select t.*, t.name <> p_key and not t.name = any (p_insert_only) as owned
    from listing_sync.table_columns t
    where t.relation = p_relation and t.name = any (p_columns)) c
$function$;

CREATE OR REPLACE FUNCTION listing_sync.little_endian(p_number bigint)
 RETURNS bytea
 LANGUAGE sql
 IMMUTABLE
AS $function$
  -- int8send gives the highest byte first; the bytes are turned round in the number itself
  select int8send(
    ((p_number & 255) << 56) | ((p_number & 65280) << 40)
    | ((p_number & 16711680) << 24) | ((p_number & 4278190080) << 8)
    | ((p_number >> 8) & 4278190080) | ((p_number >> 24) & 16711680)
    | ((p_number >> 40) & 65280) | ((p_number >> 56) & 255))
$function$;

CREATE OR REPLACE FUNCTION listing_sync.locate_failures(p_batch listing_sync.batch, p_failed jsonb[])
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_agg(f || jsonb_build_object(
    'row', p_batch.row_numbers[(f -> 'i')::integer], 'key', p_batch.keys[(f -> 'i')::integer])
    order by (f -> 'i')::integer), '[]')
  from unnest(p_failed) as f
$function$;

CREATE OR REPLACE FUNCTION listing_sync.lock_alerts(p_source text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select pg_advisory_xact_lock(hashtext('listing_sync.alerts'), hashtext(p_source))
$function$;

CREATE OR REPLACE FUNCTION listing_sync.lock_runs(p_source text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select pg_advisory_xact_lock(hashtext('listing_sync.runs'), hashtext(p_source))
$function$;

CREATE OR REPLACE FUNCTION listing_sync.lock_state(p_source text)
 RETURNS public.sync_state
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_state public.sync_state;
begin
  select * into v_state from public.sync_state where source = p_source for no key update;
  if not found then
    perform listing_sync.require_source(p_source);
  end if;
  return v_state;
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.metrics_document(p_source text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION listing_sync.ms_since(p_time timestamp with time zone)
 RETURNS bigint
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select floor(extract(epoch from clock_timestamp() - p_time) * 1000)::bigint
$function$;

CREATE OR REPLACE FUNCTION listing_sync.next_run(p_source text, p_mapping_hash text)
 RETURNS public.sync_runs
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION listing_sync.now_ms()
 RETURNS bigint
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select floor(extract(epoch from clock_timestamp()) * 1000)::bigint
$function$;

CREATE OR REPLACE FUNCTION listing_sync.only_columns(p_row jsonb, p_names text[])
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select jsonb_object_agg(n.name, p_row -> n.name) from unnest(p_names) as n (name)
$function$;

CREATE OR REPLACE FUNCTION listing_sync.open_alert(p_source text, p_change jsonb)
 RETURNS bigint
 LANGUAGE sql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION listing_sync.open_progress(p_source text)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'stalled', r.stalled_count,
    -- a rest that was agreed on, and a lease that is held, lie in the future
    'stuck_ms', greatest(0, listing_sync.ms_since(
      greatest(r.started_at, r.resume_at, s.lease_until, s.granted_at))))
  from public.sync_runs r join public.sync_state s on s.source = r.source
  where r.source = p_source and r.status = 'in_progress'
  order by r.sync_id = s.sync_id desc, r.requested_at limit 1
$function$;

CREATE OR REPLACE FUNCTION listing_sync.open_run(p_source text, p_kind text, p_trigger text, p_status text, p_request jsonb, p_dry_run boolean, p_forced boolean, p_mapping_hash text)
 RETURNS public.sync_runs
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  insert into public.sync_runs
    (source, kind, trigger, status, request, dry_run, forced, mapping_hash, started_at)
  values (p_source, p_kind, p_trigger, p_status, p_request, p_dry_run, p_forced, p_mapping_hash,
    case when p_status = 'in_progress' then clock_timestamp() end)
  returning *
$function$;

CREATE OR REPLACE FUNCTION listing_sync.open_scheduled_run(p_source text, p_mapping_hash text, p_interval_ms bigint)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION listing_sync.pick(p_from anyarray, p_ordinals integer[])
 RETURNS anyarray
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select coalesce(array_agg(p_from[o.i] order by o.place), '{}')
  from unnest(p_ordinals) with ordinality as o (i, place)
$function$;

CREATE OR REPLACE FUNCTION listing_sync.plan_reads(p_plan listing_sync.write_plan, p_match text, p_key_type text, p_conversion text, p_differs text, p_insert_only text[])
 RETURNS listing_sync.write_plan
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  p_plan.convert_sql := format(
    'select count((s.j ->> %1$L)::%2$s) from unnest($1) as s (j) cross join lateral %3$s',
    p_plan.key_name, p_key_type, p_conversion);
  if p_key_type not in ('text', 'character varying') then
    p_plan.twins_sql := format(
      'select coalesce(array_agg(k.o), ''{}'') from (
         select s.o, count(*) over (partition by (s.j ->> %1$L)::%2$s) as twins
         from unnest($1) with ordinality as s (j, o)) as k
       where k.twins > 1',
      p_plan.key_name, p_key_type);
  end if;
  p_plan.missing_sql := format(
    'select coalesce(array_agg(s.o), ''{}'')
     from unnest($1) with ordinality as s (j, o) left join %1$s as t on t%2$s
     where t.%3$I is null',
    p_plan.relation, p_match, p_plan.key_name);
  -- *<> compares the stored bytes: cheap, and right whenever it finds no difference; what it finds is
  -- looked at again by type (1.50 is 1.5). Taken before the lock, so it may be out of date by then.
  p_plan.changed_sql := format(
    'select coalesce(array_agg(s.o), ''{}'')
     from unnest($1) with ordinality as s (j, o) join %1$s as t on t%2$s
     cross join lateral jsonb_populate_record(t, s.j%4$s) as n
     where n operator(pg_catalog.*<>) t and %3$s',
    p_plan.relation, p_match, p_differs,
    case when cardinality(p_insert_only) > 0 then format(' - %L::text[]', p_insert_only) end);
  p_plan.lock_sql := format(
    'select coalesce(array_agg(l.o), ''{}'') from (
       select s.o from unnest($1) with ordinality as s (j, o) join %1$s as t on t%2$s
       order by t.%3$I for no key update of t skip locked) as l',
    p_plan.relation, p_match, p_plan.key_name);
  return p_plan;
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.plan_write(p_source public.sync_sources, p_columns text[], p_insert_only text[])
 RETURNS listing_sync.write_plan
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_relation regclass := to_regclass(p_source.table_name);
  v_touch text := p_source.updated_at_column;
  v_lists listing_sync.column_lists;
  v_plan listing_sync.write_plan;
  v_key_type text;
  v_match text;
  v_differs text;
begin
  if v_relation is null then
    perform listing_sync.refuse('PT404', 'unknown_source', format('table %s of source %L is gone',
      p_source.table_name, p_source.source));
  end if;
  perform listing_sync.require_columns(v_relation, p_columns, p_source.key_column, v_touch);
  v_plan.relation := p_source.table_name;
  v_plan.search_path := p_source.search_path;
  v_plan.key_name := p_source.key_column;
  v_key_type := listing_sync.key_type(v_relation, v_plan.key_name);
  v_match := listing_sync.key_match(v_relation, v_plan.key_name, v_key_type);
  v_lists := listing_sync.list_columns(v_relation, p_columns, v_plan.key_name, p_insert_only);
  v_differs := coalesce(
    '(' || v_lists.new_values || ') is distinct from (' || v_lists.old_values || ')', 'false');
  v_plan := listing_sync.plan_reads(v_plan, v_match, v_key_type,
    listing_sync.conversion(v_relation, v_lists.typed_names), v_differs, p_insert_only);
  -- the rows are locked by then: merged and compared once more, over what others committed meanwhile
  v_plan.update_sql := format(
    'with u as (
       update %1$s as w set %2$s%3$s
       from unnest($1) with ordinality as s (j, o) join %1$s as t on t%4$s
       cross join lateral jsonb_populate_record(t, s.j) as n
       where w%4$s and %5$s
       returning s.o)
     select coalesce(array_agg(o), ''{}'') from u',
    v_plan.relation, v_lists.assignments,
    case when v_touch is not null then format(', %I = clock_timestamp()', v_touch) end, v_match,
    v_differs);
  v_plan.insert_sql := format(
    'with i as (
       insert into %1$s (%2$s%3$s)
       select %4$s%5$s from unnest($1) with ordinality as s (j, o)
       cross join lateral jsonb_to_record(s.j) as n (%6$s)
       on conflict (%7$I) do nothing returning %7$I)
     select coalesce(array_agg(s.o), ''{}'')
     from i join unnest($1) with ordinality as s (j, o) on i%8$s',
    v_plan.relation, v_lists.names,
    case when v_touch is not null then format(', %I', v_touch) end, v_lists.insert_values,
    case when v_touch is not null then ', clock_timestamp()' end, v_lists.typed_names,
    v_plan.key_name, v_match);
  return v_plan;
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.prune_runs(p_source text, p_before timestamp with time zone, p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION listing_sync.queue_run(p_source text, p_kind text, p_trigger text, p_request jsonb, p_dry_run boolean, p_mapping_hash text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION listing_sync.raise_without_values(p_sqlstate text, p_message text, p_rows jsonb[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_row jsonb;
begin
  -- a trigger may raise under any code, with any cell in its words; the server's own messages
  -- about rights, resources and itself name none
  if left(p_sqlstate, 2) not in ('42', '53', '57', '58', 'XX') then
    foreach v_row in array p_rows loop
      p_message := listing_sync.without_values(p_message, p_sqlstate, null, null, v_row);
    end loop;
  end if;
  raise exception using errcode = p_sqlstate, message = p_message;
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.read_batch(p_sync_id uuid, p_seq bigint, p_digest text, p_rows jsonb, p_key_column text, p_row_numbers integer[], p_covered bigint[], p_held jsonb, p_counts jsonb, p_dry_run boolean)
 RETURNS listing_sync.batch
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_batch listing_sync.batch;
begin
  v_batch.sync_id := p_sync_id;
  v_batch.seq := p_seq;
  v_batch.digest := p_digest;
  select coalesce(array_agg(e.j order by e.o), '{}'),
         coalesce(array_agg(e.j ->> p_key_column order by e.o), '{}')
  into v_batch.rows, v_batch.keys
  from jsonb_array_elements(p_rows) with ordinality as e (j, o);
  v_batch.row_numbers := coalesce(p_row_numbers, '{}');
  v_batch.covered := coalesce(p_covered, '{}');
  v_batch.held := coalesce(p_held, '[]');
  v_batch.failed_count := coalesce((p_counts -> 'failed')::integer, 0);
  v_batch.skipped_count := coalesce((p_counts -> 'skipped')::integer, 0);
  v_batch.held_cells_count := coalesce((p_counts -> 'held_cells')::integer, 0);
  v_batch.expected_count := (nullif(p_counts -> 'expected', 'null'))::integer;
  -- a run recorded as dry stays dry, whatever this call says
  select p_dry_run is true or dry_run into v_batch.dry_run
  from public.sync_runs where sync_id = p_sync_id;
  return v_batch;
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.read_held(p_held jsonb)
 RETURNS TABLE(key text, row_digest text, column_name text, subject text, place text, kind text, code text, message text, row_number integer, value text, value_tag integer, key_hash bigint)
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  -- a key that stands twice in the sheet comes twice: one entry is enough
  select distinct on (i.subject, i.place)
    h.key, case when h.key is null then h.digest end, h."column", i.subject, i.place,
    coalesce(h.kind, 'row'), h.code, h.message, h."row", h.value, h.tag, h.hash
  from jsonb_to_recordset(p_held) as h (
    key text, digest text, "column" text, kind text, code text, message text, "row" integer,
    value text, tag integer, hash bigint)
  -- as the generated columns of sync_errors
  cross join lateral (
    select coalesce('key ' || h.key, 'digest ' || h.digest),
      case when h.key is null then '' else coalesce(h."column", '') end
  ) as i (subject, place)
  -- of one place a refused row weighs more than a held cell
  order by i.subject, i.place, h."row", h.kind = 'cell', h.code
$function$;

CREATE OR REPLACE FUNCTION listing_sync.readable_rows(p_plan listing_sync.write_plan, p_rows jsonb[])
 RETURNS integer[]
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_ordinals integer[] := '{}';
begin
  if (listing_sync.try_conversion(p_plan, p_rows)).code is null then
    return array(select generate_series(1, cardinality(p_rows)));
  end if;
  for i in 1 .. cardinality(p_rows) loop
    if (listing_sync.try_conversion(p_plan, array[p_rows[i]])).code is null then
      v_ordinals := v_ordinals || i;
    end if;
  end loop;
  return v_ordinals;
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.recent_successes(p_source text)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_agg(listing_sync.ledger(r) order by r.requested_at desc), '[]')
  from (
    select * from public.sync_runs
    where source = p_source and kind = 'full' and status = 'completed' and not dry_run
    order by requested_at desc limit 2) r
$function$;

CREATE OR REPLACE FUNCTION listing_sync.record_batch(p_source text, p_batch listing_sync.batch, p_written listing_sync.write_result, p_lease_until timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_failed jsonb := listing_sync.locate_failures(p_batch, p_written.failed);
  v_held jsonb := p_batch.held || listing_sync.held_of_failures(p_batch, v_failed);
  v_covered bigint[] := p_batch.covered;
  v_locked integer[] := p_written.locked;
  v_run public.sync_runs;
  v_answer jsonb;
begin
  if cardinality(v_locked) > 0 then
    v_covered := array(
      select c.hash from unnest(p_batch.covered) with ordinality as c (hash, i)
      where not c.i = any (v_locked) order by c.i);
  end if;
  if not p_batch.dry_run then
    perform listing_sync.resolve_covered(p_source, v_held, v_covered);
    perform listing_sync.record_held(p_source, p_batch.sync_id, v_held);
  end if;
  v_run := listing_sync.add_to_ledger(p_batch, p_written, v_held);
  v_answer := jsonb_build_object(
    'outcome', 'committed', 'repeated', false, 'seq', p_batch.seq,
    'inserted', p_written.inserted_count, 'updated', p_written.updated_count,
    'unchanged', cardinality(p_batch.rows) - cardinality(v_locked) - p_written.inserted_count
      - p_written.updated_count - cardinality(p_written.failed),
    'failed', v_failed,
    'row_locked', to_jsonb(listing_sync.pick(p_batch.keys, v_locked)),
    'ledger', listing_sync.ledger(v_run),
    'selective_waiting', listing_sync.selective_waiting(p_source, p_batch.sync_id),
    'lease_until', listing_sync.json_time(p_lease_until), 'now', listing_sync.now_ms());
  insert into public.sync_batches (sync_id, seq, source, digest, answer, covered, held_keyless)
  values (p_batch.sync_id, p_batch.seq, p_source, p_batch.digest, v_answer, v_covered,
    array(select h.key_hash from listing_sync.read_held(p_batch.held) h where h.key is null));
  return v_answer;
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.record_held(p_source text, p_sync_id uuid, p_held jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if p_held = '[]' then
    return;
  end if;
  -- an entry seen again unchanged is left alone for an hour: the same held rows come with every run
  update public.sync_errors e
  set kind = h.kind, code = h.code, message = h.message, row_number = h.row_number, value = h.value,
      value_tag = h.value_tag, key_hash = h.key_hash, sync_id = p_sync_id, last_seen = clock_timestamp(),
      seen_count = e.seen_count + 1, resolved_at = null, resolved_by = null,
      -- ignored is what is wrong, not where it stands: a row that moved stays ignored
      ignored_at = case when e.resolved_at is null and (e.kind, e.code, e.message, e.value, e.value_tag)
        is not distinct from (h.kind, h.code, h.message, h.value, h.value_tag) then e.ignored_at end
  from listing_sync.read_held(p_held) h
  where e.source = p_source and h.subject = e.subject and h.place = e.place
    and (e.resolved_at is not null or e.last_seen < clock_timestamp() - interval '1 hour'
         or (e.kind, e.code, e.message, e.row_number, e.value, e.value_tag, e.key_hash)
           is distinct from (h.kind, h.code, h.message, h.row_number, h.value, h.value_tag, h.key_hash));
  insert into public.sync_errors
    (source, key, row_digest, column_name, kind, code, message, row_number, value, value_tag,
     key_hash, sync_id)
  select p_source, h.key, h.row_digest, h.column_name, h.kind, h.code, h.message, h.row_number,
    h.value, h.value_tag, h.key_hash, p_sync_id
  from listing_sync.read_held(p_held) h
  where not exists (
    select from public.sync_errors e
    where e.source = p_source and h.subject = e.subject and h.place = e.place)
  on conflict on constraint sync_errors_identity do nothing;
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.refuse(p_sqlstate text, p_word text, p_message text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  raise exception using errcode = p_sqlstate, message = p_message, detail = p_word;
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.refuse_conflict(p_sqlstate text, p_message text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION listing_sync.request_answer(p_outcome text, p_run public.sync_runs)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'outcome', p_outcome, 'sync_id', p_run.sync_id, 'status', p_run.status,
    -- who asks wants one time: a queued run "started" when it was asked for
    'started_at', listing_sync.json_time(coalesce(p_run.started_at, p_run.requested_at)),
    'now', listing_sync.now_ms())
$function$;

CREATE OR REPLACE FUNCTION listing_sync.require(p_holds boolean, p_message text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if p_holds is not true then
    perform listing_sync.refuse('PT400', 'bad_request', p_message);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.require_batch(p_batch listing_sync.batch)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_count integer := cardinality(p_batch.rows);
begin
  if v_count > 1000 then
    perform listing_sync.refuse('PT413', 'batch_too_large', format(
      'a batch has at most 1000 rows, this one has %s', v_count));
  end if;
  perform listing_sync.require(
    p_batch.seq is not null and p_batch.digest is not null, 'p_seq and p_digest are needed');
  perform listing_sync.require(
    cardinality(p_batch.row_numbers) = v_count, 'p_row_numbers has one number per row');
  perform listing_sync.require(
    cardinality(p_batch.covered) >= v_count and array_position(p_batch.covered, null) is null,
    'p_covered begins with one hash per row');
  perform listing_sync.require(array_position(p_batch.keys, null) is null, 'a row has no key');
  perform listing_sync.require(
    least(p_batch.failed_count, p_batch.skipped_count, p_batch.held_cells_count,
      p_batch.expected_count) >= 0, 'p_counts are not negative');
  perform listing_sync.require_held(p_batch.held);
  -- a second copy would count as a second row: the ledger could not balance
  if (select count(distinct k) from unnest(p_batch.keys) as k) < v_count then
    perform listing_sync.refuse('PT400', 'duplicate_key_in_batch', 'a key occurs twice in the batch');
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.require_columns(p_relation regclass, p_columns text[], p_key text, p_updated_at text)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_refused text;
begin
  select string_agg(c.name, ', ') into v_refused
  from unnest(p_columns) as c (name)
  where c.name = p_updated_at or not exists (
    select from listing_sync.table_columns t
    where t.relation = p_relation and t.name = c.name and t.writable);
  if v_refused is not null then
    perform listing_sync.refuse('PT400', 'column_not_writable', format(
      'table %s has no such writable column: %s', p_relation, v_refused));
  end if;
  perform listing_sync.require(p_key = any (p_columns), 'p_columns must contain the key column');
  perform listing_sync.require(
    cardinality(p_columns) = (select count(distinct c.name) from unnest(p_columns) as c (name)),
    'p_columns names a column twice');
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.require_held(p_held jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform listing_sync.require(jsonb_typeof(p_held) = 'array', 'p_held is an array');
  perform listing_sync.require(
    not exists (
      select from listing_sync.read_held(p_held) h
      where h.code is null or h.key_hash is null or h.kind not in ('row', 'cell')
        or h.subject is null or (h.kind = 'cell' and h.column_name is null)),
    'each of p_held has a code, a hash, a key or a digest, and a column where its kind is cell');
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.require_source(p_source text)
 RETURNS public.sync_sources
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION listing_sync.require_state_version(p_state public.sync_state, p_new_state jsonb, p_version integer)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform listing_sync.require(
    p_new_state is null or p_version is not null, 'p_state needs p_state_version');
  if p_version < p_state.state_version then
    perform listing_sync.refuse('PT409', 'state_too_new', format(
      'the stored state has version %s, this caller writes %s', p_state.state_version, p_version));
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.resolve_covered(p_source text, p_held jsonb, p_covered bigint[])
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  update public.sync_errors e
  set resolved_at = clock_timestamp(), resolved_by = 'commit'
  where e.source = p_source and e.resolved_at is null and e.key_hash = any (p_covered)
    and not exists (
      select from listing_sync.read_held(p_held) h
      where h.subject = e.subject and h.place = e.place)
$function$;

CREATE OR REPLACE FUNCTION listing_sync.resolve_vanished(p_source text, p_sync_id uuid)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
 SET enable_nestloop TO 'off'
AS $function$
  update public.sync_errors e
  set resolved_at = clock_timestamp(), resolved_by = 'vanished'
  where e.source = p_source and e.resolved_at is null and e.key is not null and not exists (
    select from public.sync_batches b cross join lateral unnest(b.covered) as h (hash)
    where b.sync_id = p_sync_id and h.hash = e.key_hash);
  update public.sync_errors e
  set resolved_at = clock_timestamp(), resolved_by = 'vanished'
  where e.source = p_source and e.resolved_at is null and e.key is null and not exists (
    select from public.sync_batches b cross join lateral unnest(b.held_keyless) as h (hash)
    where b.sync_id = p_sync_id and h.hash = e.key_hash);
$function$;

CREATE OR REPLACE FUNCTION listing_sync.run_closed(p_sync_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION listing_sync.run_document(p_run public.sync_runs)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION listing_sync.run_in_turn(p_source text)
 RETURNS public.sync_runs
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select * from public.sync_runs
  where source = p_source and status in ('queued', 'in_progress')
  order by kind = 'selective' desc, kind = 'full' and status = 'in_progress' desc, requested_at
  limit 1
$function$;

CREATE OR REPLACE FUNCTION listing_sync.schedule(p_source text, p_interval_ms bigint, p_keep_days integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION listing_sync.schema_version()
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  -- the newest migration's time stamp; tests/sql compares it with the folder
  select '20260101121100'
$function$;

CREATE OR REPLACE FUNCTION listing_sync.selective_waiting(p_source text, p_sync_id uuid)
 RETURNS integer
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select count(*)::integer from public.sync_runs
  where source = p_source and kind = 'selective' and status in ('queued', 'in_progress')
    and sync_id <> p_sync_id
$function$;

CREATE OR REPLACE FUNCTION listing_sync.shared_failure(p_batch listing_sync.batch, p_failed jsonb[])
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select (array_agg(f order by f -> 'i'))[1]
  from unnest(p_failed) as f
  having count(*) > 10 and count(*) = cardinality(p_batch.rows)
    and count(distinct (f -> 'code', f -> 'column', f -> 'constraint')) = 1
$function$;

CREATE OR REPLACE FUNCTION listing_sync.silent_ms(p_source text)
 RETURNS bigint
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  -- none has ever succeeded: since the first was asked for, so that a new source is no alarm
  select listing_sync.ms_since(coalesce((listing_sync.last_success(p_source)).completed_at, (
    select min(requested_at) from public.sync_runs
    where source = p_source and kind = 'full' and not dry_run)))
$function$;

CREATE OR REPLACE FUNCTION listing_sync.stale_fence(p_state public.sync_state)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'outcome', 'stale_fence', 'fence', p_state.fence, 'now', listing_sync.now_ms())
$function$;

CREATE OR REPLACE FUNCTION listing_sync.store_state(p_source text, p_sync_id uuid, p_seq bigint, p_lease_until timestamp with time zone, p_state jsonb, p_state_version integer, p_circuits jsonb)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  update public.sync_state
  set seq = coalesce(p_seq, seq),
      lease_until = p_lease_until,
      owner = case when p_lease_until is not null then owner end,
      state = coalesce(p_state, state),
      state_version = case when p_state is null then state_version else p_state_version end,
      mapping_hash = case when p_state is null then mapping_hash else (
        select r.mapping_hash from public.sync_runs r where r.sync_id = p_sync_id) end,
      circuits = coalesce(p_circuits, circuits)
  where source = p_source
$function$;

CREATE OR REPLACE FUNCTION listing_sync.stored_alert(p_alert public.sync_alerts)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'id', p_alert.id, 'rule', p_alert.rule, 'status', p_alert.status,
    'event_number', p_alert.event_number, 'reminders', p_alert.reminders,
    'remind_at_ms', listing_sync.epoch_ms(p_alert.remind_at), 'delivery', p_alert.delivery,
    'deliver_at_ms', listing_sync.epoch_ms(greatest(p_alert.deliver_at, p_alert.claimed_until)))
$function$;

CREATE OR REPLACE FUNCTION listing_sync.supersede_run(p_run public.sync_runs, p_mapping_hash text)
 RETURNS public.sync_runs
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION listing_sync.table_document(p_table regclass, p_key_column text)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select case when p_table is not null then jsonb_build_object(
    'name', (select format('%I.%I', n.nspname, c.relname)
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.oid = p_table),
    'columns', listing_sync.columns_document(p_table),
    'unique_columns', (
      select coalesce(jsonb_agg(distinct a.attname), '[]')
      from pg_catalog.pg_attribute a
      where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped
        and listing_sync.table_refusal(p_table, a.attname, null) is null),
    'refusal', case when p_key_column is not null then
      listing_sync.table_refusal(p_table, p_key_column, null) end,
    'triggers', listing_sync.triggers_document(p_table),
    'privileges', jsonb_build_object(
      'select', pg_catalog.has_table_privilege(p_table, 'select'),
      'insert', pg_catalog.has_table_privilege(p_table, 'insert'),
      'update', pg_catalog.has_table_privilege(p_table, 'update'))) end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.table_refusal(p_table regclass, p_key_column text, p_updated_at_column text)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_kind "char";
begin
  select relkind into v_kind from pg_catalog.pg_class where oid = p_table;
  if v_kind is null or v_kind not in ('r', 'p') then
    return format('%s is not a table', p_table);
  end if;
  if p_updated_at_column = p_key_column then
    return 'the updated_at column cannot be the key';
  end if;
  if p_updated_at_column is not null and not exists (
    select from pg_catalog.pg_attribute a
    where a.attrelid = p_table and a.attname = p_updated_at_column and a.attnum > 0
      and not a.attisdropped and a.attgenerated = ''
      and a.atttypid in ('timestamptz'::regtype, 'timestamp'::regtype)) then
    return format('table %s has no writable timestamp column %I', p_table, p_updated_at_column);
  end if;
  return listing_sync.key_refusal(p_table, p_key_column);
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.totals_document(p_source text)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION listing_sync.triggers_document(p_table regclass)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_agg(jsonb_build_object(
    'name', g.tgname, 'function', p.proname, 'source', p.prosrc,
    'timing', case when g.tgtype & 2 <> 0 then 'before'
      when g.tgtype & 64 <> 0 then 'instead of' else 'after' end,
    'for_each', case when g.tgtype & 1 <> 0 then 'row' else 'statement' end,
    'insert', g.tgtype & 4 <> 0, 'update', g.tgtype & 16 <> 0,
    'enabled', g.tgenabled <> 'D') order by g.tgname), '[]')
  from pg_catalog.pg_trigger g join pg_catalog.pg_proc p on p.oid = g.tgfoid
  where g.tgrelid = p_table and not g.tgisinternal
$function$;

CREATE OR REPLACE FUNCTION listing_sync.try_conversion(p_plan listing_sync.write_plan, p_rows jsonb[], OUT code text, OUT message text)
 RETURNS record
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_count bigint;
begin
  perform set_config('search_path', p_plan.search_path, true);
  execute p_plan.convert_sql into v_count using p_rows;
exception when others then
  if not listing_sync.is_row_fault(sqlstate) then
    raise;
  end if;
  code := sqlstate;
  message := sqlerrm;
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.twin_rows(p_plan listing_sync.write_plan, p_rows jsonb[])
 RETURNS integer[]
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_ordinals integer[];
begin
  if p_plan.twins_sql is null or cardinality(p_rows) = 0 then
    return '{}';
  end if;
  perform set_config('search_path', p_plan.search_path, true);
  execute p_plan.twins_sql into v_ordinals using p_rows;
  return v_ordinals;
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.unreadable_column(p_plan listing_sync.write_plan, p_row jsonb)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_names text[] := array(select jsonb_object_keys(p_row));
  v_half text[];
begin
  while cardinality(v_names) > 1 loop
    v_half := v_names[1 : cardinality(v_names) / 2];
    if (listing_sync.try_conversion(
      p_plan, array[listing_sync.only_columns(p_row, v_half)])).code is null then
      v_half := v_names[cardinality(v_half) + 1 :];
    end if;
    v_names := v_half;
  end loop;
  return v_names[1];
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.update_rows(p_plan listing_sync.write_plan, p_rows jsonb[], p_changed integer[], OUT updated integer[], OUT locked integer[], OUT refused integer[])
 RETURNS record
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_mine integer[];
  v_rest integer[];
begin
  refused := '{}';
  perform set_config('search_path', p_plan.search_path, true);
  execute p_plan.lock_sql into v_mine using listing_sync.pick(p_rows, p_changed);
  v_mine := listing_sync.pick(p_changed, v_mine);
  locked := listing_sync.except_ordinals(p_changed, v_mine);
  -- a statement of its own: it sees what others committed before the lock was ours
  execute p_plan.update_sql into updated using listing_sync.pick(p_rows, v_mine);
  updated := listing_sync.pick(v_mine, updated);
  if cardinality(updated) < cardinality(v_mine) then
    -- equal by now (nothing to do), or swallowed by a trigger
    v_rest := listing_sync.except_ordinals(v_mine, updated);
    execute p_plan.changed_sql into refused using listing_sync.pick(p_rows, v_rest);
    refused := listing_sync.pick(v_rest, refused);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.without_values(p_message text, p_sqlstate text, p_column text, p_constraint text, p_row jsonb)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  v_value text;
begin
  if left(p_sqlstate, 2) = '22' then
    -- invalid input syntax for type integer: "the value"; it may contain quotes itself
    p_message := regexp_replace(p_message, '".*"', '"…"');
  end if;
  if left(p_sqlstate, 2) <> '23' or coalesce(p_column, p_constraint) is null
     or p_message !~ ('^(new row for relation|duplicate key value violates|null value in column'
       || '|insert or update on table|update or delete on table|conflicting key value)') then
    -- the text may be a trigger's own and quote any cell; a constraint's own names none
    for v_value in
      select e.value from jsonb_each_text(p_row) as e
      where char_length(e.value) >= 2 order by char_length(e.value) desc
    loop
      p_message := replace(p_message, v_value, '…');
    end loop;
  end if;
  return left(p_message, 500);
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.write_carefully(p_plan listing_sync.write_plan, p_rows jsonb[])
 RETURNS listing_sync.write_result
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_readable integer[] := listing_sync.readable_rows(p_plan, p_rows);
  v_twins integer[];
  v_rest integer[];
  v_result listing_sync.write_result := row(0, 0, '{}', '{}');
begin
  v_twins := listing_sync.pick(
    v_readable, listing_sync.twin_rows(p_plan, listing_sync.pick(p_rows, v_readable)));
  v_rest := listing_sync.except_ordinals(v_readable, v_twins);
  if cardinality(v_rest) > 0 then
    v_result := listing_sync.isolate_rows(p_plan, p_rows, v_rest);
  end if;
  for i in 1 .. cardinality(p_rows) loop
    if i = any (v_twins) then
      v_result.failed := v_result.failed || listing_sync.failure(i, 'duplicate_key', p_plan.key_name,
        null, 'another row of the batch has an equal key');
    elsif not i = any (v_readable) then
      v_result.failed := v_result.failed
        || listing_sync.describe_unreadable(p_plan, p_rows[i], i);
    end if;
  end loop;
  return v_result;
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.write_rows(p_plan listing_sync.write_plan, p_rows jsonb[])
 RETURNS listing_sync.write_result
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_none listing_sync.write_result := row(0, 0, '{}', '{}');
begin
  if cardinality(listing_sync.twin_rows(p_plan, p_rows)) = 0 then
    return listing_sync.add_set(v_none, listing_sync.write_set(p_plan, p_rows),
      array(select generate_series(1, cardinality(p_rows))));
  end if;
  return listing_sync.write_carefully(p_plan, p_rows);
exception when others then
  if not listing_sync.is_row_fault(sqlstate) then
    perform listing_sync.raise_without_values(sqlstate, sqlerrm, p_rows);
  end if;
  return listing_sync.write_carefully(p_plan, p_rows);
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.write_set(p_plan listing_sync.write_plan, p_rows jsonb[])
 RETURNS listing_sync.set_result
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_new integer[];
  v_changed integer[] := '{}';
  v_inserts record;
  v_updates record;
  v_result listing_sync.set_result := row(0, 0, '{}', '{}');
begin
  perform set_config('search_path', p_plan.search_path, true);
  execute p_plan.missing_sql into v_new using p_rows;
  if cardinality(v_new) < cardinality(p_rows) then
    execute p_plan.changed_sql into v_changed using p_rows;
  end if;
  perform set_config('search_path', '', true);
  if cardinality(v_new) > 0 then
    v_inserts := listing_sync.insert_rows(p_plan, p_rows, v_new);
    v_result.inserted_count := cardinality(v_inserts.inserted);
    v_result.refused := v_inserts.refused;
    v_changed := v_changed || v_inserts.changed;
  end if;
  if cardinality(v_changed) > 0 then
    v_updates := listing_sync.update_rows(p_plan, p_rows, v_changed);
    v_result.updated_count := cardinality(v_updates.updated);
    v_result.locked := v_updates.locked;
    v_result.refused := v_result.refused || v_updates.refused;
  end if;
  return v_result;
end
$function$;

CREATE OR REPLACE FUNCTION listing_sync.write_target(p_source public.sync_sources, p_batch listing_sync.batch, p_columns text[], p_insert_only text[])
 RETURNS listing_sync.write_result
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_plan listing_sync.write_plan := listing_sync.plan_write(p_source, p_columns, p_insert_only);
  v_result listing_sync.write_result := row(0, 0, '{}', '{}');
begin
  if cardinality(p_batch.rows) > 0 then
    v_result := listing_sync.write_rows(v_plan, p_batch.rows);
  end if;
  if p_batch.dry_run then
    raise exception using errcode = 'LS003';
  end if;
  return v_result;
exception when sqlstate 'LS003' then
  return v_result;  -- the rows are as they were, the findings are kept
end
$function$;

CREATE OR REPLACE FUNCTION public.sync_claim(p_source text, p_owner uuid, p_lease_ms integer, p_mapping_hash text, p_state_version integer, p_open_scheduled boolean DEFAULT false, p_ignore_resume_at boolean DEFAULT false, p_interval_ms bigint DEFAULT 0)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
 SET lock_timeout TO '2s'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.sync_close_run(p_source text, p_fence bigint, p_sync_id uuid, p_status text, p_cause jsonb DEFAULT NULL::jsonb, p_report jsonb DEFAULT NULL::jsonb, p_state jsonb DEFAULT NULL::jsonb, p_state_version integer DEFAULT NULL::integer, p_circuits jsonb DEFAULT NULL::jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
 SET lock_timeout TO '2s'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.sync_commit(p_source text, p_fence bigint, p_seq bigint, p_sync_id uuid, p_digest text, p_columns text[], p_rows jsonb, p_row_numbers integer[], p_covered bigint[], p_lease_ms integer, p_insert_only text[] DEFAULT '{}'::text[], p_held jsonb DEFAULT '[]'::jsonb, p_counts jsonb DEFAULT '{}'::jsonb, p_state jsonb DEFAULT NULL::jsonb, p_state_version integer DEFAULT NULL::integer, p_circuits jsonb DEFAULT NULL::jsonb, p_dry_run boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
 SET lock_timeout TO '2s'
AS $function$
declare
  v_source public.sync_sources;
  v_state public.sync_state;
  v_batch listing_sync.batch;
  v_answer jsonb;
  v_lease_until timestamptz;
begin
  v_source := listing_sync.require_source(p_source);
  v_state := listing_sync.lock_state(p_source);
  v_answer := listing_sync.answer_unwritten(v_state, p_fence, p_seq, p_sync_id, p_digest);
  if v_answer is not null then
    return v_answer;
  end if;
  perform listing_sync.require(p_lease_ms between 1 and 3600000, 'p_lease_ms is 1 to 3600000');
  perform listing_sync.require_state_version(v_state, p_state, p_state_version);
  perform listing_sync.require(p_columns is not null, 'p_columns is needed');
  perform listing_sync.require(jsonb_typeof(p_rows) = 'array', 'p_rows is an array');
  v_batch := listing_sync.read_batch(p_sync_id, p_seq, p_digest, p_rows, v_source.key_column,
    p_row_numbers, p_covered, p_held, p_counts, p_dry_run);
  perform listing_sync.require_batch(v_batch);
  v_lease_until := clock_timestamp() + p_lease_ms * interval '1 millisecond';
  v_answer := listing_sync.commit_batch(
    v_source, v_batch, p_columns, coalesce(p_insert_only, '{}'), v_lease_until);
  if v_answer ->> 'outcome' = 'committed' then
    perform listing_sync.store_state(p_source, p_sync_id, p_seq, v_lease_until, p_state,
      p_state_version, p_circuits);
  end if;
  return v_answer;
exception when serialization_failure or deadlock_detected or lock_not_available then
  perform listing_sync.refuse_conflict(sqlstate, sqlerrm);
end
$function$;

CREATE OR REPLACE FUNCTION public.sync_inspect(p_source text DEFAULT NULL::text, p_table text DEFAULT NULL::text, p_key_column text DEFAULT NULL::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET lock_timeout TO '2s'
AS $function$
declare
  v_source public.sync_sources;
begin
  select * into v_source from public.sync_sources where source = p_source;
  return jsonb_build_object(
    'schema_version', listing_sync.schema_version(), 'role', current_user,
    'sources', (select coalesce(jsonb_agg(source order by source), '[]') from public.sync_sources),
    'registration', case when v_source.source is not null then to_jsonb(v_source) end,
    'table', listing_sync.table_document(
      listing_sync.find_table(coalesce(v_source.table_name, p_table)),
      coalesce(v_source.key_column, p_key_column)),
    'now', listing_sync.now_ms());
end
$function$;

CREATE OR REPLACE FUNCTION public.sync_prune(p_source text, p_keep_days integer DEFAULT 90, p_limit integer DEFAULT 500)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
 SET lock_timeout TO '2s'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.sync_read_alerts(p_source text, p_state text DEFAULT 'open'::text, p_limit integer DEFAULT 100)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET lock_timeout TO '2s'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.sync_read_due(p_sources text[], p_interval_ms bigint DEFAULT 300000, p_keep_days integer DEFAULT NULL::integer, p_silent_ms bigint DEFAULT NULL::bigint)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET lock_timeout TO '2s'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.sync_read_errors(p_source text, p_after_id bigint DEFAULT NULL::bigint, p_limit integer DEFAULT 100, p_state text DEFAULT 'open'::text, p_code text DEFAULT NULL::text, p_column text DEFAULT NULL::text, p_search text DEFAULT NULL::text, p_with_values boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET lock_timeout TO '2s'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.sync_read_health(p_source text, p_interval_ms bigint DEFAULT 300000)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET lock_timeout TO '2s'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.sync_read_history(p_source text, p_before timestamp with time zone DEFAULT NULL::timestamp with time zone, p_limit integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET lock_timeout TO '2s'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.sync_read_metrics(p_sources text[])
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET lock_timeout TO '2s'
AS $function$
begin
  perform listing_sync.require(
    cardinality(p_sources) between 1 and 1000, 'p_sources has 1 to 1000 names');
  return jsonb_build_object('now', listing_sync.now_ms(), 'sources', (
    select jsonb_agg(listing_sync.metrics_document(n.name) order by n.place)
    from unnest(p_sources) with ordinality as n (name, place)));
end
$function$;

CREATE OR REPLACE FUNCTION public.sync_read_overview(p_sources text[], p_interval_ms bigint DEFAULT 300000)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET lock_timeout TO '2s'
AS $function$
begin
  perform listing_sync.require(
    cardinality(p_sources) between 1 and 1000, 'p_sources has 1 to 1000 names');
  return jsonb_build_object('now', listing_sync.now_ms(), 'sources', (
    select jsonb_agg(public.sync_read_health(n.name, p_interval_ms)
      || jsonb_build_object('source', n.name) order by n.place)
    from unnest(p_sources) with ordinality as n (name, place)));
end
$function$;

CREATE OR REPLACE FUNCTION public.sync_read_status(p_sync_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET lock_timeout TO '2s'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.sync_record_alerts(p_source text, p_changes jsonb DEFAULT '[]'::jsonb, p_deliver boolean DEFAULT false, p_limit integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
 SET lock_timeout TO '2s'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.sync_record_deliveries(p_source text, p_results jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
 SET lock_timeout TO '2s'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.sync_register_source(p_source text, p_table regclass, p_key_column text, p_search_path text DEFAULT 'public, extensions'::text, p_updated_at_column text DEFAULT NULL::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
 SET lock_timeout TO '2s'
AS $function$
declare
  v_refusal text := listing_sync.table_refusal(p_table, p_key_column, p_updated_at_column);
  v_name text;
begin
  perform listing_sync.require(v_refusal is null, v_refusal);
  perform listing_sync.require(
    p_source is not null and char_length(p_source) between 1 and 100,
    'a source name has 1 to 100 characters');
  perform set_config('search_path', p_search_path, true);  -- a malformed path fails here, not in a run
  perform set_config('search_path', '', true);
  select format('%I.%I', n.nspname, c.relname) into v_name
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.oid = p_table;
  insert into public.sync_sources as s
    (source, table_name, key_column, search_path, updated_at_column)
  values (p_source, v_name, p_key_column, p_search_path, p_updated_at_column)
  on conflict on constraint sync_sources_pkey do update
  set table_name = excluded.table_name, key_column = excluded.key_column,
      search_path = excluded.search_path, updated_at_column = excluded.updated_at_column,
      registered_at = clock_timestamp();
  insert into public.sync_state (source) values (p_source)
  on conflict on constraint sync_state_pkey do nothing;
  return jsonb_build_object(
    'outcome', 'registered', 'source', p_source, 'table', v_name, 'now', listing_sync.now_ms());
exception when serialization_failure or deadlock_detected or lock_not_available then
  perform listing_sync.refuse_conflict(sqlstate, sqlerrm);
end
$function$;

CREATE OR REPLACE FUNCTION public.sync_request_run(p_source text, p_trigger text, p_kind text DEFAULT 'full'::text, p_keys text[] DEFAULT NULL::text[], p_dry_run boolean DEFAULT false, p_force boolean DEFAULT false, p_batch_size integer DEFAULT NULL::integer, p_mapping_hash text DEFAULT NULL::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
 SET lock_timeout TO '2s'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.sync_resolve_errors(p_source text, p_ids bigint[], p_action text DEFAULT 'resolve'::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
 SET lock_timeout TO '2s'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.sync_retry_errors(p_source text, p_ids bigint[], p_mapping_hash text DEFAULT NULL::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
 SET lock_timeout TO '2s'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.sync_watch(p_source text, p_interval_ms bigint DEFAULT 300000)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET lock_timeout TO '2s'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.sync_yield(p_source text, p_fence bigint, p_sync_id uuid, p_resume_in_ms bigint DEFAULT 0, p_state jsonb DEFAULT NULL::jsonb, p_state_version integer DEFAULT NULL::integer, p_circuits jsonb DEFAULT NULL::jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
 SET lock_timeout TO '2s'
AS $function$
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
$function$;

-- triggers

CREATE TRIGGER sync_runs_count_when_ended AFTER UPDATE ON public.sync_runs FOR EACH ROW WHEN (((old.completed_at IS NULL) AND (new.completed_at IS NOT NULL))) EXECUTE FUNCTION listing_sync.count_run();

-- comments

comment on column public.sync_alerts.attempts is 'How often delivery of this event was begun.';
comment on column public.sync_alerts.claimed_until is 'Until then somebody is delivering; after a crash the next one may.';
comment on column public.sync_alerts.event is 'What happened last; it is what is delivered, so that nobody hears of less than the present.';
comment on column public.sync_alerts.event_number is 'Grows with each event: who read an older one changes nothing.';
comment on column public.sync_batches.covered is '64-bit hashes of the keys dealt with: written, unchanged, held or skipped.';
comment on column public.sync_batches.held_keyless is 'Hashes of the rows without a key that were held in this batch.';
comment on column public.sync_errors.ignored_at is 'A person knows of it and it may stay, until what is wrong changes.';
comment on column public.sync_errors.sync_id is 'The run that saw a change in this entry last.';
comment on column public.sync_errors.value_tag is 'Of a value that is masked or cut: 16 bits that tell whether it changed, not what it is.';
comment on column public.sync_runs.errors is 'The first 100 held rows and cells, without cell values; all of them are in sync_errors.';
comment on column public.sync_runs.stalled_count is 'Invocations in a row that committed nothing; the core gives a run up that only stalls.';
comment on column public.sync_sources.search_path is 'The search path the table''s own triggers run under.';
comment on column public.sync_state.granted_at is 'When the lease was last given: the source that has waited longest comes first.';
comment on column public.sync_state.mapping_hash is 'The mapping under which `state` was written.';
comment on column public.sync_totals.held_rows is 'Rows held for review, counted in each run anew.';
comment on column public.sync_totals.timed_count is 'How many runs run_ms adds up: those that completed or failed.';
comment on function listing_sync.add_set(listing_sync.write_result,listing_sync.set_result,integer[]) is 'Adds what became of a set, whose rows stand at these ordinals of the batch.';
comment on function listing_sync.add_to_ledger(listing_sync.batch,listing_sync.write_result,pg_catalog.jsonb) is 'Counts a batch into its run, and with that makes sure that the run is still open.';
comment on function listing_sync.alert_document(public.sync_alerts) is 'An alert as a document.';
comment on function listing_sync.alerts_due(pg_catalog.text,bigint) is 'Whether sync_watch would find something to do although no run has moved.';
comment on function listing_sync.answer_released(public.sync_state,bigint,pg_catalog.uuid) is 'The answer to a close or yield that has nothing to end; null when it has.';
comment on function listing_sync.answer_unwritten(public.sync_state,bigint,bigint,pg_catalog.uuid,pg_catalog.text) is 'The answer to a batch that must not be written (again); null when it is to be written.';
comment on function listing_sync.average_duration_ms(pg_catalog.text) is 'Over the last 20 completed full runs.';
comment on function listing_sync.base_type(pg_catalog.oid) is 'The type below a domain; any other type itself.';
comment on function listing_sync.change_alert(pg_catalog.text,pg_catalog.jsonb) is 'Reminds of an alert or resolves it; null where somebody else was faster.';
comment on function listing_sync.claim_deliveries(pg_catalog.text,integer) is 'The events nobody is delivering, the oldest first: for two minutes they are the caller''s.';
comment on function listing_sync.columns_document(pg_catalog.regclass) is 'The columns of a table.';
comment on function listing_sync.commit_batch(public.sync_sources,listing_sync.batch,pg_catalog.text[],pg_catalog.text[],timestamp with time zone) is 'Writes a batch and records it, or undoes all of it and says why.';
comment on function listing_sync.consecutive_failures(pg_catalog.text) is 'Full runs that failed since the last one that did not.';
comment on function listing_sync.constrained_column(pg_catalog.regclass,pg_catalog.text) is 'The one column a constraint or unique index is about, or null where it is about several.';
comment on function listing_sync.conversion(pg_catalog.regclass,pg_catalog.text) is 'The fastest way to read a row object as the table''s types, column by column.';
comment on function listing_sync.count_run() is 'Adds a run that has ended to the totals.';
comment on function listing_sync.covered_hashes(pg_catalog.uuid) is 'The hashes of the keys a run has dealt with: base64 of 8 bytes each, little-endian.';
comment on function listing_sync.delivery_document(public.sync_alerts) is 'An event of an alert as it is to be delivered.';
comment on function listing_sync.describe_failure(listing_sync.write_plan,pg_catalog.jsonb,integer,pg_catalog.text,pg_catalog.text,pg_catalog.text,pg_catalog.text) is 'Why the database refused a row: SQLSTATE, column or constraint, and words without its values.';
comment on function listing_sync.describe_unreadable(listing_sync.write_plan,pg_catalog.jsonb,integer) is 'Which value of a row cannot be read, and why.';
comment on function listing_sync.duration_ms(public.sync_runs) is 'From start to end of a closed run; null for one that is open or never began.';
comment on function listing_sync.end_run(pg_catalog.text,pg_catalog.uuid,pg_catalog.text,pg_catalog.jsonb,pg_catalog.jsonb) is 'Closes an open run; null when it was closed already.';
comment on function listing_sync.epoch_ms(timestamp with time zone) is 'A time as the core counts: epoch ms.';
comment on function listing_sync.error_document(public.sync_errors,boolean) is 'A held entry as a document; its value only for those who may see cells.';
comment on function listing_sync.error_groups(pg_catalog.text,pg_catalog.text) is 'How often each cause is held, the most frequent first.';
comment on function listing_sync.except_ordinals(integer[],integer[]) is 'Ordinals of one, not the other.';
comment on function listing_sync.failure(integer,pg_catalog.text,pg_catalog.text,pg_catalog.text,pg_catalog.text) is 'One refused row as a document.';
comment on function listing_sync.find_table(pg_catalog.text) is 'A table by its qualified name, or by its bare one in public; null where there is none.';
comment on function listing_sync.force_run(pg_catalog.text,pg_catalog.text,pg_catalog.text,pg_catalog.jsonb,boolean,pg_catalog.text) is 'Cancels the open runs of a source and opens this one in their place, at most once a minute.';
comment on function listing_sync.force_wait_ms(pg_catalog.text) is 'Milliseconds until a run may be forced again; null when it may be now.';
comment on function listing_sync.full_run_due_at(pg_catalog.text,bigint) is 'When the next scheduled full run may be opened; null while one is open or queued.';
comment on function listing_sync.grant_lease(public.sync_state,public.sync_runs,pg_catalog.uuid,integer,pg_catalog.text,integer) is 'Gives the lease with a higher fence and everything needed to go on.';
comment on function listing_sync.has_old_runs(pg_catalog.text,integer) is 'Whether sync_prune has something to delete; never for null days.';
comment on function listing_sync.held_ignored_count(pg_catalog.text) is 'How many may stay as they are.';
comment on function listing_sync.held_of_failures(listing_sync.batch,pg_catalog.jsonb) is 'The rows the database refused as held entries; their values are not kept.';
comment on function listing_sync.held_open_count(pg_catalog.text) is 'How many held rows and cells await review.';
comment on function listing_sync.insert_rows(listing_sync.write_plan,pg_catalog.jsonb[],integer[]) is 'Inserts the rows at these ordinals; the table''s triggers run under the registered search path.';
comment on function listing_sync.is_row_fault(pg_catalog.text) is 'Whether an error is about the row''s content: bad value, constraint, check option, raise exception.';
comment on function listing_sync.isolate_rows(listing_sync.write_plan,pg_catalog.jsonb[],integer[]) is 'Halves the set until the rows that the database refuses stand alone; the others are written.';
comment on function listing_sync.json_time(timestamp with time zone) is 'A time as documents carry it: UTC, milliseconds, 2026-11-23T10:00:00.123Z.';
comment on function listing_sync.key_match(pg_catalog.regclass,pg_catalog.text,pg_catalog.text) is 'The condition, without its alias, under which a stored row is the row object s.j.';
comment on function listing_sync.key_refusal(pg_catalog.regclass,pg_catalog.text) is 'Why the column cannot be the key of a source, or null.';
comment on function listing_sync.key_type(pg_catalog.regclass,pg_catalog.text) is 'The type row keys are looked up in.';
comment on function listing_sync.last_full_end(pg_catalog.text) is 'How the last full run ended that came to an end of its own; null when there is none.';
comment on function listing_sync.last_success(pg_catalog.text) is 'The last completed full run that wrote.';
comment on function listing_sync.lease_is_live(public.sync_state) is 'Whether somebody holds the lease, for a run that is still open.';
comment on function listing_sync.ledger(public.sync_runs) is 'The totals of a run as a document.';
comment on function listing_sync.list_columns(pg_catalog.regclass,pg_catalog.text[],pg_catalog.text,pg_catalog.text[]) is 'The columns of a batch as the lists its statements are made of.';
comment on function listing_sync.little_endian(bigint) is 'The 8 bytes of a number, lowest first. Without a search_path of its own so that it is inlined.';
comment on function listing_sync.locate_failures(listing_sync.batch,pg_catalog.jsonb[]) is 'The failures with the row number and key of each.';
comment on function listing_sync.lock_alerts(pg_catalog.text) is 'Lets one caller at a time change the alerts of a source.';
comment on function listing_sync.lock_runs(pg_catalog.text) is 'Lets one call at a time open or queue runs of a source. Commits do not take this lock.';
comment on function listing_sync.lock_state(pg_catalog.text) is 'Locks the row of a source, so that one commit, close or yield works on it at a time.';
comment on function listing_sync.metrics_document(pg_catalog.text) is 'What is measured of one source.';
comment on function listing_sync.ms_since(timestamp with time zone) is 'Milliseconds from then to now; null for null.';
comment on function listing_sync.next_run(pg_catalog.text,pg_catalog.text) is 'The run to advance: oldest selection, open full run, queued full run; a null row when none.';
comment on function listing_sync.now_ms() is 'The clock, not the start of the transaction: a call may have waited for a lock in between.';
comment on function listing_sync.only_columns(pg_catalog.jsonb,pg_catalog.text[]) is 'A row object cut down to some keys.';
comment on function listing_sync.open_alert(pg_catalog.text,pg_catalog.jsonb) is 'Opens an alert; null where one of this rule is open already.';
comment on function listing_sync.open_progress(pg_catalog.text) is 'Since when nobody has worked on the open run, and how often in vain; null without one.';
comment on function listing_sync.open_run(pg_catalog.text,pg_catalog.text,pg_catalog.text,pg_catalog.text,pg_catalog.jsonb,boolean,boolean,pg_catalog.text) is 'Records a run. Call lock_runs first.';
comment on function listing_sync.open_scheduled_run(pg_catalog.text,pg_catalog.text,bigint) is 'Opens a full run with trigger scheduled if one is due. Call lock_runs first.';
comment on function listing_sync.pick(pg_catalog.anyarray,integer[]) is 'The elements at these ordinals.';
comment on function listing_sync.plan_reads(listing_sync.write_plan,pg_catalog.text,pg_catalog.text,pg_catalog.text,pg_catalog.text,pg_catalog.text[]) is 'The statements that try, find and lock rows.';
comment on function listing_sync.plan_write(public.sync_sources,pg_catalog.text[],pg_catalog.text[]) is 'Builds the statements that write these columns of a source''s table.';
comment on function listing_sync.prune_runs(pg_catalog.text,timestamp with time zone,integer) is 'Deletes old closed runs. An open run has no completed_at; the newest completed one is kept.';
comment on function listing_sync.queue_run(pg_catalog.text,pg_catalog.text,pg_catalog.text,pg_catalog.jsonb,boolean,pg_catalog.text) is 'Records a run behind what is open already, or names the queued one that serves as well.';
comment on function listing_sync.raise_without_values(pg_catalog.text,pg_catalog.text,pg_catalog.jsonb[]) is 'Raises a fault of the whole batch again, without what the cells hold, its details and its hint.';
comment on function listing_sync.read_batch(pg_catalog.uuid,bigint,pg_catalog.text,pg_catalog.jsonb,pg_catalog.text,integer[],bigint[],pg_catalog.jsonb,pg_catalog.jsonb,boolean) is 'Puts the arguments of a commit together.';
comment on function listing_sync.read_held(pg_catalog.jsonb) is 'Held entries as rows, one per identity.';
comment on function listing_sync.readable_rows(listing_sync.write_plan,pg_catalog.jsonb[]) is 'The ordinals of the rows whose values can be read; trying one takes a tenth of writing it.';
comment on function listing_sync.recent_successes(pg_catalog.text) is 'The ledgers of the last two completed full runs, the younger first.';
comment on function listing_sync.record_batch(pg_catalog.text,listing_sync.batch,listing_sync.write_result,timestamp with time zone) is 'Everything a commit leaves beside the rows: held entries, ledger, batch with its answer.';
comment on function listing_sync.record_held(pg_catalog.text,pg_catalog.uuid,pg_catalog.jsonb) is 'Adds new entries, brings changed ones up to date, touches no other.';
comment on function listing_sync.refuse(pg_catalog.text,pg_catalog.text,pg_catalog.text) is 'Ends the call with HTTP status xyz of PTxyz and the stable word in `details`.';
comment on function listing_sync.refuse_conflict(pg_catalog.text,pg_catalog.text) is 'Turns 55P03, 40P01 and 40001 into PT503: the caller may send the same call again.';
comment on function listing_sync.request_answer(pg_catalog.text,public.sync_runs) is 'The answer of sync_request_run that names a run.';
comment on function listing_sync.require(boolean,pg_catalog.text) is 'Refuses the call as bad_request unless the condition holds (null does not).';
comment on function listing_sync.require_batch(listing_sync.batch) is 'Refuses a batch that contradicts itself, before anything is written.';
comment on function listing_sync.require_columns(pg_catalog.regclass,pg_catalog.text[],pg_catalog.text,pg_catalog.text) is 'Refuses columns that do not exist or that the database writes itself.';
comment on function listing_sync.require_held(pg_catalog.jsonb) is 'Refuses held entries without an identity.';
comment on function listing_sync.require_source(pg_catalog.text) is 'The registration of a source, or unknown_source.';
comment on function listing_sync.require_state_version(public.sync_state,pg_catalog.jsonb,integer) is 'Refuses a caller older than the stored state, so that it cannot write over it.';
comment on function listing_sync.resolve_covered(pg_catalog.text,pg_catalog.jsonb,bigint[]) is 'Resolves the entries of the keys dealt with that are held no more.';
comment on function listing_sync.resolve_vanished(pg_catalog.text,pg_catalog.uuid) is 'Resolves the entries whose row a completed full run did not meet: it has left the sheet.';
comment on function listing_sync.run_closed(pg_catalog.uuid) is 'The answer to a caller whose run has ended: completed, failed, cancelled or superseded.';
comment on function listing_sync.run_document(public.sync_runs) is 'A run, without its errors.';
comment on function listing_sync.run_in_turn(pg_catalog.text) is 'The run a claim would give, without a lock; a null row when there is none.';
comment on function listing_sync.schedule(pg_catalog.text,bigint,integer) is 'Whether a source is due, since when, and whether a full run is to be opened.';
comment on function listing_sync.schema_version() is 'Which migrations this database has.';
comment on function listing_sync.selective_waiting(pg_catalog.text,pg_catalog.uuid) is 'How many selections wait for the next batch boundary.';
comment on function listing_sync.shared_failure(listing_sync.batch,pg_catalog.jsonb[]) is 'The failure that all rows of a batch of more than 10 have in common, or null.';
comment on function listing_sync.silent_ms(pg_catalog.text) is 'For how long no full run has succeeded; null before the first.';
comment on function listing_sync.stale_fence(public.sync_state) is 'The answer to a caller who no longer holds the lease.';
comment on function listing_sync.store_state(pg_catalog.text,pg_catalog.uuid,bigint,timestamp with time zone,pg_catalog.jsonb,integer,pg_catalog.jsonb) is 'Stores what the engine hands over and extends the lease, or gives it back where that is null.';
comment on function listing_sync.stored_alert(public.sync_alerts) is 'What the core needs to know of an alert to decide what happens to it.';
comment on function listing_sync.supersede_run(public.sync_runs,pg_catalog.text) is 'Closes a run begun under another mapping and opens the same request anew: none is lost.';
comment on function listing_sync.table_document(pg_catalog.regclass,pg_catalog.text) is 'A table as a source sees it; null where there is none.';
comment on function listing_sync.table_refusal(pg_catalog.regclass,pg_catalog.text,pg_catalog.text) is 'Why the table cannot be registered, or null.';
comment on function listing_sync.totals_document(pg_catalog.text) is 'What the ended runs of a source add up to; zeros before the first.';
comment on function listing_sync.triggers_document(pg_catalog.regclass) is 'The triggers of a table, with the text of their functions.';
comment on function listing_sync.try_conversion(listing_sync.write_plan,pg_catalog.jsonb[]) is 'Reads every value of the objects as its column''s type; the error where one cannot be read.';
comment on function listing_sync.twin_rows(listing_sync.write_plan,pg_catalog.jsonb[]) is 'Rows whose keys differ as text and are equal by type (AB and ab as citext): neither may win.';
comment on function listing_sync.unreadable_column(listing_sync.write_plan,pg_catalog.jsonb) is 'Class 22 names no column: found by halving an unreadable row, 7 attempts for 117 columns.';
comment on function listing_sync.update_rows(listing_sync.write_plan,pg_catalog.jsonb[],integer[]) is 'Locks and updates the rows at these ordinals, leaving out those that others hold locked.';
comment on function listing_sync.without_values(pg_catalog.text,pg_catalog.text,pg_catalog.text,pg_catalog.text,pg_catalog.jsonb) is 'An error message without what the cells hold: a held row is stored without its values.';
comment on function listing_sync.write_carefully(listing_sync.write_plan,pg_catalog.jsonb[]) is 'Sets aside unreadable rows and twins, then halves around what else the database refuses.';
comment on function listing_sync.write_rows(listing_sync.write_plan,pg_catalog.jsonb[]) is 'Writes what can be written. One bad row never costs the batch; other faults end it.';
comment on function listing_sync.write_set(listing_sync.write_plan,pg_catalog.jsonb[]) is 'Writes one set of rows, all or nothing: any refusal by the database leaves as an error.';
comment on function listing_sync.write_target(public.sync_sources,listing_sync.batch,pg_catalog.text[],pg_catalog.text[]) is 'Writes the rows of a batch; of a dry run it undoes them and keeps what was found out.';
comment on function public.sync_claim(pg_catalog.text,pg_catalog.uuid,integer,pg_catalog.text,integer,boolean,boolean,bigint) is 'Takes the right to advance a source. Never waits for another worker. See docs/DATABASE.md.';
comment on function public.sync_close_run(pg_catalog.text,bigint,pg_catalog.uuid,pg_catalog.text,pg_catalog.jsonb,pg_catalog.jsonb,pg_catalog.jsonb,integer,pg_catalog.jsonb) is 'Ends a run and gives the lease back; harmless when repeated. See docs/DATABASE.md.';
comment on function public.sync_commit(pg_catalog.text,bigint,bigint,pg_catalog.uuid,pg_catalog.text,pg_catalog.text[],pg_catalog.jsonb,integer[],bigint[],integer,pg_catalog.text[],pg_catalog.jsonb,pg_catalog.jsonb,pg_catalog.jsonb,integer,pg_catalog.jsonb,boolean) is 'Writes one batch of a run, once, whatever happens to the call. See docs/DATABASE.md.';
comment on function public.sync_inspect(pg_catalog.text,pg_catalog.text,pg_catalog.text) is 'How a source is set up: registration, table, rights; also of a table that is not registered.';
comment on function public.sync_prune(pg_catalog.text,integer,integer) is 'Deletes what is older than p_keep_days and closed or resolved, at most p_limit of each.';
comment on function public.sync_read_alerts(pg_catalog.text,pg_catalog.text,integer) is 'The alerts of a source, the youngest first; resolved ones only when asked for.';
comment on function public.sync_read_due(pg_catalog.text[],bigint,integer,bigint) is 'Which sources a tick should work on, the one that was worked on least recently first.';
comment on function public.sync_read_errors(pg_catalog.text,bigint,integer,pg_catalog.text,pg_catalog.text,pg_catalog.text,pg_catalog.text,boolean) is 'Held rows and cells, the oldest first, page by page; the first page also tells the causes.';
comment on function public.sync_read_health(pg_catalog.text,bigint) is 'The facts from which health is judged.';
comment on function public.sync_read_history(pg_catalog.text,timestamp with time zone,integer) is 'The runs of a source, the youngest first, page by page.';
comment on function public.sync_read_metrics(pg_catalog.text[]) is 'Counters and measurements of several sources at once, for Prometheus.';
comment on function public.sync_read_overview(pg_catalog.text[],bigint) is 'The facts of sync_read_health for several sources at once.';
comment on function public.sync_read_status(pg_catalog.uuid) is 'One run with its first 100 errors.';
comment on function public.sync_record_alerts(pg_catalog.text,pg_catalog.jsonb,boolean,integer) is 'Applies the changes nobody made before, and hands out what is to be delivered.';
comment on function public.sync_record_deliveries(pg_catalog.text,pg_catalog.jsonb) is 'How the deliveries went: delivered, failed (again after retry_in_ms) or untried.';
comment on function public.sync_register_source(pg_catalog.text,pg_catalog.regclass,pg_catalog.text,pg_catalog.text,pg_catalog.text) is 'Names the table a source writes and its key. For the database''s owner only; see docs/DATABASE.md.';
comment on function public.sync_request_run(pg_catalog.text,pg_catalog.text,pg_catalog.text,pg_catalog.text[],boolean,boolean,integer,pg_catalog.text) is 'Records the wish for a run; a request is never lost. Answers in docs/DATABASE.md.';
comment on function public.sync_resolve_errors(pg_catalog.text,bigint[],pg_catalog.text) is 'A person''s word on held entries: dealt with, may stay, or neither after all.';
comment on function public.sync_retry_errors(pg_catalog.text,bigint[],pg_catalog.text) is 'Asks for a run over the rows of held entries; the answers of sync_request_run.';
comment on function public.sync_watch(pg_catalog.text,bigint) is 'All facts the alert rules need, with the alerts that are open or not delivered yet.';
comment on function public.sync_yield(pg_catalog.text,bigint,pg_catalog.uuid,bigint,pg_catalog.jsonb,integer,pg_catalog.jsonb) is 'Gives the lease back and leaves the run open, to be resumed not before the given time.';
comment on table public.property_listings is 'Property listings, kept equal to the agency''s sheet by the source property-listings.';
comment on table public.sync_alerts is 'Alerts: opened once and resolved once per source and rule, reminded of meanwhile.';
comment on table public.sync_batches is 'One row per committed batch of an open run; deleted when the run ends.';
comment on table public.sync_errors is 'Held rows and cells: not written because they are invalid or were refused; kept for review.';
comment on table public.sync_runs is 'One row per run: what was asked, how far it came, what it counted, why it ended.';
comment on table public.sync_sources is 'What may be written: one registered table per source. Written by the database''s owner only.';
comment on table public.sync_state is 'One row per source: the lease with its fence, the sequence of commits, the engine''s own state.';
comment on table public.sync_totals is 'One row per source: what its ended runs add up to. Pruning takes nothing away.';
comment on type listing_sync.batch is 'One batch as it was sent.';
comment on type listing_sync.column_lists is 'A batch''s columns as the lists of its statements.';
comment on type listing_sync.set_result is 'What became of one set of rows; the others were equal.';
comment on type listing_sync.write_plan is 'How one batch is written into one table.';
comment on type listing_sync.write_result is 'What became of a batch; the other rows were equal.';
comment on view listing_sync.table_columns is 'Columns of tables: the type JSON is read as, how values compare, the default, whether writable.';

-- grants

grant execute on function listing_sync.add_set(listing_sync.write_result,listing_sync.set_result,integer[]) to service_role;
grant execute on function listing_sync.add_to_ledger(listing_sync.batch,listing_sync.write_result,jsonb) to service_role;
grant execute on function listing_sync.alert_document(public.sync_alerts) to service_role;
grant execute on function listing_sync.alerts_due(text,bigint) to service_role;
grant execute on function listing_sync.answer_released(public.sync_state,bigint,uuid) to service_role;
grant execute on function listing_sync.answer_unwritten(public.sync_state,bigint,bigint,uuid,text) to service_role;
grant execute on function listing_sync.average_duration_ms(text) to service_role;
grant execute on function listing_sync.base_type(oid) to service_role;
grant execute on function listing_sync.change_alert(text,jsonb) to service_role;
grant execute on function listing_sync.claim_deliveries(text,integer) to service_role;
grant execute on function listing_sync.columns_document(regclass) to service_role;
grant execute on function listing_sync.commit_batch(public.sync_sources,listing_sync.batch,text[],text[],timestamp with time zone) to service_role;
grant execute on function listing_sync.consecutive_failures(text) to service_role;
grant execute on function listing_sync.constrained_column(regclass,text) to service_role;
grant execute on function listing_sync.conversion(regclass,text) to service_role;
grant execute on function listing_sync.count_run() to service_role;
grant execute on function listing_sync.covered_hashes(uuid) to service_role;
grant execute on function listing_sync.delivery_document(public.sync_alerts) to service_role;
grant execute on function listing_sync.describe_failure(listing_sync.write_plan,jsonb,integer,text,text,text,text) to service_role;
grant execute on function listing_sync.describe_unreadable(listing_sync.write_plan,jsonb,integer) to service_role;
grant execute on function listing_sync.duration_ms(public.sync_runs) to service_role;
grant execute on function listing_sync.end_run(text,uuid,text,jsonb,jsonb) to service_role;
grant execute on function listing_sync.epoch_ms(timestamp with time zone) to service_role;
grant execute on function listing_sync.error_document(public.sync_errors,boolean) to service_role;
grant execute on function listing_sync.error_groups(text,text) to service_role;
grant execute on function listing_sync.except_ordinals(integer[],integer[]) to service_role;
grant execute on function listing_sync.failure(integer,text,text,text,text) to service_role;
grant execute on function listing_sync.find_table(text) to service_role;
grant execute on function listing_sync.force_run(text,text,text,jsonb,boolean,text) to service_role;
grant execute on function listing_sync.force_wait_ms(text) to service_role;
grant execute on function listing_sync.full_run_due_at(text,bigint) to service_role;
grant execute on function listing_sync.grant_lease(public.sync_state,public.sync_runs,uuid,integer,text,integer) to service_role;
grant execute on function listing_sync.has_old_runs(text,integer) to service_role;
grant execute on function listing_sync.held_ignored_count(text) to service_role;
grant execute on function listing_sync.held_of_failures(listing_sync.batch,jsonb) to service_role;
grant execute on function listing_sync.held_open_count(text) to service_role;
grant execute on function listing_sync.insert_rows(listing_sync.write_plan,jsonb[],integer[]) to service_role;
grant execute on function listing_sync.is_row_fault(text) to service_role;
grant execute on function listing_sync.isolate_rows(listing_sync.write_plan,jsonb[],integer[]) to service_role;
grant execute on function listing_sync.json_time(timestamp with time zone) to service_role;
grant execute on function listing_sync.key_match(regclass,text,text) to service_role;
grant execute on function listing_sync.key_refusal(regclass,text) to service_role;
grant execute on function listing_sync.key_type(regclass,text) to service_role;
grant execute on function listing_sync.last_full_end(text) to service_role;
grant execute on function listing_sync.last_success(text) to service_role;
grant execute on function listing_sync.lease_is_live(public.sync_state) to service_role;
grant execute on function listing_sync.ledger(public.sync_runs) to service_role;
grant execute on function listing_sync.list_columns(regclass,text[],text,text[]) to service_role;
grant execute on function listing_sync.little_endian(bigint) to service_role;
grant execute on function listing_sync.locate_failures(listing_sync.batch,jsonb[]) to service_role;
grant execute on function listing_sync.lock_alerts(text) to service_role;
grant execute on function listing_sync.lock_runs(text) to service_role;
grant execute on function listing_sync.lock_state(text) to service_role;
grant execute on function listing_sync.metrics_document(text) to service_role;
grant execute on function listing_sync.ms_since(timestamp with time zone) to service_role;
grant execute on function listing_sync.next_run(text,text) to service_role;
grant execute on function listing_sync.now_ms() to service_role;
grant execute on function listing_sync.only_columns(jsonb,text[]) to service_role;
grant execute on function listing_sync.open_alert(text,jsonb) to service_role;
grant execute on function listing_sync.open_progress(text) to service_role;
grant execute on function listing_sync.open_run(text,text,text,text,jsonb,boolean,boolean,text) to service_role;
grant execute on function listing_sync.open_scheduled_run(text,text,bigint) to service_role;
grant execute on function listing_sync.pick(anyarray,integer[]) to service_role;
grant execute on function listing_sync.plan_reads(listing_sync.write_plan,text,text,text,text,text[]) to service_role;
grant execute on function listing_sync.plan_write(public.sync_sources,text[],text[]) to service_role;
grant execute on function listing_sync.prune_runs(text,timestamp with time zone,integer) to service_role;
grant execute on function listing_sync.queue_run(text,text,text,jsonb,boolean,text) to service_role;
grant execute on function listing_sync.raise_without_values(text,text,jsonb[]) to service_role;
grant execute on function listing_sync.read_batch(uuid,bigint,text,jsonb,text,integer[],bigint[],jsonb,jsonb,boolean) to service_role;
grant execute on function listing_sync.read_held(jsonb) to service_role;
grant execute on function listing_sync.readable_rows(listing_sync.write_plan,jsonb[]) to service_role;
grant execute on function listing_sync.recent_successes(text) to service_role;
grant execute on function listing_sync.record_batch(text,listing_sync.batch,listing_sync.write_result,timestamp with time zone) to service_role;
grant execute on function listing_sync.record_held(text,uuid,jsonb) to service_role;
grant execute on function listing_sync.refuse(text,text,text) to service_role;
grant execute on function listing_sync.refuse_conflict(text,text) to service_role;
grant execute on function listing_sync.request_answer(text,public.sync_runs) to service_role;
grant execute on function listing_sync.require(boolean,text) to service_role;
grant execute on function listing_sync.require_batch(listing_sync.batch) to service_role;
grant execute on function listing_sync.require_columns(regclass,text[],text,text) to service_role;
grant execute on function listing_sync.require_held(jsonb) to service_role;
grant execute on function listing_sync.require_source(text) to service_role;
grant execute on function listing_sync.require_state_version(public.sync_state,jsonb,integer) to service_role;
grant execute on function listing_sync.resolve_covered(text,jsonb,bigint[]) to service_role;
grant execute on function listing_sync.resolve_vanished(text,uuid) to service_role;
grant execute on function listing_sync.run_closed(uuid) to service_role;
grant execute on function listing_sync.run_document(public.sync_runs) to service_role;
grant execute on function listing_sync.run_in_turn(text) to service_role;
grant execute on function listing_sync.schedule(text,bigint,integer) to service_role;
grant execute on function listing_sync.schema_version() to service_role;
grant execute on function listing_sync.selective_waiting(text,uuid) to service_role;
grant execute on function listing_sync.shared_failure(listing_sync.batch,jsonb[]) to service_role;
grant execute on function listing_sync.silent_ms(text) to service_role;
grant execute on function listing_sync.stale_fence(public.sync_state) to service_role;
grant execute on function listing_sync.store_state(text,uuid,bigint,timestamp with time zone,jsonb,integer,jsonb) to service_role;
grant execute on function listing_sync.stored_alert(public.sync_alerts) to service_role;
grant execute on function listing_sync.supersede_run(public.sync_runs,text) to service_role;
grant execute on function listing_sync.table_document(regclass,text) to service_role;
grant execute on function listing_sync.table_refusal(regclass,text,text) to service_role;
grant execute on function listing_sync.totals_document(text) to service_role;
grant execute on function listing_sync.triggers_document(regclass) to service_role;
grant execute on function listing_sync.try_conversion(listing_sync.write_plan,jsonb[]) to service_role;
grant execute on function listing_sync.twin_rows(listing_sync.write_plan,jsonb[]) to service_role;
grant execute on function listing_sync.unreadable_column(listing_sync.write_plan,jsonb) to service_role;
grant execute on function listing_sync.update_rows(listing_sync.write_plan,jsonb[],integer[]) to service_role;
grant execute on function listing_sync.without_values(text,text,text,text,jsonb) to service_role;
grant execute on function listing_sync.write_carefully(listing_sync.write_plan,jsonb[]) to service_role;
grant execute on function listing_sync.write_rows(listing_sync.write_plan,jsonb[]) to service_role;
grant execute on function listing_sync.write_set(listing_sync.write_plan,jsonb[]) to service_role;
grant execute on function listing_sync.write_target(public.sync_sources,listing_sync.batch,text[],text[]) to service_role;
grant execute on function public.sync_claim(text,uuid,integer,text,integer,boolean,boolean,bigint) to service_role;
grant execute on function public.sync_close_run(text,bigint,uuid,text,jsonb,jsonb,jsonb,integer,jsonb) to service_role;
grant execute on function public.sync_commit(text,bigint,bigint,uuid,text,text[],jsonb,integer[],bigint[],integer,text[],jsonb,jsonb,jsonb,integer,jsonb,boolean) to service_role;
grant execute on function public.sync_inspect(text,text,text) to service_role;
grant execute on function public.sync_prune(text,integer,integer) to service_role;
grant execute on function public.sync_read_alerts(text,text,integer) to service_role;
grant execute on function public.sync_read_due(text[],bigint,integer,bigint) to service_role;
grant execute on function public.sync_read_errors(text,bigint,integer,text,text,text,text,boolean) to service_role;
grant execute on function public.sync_read_health(text,bigint) to service_role;
grant execute on function public.sync_read_history(text,timestamp with time zone,integer) to service_role;
grant execute on function public.sync_read_metrics(text[]) to service_role;
grant execute on function public.sync_read_overview(text[],bigint) to service_role;
grant execute on function public.sync_read_status(uuid) to service_role;
grant execute on function public.sync_record_alerts(text,jsonb,boolean,integer) to service_role;
grant execute on function public.sync_record_deliveries(text,jsonb) to service_role;
grant execute on function public.sync_request_run(text,text,text,text[],boolean,boolean,integer,text) to service_role;
grant execute on function public.sync_resolve_errors(text,bigint[],text) to service_role;
grant execute on function public.sync_retry_errors(text,bigint[],text) to service_role;
grant execute on function public.sync_watch(text,bigint) to service_role;
grant execute on function public.sync_yield(text,bigint,uuid,bigint,jsonb,integer,jsonb) to service_role;
grant select on listing_sync.table_columns to service_role;
grant delete, insert, references, select, trigger, truncate, update on public.property_listings to service_role;
grant select on public.property_listings (access) to anon;
grant select on public.property_listings (access) to authenticated;
grant select on public.property_listings (address) to anon;
grant select on public.property_listings (address) to authenticated;
grant select on public.property_listings (agent_email) to anon;
grant select on public.property_listings (agent_email) to authenticated;
grant select on public.property_listings (agent_name) to anon;
grant select on public.property_listings (agent_name) to authenticated;
grant select on public.property_listings (agent_phone) to anon;
grant select on public.property_listings (agent_phone) to authenticated;
grant select on public.property_listings (annual_income) to anon;
grant select on public.property_listings (annual_income) to authenticated;
grant select on public.property_listings (balcony_area) to anon;
grant select on public.property_listings (balcony_area) to authenticated;
grant select on public.property_listings (builder) to anon;
grant select on public.property_listings (builder) to authenticated;
grant select on public.property_listings (building_area) to anon;
grant select on public.property_listings (building_area) to authenticated;
grant select on public.property_listings (building_coverage) to anon;
grant select on public.property_listings (building_coverage) to authenticated;
grant select on public.property_listings (building_name) to anon;
grant select on public.property_listings (building_name) to authenticated;
grant select on public.property_listings (built_in) to anon;
grant select on public.property_listings (built_in) to authenticated;
grant select on public.property_listings (bus_minutes) to anon;
grant select on public.property_listings (bus_minutes) to authenticated;
grant select on public.property_listings (bus_stop) to anon;
grant select on public.property_listings (bus_stop) to authenticated;
grant select on public.property_listings (catch_copy) to anon;
grant select on public.property_listings (catch_copy) to authenticated;
grant select on public.property_listings (city) to anon;
grant select on public.property_listings (city) to authenticated;
grant select on public.property_listings (city_planning) to anon;
grant select on public.property_listings (city_planning) to authenticated;
grant select on public.property_listings (consumption_tax) to anon;
grant select on public.property_listings (consumption_tax) to authenticated;
grant select on public.property_listings (contract_expires_on) to anon;
grant select on public.property_listings (contract_expires_on) to authenticated;
grant select on public.property_listings (contract_on) to anon;
grant select on public.property_listings (contract_on) to authenticated;
grant select on public.property_listings (created_at) to anon;
grant select on public.property_listings (created_at) to authenticated;
grant select on public.property_listings (current_state) to anon;
grant select on public.property_listings (current_state) to authenticated;
grant select on public.property_listings (deal_type) to anon;
grant select on public.property_listings (deal_type) to authenticated;
grant select on public.property_listings (deposit) to anon;
grant select on public.property_listings (deposit) to authenticated;
grant select on public.property_listings (direction) to anon;
grant select on public.property_listings (direction) to authenticated;
grant select on public.property_listings (display_order) to anon;
grant select on public.property_listings (display_order) to authenticated;
grant select on public.property_listings (elementary_school) to anon;
grant select on public.property_listings (elementary_school) to authenticated;
grant select on public.property_listings (exclusive_area) to anon;
grant select on public.property_listings (exclusive_area) to authenticated;
grant select on public.property_listings (favorite_count) to anon;
grant select on public.property_listings (favorite_count) to authenticated;
grant select on public.property_listings (first_floor_area) to anon;
grant select on public.property_listings (first_floor_area) to authenticated;
grant select on public.property_listings (floor_area_ratio) to anon;
grant select on public.property_listings (floor_area_ratio) to authenticated;
grant select on public.property_listings (floor_number) to anon;
grant select on public.property_listings (floor_number) to authenticated;
grant select on public.property_listings (floor_plan_url) to anon;
grant select on public.property_listings (floor_plan_url) to authenticated;
grant select on public.property_listings (floors_above) to anon;
grant select on public.property_listings (floors_above) to authenticated;
grant select on public.property_listings (floors_below) to anon;
grant select on public.property_listings (floors_below) to authenticated;
grant select on public.property_listings (gross_yield) to anon;
grant select on public.property_listings (gross_yield) to authenticated;
grant select on public.property_listings (handover) to anon;
grant select on public.property_listings (handover) to authenticated;
grant select on public.property_listings (handover_on) to anon;
grant select on public.property_listings (handover_on) to authenticated;
grant select on public.property_listings (has_air_conditioner) to anon;
grant select on public.property_listings (has_air_conditioner) to authenticated;
grant select on public.property_listings (has_auto_lock) to anon;
grant select on public.property_listings (has_auto_lock) to authenticated;
grant select on public.property_listings (has_bathroom_dryer) to anon;
grant select on public.property_listings (has_bathroom_dryer) to authenticated;
grant select on public.property_listings (has_city_gas) to anon;
grant select on public.property_listings (has_city_gas) to authenticated;
grant select on public.property_listings (has_delivery_box) to anon;
grant select on public.property_listings (has_delivery_box) to authenticated;
grant select on public.property_listings (has_dishwasher) to anon;
grant select on public.property_listings (has_dishwasher) to authenticated;
grant select on public.property_listings (has_electricity) to anon;
grant select on public.property_listings (has_electricity) to authenticated;
grant select on public.property_listings (has_elevator) to anon;
grant select on public.property_listings (has_elevator) to authenticated;
grant select on public.property_listings (has_floor_heating) to anon;
grant select on public.property_listings (has_floor_heating) to authenticated;
grant select on public.property_listings (has_public_water) to anon;
grant select on public.property_listings (has_public_water) to authenticated;
grant select on public.property_listings (has_reheating_bath) to anon;
grant select on public.property_listings (has_reheating_bath) to authenticated;
grant select on public.property_listings (has_sewer) to anon;
grant select on public.property_listings (has_sewer) to authenticated;
grant select on public.property_listings (has_solar_power) to anon;
grant select on public.property_listings (has_solar_power) to authenticated;
grant select on public.property_listings (has_system_kitchen) to anon;
grant select on public.property_listings (has_system_kitchen) to authenticated;
grant select on public.property_listings (id) to anon;
grant select on public.property_listings (id) to authenticated;
grant select on public.property_listings (information_updated_on) to anon;
grant select on public.property_listings (information_updated_on) to authenticated;
grant select on public.property_listings (is_rebuildable) to anon;
grant select on public.property_listings (is_rebuildable) to authenticated;
grant select on public.property_listings (is_recommended) to anon;
grant select on public.property_listings (is_recommended) to authenticated;
grant select on public.property_listings (junior_high_school) to anon;
grant select on public.property_listings (junior_high_school) to authenticated;
grant select on public.property_listings (key_money) to anon;
grant select on public.property_listings (key_money) to authenticated;
grant select on public.property_listings (land_area) to anon;
grant select on public.property_listings (land_area) to authenticated;
grant select on public.property_listings (land_category) to anon;
grant select on public.property_listings (land_category) to authenticated;
grant select on public.property_listings (land_right) to anon;
grant select on public.property_listings (land_right) to authenticated;
grant select on public.property_listings (latitude) to anon;
grant select on public.property_listings (latitude) to authenticated;
grant select on public.property_listings (layout) to anon;
grant select on public.property_listings (layout) to authenticated;
grant select on public.property_listings (legal_restrictions) to anon;
grant select on public.property_listings (legal_restrictions) to authenticated;
grant select on public.property_listings (line_1) to anon;
grant select on public.property_listings (line_1) to authenticated;
grant select on public.property_listings (line_2) to anon;
grant select on public.property_listings (line_2) to authenticated;
grant select on public.property_listings (longitude) to anon;
grant select on public.property_listings (longitude) to authenticated;
grant select on public.property_listings (management_company) to anon;
grant select on public.property_listings (management_company) to authenticated;
grant select on public.property_listings (management_fee) to anon;
grant select on public.property_listings (management_fee) to authenticated;
grant select on public.property_listings (management_style) to anon;
grant select on public.property_listings (management_style) to authenticated;
grant select on public.property_listings (map_url) to anon;
grant select on public.property_listings (map_url) to authenticated;
grant select on public.property_listings (neighborhood_fee) to anon;
grant select on public.property_listings (neighborhood_fee) to authenticated;
grant select on public.property_listings (next_update_on) to anon;
grant select on public.property_listings (next_update_on) to authenticated;
grant select on public.property_listings (parking) to anon;
grant select on public.property_listings (parking) to authenticated;
grant select on public.property_listings (parking_fee) to anon;
grant select on public.property_listings (parking_fee) to authenticated;
grant select on public.property_listings (parking_spaces) to anon;
grant select on public.property_listings (parking_spaces) to authenticated;
grant select on public.property_listings (pets_allowed) to anon;
grant select on public.property_listings (pets_allowed) to authenticated;
grant select on public.property_listings (photo_url_1) to anon;
grant select on public.property_listings (photo_url_1) to authenticated;
grant select on public.property_listings (photo_url_2) to anon;
grant select on public.property_listings (photo_url_2) to authenticated;
grant select on public.property_listings (photo_url_3) to anon;
grant select on public.property_listings (photo_url_3) to authenticated;
grant select on public.property_listings (postal_code) to anon;
grant select on public.property_listings (postal_code) to authenticated;
grant select on public.property_listings (prefecture) to anon;
grant select on public.property_listings (prefecture) to authenticated;
grant select on public.property_listings (previous_price) to anon;
grant select on public.property_listings (previous_price) to authenticated;
grant select on public.property_listings (price) to anon;
grant select on public.property_listings (price) to authenticated;
grant select on public.property_listings (price_changed_on) to anon;
grant select on public.property_listings (price_changed_on) to authenticated;
grant select on public.property_listings (price_per_tsubo) to anon;
grant select on public.property_listings (price_per_tsubo) to authenticated;
grant select on public.property_listings (private_road_area) to anon;
grant select on public.property_listings (private_road_area) to authenticated;
grant select on public.property_listings (property_number) to anon;
grant select on public.property_listings (property_number) to authenticated;
grant select on public.property_listings (property_tax) to anon;
grant select on public.property_listings (property_tax) to authenticated;
grant select on public.property_listings (property_type) to anon;
grant select on public.property_listings (property_type) to authenticated;
grant select on public.property_listings (publication_status) to anon;
grant select on public.property_listings (publication_status) to authenticated;
grant select on public.property_listings (publish_from) to anon;
grant select on public.property_listings (publish_from) to authenticated;
grant select on public.property_listings (registered_on) to anon;
grant select on public.property_listings (registered_on) to authenticated;
grant select on public.property_listings (reins_number) to anon;
grant select on public.property_listings (reins_number) to authenticated;
grant select on public.property_listings (remarks) to anon;
grant select on public.property_listings (remarks) to authenticated;
grant select on public.property_listings (renovated_in) to anon;
grant select on public.property_listings (renovated_in) to authenticated;
grant select on public.property_listings (renovation_history) to anon;
grant select on public.property_listings (renovation_history) to authenticated;
grant select on public.property_listings (rent) to anon;
grant select on public.property_listings (rent) to authenticated;
grant select on public.property_listings (repair_reserve_fund) to anon;
grant select on public.property_listings (repair_reserve_fund) to authenticated;
grant select on public.property_listings (road_access) to anon;
grant select on public.property_listings (road_access) to authenticated;
grant select on public.property_listings (road_width) to anon;
grant select on public.property_listings (road_width) to authenticated;
grant select on public.property_listings (room_number) to anon;
grant select on public.property_listings (room_number) to authenticated;
grant select on public.property_listings (second_floor_area) to anon;
grant select on public.property_listings (second_floor_area) to authenticated;
grant select on public.property_listings (setback_area) to anon;
grant select on public.property_listings (setback_area) to authenticated;
grant select on public.property_listings (station_1) to anon;
grant select on public.property_listings (station_1) to authenticated;
grant select on public.property_listings (station_2) to anon;
grant select on public.property_listings (station_2) to authenticated;
grant select on public.property_listings (structure) to anon;
grant select on public.property_listings (structure) to authenticated;
grant select on public.property_listings (surroundings) to anon;
grant select on public.property_listings (surroundings) to authenticated;
grant select on public.property_listings (tax_type) to anon;
grant select on public.property_listings (tax_type) to authenticated;
grant select on public.property_listings (title) to anon;
grant select on public.property_listings (title) to authenticated;
grant select on public.property_listings (total_units) to anon;
grant select on public.property_listings (total_units) to authenticated;
grant select on public.property_listings (transaction_mode) to anon;
grant select on public.property_listings (transaction_mode) to authenticated;
grant select on public.property_listings (updated_at) to anon;
grant select on public.property_listings (updated_at) to authenticated;
grant select on public.property_listings (use_district) to anon;
grant select on public.property_listings (use_district) to authenticated;
grant select on public.property_listings (view_count) to anon;
grant select on public.property_listings (view_count) to authenticated;
grant select on public.property_listings (walk_minutes_1) to anon;
grant select on public.property_listings (walk_minutes_1) to authenticated;
grant select on public.property_listings (walk_minutes_2) to anon;
grant select on public.property_listings (walk_minutes_2) to authenticated;
grant delete, insert, select, update on public.sync_alerts to service_role;
grant delete, insert, select on public.sync_batches to service_role;
grant delete, insert, select, update on public.sync_errors to service_role;
grant delete, insert, select, update on public.sync_runs to service_role;
grant select on public.sync_sources to service_role;
grant select, update on public.sync_state to service_role;
grant insert, select, update on public.sync_totals to service_role;
grant usage on schema listing_sync to service_role;
grant select, update, usage on sequence public.property_listings_id_seq to service_role;
