// sync_request_run: records the wish for a run.
#include <algorithm>

#include "listing_sync/text.h"
#include "support/database_answers.h"
#include "support/database_model.h"

namespace listing_sync::testing {
namespace {

constexpr std::size_t kKeysMax = 10'000, kQueuedSelectionsMax = 100;
constexpr std::uint64_t kBatchSizeMax = 1000;

// What the request's arguments say; a message where they contradict themselves.
std::string_view read_request(const Json& in, Run& asked) {
  const Json keys = in["p_keys"], size = in["p_batch_size"];
  if (in.has("p_kind")) asked.kind = in["p_kind"].text();
  if (asked.kind != "full" && asked.kind != "selective") return "p_kind is full or selective";
  asked.trigger = in["p_trigger"].text();
  if (asked.trigger.empty() || code_points(asked.trigger) > 50)
    return "p_trigger has 1 to 50 characters";
  if ((asked.kind == "selective") == keys.is_null())
    return "p_keys is for selective runs, and they need it";
  for (const Json& key : keys.items())
    if (!key.is_null()) asked.keys.push_back(key.text());
  if (!keys.is_null() &&
      (asked.keys.size() < keys.size() || asked.keys.empty() || asked.keys.size() > kKeysMax))
    return "p_keys has 1 to 10000 keys, none of them null";
  asked.batch_size = size.number();
  if (!size.is_null() && (asked.batch_size < 1 || asked.batch_size > kBatchSizeMax))
    return "p_batch_size is 1 to 1000";
  for (const char* name : {"p_dry_run", "p_force"})
    if (in.has(name) && in[name].is_null()) return "p_dry_run and p_force are true or false";
  asked.dry_run = in["p_dry_run"].flag();
  asked.mapping_hash = in["p_mapping_hash"].text();
  return "";
}

}  // namespace

Outcome DatabaseModel::request_run(const Json& in) {
  Run asked;
  const std::string_view wrong = read_request(in, asked);
  if (!wrong.empty()) return bad_request(wrong);
  return in["p_force"].flag() ? force_run(std::move(asked)) : queue_run(std::move(asked));
}

Outcome DatabaseModel::force_run(Run asked) {
  std::uint64_t last_ms = 0;
  for (const Run& run : runs)
    if (run.forced) last_ms = std::max(last_ms, run.requested_at_ms);
  if (last_ms + kMinuteMs > now_ms_)
    return answered(
        answer("force_too_soon").number("retry_after_ms", last_ms + kMinuteMs - now_ms_));
  for (Run& run : runs)
    if (run.status == "in_progress")
      end_run(run, "cancelled", "forced", "a later request forced its way");
  asked.forced = true;
  return request_answer("recorded", open_run(std::move(asked), "in_progress"));
}

Outcome DatabaseModel::queue_run(Run asked) {
  std::size_t before = 0, selections = 0;
  for (const Run& run : runs) {
    if (!run.open()) continue;
    const bool queued = run.status == "queued";
    if (asked.kind == "full" && run.kind == "full" && queued && run.dry_run == asked.dry_run)
      return request_answer("already_queued", run);
    if (run.kind == "selective" && queued) ++selections;
    // A selection also waits for an open full run's batch.
    if (run.kind == asked.kind || (run.kind == "full" && !queued)) ++before;
  }
  if (asked.kind == "selective" && selections >= kQueuedSelectionsMax)
    return answered(answer("queue_full"));
  return request_answer("recorded",
                        open_run(std::move(asked), before == 0 ? "in_progress" : "queued"));
}

Run& DatabaseModel::open_run(Run asked, std::string_view status) {
  asked.sync_id = id_prefix + "-0000-4000-8000-" + std::to_string(100'000'000'000 + ++last_id_);
  asked.status = status;
  asked.requested_at_ms = now_ms_;
  if (status == "in_progress") asked.started_at_ms = now_ms_;
  return runs.emplace_back(std::move(asked));
}

Outcome DatabaseModel::request_answer(std::string_view outcome, const Run& run) const {
  const std::uint64_t at_ms = run.started_at_ms != 0 ? run.started_at_ms : run.requested_at_ms;
  return answered(answer(outcome)
                      .text("sync_id", run.sync_id)
                      .text("status", run.status)
                      .json("started_at", time_json(at_ms)));
}

}  // namespace listing_sync::testing
