// Reading what happened, marking held entries as dealt with, throwing away what is old.
#include <algorithm>

#include "support/database_answers.h"
#include "support/database_model.h"

namespace listing_sync::testing {
namespace {

constexpr std::size_t kAveragedRunsMax = 20;

std::string duration_json(const Run& run) {
  if (run.completed_at_ms == 0 || run.started_at_ms == 0) return "null";
  return std::to_string(run.completed_at_ms - run.started_at_ms);
}

ObjectText run_document(const Run& run, std::string_view source) {
  std::vector<std::string> keys;
  for (const std::string& key : run.keys) keys.push_back(quoted(key));
  ObjectText out;
  out.text("sync_id", run.sync_id).text("source", source).text("kind", run.kind);
  out.text("trigger", run.trigger).text("status", run.status);
  out.json("keys", run.kind == "selective" ? array(keys) : "null");
  out.json("batch_size", run.batch_size == 0 ? "null" : std::to_string(run.batch_size));
  out.flag("dry_run", run.dry_run).flag("forced", run.forced).json("ledger", run.ledger.json());
  out.number("errors_count", run.errors_count).text_or_null("cause_code", run.cause);
  out.text_or_null("cause_message", run.cause_message).json("report", run.report);
  out.text_or_null("mapping_hash", run.mapping_hash).number("invocations", run.invocations);
  out.json("requested_at", time_json(run.requested_at_ms));
  out.json("started_at", time_json(run.started_at_ms));
  out.json("completed_at", time_json(run.completed_at_ms));
  out.json("resume_at", time_json(run.resume_at_ms)).json("duration_ms", duration_json(run));
  return out;
}

std::string run_or_null(const Run* run, std::string_view source) {
  return run == nullptr ? "null" : run_document(*run, source).done();
}

bool is_success(const Run& run) {
  return run.kind == "full" && run.status == "completed" && !run.dry_run;
}

std::string average_json(const std::vector<const Run*>& youngest_first) {
  std::uint64_t sum = 0, count = 0;
  for (const Run* run : youngest_first) {
    if (!is_success(*run) || count == kAveragedRunsMax) continue;
    sum += run->completed_at_ms - run->started_at_ms;
    ++count;
  }
  return count == 0 ? "null" : std::to_string((sum + count / 2) / count);
}

std::string error_document(const HeldEntry& entry, bool with_value) {
  const Held& held = entry.held;
  ObjectText out;
  out.number("id", entry.id).json("key", held.keyless ? "null" : quoted(held.key));
  out.json("row", held.row_json).text_or_null("column", held.column).text("kind", held.kind);
  out.text("code", held.code)
      .text_or_null("message", held.message)
      .json("value", with_value ? held.value : "null");
  out.text("sync_id", entry.sync_id).json("first_seen", time_json(entry.first_seen_ms));
  out.json("last_seen", time_json(entry.last_seen_ms)).number("seen_count", entry.seen_count);
  out.json("ignored_at", time_json(entry.ignored_at_ms));
  out.json("resolved_at", time_json(entry.resolved_at_ms));
  return out.text_or_null("resolved_by", entry.resolved_by).done();
}

// False where a person's word changes nothing.
bool review(HeldEntry& entry, std::string_view action, std::uint64_t now_ms) {
  const bool takes_back = entry.state() == "ignored" || entry.resolved_by == "person";
  if (action == "reopen" ? !takes_back : !entry.open()) return false;
  if (action == "ignore" && entry.ignored_at_ms != 0) return false;
  entry.resolved_at_ms = action == "resolve" ? now_ms : 0;
  entry.resolved_by = action == "resolve" ? "person" : "";
  entry.ignored_at_ms = action == "ignore" ? now_ms : 0;
  return true;
}

bool outside(const Json& in, const char* name, std::uint64_t fallback, std::uint64_t most,
             std::uint64_t& value) {
  value = in.has(name) ? in[name].number() : fallback;
  return value < 1 || value > most;
}

}  // namespace

std::vector<const Run*> DatabaseModel::youngest_first() const {
  std::vector<const Run*> sorted;
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) sorted.push_back(&*run);
  std::stable_sort(sorted.begin(), sorted.end(), [](const Run* a, const Run* b) {
    return a->requested_at_ms > b->requested_at_ms;
  });
  return sorted;
}

const Run* DatabaseModel::last_success() const {
  for (const Run* run : youngest_first())
    if (is_success(*run)) return run;
  return nullptr;
}

Outcome DatabaseModel::read_status(const Json& in) const {
  const Run* const run = find_run(in["p_sync_id"].view());
  if (run == nullptr) return answered(answer("unknown_run"));
  const std::string document = run_document(*run, source).json("errors", array(run->errors)).done();
  return answered(answer("found").json("run", document));
}

