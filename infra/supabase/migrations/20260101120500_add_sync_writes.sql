-- The statements that write a batch of row objects into a registered table, built from the catalog.
-- Nothing here knows of runs, leases or ledgers.
--
-- What a row object means: keys present are written (null clears), absent keys keep the stored value
-- or, on insert, take the column's default. Rows that are equal already are not touched at all.

create type listing_sync.write_plan as (
  relation text,    -- the table, quoted
  search_path text, -- what the table's triggers expect
  key_name text,
  convert_sql text, -- $1 rows -> nothing; fails unless every value can be read as its column's type
  twins_sql text,   -- $1 rows -> ordinals of those whose keys are equal; null: texts say it all
  missing_sql text, -- $1 rows -> ordinals of those not in the table yet
  changed_sql text, -- $1 rows -> ordinals of those in the table with another content
  lock_sql text,    -- $1 rows -> ordinals of those locked; rows locked by others are left out
  update_sql text,  -- $1 rows -> ordinals of those updated
  insert_sql text   -- $1 rows -> ordinals of those inserted
);
comment on type listing_sync.write_plan is 'How one batch is written into one table.';

create type listing_sync.column_lists as (
  assignments text, -- c = n.c, …: the columns the sheet owns
  new_values text,  -- the same columns, in a form that can be compared
  old_values text,
  names text,       -- all columns of the batch
  typed_names text,
  insert_values text
);
comment on type listing_sync.column_lists is 'A batch''s columns as the lists of its statements.';

create function listing_sync.base_type(p_type oid) returns oid
language sql stable set search_path = '' as $$
  with recursive chain (oid, typtype, typbasetype) as (
    select oid, typtype, typbasetype from pg_catalog.pg_type where oid = p_type
    union all
    select t.oid, t.typtype, t.typbasetype
    from chain c join pg_catalog.pg_type t on t.oid = c.typbasetype and c.typtype = 'd')
  select oid from chain where typtype <> 'd'
$$;
comment on function listing_sync.base_type(oid) is 'The type below a domain; any other type itself.';

-- A view, not a function per column: of 117 columns this takes 2 ms instead of 24.
create view listing_sync.table_columns as
select
  a.attrelid as relation,
  a.attname::text as name,
  -- below a domain: its checks belong to the assignment, where an absent key has its default
  format_type(b.oid, case when t.typtype = 'd' then t.typtypmod else a.atttypmod end) as type,
  -- How two values are compared. citext and non-deterministic collations hide a change of case, json
  -- and others have no equality, an extension's operators may not be on the search path.
  case
    when b.oid = 'json'::regtype then '::jsonb'
    when b.typtype in ('e', 'r', 'm') then ''
    when b.typnamespace = 'pg_catalog'::regnamespace and b.typtype = 'b' and b.typcategory <> 'S'
      and e.typcategory <> 'S' and exists (
        select from pg_catalog.pg_opclass c join pg_catalog.pg_am m on m.oid = c.opcmethod
        where m.amname in ('btree', 'hash') and c.opcdefault and c.opcintype = e.oid) then ''
    else '::text collate "C"'
  end as comparison,
  case
    when a.attidentity = 'd'
      then format('nextval(%L)', pg_get_serial_sequence(a.attrelid::regclass::text, a.attname))
    else coalesce(pg_get_expr(d.adbin, d.adrelid), pg_get_expr(t.typdefaultbin, 0))
  end as fallback,
  a.attgenerated = '' and a.attidentity <> 'a' as writable
from pg_catalog.pg_attribute a
join pg_catalog.pg_type t on t.oid = a.atttypid
join pg_catalog.pg_type b
  on b.oid = case when t.typtype = 'd' then listing_sync.base_type(t.oid) else t.oid end
-- of an array, the elements must be comparable
join pg_catalog.pg_type e on e.oid = case when b.typcategory = 'A' then b.typelem else b.oid end
left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attnum > 0 and not a.attisdropped;
comment on view listing_sync.table_columns is
  'Columns of tables: the type JSON is read as, how values compare, the default, whether writable.';

create function listing_sync.list_columns(
  p_relation regclass, p_columns text[], p_key text, p_insert_only text[])
returns listing_sync.column_lists
language sql stable set search_path = '' as $$
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
$$;
comment on function listing_sync.list_columns(regclass, text[], text, text[]) is
  'The columns of a batch as the lists its statements are made of.';

create function listing_sync.require_columns(
  p_relation regclass, p_columns text[], p_key text, p_updated_at text) returns void
language plpgsql stable set search_path = '' as $$
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
$$;
comment on function listing_sync.require_columns(regclass, text[], text, text) is
  'Refuses columns that do not exist or that the database writes itself.';

create function listing_sync.key_match(p_relation regclass, p_key text, p_type text) returns text
language sql stable set search_path = '' as $$
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
$$;
comment on function listing_sync.key_match(regclass, text, text) is
  'The condition, without its alias, under which a stored row is the row object s.j.';

create function listing_sync.key_type(p_relation regclass, p_key text) returns text
language sql stable set search_path = '' as $$
  -- without a length: a cast to varchar(5) would cut the key and find another row
  select format_type(listing_sync.base_type(atttypid), -1)
  from pg_catalog.pg_attribute where attrelid = p_relation and attname = p_key
$$;
comment on function listing_sync.key_type(regclass, text) is 'The type row keys are looked up in.';

create function listing_sync.conversion(p_relation regclass, p_typed_names text) returns text
language sql stable set search_path = '' as $$
  -- jsonb_to_record takes 0.3 ms to prepare for 117 columns; jsonb_populate_record takes none, but fails
  -- where an absent key leaves a domain null that must not be
  select case when exists (
      select from pg_catalog.pg_attribute a join pg_catalog.pg_type t on t.oid = a.atttypid
      where a.attrelid = p_relation and a.attnum > 0 and not a.attisdropped and t.typtype = 'd')
    then format('jsonb_to_record(s.j) as n (%s)', p_typed_names)
    else format('jsonb_populate_record(null::%s, s.j) as n', p_relation)
  end
$$;
comment on function listing_sync.conversion(regclass, text) is
  'The fastest way to read a row object as the table''s types, column by column.';

create function listing_sync.plan_reads(
  p_plan listing_sync.write_plan, p_match text, p_key_type text, p_conversion text, p_differs text,
  p_insert_only text[])
returns listing_sync.write_plan
language plpgsql immutable set search_path = '' as $$
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
$$;
comment on function listing_sync.plan_reads(
  listing_sync.write_plan, text, text, text, text, text[]) is
  'The statements that try, find and lock rows.';

create function listing_sync.plan_write(
  p_source public.sync_sources, p_columns text[], p_insert_only text[])
returns listing_sync.write_plan
language plpgsql stable set search_path = '' as $$
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
$$;
comment on function listing_sync.plan_write(public.sync_sources, text[], text[]) is
  'Builds the statements that write these columns of a source''s table.';
