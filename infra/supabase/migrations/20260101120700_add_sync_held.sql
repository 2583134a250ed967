-- Held rows and cells: recorded for review, bumped rarely, resolved when their key is dealt with.
--
-- A held entry arrives as {row, key, digest, hash, column, code, message, value, tag, kind}.

create function listing_sync.read_held(p_held jsonb)
returns table (
  key text, row_digest text, column_name text, subject text, place text, kind text, code text,
  message text, row_number integer, value text, value_tag integer, key_hash bigint)
language sql immutable set search_path = '' as $$
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
$$;
comment on function listing_sync.read_held(jsonb) is 'Held entries as rows, one per identity.';

create function listing_sync.require_held(p_held jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  perform listing_sync.require(jsonb_typeof(p_held) = 'array', 'p_held is an array');
  perform listing_sync.require(
    not exists (
      select from listing_sync.read_held(p_held) h
      where h.code is null or h.key_hash is null or h.kind not in ('row', 'cell')
        or h.subject is null or (h.kind = 'cell' and h.column_name is null)),
    'each of p_held has a code, a hash, a key or a digest, and a column where its kind is cell');
end
$$;
comment on function listing_sync.require_held(jsonb) is 'Refuses held entries without an identity.';

create function listing_sync.resolve_covered(p_source text, p_held jsonb, p_covered bigint[])
returns void
language sql set search_path = '' as $$
  update public.sync_errors e
  set resolved_at = clock_timestamp(), resolved_by = 'commit'
  where e.source = p_source and e.resolved_at is null and e.key_hash = any (p_covered)
    and not exists (
      select from listing_sync.read_held(p_held) h
      where h.subject = e.subject and h.place = e.place)
$$;
comment on function listing_sync.resolve_covered(text, jsonb, bigint[]) is
  'Resolves the entries of the keys dealt with that are held no more.';

create function listing_sync.record_held(p_source text, p_sync_id uuid, p_held jsonb) returns void
language plpgsql set search_path = '' as $$
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
$$;
comment on function listing_sync.record_held(text, uuid, jsonb) is
  'Adds new entries, brings changed ones up to date, touches no other.';

create function listing_sync.resolve_vanished(p_source text, p_sync_id uuid) returns void
-- 80,000 hashes against each open entry would outlast the time limit: always hashed, whatever the
-- planner believes of tables that were never analysed; two statements, so that each can be
language sql set search_path = '' set enable_nestloop = off as $$
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
$$;
comment on function listing_sync.resolve_vanished(text, uuid) is
  'Resolves the entries whose row a completed full run did not meet: it has left the sheet.';

create function listing_sync.held_open_count(p_source text) returns integer
language sql stable set search_path = '' as $$
  select count(*)::integer from public.sync_errors
  where source = p_source and resolved_at is null and ignored_at is null
$$;
comment on function listing_sync.held_open_count(text) is 'How many held rows and cells await review.';

create function listing_sync.held_ignored_count(p_source text) returns integer
language sql stable set search_path = '' as $$
  select count(*)::integer from public.sync_errors
  where source = p_source and resolved_at is null and ignored_at is not null
$$;
comment on function listing_sync.held_ignored_count(text) is 'How many may stay as they are.';
