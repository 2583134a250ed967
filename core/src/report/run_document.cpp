// Runs.
#include "report/run_document.h"

#include <algorithm>
#include <string>

#include "json/json_fields.h"

namespace listing_sync {
namespace {

using nlohmann::json;

std::uint64_t written(const json& ledger) {
  return number_field(ledger, "inserted") + number_field(ledger, "updated") +
         number_field(ledger, "unchanged");
}

json cause(const json& run) {
  const std::string code = text_field(run, "cause_code");
  if (code.empty()) return nullptr;
  return {{"code", code}, {"message", text_field(run, "cause_message")}};
}

}  // namespace

json stats_document(const json& ledger) {
  return {{"total", number_field(ledger, "read")},
          {"success", written(ledger)},
          {"failed", number_field(ledger, "failed")},
          {"skipped", number_field(ledger, "skipped")},
          {"inserted", number_field(ledger, "inserted")},
          {"updated", number_field(ledger, "updated")},
          {"unchanged", number_field(ledger, "unchanged")},
          {"heldCells", number_field(ledger, "held_cells")}};
}

json progress_document(const json& run) {
  const json& ledger = member(run, "ledger");
  const std::uint64_t done = written(ledger) + number_field(ledger, "failed");
  const std::uint64_t expected = std::max(done, number_field(ledger, "expected"));
  std::uint64_t percent = expected == 0 ? 0 : done * 100 / expected;
  const std::string status = text_field(run, "status");
  if (status == "completed") percent = 100;
  if (status == "in_progress" && percent > 99) percent = 99;
  return {{"done", done}, {"expected", expected}, {"percent", percent}};
}

json run_document(const json& run) {
  const json& keys = member(run, "keys");
  return {{"syncId", member(run, "sync_id")},
          {"status", member(run, "status")},
          {"kind", member(run, "kind")},
          {"trigger", member(run, "trigger")},
          {"dryRun", flag_field(run, "dry_run")},
          {"requestedAt", member(run, "requested_at")},
          {"startedAt", member(run, "started_at")},
          {"completedAt", member(run, "completed_at")},
          {"durationMs", member(run, "duration_ms")},
          {"numbers", keys.is_array() ? json(keys.size()) : json(nullptr)},
          {"stats", stats_document(member(run, "ledger"))},
          {"progress", progress_document(run)},
          {"cause", cause(run)}};
}

}  // namespace listing_sync
