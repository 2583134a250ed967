-- Committing a batch: one transaction, all or nothing, fenced, in sequence, repeatable.
--
-- Private conditions, raised to roll a sub-block back and caught right outside it; they never leave:
--   LS001 the run was closed meanwhile · LS002 every row was refused alike · LS003 a dry run is done

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
comment on type listing_sync.batch is 'One batch as it was sent.';

create function listing_sync.read_batch(
  p_sync_id uuid, p_seq bigint, p_digest text, p_rows jsonb, p_key_column text,
  p_row_numbers integer[], p_covered bigint[], p_held jsonb, p_counts jsonb, p_dry_run boolean)
returns listing_sync.batch
language plpgsql stable set search_path = '' as $$
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
$$;
comment on function listing_sync.read_batch(
  uuid, bigint, text, jsonb, text, integer[], bigint[], jsonb, jsonb, boolean) is
  'Puts the arguments of a commit together.';

create function listing_sync.require_batch(p_batch listing_sync.batch) returns void
language plpgsql set search_path = '' as $$
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
$$;
comment on function listing_sync.require_batch(listing_sync.batch) is
  'Refuses a batch that contradicts itself, before anything is written.';

create function listing_sync.answer_unwritten(
  p_state public.sync_state, p_fence bigint, p_seq bigint, p_sync_id uuid, p_digest text)
returns jsonb
language plpgsql set search_path = '' as $$
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
$$;
comment on function listing_sync.answer_unwritten(public.sync_state, bigint, bigint, uuid, text) is
  'The answer to a batch that must not be written (again); null when it is to be written.';

create function listing_sync.write_target(
  p_source public.sync_sources, p_batch listing_sync.batch, p_columns text[], p_insert_only text[])
returns listing_sync.write_result
language plpgsql set search_path = '' as $$
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
$$;
comment on function listing_sync.write_target(
  public.sync_sources, listing_sync.batch, text[], text[]) is
  'Writes the rows of a batch; of a dry run it undoes them and keeps what was found out.';

create function listing_sync.shared_failure(p_batch listing_sync.batch, p_failed jsonb[]) returns jsonb
language sql stable set search_path = '' as $$
  select (array_agg(f order by f -> 'i'))[1]
  from unnest(p_failed) as f
  having count(*) > 10 and count(*) = cardinality(p_batch.rows)
    and count(distinct (f -> 'code', f -> 'column', f -> 'constraint')) = 1
$$;
comment on function listing_sync.shared_failure(listing_sync.batch, jsonb[]) is
  'The failure that all rows of a batch of more than 10 have in common, or null.';

create function listing_sync.locate_failures(p_batch listing_sync.batch, p_failed jsonb[]) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(f || jsonb_build_object(
    'row', p_batch.row_numbers[(f -> 'i')::integer], 'key', p_batch.keys[(f -> 'i')::integer])
    order by (f -> 'i')::integer), '[]')
  from unnest(p_failed) as f
$$;
comment on function listing_sync.locate_failures(listing_sync.batch, jsonb[]) is
  'The failures with the row number and key of each.';

create function listing_sync.held_of_failures(p_batch listing_sync.batch, p_failed jsonb) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg((f - 'i') || jsonb_build_object(
    'kind', 'row', 'hash', p_batch.covered[(f -> 'i')::integer])), '[]')
  from jsonb_array_elements(p_failed) as f
$$;
comment on function listing_sync.held_of_failures(listing_sync.batch, jsonb) is
  'The rows the database refused as held entries; their values are not kept.';

create function listing_sync.add_to_ledger(
  p_batch listing_sync.batch, p_written listing_sync.write_result, p_held jsonb)
returns public.sync_runs
language plpgsql set search_path = '' as $$
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
$$;
comment on function listing_sync.add_to_ledger(
  listing_sync.batch, listing_sync.write_result, jsonb) is
  'Counts a batch into its run, and with that makes sure that the run is still open.';

create function listing_sync.selective_waiting(p_source text, p_sync_id uuid) returns integer
language sql stable set search_path = '' as $$
  select count(*)::integer from public.sync_runs
  where source = p_source and kind = 'selective' and status in ('queued', 'in_progress')
    and sync_id <> p_sync_id
$$;
comment on function listing_sync.selective_waiting(text, uuid) is
  'How many selections wait for the next batch boundary.';

create function listing_sync.record_batch(
  p_source text, p_batch listing_sync.batch, p_written listing_sync.write_result,
  p_lease_until timestamptz)
returns jsonb
language plpgsql set search_path = '' as $$
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
$$;
comment on function listing_sync.record_batch(
  text, listing_sync.batch, listing_sync.write_result, timestamptz) is
  'Everything a commit leaves beside the rows: held entries, ledger, batch with its answer.';

create function listing_sync.commit_batch(
  p_source public.sync_sources, p_batch listing_sync.batch, p_columns text[], p_insert_only text[],
  p_lease_until timestamptz)
returns jsonb
language plpgsql set search_path = '' as $$
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
$$;
comment on function listing_sync.commit_batch(
  public.sync_sources, listing_sync.batch, text[], text[], timestamptz) is
  'Writes a batch and records it, or undoes all of it and says why.';

create function listing_sync.store_state(
  p_source text, p_sync_id uuid, p_seq bigint, p_lease_until timestamptz, p_state jsonb,
  p_state_version integer, p_circuits jsonb)
returns void
language sql set search_path = '' as $$
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
$$;
comment on function listing_sync.store_state(
  text, uuid, bigint, timestamptz, jsonb, integer, jsonb) is
  'Stores what the engine hands over and extends the lease, or gives it back where that is null.';

create function public.sync_commit(
  p_source text,
  p_fence bigint,
  p_seq bigint,
  p_sync_id uuid,
  p_digest text,
  p_columns text[],
  p_rows jsonb,
  p_row_numbers integer[],
  p_covered bigint[],
  p_lease_ms integer,
  p_insert_only text[] default '{}',
  p_held jsonb default '[]',
  p_counts jsonb default '{}',
  p_state jsonb default null,
  p_state_version integer default null,
  p_circuits jsonb default null,
  p_dry_run boolean default false)
returns jsonb
language plpgsql set search_path = '' set lock_timeout = '2s' as $$
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
$$;
comment on function public.sync_commit(
  text, bigint, bigint, uuid, text, text[], jsonb, integer[], bigint[], integer, text[], jsonb, jsonb,
  jsonb, integer, jsonb, boolean) is
  'Writes one batch of a run, once, whatever happens to the call. See docs/DATABASE.md.';
