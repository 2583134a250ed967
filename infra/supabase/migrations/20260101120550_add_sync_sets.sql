-- Writing one set of rows with the statements of a plan, all or nothing.

create type listing_sync.set_result as (
  inserted_count integer,
  updated_count integer,
  locked integer[], -- ordinals of rows that others hold locked
  refused integer[] -- ordinals of rows that a trigger swallowed
);
comment on type listing_sync.set_result is 'What became of one set of rows; the others were equal.';

create function listing_sync.pick(p_from anyarray, p_ordinals integer[]) returns anyarray
language sql immutable set search_path = '' as $$
  select coalesce(array_agg(p_from[o.i] order by o.place), '{}')
  from unnest(p_ordinals) with ordinality as o (i, place)
$$;
comment on function listing_sync.pick(anyarray, integer[]) is 'The elements at these ordinals.';

create function listing_sync.except_ordinals(p_from integer[], p_without integer[]) returns integer[]
language sql immutable set search_path = '' as $$
  select coalesce(array_agg(i order by i), '{}')
  from (select unnest(p_from) except select unnest(p_without)) as o (i)
$$;
comment on function listing_sync.except_ordinals(integer[], integer[]) is
  'Ordinals of one, not the other.';

create function listing_sync.insert_rows(
  p_plan listing_sync.write_plan, p_rows jsonb[], p_new integer[],
  out inserted integer[], out changed integer[], out refused integer[])
language plpgsql set search_path = '' as $$
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
$$;
comment on function listing_sync.insert_rows(listing_sync.write_plan, jsonb[], integer[]) is
  'Inserts the rows at these ordinals; the table''s triggers run under the registered search path.';

create function listing_sync.update_rows(
  p_plan listing_sync.write_plan, p_rows jsonb[], p_changed integer[],
  out updated integer[], out locked integer[], out refused integer[])
language plpgsql set search_path = '' as $$
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
$$;
comment on function listing_sync.update_rows(listing_sync.write_plan, jsonb[], integer[]) is
  'Locks and updates the rows at these ordinals, leaving out those that others hold locked.';

create function listing_sync.write_set(p_plan listing_sync.write_plan, p_rows jsonb[])
returns listing_sync.set_result
language plpgsql set search_path = '' as $$
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
$$;
comment on function listing_sync.write_set(listing_sync.write_plan, jsonb[]) is
  'Writes one set of rows, all or nothing: any refusal by the database leaves as an error.';
