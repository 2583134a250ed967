-- Registration: which table a source writes. The owner's call; everything that would make commits
-- wrong or slow later is refused here, with the reason.

create function listing_sync.key_refusal(p_table regclass, p_key_column text) returns text
language plpgsql stable set search_path = '' as $$
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
$$;
comment on function listing_sync.key_refusal(regclass, text) is
  'Why the column cannot be the key of a source, or null.';

create function listing_sync.table_refusal(
  p_table regclass, p_key_column text, p_updated_at_column text) returns text
language plpgsql stable set search_path = '' as $$
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
$$;
comment on function listing_sync.table_refusal(regclass, text, text) is
  'Why the table cannot be registered, or null.';

create function public.sync_register_source(
  p_source text,
  p_table regclass,
  p_key_column text,
  p_search_path text default 'public, extensions',
  p_updated_at_column text default null)
returns jsonb
language plpgsql set search_path = '' set lock_timeout = '2s' as $$
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
$$;
comment on function public.sync_register_source(text, regclass, text, text, text) is
  'Names the table a source writes and its key. For the database''s owner only; see docs/DATABASE.md.';
