// Writes: each row that is sent must be what the sheet showed for its key at one moment since the
// grant; each key counts once; the ledger adds up after every commit.
#include <algorithm>

#include "sim/auditor.h"

namespace listing_sync::sim {
namespace {

using testing::Json;
using testing::Ledger;

std::string joined(std::string_view a, std::string_view b) { return std::string(a).append(b); }

// A version of a row that was to be seen after `since`.
template <class Visit>
bool any_version(const KeyHistory& history, const std::string& key, Moment since, Visit visit) {
  for (const SheetRow* row : history.rows) {
    if (row->now.until > since && row->now.content.key == key && visit(row->now.content))
      return true;
    for (const Version& version : row->past)
      if (version.until > since && version.content.key == key && visit(version.content))
        return true;
  }
  return false;
}

}  // namespace

void Auditor::on_commit(const Call& call) {
  const std::string_view outcome = call.out["outcome"].view();
  if (outcome == "all_refused") count_refusal(call.out["code"].view());
  if (outcome != "committed") return;
  const std::uint64_t fence = call.in["p_fence"].number(), seq = call.in["p_seq"].number();
  if (call.out["repeated"].flag()) {
    if (seq != seq_ || call.in["p_digest"].view() != last_digest_)
      found("repeated_wrongly", "batch " + std::to_string(seq) + " was answered as a repetition");
    return;
  }
  Grant& grant = grants_[fence];
  Run& run = runs_[grant.sync_id];
  if (fence != fence_ || grant.released)
    return found("stale_fence_wrote", "a commit under fence " + std::to_string(fence) +
                                          " was accepted; the last grant's is " +
                                          std::to_string(fence_));
  if (run.status != "in_progress" || call.in["p_sync_id"].view() != grant.sync_id)
    return found("closed_run_written", "run " + grant.sync_id + " was " + run.status);
  if (seq != seq_ + 1)
    found("sequence_broken", "batch " + std::to_string(seq) + " follows " + std::to_string(seq_));
  seq_ = seq;
  last_digest_ = call.in["p_digest"].text();
  grant.lease_until_ms = call.out["now"].number() + call.in["p_lease_ms"].number();
  keep_state(call);
  on_batch(call, grant, run);
}

void Auditor::count_refusal(std::string_view code) {
  const Fault fault = code == "refused_by_trigger" ? Fault::rows_swallowed : Fault::rows_refused;
  ++verdict_.faults[static_cast<std::size_t>(fault)];
}

void Auditor::on_batch(const Call& call, Grant& grant, Run& run) {
  ++verdict_.commits;
  manners.on_stored(call.invocation, call.body, call.in["p_rows"].size());
  std::unordered_set<std::string> locked, refused;
  for (const Json& key : call.out["row_locked"].items()) locked.insert(key.text());
  for (const Json& failed : call.out["failed"].items()) {
    refused.insert(failed["key"].text());
    count_refusal(failed["code"].view());
  }
  grant.locked.insert(locked.begin(), locked.end());
  run.held_keys.insert(refused.begin(), refused.end());
  run.refused += refused.size();
  Ledger counts;
  for (const Json& row : call.in["p_rows"].items()) {
    const std::string key = row["key"].text();
    ++verdict_.rows_committed;
    check_row_sent(key, row, grant, run);
    if (locked.count(key) != 0) continue;
    ++counts.read;
    if (refused.count(key) != 0) {
      ++counts.failed;
      continue;
    }
    const ShadowTable::Written written = shadow_.write(key, row, run.dry);
    ++(written == ShadowTable::Written::inserted  ? counts.inserted
       : written == ShadowTable::Written::updated ? counts.updated
                                                  : counts.unchanged);
  }
  for (const Json& held : call.in["p_held"].items()) check_held(held, grant, run);
  cover(call, run, locked);
  add_up(call, run, counts);
}

void Auditor::check_row_sent(const std::string& key, const Json& row, const Grant& grant,
                             const Run& run) {
  const KeyHistory* history = sheet_.key(key);
  if (history == nullptr) return found("row_invented", "no row of the sheet ever had key " + key);
  if (!run.full && run.keys.count(key) == 0)
    found("not_selected", "a selective run wrote " + key + ", which was not asked for");
  if (!history->ever(grant.at, [](std::uint32_t count) { return count == 1; }))
    found("duplicate_written", key + " stood more than once, or not at all, all the time");
  for (SheetRow* standing : history->rows)
    if (standing->now.until > grant.at && standing->now.content.key == key &&
        sheet_.image(*standing, grant.mapping) == row.raw_view())
      return;
  const bool stood = any_version(*history, key, grant.at, [&](const Content& content) {
    return sheet_.image_of(content, grant.mapping) == row.raw_view();
  });
  if (stood) return;
  std::string text = joined("sent: ", row.raw_view()) + "\nbut the sheet showed:";
  any_version(*history, key, grant.at, [&](const Content& content) {
    const std::string image = sheet_.image_of(content, grant.mapping);
    text += "\n      " + (image.empty() ? "(a row that must be held)" : image);
    return false;
  });
  found("wrong_row_sent", text);
}

// Nothing may be held without a cause.
void Auditor::check_held(const Json& held, const Grant& grant, Run& run) {
  const std::string key = held["key"].text(), code = held["code"].text();
  on_text("a held entry", held.raw_view());
  const bool keyless = held["key"].is_null();
  const KeyHistory* history =
      keyless ? sheet_.key(code == "missing_key" ? kNoKey : kErrorKey) : sheet_.key(key);
  const auto ever = [&](auto wanted) {
    return history != nullptr && history->ever(grant.at, wanted);
  };
  bool justified = false;
  if (keyless) {
    justified = ever([](std::uint32_t count) { return count > 0; });
  } else {
    if (held["kind"].view() == "row") run.held_keys.insert(key);
    if (code == "duplicate_key")
      justified = ever([](std::uint32_t count) { return count > 1; });
    else if (code == "row_locked")
      justified = grant.locked.count(key) != 0;
    else if (code == "not_in_sheet")
      justified = !run.full && run.keys.count(key) != 0 &&
                  (history == nullptr || ever([](std::uint32_t count) { return count == 0; }));
    else
      justified = cell_was_bad(key, held, grant);
    if (code == "row_locked") ++run.held_locked;
  }
  if (!justified) found("held_without_cause", held.raw());
}

bool Auditor::cell_was_bad(const std::string& key, const Json& held, const Grant& grant) const {
  const KeyHistory* history = sheet_.key(key);
  const std::size_t column = shadow_.column_of(held["column"].view());
  if (history == nullptr || column == 0 || column >= sheet_.columns().size(grant.mapping))
    return false;
  return any_version(*history, key, grant.at, [&](const Content& content) {
    const Value& value = sheet_.columns().list[column].values[content.values[column]];
    const bool row = !sheet_.is_written(content, grant.mapping);
    return value.code == held["code"].view() && held["kind"].view() == (row ? "row" : "cell");
  });
}

void Auditor::cover(const Call& call, Run& run, const std::unordered_set<std::string>& locked) {
  const auto rows = call.in["p_rows"].items();
  const auto hashes = call.in["p_covered"].items();
  if (hashes.size() < rows.size()) return found("rows_uncovered", "fewer hashes than rows");
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    if (i < rows.size() && !locked.empty() && locked.count(rows[i]["key"].text()) != 0) continue;
    if (!run.covered.insert(hashes[i].integer()).second)
      found("counted_twice", "hash " + hashes[i].raw() + " is covered twice in one run" +
                                 (i < rows.size() ? ", key " + rows[i]["key"].text() : ""));
  }
}