Outcome DatabaseModel::read_health() const {
  const std::vector<const Run*> sorted = youngest_first();
  const Run *success = nullptr, *last = nullptr, *open = nullptr;
  std::uint64_t queued = 0, failures = 0;
  for (const Run* run : sorted) {
    if (success == nullptr && is_success(*run)) success = run;
    if (last == nullptr && run->completed_at_ms != 0) last = run;
    if (run->status == "in_progress" && (open == nullptr || open->sync_id != sync_id)) open = run;
    if (run->status == "queued") ++queued;
    const bool failed = run->kind == "full" && run->status == "failed" && !run->dry_run;
    if (failed && success == nullptr) ++failures;
  }
  std::string success_json = "null";
  if (success != nullptr) {
    ObjectText out;
    out.text("sync_id", success->sync_id).json("completed_at", time_json(success->completed_at_ms));
    out.number("age_ms", now_ms_ - success->completed_at_ms);
    out.json("duration_ms", duration_json(*success)).json("ledger", success->ledger.json());
    success_json = out.done();
  }
  ObjectText out = answer("found");
  out.json("last_success", success_json).json("last_run", run_or_null(last, source));
  out.json("open_run", run_or_null(open, source)).number("queued_count", queued);
  out.json("average_duration_ms", average_json(sorted)).number("consecutive_failures", failures);
  out.number("held_open_count", held_open_count()).json("circuits", circuits);
  out.number("held_ignored_count", held_ignored_count()).number("alerts_open_count", 0);
  out.json("lease_until", time_json(lease_until_ms));
  return answered(out.json("resume_at", time_json(open == nullptr ? 0 : open->resume_at_ms)));
}

Outcome DatabaseModel::read_history(const Json& in) const {
  std::uint64_t limit = 0;
  if (outside(in, "p_limit", 20, 200, limit)) return bad_request("p_limit is 1 to 200");
  const Json before = in["p_before"];
  std::vector<std::string> documents;
  std::uint64_t last_ms = 0;
  for (const Run* run : youngest_first()) {
    if (documents.size() == limit) break;
    if (!before.is_null() && run->requested_at_ms >= time_of(before.view())) continue;
    documents.push_back(run_document(*run, source).done());
    last_ms = run->requested_at_ms;
  }
  ObjectText out;
  out.number("now", now_ms_).json("runs", array(documents));
  return answered(
      out.json("next_before", documents.size() == limit ? microtime_json(last_ms) : "null"));
}

Outcome DatabaseModel::read_errors(const Json& in) const {
  std::uint64_t limit = 0;
  if (outside(in, "p_limit", 100, 1000, limit)) return bad_request("p_limit is 1 to 1000");
  const std::string asked = in.has("p_state") ? std::string(in["p_state"].view()) : "open";
  if (asked != "open" && asked != "ignored" && asked != "resolved")
    return bad_request("p_state is open, ignored or resolved");
  std::vector<std::string> documents;
  std::uint64_t last = 0;
  for (const HeldEntry& entry : held) {
    if (documents.size() == limit) break;
    if (entry.state() != asked || entry.id <= in["p_after_id"].number()) continue;
    documents.push_back(error_document(entry, in["p_with_values"].flag()));
    last = entry.id;
  }
  ObjectText out;
  out.number("now", now_ms_).json("errors", array(documents));
  out.json("next_after", documents.size() == limit ? std::to_string(last) : "null");
  out.number("ignored_count", held_ignored_count());
  return answered(out.number("open_count", held_open_count()));
}

Outcome DatabaseModel::resolve_errors(const Json& in) {
  const Json ids = in["p_ids"];
  if (ids.is_null() || ids.size() > 1000) return bad_request("p_ids has at most 1000 numbers");
  const std::string action = in.has("p_action") ? std::string(in["p_action"].view()) : "resolve";
  if (action != "resolve" && action != "ignore" && action != "reopen")
    return bad_request("p_action is resolve, ignore or reopen");
  std::uint64_t count = 0;
  for (const Json& id : ids.items())
    for (HeldEntry& entry : held)
      if (entry.id == id.number() && review(entry, action, now_ms_)) ++count;
  ObjectText out;
  return answered(out.number("now", now_ms_).number("changed", count));
}

Outcome DatabaseModel::prune(const Json& in) {
  const Json keep = in["p_keep_days"];
  if (keep.integer() < 0 || (in.has("p_keep_days") && keep.is_null()))
    return bad_request("p_keep_days is not negative");
  std::uint64_t limit = 0;
  if (outside(in, "p_limit", 500, 1000, limit)) return bad_request("p_limit is 1 to 1000");
  const std::uint64_t age_ms = (keep.is_null() ? 90 : keep.number()) * kDayMs;
  const auto is_old = [&](std::uint64_t ms) { return ms != 0 && ms + age_ms < now_ms_; };
  const Run* const newest = last_success();
  const std::string kept = newest == nullptr ? "" : newest->sync_id;
  std::vector<std::string> doomed;
  const std::vector<const Run*> sorted = youngest_first();
  for (auto run = sorted.rbegin(); run != sorted.rend() && doomed.size() < limit; ++run)
    if (is_old((*run)->completed_at_ms) && (*run)->sync_id != kept)
      doomed.push_back((*run)->sync_id);
  runs.erase(std::remove_if(runs.begin(), runs.end(),
                            [&](const Run& run) {
                              return std::count(doomed.begin(), doomed.end(), run.sync_id) != 0;
                            }),
             runs.end());
  std::uint64_t errors = 0;
  held.erase(std::remove_if(held.begin(), held.end(),
                            [&](const HeldEntry& entry) {
                              return is_old(entry.resolved_at_ms) && errors < limit && ++errors > 0;
                            }),
             held.end());
  ObjectText out;
  out.number("now", now_ms_).number("runs", doomed.size()).number("errors", errors);
  return answered(out.number("alerts", 0));
}

}  // namespace listing_sync::testing
