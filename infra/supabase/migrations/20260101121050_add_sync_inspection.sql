-- What a set-up looks like from the inside, for `listing-sync doctor` and `init`: registration,
-- columns, triggers and rights of a table. Reads the catalog only; no row of anybody's table.

create function listing_sync.schema_version() returns text
language sql immutable set search_path = '' as $$
  -- the newest migration's time stamp; tests/sql compares it with the folder
  select '20260101121100'
$$;
comment on function listing_sync.schema_version() is 'Which migrations this database has.';

create function listing_sync.find_table(p_name text) returns regclass
language plpgsql stable set search_path = '' as $$
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
$$;
comment on function listing_sync.find_table(text) is
  'A table by its qualified name, or by its bare one in public; null where there is none.';

create function listing_sync.columns_document(p_table regclass) returns jsonb
language sql stable set search_path = '' as $$
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
$$;
comment on function listing_sync.columns_document(regclass) is 'The columns of a table.';

create function listing_sync.triggers_document(p_table regclass) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'name', g.tgname, 'function', p.proname, 'source', p.prosrc,
    'timing', case when g.tgtype & 2 <> 0 then 'before'
      when g.tgtype & 64 <> 0 then 'instead of' else 'after' end,
    'for_each', case when g.tgtype & 1 <> 0 then 'row' else 'statement' end,
    'insert', g.tgtype & 4 <> 0, 'update', g.tgtype & 16 <> 0,
    'enabled', g.tgenabled <> 'D') order by g.tgname), '[]')
  from pg_catalog.pg_trigger g join pg_catalog.pg_proc p on p.oid = g.tgfoid
  where g.tgrelid = p_table and not g.tgisinternal
$$;
comment on function listing_sync.triggers_document(regclass) is
  'The triggers of a table, with the text of their functions.';

create function listing_sync.table_document(p_table regclass, p_key_column text) returns jsonb
language sql stable set search_path = '' as $$
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
$$;
comment on function listing_sync.table_document(regclass, text) is
  'A table as a source sees it; null where there is none.';

create function public.sync_inspect(
  p_source text default null, p_table text default null, p_key_column text default null)
returns jsonb
language plpgsql stable set search_path = '' set lock_timeout = '2s' as $$
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
$$;
comment on function public.sync_inspect(text, text, text) is
  'How a source is set up: registration, table, rights; also of a table that is not registered.';