void Auditor::add_up(const Call& call, Run& run, const Ledger& by_table) {
  const Json by_core = call.in["p_counts"], answer = call.out;
  const auto differs = [&](const char* what, std::uint64_t expected, std::uint64_t said) {
    if (expected != said)
      found("counts_wrong", std::string(what) + ": the table's history shows " +
                                std::to_string(expected) + ", the answer says " +
                                std::to_string(said));
  };
  differs("inserted", by_table.inserted, answer["inserted"].number());
  differs("updated", by_table.updated, answer["updated"].number());
  differs("unchanged", by_table.unchanged, answer["unchanged"].number());
  Ledger& ledger = run.ledger;
  const std::uint64_t failed = by_core["failed"].number(), skipped = by_core["skipped"].number();
  ledger.read += by_table.read + failed + skipped;
  ledger.inserted += by_table.inserted;
  ledger.updated += by_table.updated;
  ledger.unchanged += by_table.unchanged;
  ledger.failed += by_table.failed + failed;
  ledger.skipped += skipped;
  ledger.held_cells += by_core["held_cells"].number();
  if (!by_core["expected"].is_null()) ledger.expected = by_core["expected"].number();
  const std::string said = ledger_of(answer["ledger"]).json();
  if (!ledger.balances()) found("ledger_unbalanced", ledger.json());
  if (said != ledger.json())
    found("ledger_wrong", "answered " + said + ", adds up to " + ledger.json());
}

}  // namespace listing_sync::sim
