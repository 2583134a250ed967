-- Writing a batch: as one set, and halved until the rows the database refuses stand alone; why each
-- was refused is found out here too.

create type listing_sync.write_result as (
  inserted_count integer,
  updated_count integer,
  locked integer[],
  failed jsonb[]    -- {i, code, column, constraint, message}, i counting from 1
);
comment on type listing_sync.write_result is 'What became of a batch; the other rows were equal.';

create function listing_sync.is_row_fault(p_sqlstate text) returns boolean
language sql immutable set search_path = '' as $$
  select left(p_sqlstate, 2) in ('22', '23', '44') or p_sqlstate = 'P0001'
$$;
comment on function listing_sync.is_row_fault(text) is
  'Whether an error is about the row''s content: bad value, constraint, check option, raise exception.';

create function listing_sync.try_conversion(
  p_plan listing_sync.write_plan, p_rows jsonb[], out code text, out message text)
language plpgsql set search_path = '' as $$
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
$$;
comment on function listing_sync.try_conversion(listing_sync.write_plan, jsonb[]) is
  'Reads every value of the objects as its column''s type; the error where one cannot be read.';

create function listing_sync.only_columns(p_row jsonb, p_names text[]) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_object_agg(n.name, p_row -> n.name) from unnest(p_names) as n (name)
$$;
comment on function listing_sync.only_columns(jsonb, text[]) is 'A row object cut down to some keys.';

create function listing_sync.unreadable_column(p_plan listing_sync.write_plan, p_row jsonb)
returns text
language plpgsql set search_path = '' as $$
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
$$;
comment on function listing_sync.unreadable_column(listing_sync.write_plan, jsonb) is
  'Class 22 names no column: found by halving an unreadable row, 7 attempts for 117 columns.';

create function listing_sync.constrained_column(p_relation regclass, p_constraint text) returns text
language sql stable set search_path = '' as $$
  select a.attname
  from (
    select conkey[1] as place from pg_catalog.pg_constraint
    where conrelid = p_relation and conname = p_constraint and cardinality(conkey) = 1
    union
    select indkey[0] from pg_catalog.pg_index i
    join pg_catalog.pg_class c on c.oid = i.indexrelid
    where i.indrelid = p_relation and c.relname = p_constraint and i.indnatts = 1) k
  join pg_catalog.pg_attribute a on a.attrelid = p_relation and a.attnum = k.place and a.attnum > 0
$$;
comment on function listing_sync.constrained_column(regclass, text) is
  'The one column a constraint or unique index is about, or null where it is about several.';

create function listing_sync.without_values(
  p_message text, p_sqlstate text, p_column text, p_constraint text, p_row jsonb) returns text
language plpgsql immutable set search_path = '' as $$
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
$$;
comment on function listing_sync.without_values(text, text, text, text, jsonb) is
  'An error message without what the cells hold: a held row is stored without its values.';

create function listing_sync.raise_without_values(
  p_sqlstate text, p_message text, p_rows jsonb[]) returns void
language plpgsql set search_path = '' as $$
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
$$;
comment on function listing_sync.raise_without_values(text, text, jsonb[]) is
  'Raises a fault of the whole batch again, without what the cells hold, its details and its hint.';

create function listing_sync.failure(
  p_ordinal integer, p_code text, p_column text, p_constraint text, p_message text) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object('i', p_ordinal, 'code', p_code, 'column', p_column,
    'constraint', p_constraint, 'message', p_message)
$$;
comment on function listing_sync.failure(integer, text, text, text, text) is
  'One refused row as a document.';

create function listing_sync.describe_failure(
  p_plan listing_sync.write_plan, p_row jsonb, p_ordinal integer,
  p_code text, p_message text, p_column text, p_constraint text) returns jsonb
language plpgsql set search_path = '' as $$
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
$$;
comment on function listing_sync.describe_failure(
  listing_sync.write_plan, jsonb, integer, text, text, text, text) is
  'Why the database refused a row: SQLSTATE, column or constraint, and words without its values.';

create function listing_sync.describe_unreadable(
  p_plan listing_sync.write_plan, p_row jsonb, p_ordinal integer) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_column text := listing_sync.unreadable_column(p_plan, p_row);
  v_error record;
begin
  v_error := listing_sync.try_conversion(
    p_plan, array[listing_sync.only_columns(p_row, array[v_column])]);
  return listing_sync.failure(p_ordinal, v_error.code, v_column, null,
    listing_sync.without_values(v_error.message, v_error.code, v_column, null, p_row));
end
$$;
comment on function listing_sync.describe_unreadable(listing_sync.write_plan, jsonb, integer) is
  'Which value of a row cannot be read, and why.';

create function listing_sync.add_set(
  p_result listing_sync.write_result, p_set listing_sync.set_result, p_ordinals integer[])
returns listing_sync.write_result
language plpgsql immutable set search_path = '' as $$
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
$$;
comment on function listing_sync.add_set(
  listing_sync.write_result, listing_sync.set_result, integer[]) is
  'Adds what became of a set, whose rows stand at these ordinals of the batch.';

create function listing_sync.isolate_rows(
  p_plan listing_sync.write_plan, p_rows jsonb[], p_ordinals integer[])
returns listing_sync.write_result
language plpgsql set search_path = '' as $$
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
$$;
comment on function listing_sync.isolate_rows(listing_sync.write_plan, jsonb[], integer[]) is
  'Halves the set until the rows that the database refuses stand alone; the others are written.';

create function listing_sync.readable_rows(p_plan listing_sync.write_plan, p_rows jsonb[])
returns integer[]
language plpgsql set search_path = '' as $$
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
$$;
comment on function listing_sync.readable_rows(listing_sync.write_plan, jsonb[]) is
  'The ordinals of the rows whose values can be read; trying one takes a tenth of writing it.';

create function listing_sync.twin_rows(p_plan listing_sync.write_plan, p_rows jsonb[])
returns integer[]
language plpgsql set search_path = '' as $$
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
$$;
comment on function listing_sync.twin_rows(listing_sync.write_plan, jsonb[]) is
  'Rows whose keys differ as text and are equal by type (AB and ab as citext): neither may win.';

create function listing_sync.write_carefully(p_plan listing_sync.write_plan, p_rows jsonb[])
returns listing_sync.write_result
language plpgsql set search_path = '' as $$
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
$$;
comment on function listing_sync.write_carefully(listing_sync.write_plan, jsonb[]) is
  'Sets aside unreadable rows and twins, then halves around what else the database refuses.';

create function listing_sync.write_rows(p_plan listing_sync.write_plan, p_rows jsonb[])
returns listing_sync.write_result
language plpgsql set search_path = '' as $$
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
$$;
comment on function listing_sync.write_rows(listing_sync.write_plan, jsonb[]) is
  'Writes what can be written. One bad row never costs the batch; other faults end it.';
