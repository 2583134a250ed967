// sync_claim: which run is next, and the lease with its fence to advance it.
#include <algorithm>
#include <tuple>

#include "support/database_answers.h"
#include "support/database_model.h"

namespace listing_sync::testing {
namespace {

constexpr std::uint64_t kLeaseMsMax = kHourMs;

std::string run_json(const Run& run) {
  std::vector<std::string> keys;
  for (const std::string& key : run.keys) keys.push_back(quoted(key));
  const std::string size = run.batch_size == 0 ? "null" : std::to_string(run.batch_size);
  ObjectText out;
  out.text("kind", run.kind).text("trigger", run.trigger);
  out.json("keys", run.kind == "selective" ? array(keys) : "null").flag("dry_run", run.dry_run);
  out.flag("forced", run.forced).json("batch_size", size).number("invocations", run.invocations);
  out.number("stalled", run.stalled - 1).json("started_at", time_json(run.started_at_ms));
  return out.json("ledger", run.ledger.json()).done();
}

}  // namespace

Outcome DatabaseModel::claim(const Json& in) {
  if (in["p_owner"].is_null() || in["p_mapping_hash"].is_null() || in["p_state_version"].is_null())
    return bad_request("p_owner, p_mapping_hash and p_state_version are needed");
  const std::uint64_t lease_ms = in["p_lease_ms"].number();
  if (lease_ms < 1 || lease_ms > kLeaseMsMax) return bad_request("p_lease_ms is 1 to 3600000");
  if (state_locked || (owner != in["p_owner"].view() && lease_is_live()))
    return answered(answer("busy").json("lease_until", time_json(lease_until_ms)));
  if (state_version > in["p_state_version"].number())
    return answered(answer("state_too_new").number("state_version", state_version));
  const std::string hash = in["p_mapping_hash"].text();
  if (in["p_open_scheduled"].flag()) open_scheduled_run(hash, in["p_interval_ms"].number());
  Run* run = next_run();
  if (run == nullptr) return answered(answer("idle"));
  // A run nobody has worked on yet just takes the new mapping.
  if (run->invocations > 0 && run->mapping_hash != hash) run = &supersede(*run, hash);
  if (run->resume_at_ms > now_ms_ && !in["p_ignore_resume_at"].flag())
    return answered(answer("waiting")
                        .json("resume_at", time_json(run->resume_at_ms))
                        .number("resume_in_ms", run->resume_at_ms - now_ms_));
  return grant(*run, in);
}

// A lease whose run was cancelled protects nothing: its holder can no longer commit.
bool DatabaseModel::lease_is_live() const {
  if (owner.empty() || lease_until_ms <= now_ms_) return false;
  const Run* const run = find_run(sync_id);
  return run != nullptr && run->status == "in_progress";
}

void DatabaseModel::open_scheduled_run(const std::string& hash, std::uint64_t interval_ms) {
  bool busy = false;
  std::uint64_t last_ms = 0;
  for (const Run& run : runs) {
    if (run.kind != "full") continue;
    if (!run.dry_run && run.open()) return;
    if (!run.dry_run) last_ms = std::max(last_ms, run.requested_at_ms);
    busy = busy || run.status == "in_progress";
  }
  const bool told = last_ms != 0 && last_ms <= now_ms_;  // else the clock has been set back
  if (told && last_ms + interval_ms * 4 / 5 > now_ms_) return;
  Run asked;
  asked.trigger = "scheduled";
  asked.mapping_hash = hash;
  open_run(std::move(asked), busy ? "queued" : "in_progress");
}

// The oldest selection, the open full run, the queued full run.
Run* DatabaseModel::next_run() {
  const auto rank = [](const Run& run) {
    const int kind = run.kind == "selective" ? 0 : run.status == "in_progress" ? 1 : 2;
    return std::make_tuple(kind, run.requested_at_ms);
  };
  Run* next = nullptr;
  for (Run& run : runs)
    if (run.open() && (next == nullptr || rank(run) < rank(*next))) next = &run;
  return next;
}

Run& DatabaseModel::supersede(Run& run, const std::string& hash) {
  Run again;
  again.kind = run.kind;
  again.trigger = run.trigger;
  again.keys = run.keys;
  again.batch_size = run.batch_size;
  again.dry_run = run.dry_run;
  again.forced = run.forced;
  again.mapping_hash = hash;
  Run& next = open_run(std::move(again), "in_progress");
  end_run(run, "superseded", "mapping_changed",
          "the mapping changed; run " + next.sync_id + " begins again");
  return next;
}

Outcome DatabaseModel::grant(Run& run, const Json& in) {
  // What runs that were cancelled or superseded left behind.
  for (Run& other : runs)
    if (other.status != "in_progress" && !other.batches.empty()) drop_batches(other);
  run.status = "in_progress";
  if (run.started_at_ms == 0) run.started_at_ms = now_ms_;
  run.mapping_hash = in["p_mapping_hash"].text();
  run.resume_at_ms = 0;
  ++run.invocations;
  ++run.stalled;
  ++fence;
  owner = in["p_owner"].text();
  sync_id = run.sync_id;
  lease_until_ms = now_ms_ + in["p_lease_ms"].number();
  const bool fits =
      state_version == in["p_state_version"].number() && mapping_hash == run.mapping_hash;
  Base64 covered;
  std::uint64_t covered_count = 0;
  for (const auto& [number, batch] : run.batches) {
    for (const std::int64_t hash : batch.covered) covered.add(hash);
    covered_count += batch.covered.size();
  }
  ObjectText out = answer("granted");
  out.number("fence", fence).number("seq", seq).text("sync_id", sync_id);
  out.json("run", run_json(run)).json("state", fits ? state : "null").json("circuits", circuits);
  out.text("covered", covered.done()).number("covered_count", covered_count);
  out.number("sources", sources).json("lease_until", time_json(lease_until_ms));
  return answered(std::move(out));
}

}  // namespace listing_sync::testing
