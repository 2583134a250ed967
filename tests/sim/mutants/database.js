// Bugs of the database side. They are planted in its model, which is held to the real SQL by
// tests/sql/model-against-sql.test.js: what the simulator misses here it would miss there.

const commits = 'tests/support/database_model_commits.cpp';
const claims = 'tests/support/database_model_claims.cpp';
const closing = 'tests/support/database_model_closing.cpp';
const rows = 'tests/support/database_model_rows.cpp';
const requests = 'tests/support/database_model_requests.cpp';

/** @type {import('../../../infra/tools/plant-mutants.mjs').Mutant[]} */
export default [
  {
    name: 'fence_unchecked_in_commit',
    breaks: 'An invocation that lost its lease may still commit.',
    file: commits,
    kind: 'expression',
    original: 'in["p_fence"].is_null() || in["p_fence"].number() != fence',
    bug: 'in["p_fence"].is_null()',
  },
  {
    name: 'fence_unchecked_at_the_end',
    breaks: 'An invocation that lost its lease may still close a run, or lay it down.',
    file: closing,
    kind: 'expression',
    original: 'in["p_fence"].is_null() || in["p_fence"].number() != fence',
    bug: 'in["p_fence"].is_null()',
  },
  {
    name: 'fence_stands_still',
    breaks: 'Two grants share one fence, so the older holder is not locked out.',
    file: claims,
    kind: 'statement',
    original: '++fence;',
    bug: '(void)fence;',
  },
  {
    name: 'lease_not_respected',
    breaks: 'A claim is granted while another owner holds a live lease.',
    file: claims,
    kind: 'expression',
    original: 'owner != in["p_owner"].view() && lease_is_live()',
    bug: 'false',
  },
  {
    name: 'lease_not_renewed',
    breaks: 'A commit does not renew the lease: a long run loses it in the middle.',
    file: commits,
    kind: 'statement',
    original: 'lease_until_ms = now_ms_ + in["p_lease_ms"].number();',
    bug: '(void)lease_until_ms;',
  },
  {
    name: 'lease_not_given_back',
    breaks: 'A run that was laid down or closed keeps its lease until that runs out.',
    file: closing,
    kind: 'statement',
    original: 'lease_until_ms = 0; owner.clear();',
    bug: '(void)lease_until_ms;',
  },
  {
    name: 'sequence_unchecked',
    breaks: 'A batch that comes late is committed behind its successors.',
    file: commits,
    kind: 'expression',
    original: 'number.is_null() || number.number() != seq + 1',
    bug: 'number.is_null()',
  },
  {
    name: 'repeated_batch_counts_again',
    breaks: 'A commit that arrives a second time is written and counted a second time.',
    file: commits,
    kind: 'statement',
    original: 'if (stored != run->batches.end()) return repeat(stored->second, in);',
    bug: 'if (stored != run->batches.end()) return std::nullopt;',
  },
  {
    name: 'closed_run_still_written',
    breaks: 'A run that was cancelled by force goes on committing.',
    file: commits,
    kind: 'expression',
    original: 'run == nullptr || run->status != "in_progress"',
    bug: 'run == nullptr',
  },
  {
    name: 'timed_out_batch_half_kept',
    breaks: 'A batch that exceeds the statement timeout leaves some of its rows behind.',
    file: commits,
    kind: 'statement',
    original: 'if (batch.rows.size() > rows_max) return too_many;',
    bug: `if (batch.rows.size() > rows_max) {
      WrittenBatch half;
      for (std::size_t i = 0; i < batch.rows.size(); i += 2)
        write_row(run(in["p_sync_id"].view()), batch, i, half);
      return too_many;
    }`,
  },
  {
    name: 'absent_column_overwritten',
    breaks: 'A column that a row does not send is set to null instead of being kept.',
    file: rows,
    kind: 'statement',
    original: 'std::swap(stored->second, row);',
    bug: `for (const BatchColumn& column : batch.columns)
      if (sent[column.name].is_null() && !column.insert_only) row[column.name] = "null";
    std::swap(stored->second, row);`,
  },
  {
    name: 'insert_only_column_updated',
    breaks: 'A column that is written on insert only is updated all the same.',
    file: rows,
    kind: 'expression',
    original: '(inserts || !column->insert_only)',
    bug: 'true',
  },
  {
    name: 'dry_run_writes',
    breaks: 'A dry run is not rolled back.',
    file: commits,
    kind: 'expression',
    original: 'open.dry_run || in["p_dry_run"].flag()',
    bug: 'false',
  },
  {
    name: 'refused_rows_not_counted',
    breaks: 'Rows that the table refuses are missing in the ledger, which no longer balances.',
    file: commits,
    kind: 'expression',
    original: 'written.failed.size() + batch.failed',
    bug: 'batch.failed',
  },
  {
    name: 'refused_rows_not_held',
    breaks: 'Rows that the table refuses leave no entry for people to look at.',
    file: commits,
    kind: 'statement',
    original: 'now_held.push_back(held_of(failure, key, row, batch.covered[failure.at]));',
    bug: '(void)row;',
  },
  {
    name: 'locked_rows_counted',
    breaks: 'Rows that are left for later because they are locked count as read.',
    file: commits,
    kind: 'expression',
    original: 'batch.rows.size() - written.locked.size()',
    bug: 'batch.rows.size()',
  },
  {
    name: 'locked_rows_covered',
    breaks: 'Rows that are left for later because they are locked count as dealt with.',
    file: commits,
    kind: 'expression',
    original: '!std::binary_search(written.locked.begin(), written.locked.end(), i)',
    bug: 'true',
  },
  {
    name: 'covered_keys_not_stored',
    breaks: 'The next invocation is not told which keys the run has dealt with.',
    file: claims,
    kind: 'statement',
    original: 'for (const std::int64_t hash : batch.covered) covered.add(hash);',
    bug: '(void)batch;',
  },
  {
    name: 'mapping_changed_in_mid_run',
    breaks: 'A run that began under another mapping goes on under the new one.',
    file: claims,
    kind: 'expression',
    original: 'run->invocations > 0 && run->mapping_hash != hash',
    bug: 'false',
  },
  {
    name: 'state_of_another_mapping',
    breaks: 'State that was stored under another mapping or version is handed out.',
    file: claims,
    kind: 'expression',
    original: 'state_version == in["p_state_version"].number() && mapping_hash == run.mapping_hash',
    bug: 'true',
  },
  {
    name: 'newer_state_overwritten',
    breaks: 'An older core is granted a lease although a newer one has stored its state.',
    file: claims,
    kind: 'expression',
    original: 'state_version > in["p_state_version"].number()',
    bug: 'false',
  },
  {
    name: 'vanished_by_a_selection',
    breaks: 'A selective run resolves the held entries of rows it never looked at.',
    file: closing,
    kind: 'expression',
    original: 'open.kind == "full"',
    bug: 'true',
  },
  {
    name: 'vanished_by_a_failed_run',
    breaks: 'A run that failed half-way resolves the held entries of rows it did not reach.',
    file: closing,
    kind: 'expression',
    within: 'if (status == "completed" && open.kind',
    original: 'status == "completed"',
    bug: 'true',
  },
  {
    name: 'rest_not_respected',
    breaks: 'A run that asked for a rest is granted to the next caller at once.',
    file: claims,
    kind: 'expression',
    original: 'run->resume_at_ms > now_ms_ && !in["p_ignore_resume_at"].flag()',
    bug: 'false',
  },
  {
    name: 'force_cancels_nothing',
    breaks: 'A forced run begins while the run in progress goes on.',
    file: requests,
    kind: 'statement',
    original: 'end_run(run, "cancelled", "forced", "a later request forced its way");',
    bug: '(void)run;',
  },
];
