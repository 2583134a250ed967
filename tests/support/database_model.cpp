// The dispatch, the clock, and what tests set up.
#include "support/database_model.h"

#include <algorithm>
#include <stdexcept>

#include "support/database_answers.h"

namespace listing_sync::testing {

Run& DatabaseModel::request(std::string kind, std::vector<std::string> keys, bool dry_run) {
  Run asked;
  asked.kind = std::move(kind);
  asked.keys = std::move(keys);
  asked.dry_run = dry_run;
  const bool open = std::any_of(runs.begin(), runs.end(), [&](const Run& other) {
    return other.kind == asked.kind && other.status == "in_progress";
  });
  return open_run(std::move(asked), open ? "queued" : "in_progress");
}

const Run* DatabaseModel::find_run(std::string_view id) const {
  const auto found =
      std::find_if(runs.rbegin(), runs.rend(), [&](const Run& run) { return run.sync_id == id; });
  return found == runs.rend() ? nullptr : &*found;
}

Run& DatabaseModel::run(std::string_view id) {
  for (Run& run : runs)
    if (run.sync_id == id) return run;
  throw std::runtime_error("no such run: " + std::string(id));
}

namespace {
std::size_t held_in(const DatabaseModel& model, std::string_view state) {
  return static_cast<std::size_t>(
      std::count_if(model.held.begin(), model.held.end(),
                    [&](const HeldEntry& entry) { return entry.state() == state; }));
}
}  // namespace

bool DatabaseModel::set_cell(std::string_view key, std::string_view column, std::string_view json) {
  const auto found = table.find(key);
  if (found == table.end()) return false;
  found->second[column] = json;
  return true;
}

std::size_t DatabaseModel::held_open_count() const { return held_in(*this, "open"); }

std::size_t DatabaseModel::held_ignored_count() const { return held_in(*this, "ignored"); }

Outcome DatabaseModel::call(std::string_view function, const Json& arguments,
                            std::uint64_t host_now_ms) {
  host_now_ms_ = host_now_ms;
  now_ms_ = host_now_ms + clock_ahead_ms;
  if (function == "sync_read_status") return read_status(arguments);
  if (!source.empty() && arguments["p_source"].view() != source) {
    if (function == "sync_read_health") return answered(answer("unknown_source"));
    return refusal(404, "unknown_source",
                   "source '" + arguments["p_source"].text() +
                       "' is not registered: call sync_register_source as the "
                       "database's owner");
  }
  if (function == "sync_request_run") return request_run(arguments);
  if (function == "sync_claim") return claim(arguments);
  if (function == "sync_commit") return commit(arguments);
  if (function == "sync_close_run") return close_run(arguments);
  if (function == "sync_yield") return yield(arguments);
  if (function == "sync_read_health") return read_health();
  if (function == "sync_read_history") return read_history(arguments);
  if (function == "sync_read_errors") return read_errors(arguments);
  if (function == "sync_resolve_errors") return resolve_errors(arguments);
  if (function == "sync_prune") return prune(arguments);
  return {404, R"({"code":"PGRST202","details":null,"hint":null,"message":"no such function"})", "",
          "{}"};
}

ObjectText DatabaseModel::answer(std::string_view outcome) const {
  ObjectText out;
  out.text("outcome", outcome).number("now", now_ms_);
  return out;
}

Outcome DatabaseModel::stale_fence() const {
  return answered(answer("stale_fence").number("fence", fence));
}

Outcome DatabaseModel::run_closed(std::string_view id) const {
  const Run* const run = find_run(id);
  if (run == nullptr)
    return refusal(404, "unknown_run", "there is no run '" + std::string(id) + "'");
  return answered(
      answer("run_closed").text("status", run->status).json("ledger", run->ledger.json()));
}

}  // namespace listing_sync::testing
