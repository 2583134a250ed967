// sync_commit: who may write, in which order, and what a batch leaves beside its rows.
#include <algorithm>

#include "support/database_answers.h"
#include "support/database_model_batch.h"

namespace listing_sync::testing {
namespace {

constexpr std::size_t kErrorsMax = 100, kAllRefusedRowsMin = 11;

void add_refusal(ObjectText& out, const Refusal& why) {
  out.text("code", why.code).text_or_null("column", why.column);
  out.text_or_null("constraint", why.constraint).text_or_null("message", why.message);
}

bool alike(const Refusal& a, const Refusal& b) {
  return a.code == b.code && a.column == b.column && a.constraint == b.constraint;
}

bool all_refused_alike(std::size_t rows, const std::vector<Failure>& failed) {
  return rows >= kAllRefusedRowsMin && failed.size() == rows &&
         std::all_of(failed.begin(), failed.end(), [&](const Failure& failure) {
           return alike(failure.why, failed.front().why);
         });
}

Held held_of(const Failure& failure, std::string_view key, std::string_view row,
             std::int64_t hash) {
  Held held;
  held.key = key;
  held.column = failure.why.column;
  held.code = failure.why.code;
  held.kind = "row";
  held.message = failure.why.message;
  held.hash = hash;
  held.row_json = row;
  held.row = Json::parse(row).number();
  ObjectText document;
  add_refusal(document, failure.why);
  held.document = document.json("row", row).text("key", key).text("kind", "row").done();
  return held;
}

std::string failure_json(const Failure& failure, std::string_view key, std::string_view row) {
  ObjectText out;
  out.number("i", failure.at + 1).json("row", row).text("key", key);
  add_refusal(out, failure.why);
  return out.done();
}

}  // namespace

DatabaseModel::Answered DatabaseModel::answer_unwritten(const Json& in) const {
  if (in["p_fence"].is_null() || in["p_fence"].number() != fence) return stale_fence();
  const Json number = in["p_seq"];
  const Run* const run = find_run(in["p_sync_id"].view());
  if (run != nullptr && !number.is_null() && number.number() == seq) {
    const auto stored = run->batches.find(seq);
    if (stored != run->batches.end()) return repeat(stored->second, in);
  }
  if (run == nullptr || run->status != "in_progress") return run_closed(in["p_sync_id"].view());
  if (owner.empty()) return stale_fence();  // given back: a late call must not go on with it
  if (run->sync_id != sync_id) return bad_request("the lease is for another run");
  if (number.is_null() || number.number() != seq + 1)
    return answered(answer("out_of_order").number("seq", seq));
  return std::nullopt;
}

Outcome DatabaseModel::repeat(const StoredBatch& batch, const Json& in) const {
  if (in["p_digest"].is_null() || batch.digest != in["p_digest"].view())
    return refusal(409, "batch_reused",
                   "batch " + std::to_string(seq) + " was committed with another content");
  ObjectText out = answer("committed");
  out.flag("repeated", true).members(batch.answer);
  return answered(out.json("lease_until", time_json(lease_until_ms)));
}

DatabaseModel::Answered DatabaseModel::refuse_version(const Json& in) const {
  const Json version = in["p_state_version"];
  if (!in["p_state"].is_null() && version.is_null())
    return bad_request("p_state needs p_state_version");
  if (version.is_null() || version.integer() >= static_cast<std::int64_t>(state_version))
    return std::nullopt;
  return refusal(409, "state_too_new",
                 "the stored state has version " + std::to_string(state_version) +
                     ", this caller writes " + version.text());
}

Outcome DatabaseModel::commit(const Json& in) {
  if (Answered early = answer_unwritten(in)) return *early;
  const std::uint64_t lease_ms = in["p_lease_ms"].number();
  if (lease_ms < 1 || lease_ms > kHourMs) return bad_request("p_lease_ms is 1 to 3600000");
  if (Answered wrong = refuse_version(in)) return *wrong;
  if (in["p_columns"].is_null()) return bad_request("p_columns is needed");
  if (in["p_rows"].kind() != Json::Kind::array) return bad_request("p_rows is an array");
  SentBatch batch;
  if (Answered wrong = read_batch(in, batch)) return *wrong;
  if (Answered wrong = read_columns(in, batch)) return *wrong;
  if (batch.rows.size() > rows_max) return too_many;
  Run& open = run(in["p_sync_id"].view());
  batch.dry_run = open.dry_run || in["p_dry_run"].flag();
  WrittenBatch written;
  write_rows(open, batch, written);
  if (all_refused_alike(batch.rows.size(), written.failed)) {
    ObjectText out = answer("all_refused");  // nothing of it was written: nothing to undo
    add_refusal(out, written.failed.front().why);
    return answered(std::move(out));
  }
  return record(in, open, batch, written);
}

Outcome DatabaseModel::record(const Json& in, Run& run, const SentBatch& batch,
                              const WrittenBatch& written) {
  StoredBatch stored;
  stored.digest = in["p_digest"].text();
  stored.covered.reserve(batch.covered.size());
  for (std::size_t i = 0; i < batch.covered.size(); ++i)
    if (!std::binary_search(written.locked.begin(), written.locked.end(), i))
      stored.covered.push_back(batch.covered[i]);
  std::vector<Held> now_held = batch.held;
  std::vector<std::string> failed, locked_keys;
  for (const Failure& failure : written.failed) {
    const std::string_view key = batch.keys[failure.at], row = batch.row_numbers[failure.at];
    failed.push_back(failure_json(failure, key, row));
    now_held.push_back(held_of(failure, key, row, batch.covered[failure.at]));
  }
  for (const std::size_t at : written.locked) locked_keys.push_back(quoted(batch.keys[at]));
  for (const Held& entry : batch.held)
    if (entry.keyless) stored.held_keyless.push_back(entry.hash);
  if (!batch.dry_run) {
    resolve_covered(now_held, stored.covered);
    record_held(run, now_held);
  }
  const Ledger before = run.ledger;
  count(run, batch, written);
  run.errors_count += now_held.size();
  for (const Held& entry : now_held)
    if (run.errors.size() < kErrorsMax) run.errors.push_back(entry.document);
  run.held.insert(run.held.end(), now_held.begin(), now_held.end());
  lease_until_ms = now_ms_ + in["p_lease_ms"].number();
  ObjectText facts;
  facts.number("seq", ++seq).number("inserted", written.inserted);
  facts.number("updated", written.updated).number("unchanged", written.unchanged);
  facts.json("failed", array(failed)).json("row_locked", array(locked_keys));
  facts.json("ledger", run.ledger.json()).number("selective_waiting", selective_waiting(run));
  const std::string object = facts.done();
  stored.answer = object.substr(1, object.size() - 2);
  store_state(in, run);
  const StoredBatch& kept = run.batches[seq] = std::move(stored);
  if (watcher != nullptr) watcher->committed(run, seq, kept, before);
  ObjectText out = answer("committed");
  out.flag("repeated", false).members(kept.answer);
  return answered(out.json("lease_until", time_json(lease_until_ms)));
}

void DatabaseModel::count(Run& run, const SentBatch& batch, const WrittenBatch& written) const {
  Ledger& ledger = run.ledger;
  ledger.read += batch.rows.size() - written.locked.size() + batch.failed + batch.skipped;
  ledger.inserted += written.inserted;
  ledger.updated += written.updated;
  ledger.unchanged += written.unchanged;
  ledger.failed += written.failed.size() + batch.failed;
  ledger.skipped += batch.skipped;
  ledger.held_cells += batch.held_cells;
  if (batch.expected) ledger.expected = batch.expected;
  run.stalled = 0;
}

std::size_t DatabaseModel::selective_waiting(const Run& but) const {
  return static_cast<std::size_t>(std::count_if(runs.begin(), runs.end(), [&](const Run& run) {
    return run.kind == "selective" && run.open() && &run != &but;
  }));
}

void DatabaseModel::store_state(const Json& in, const Run& run) {
  if (!in["p_state"].is_null()) {
    state = in["p_state"].raw();
    state_version = in["p_state_version"].number();
    mapping_hash = run.mapping_hash;
  }
  if (!in["p_circuits"].is_null()) circuits = in["p_circuits"].raw();
}

}  // namespace listing_sync::testing
