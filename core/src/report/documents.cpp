// Status, health and problem documents. The API alone is camelCase, as specified.
#include "report/documents.h"

#include <array>

#include "json/json_fields.h"
#include "report/explanations.h"

namespace listing_sync {
namespace {

using nlohmann::json;

constexpr std::uint64_t kLateMs =
    std::uint64_t{15} * 60'000;  // three ticks of the default schedule
constexpr std::uint64_t kSilentMs = std::uint64_t{60} * 60'000;
constexpr std::uint64_t kFailuresMax = 3;
constexpr double kErrorRateMax = 0.05;

std::uint64_t written(const json& ledger) {
  return number_field(ledger, "inserted") + number_field(ledger, "updated") +
         number_field(ledger, "unchanged");
}

json stats(const json& ledger) {
  return {{"total", number_field(ledger, "read")},
          {"success", written(ledger)},
          {"failed", number_field(ledger, "failed")},
          {"skipped", number_field(ledger, "skipped")},
          {"inserted", number_field(ledger, "inserted")},
          {"updated", number_field(ledger, "updated")},
          {"unchanged", number_field(ledger, "unchanged")},
          {"heldCells", number_field(ledger, "held_cells")}};
}

// Rows dealt with against rows expected. A finished run is at 100 %; a running one never says so.
json progress(const json& run) {
  const json& ledger = member(run, "ledger");
  const std::uint64_t done = written(ledger) + number_field(ledger, "failed");
  const std::uint64_t expected = std::max(done, number_field(ledger, "expected"));
  std::uint64_t percent = expected == 0 ? 0 : done * 100 / expected;
  const std::string status = text_field(run, "status");
  if (status == "completed") percent = 100;
  if (status == "in_progress" && percent > 99) percent = 99;
  return {{"done", done}, {"expected", expected}, {"percent", percent}};
}

json error_entry(const json& held) {
  const std::string code = text_field(held, "code");
  const std::string message = text_field(held, "message");
  return {{"propertyNumber", member(held, "key")},
          {"error", message.empty() ? explain_code(code) : message},
          {"code", code},
          {"column", member(held, "column")},
          {"row", member(held, "row")}};
}

double error_rate(const json& last_success) {
  const json& ledger = member(last_success, "ledger");
  const std::uint64_t total = number_field(ledger, "read");
  if (total == 0) return 0;
  return static_cast<double>(number_field(ledger, "failed")) / static_cast<double>(total);
}

std::string worst_circuit(const json& circuits) {
  std::string worst = "closed";
  if (!circuits.is_object()) return worst;
  for (const auto& circuit : circuits) {
    const std::string state = text_field(circuit, "state", "closed");
    if (state == "open" || (state == "half-open" && worst == "closed")) worst = state;
  }
  return worst;
}

// Per target: where its breaker stands, and how it came there (times in epoch milliseconds).
json circuits_document(const json& stored) {
  json circuits = json::object();
  if (!stored.is_object()) return circuits;
  for (const auto& [target, circuit] : stored.items()) {
    json transitions = json::array();
    if (const json& past = member(circuit, "transitions"); past.is_array())
      for (const json& step : past)
        transitions.push_back({{"atMs", member(step, "at_ms")},
                               {"from", member(step, "from")},
                               {"to", member(step, "to")},
                               {"cause", member(step, "cause")}});
    circuits[target] = {{"state", text_field(circuit, "state", "closed")},
                        {"consecutiveFailures", number_field(circuit, "failures")},
                        {"transitions", std::move(transitions)}};
  }
  return circuits;
}

struct Finding {
  bool holds;
  bool grave;
  std::string_view code, message;
};

}  // namespace

json status_document(const json& run) {
  json errors = json::array();
  if (const json& held = member(run, "errors"); held.is_array())
    for (const json& entry : held) errors.push_back(error_entry(entry));
  json document = {{"syncId", member(run, "sync_id")},
                   {"status", member(run, "status")},
                   {"kind", member(run, "kind")},
                   {"dryRun", flag_field(run, "dry_run")},
                   {"startedAt", member(run, "started_at")},
                   {"completedAt", member(run, "completed_at")},
                   {"stats", stats(member(run, "ledger"))},
                   {"progress", progress(run)},
                   {"errors", std::move(errors)},
                   {"errorsTotal", number_field(run, "errors_count")},
                   {"cause", nullptr},
                   {"report", member(run, "report")}};
  if (const std::string code = text_field(run, "cause_code"); !code.empty())
    document["cause"] = {{"code", code}, {"message", text_field(run, "cause_message")}};
  return document;
}

json health_document(const json& facts) {
  const json& success = member(facts, "last_success");
  const json& open_run = member(facts, "open_run");
  const std::uint64_t failures = number_field(facts, "consecutive_failures");
  const bool ever = success.is_object();
  const std::uint64_t age_ms = ever ? number_field(success, "age_ms") : 0;
  const double rate = error_rate(success);
  const std::string circuit = worst_circuit(member(facts, "circuits"));
  const std::array findings = {
      Finding{failures >= kFailuresMax, true, "failing", "the last three runs or more have failed"},
      Finding{!ever && failures > 0, true, "never_succeeded", "no run has succeeded yet"},
      Finding{ever && age_ms > kSilentMs, true, "silent", "no run has succeeded for an hour"},
      Finding{!ever && failures == 0, false, "never_run", "no run has ended yet"},
      Finding{ever && failures > 0 && failures < kFailuresMax, false, "last_run_failed",
              "the last run has failed"},
      Finding{ever && age_ms > kLateMs && age_ms <= kSilentMs, false, "late",
              "no run has succeeded for 15 minutes"},
      Finding{rate > kErrorRateMax, false, "many_errors", "more than 5 % of the rows are held"},
      Finding{circuit != "closed", false, "circuit_not_closed",
              "calls are being held back after failures"},
  };
  std::string_view status = "healthy";
  json reasons = json::array();
  for (const Finding& finding : findings) {
    if (!finding.holds) continue;
    if (finding.grave) status = "unhealthy";
    if (status == "healthy") status = "degraded";
    reasons.push_back({{"code", finding.code}, {"message", finding.message}});
  }
  json running = nullptr;
  if (open_run.is_object())
    running = {{"syncId", member(open_run, "sync_id")},
               {"startedAt", member(open_run, "started_at")},
               {"progress", progress(open_run)}};
  return {
      {"status", status},
      {"lastSync", ever ? member(success, "completed_at") : json(nullptr)},
      {"errorRate", rate},
      {"avgSyncDuration", static_cast<double>(number_field(facts, "average_duration_ms")) / 1000},
      {"queueSize", number_field(facts, "queued_count")},
      {"circuitBreakerState", circuit},
      {"circuits", circuits_document(member(facts, "circuits"))},
      {"consecutiveFailures", failures},
      {"heldOpen", number_field(facts, "held_open_count")},
      {"running", std::move(running)},
      {"reasons", std::move(reasons)}};
}

json problem_document(std::uint16_t status, std::string_view code, std::string_view title,
                      std::string_view detail) {
  return {{"type", "urn:listing-sync:problem:" + std::string(code)},
          {"title", title},
          {"status", status},
          {"code", code},
          {"detail", detail}};
}

}  // namespace listing_sync
