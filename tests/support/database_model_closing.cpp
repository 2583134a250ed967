// Ending the work on a run, for good (close) or for now (yield). Both give the lease back.
#include <algorithm>

#include "support/database_answers.h"
#include "support/database_model.h"

namespace listing_sync::testing {
namespace {

constexpr std::size_t kCauseMessageMax = 2000;

}  // namespace

DatabaseModel::Answered DatabaseModel::answer_released(const Json& in) const {
  if (in["p_fence"].is_null() || in["p_fence"].number() != fence) return stale_fence();
  const Run* const run = find_run(in["p_sync_id"].view());
  if (run == nullptr || run->status != "in_progress") return run_closed(in["p_sync_id"].view());
  if (run->sync_id != sync_id) return bad_request("the lease is for another run");
  return std::nullopt;
}

void DatabaseModel::end_run(Run& run, std::string_view status, std::string_view cause,
                            std::string message) {
  run.status = status;
  run.cause = cause;
  run.cause_message = std::move(message);
  run.completed_at_ms = now_ms_;
  run.resume_at_ms = 0;
  if (watcher != nullptr) watcher->run_ended(run);
}

void DatabaseModel::drop_batches(Run& run) const {
  if (keeps_history)
    for (auto& [number, batch] : run.batches) run.past.push_back({number, std::move(batch)});
  run.batches.clear();
}

void DatabaseModel::give_lease_back(const Json& in, const Run& run) {
  store_state(in, run);
  lease_until_ms = 0;
  owner.clear();
}

Outcome DatabaseModel::close_run(const Json& in) {
  if (Answered early = answer_released(in)) return *early;
  if (owner.empty()) return stale_fence();  // given back by a yield: this call is late
  const std::string status = in["p_status"].text();
  const Json cause = in["p_cause"], report = in["p_report"];
  if (status != "completed" && status != "failed")
    return bad_request("p_status is completed or failed");
  if (status == "failed" && cause["code"].is_null())
    return bad_request("a failed run has a cause with a code");
  if (Answered wrong = refuse_version(in)) return *wrong;
  Run& open = run(in["p_sync_id"].view());
  open.report = report.is_null() ? "null" : report.raw();
  end_run(open, status, cause["code"].view(), cause["message"].text().substr(0, kCauseMessageMax));
  // A row without a key may have moved past the reader: what seems gone may still be there.
  if (status == "completed" && open.kind == "full" && !open.dry_run &&
      report["sheet_moved"].view() != "true")
    resolve_vanished(open);
  drop_batches(open);
  give_lease_back(in, open);
  const bool next =
      std::any_of(runs.begin(), runs.end(), [](const Run& run) { return run.open(); });
  ObjectText out = answer("closed");
  out.text("status", status).json("ledger", open.ledger.json());
  out.json("started_at", time_json(open.started_at_ms));
  out.json("completed_at", time_json(open.completed_at_ms));
  return answered(out.number("held_open", held_open_count()).flag("next", next));
}

Outcome DatabaseModel::yield(const Json& in) {
  if (Answered early = answer_released(in)) return *early;
  const Json asked = in["p_resume_in_ms"];
  const bool readable = !asked.is_null() || !in.has("p_resume_in_ms");
  if (!readable || asked.integer() < 0 || asked.number() > kDayMs)
    return bad_request("p_resume_in_ms is 0 to 86400000");
  if (Answered wrong = refuse_version(in)) return *wrong;
  Run& open = run(in["p_sync_id"].view());
  if (!owner.empty()) {  // repeated, the time agreed on first stays
    open.resume_at_ms = asked.number() == 0 ? 0 : now_ms_ + asked.number();
    give_lease_back(in, open);
  }
  return answered(answer("yielded").json("resume_at", time_json(open.resume_at_ms)));
}

}  // namespace listing_sync::testing
