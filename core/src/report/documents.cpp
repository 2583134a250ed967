// Status, health and problem documents. The API alone is camelCase, as specified.
#include "report/documents.h"

#include <algorithm>
#include <array>

#include "json/json_fields.h"
#include "report/explanations.h"
#include "report/run_document.h"

namespace listing_sync {
namespace {

using nlohmann::json;

constexpr std::uint64_t kMinuteMs = 60'000;
constexpr std::uint64_t kStandardIntervalMs = 5 * kMinuteMs;
constexpr std::uint64_t kLateIntervals = 3, kSilentIntervals = 12;
constexpr std::uint64_t kFailuresMax = 3;
constexpr double kErrorRateMax = 0.05;

json error_entry(const json& held) {
  const std::string code = text_field(held, "code");
  const std::string message = text_field(held, "message");
  return {{"propertyNumber", member(held, "key")},
          {"error", message.empty() ? explain_code(code) : message},
          {"code", code},
          {"column", member(held, "column")},
          {"row", member(held, "row")}};
}

json last_success(const json& run) {
  if (!run.is_object()) return nullptr;
  return {{"syncId", member(run, "sync_id")},
          {"completedAt", member(run, "completed_at")},
          {"stats", stats_document(member(run, "ledger"))}};
}

json last_ended(const json& run) {
  if (!run.is_object()) return nullptr;
  const json document = run_document(run);
  json ended;
  for (const char* name : {"syncId", "status", "kind", "completedAt", "cause"})
    ended[name] = document[name];
  return ended;
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
  std::string_view code;
  std::string message;
};

struct Health {
  std::string_view status = "healthy";
  json reasons = json::array();

  void add(const Finding& finding) {
    if (!finding.holds) return;
    if (finding.grave) status = "unhealthy";
    if (status == "healthy") status = "degraded";
    reasons.push_back({{"code", finding.code}, {"message", finding.message}});
  }
};

std::string for_minutes(std::string_view what, std::uint64_t ms) {
  return std::string(what) + " for " + std::to_string(ms / kMinuteMs) + " minutes";
}

// What the times say. Two findings of one kind, the graver one alone.
void judge_times(const json& facts, std::uint64_t interval_ms, Health& health) {
  const std::uint64_t interval = interval_ms == 0 ? kStandardIntervalMs : interval_ms;
  const std::uint64_t late_ms = kLateIntervals * interval;
  const std::uint64_t silent_ms = kSilentIntervals * interval;
  const json& success = member(facts, "last_success");
  const std::uint64_t age_ms = number_field(success, "age_ms");
  const std::uint64_t waiting_ms = number_field(facts, "waiting_ms");
  health.add({age_ms > silent_ms, true, "silent", for_minutes("no run has succeeded", age_ms)});
  health.add({age_ms > late_ms && age_ms <= silent_ms, false, "late",
              for_minutes("no run has succeeded", age_ms)});
  health.add({waiting_ms > late_ms, waiting_ms > silent_ms, "ticks_missed",
              for_minutes("work has been due, and no tick has come,", waiting_ms)});
}

Health judge(const json& facts, std::uint64_t interval_ms) {
  Health health;
  const json& success = member(facts, "last_success");
  const bool ever = success.is_object();
  const std::uint64_t failures = number_field(facts, "consecutive_failures");
  health.add(
      {failures >= kFailuresMax, true, "failing", "the last three runs or more have failed"});
  health.add({!ever && failures > 0, true, "never_succeeded", "no run has succeeded yet"});
  health.add({!ever && failures == 0, false, "never_run", "no run has ended yet"});
  health.add({ever && failures > 0 && failures < kFailuresMax, false, "last_run_failed",
              "the last run has failed"});
  judge_times(facts, interval_ms, health);
  health.add({error_rate(success) > kErrorRateMax, false, "many_errors",
              "more than 5 % of the rows are held"});
  health.add({worst_circuit(member(facts, "circuits")) != "closed", false, "circuit_not_closed",
              "calls are being held back after failures"});
  return health;
}

// Graver words have higher ranks.
std::size_t rank(std::string_view status) {
  constexpr std::array<std::string_view, 3> kStatuses = {"healthy", "degraded", "unhealthy"};
  return static_cast<std::size_t>(std::find(kStatuses.begin(), kStatuses.end(), status) -
                                  kStatuses.begin());
}

}  // namespace

json status_document(const json& run) {
  json errors = json::array();
  if (const json& held = member(run, "errors"); held.is_array())
    for (const json& entry : held) errors.push_back(error_entry(entry));
  json document = run_document(run);
  document.update({{"errors", std::move(errors)},
                   {"errorsTotal", number_field(run, "errors_count")},
                   {"report", member(run, "report")}});
  return document;
}

json health_document(const json& facts, std::uint64_t interval_ms) {
  const json& success = member(facts, "last_success");
  const json& open_run = member(facts, "open_run");
  Health health = judge(facts, interval_ms);
  json running = nullptr;
  if (open_run.is_object())
    running = {{"syncId", member(open_run, "sync_id")},
               {"startedAt", member(open_run, "started_at")},
               {"progress", progress_document(open_run)}};
  return {
      {"status", health.status},
      {"lastSync", member(success, "completed_at")},
      {"errorRate", error_rate(success)},
      {"avgSyncDuration", static_cast<double>(number_field(facts, "average_duration_ms")) / 1000},
      {"queueSize", number_field(facts, "queued_count")},
      {"circuitBreakerState", worst_circuit(member(facts, "circuits"))},
      {"circuits", circuits_document(member(facts, "circuits"))},
      {"consecutiveFailures", number_field(facts, "consecutive_failures")},
      {"heldOpen", number_field(facts, "held_open_count")},
      {"heldIgnored", number_field(facts, "held_ignored_count")},
      {"alertsOpen", number_field(facts, "alerts_open_count")},
      {"intervalSeconds", interval_ms / 1000},
      {"lastSuccess", last_success(success)},
      {"lastEnded", last_ended(member(facts, "last_run"))},
      {"running", std::move(running)},
      {"reasons", std::move(health.reasons)}};
}

json overview_document(const json& facts, std::uint64_t interval_ms) {
  json sources = json::array();
  std::string worst = "healthy";
  if (const json& list = member(facts, "sources"); list.is_array())
    for (const json& one : list) {
      json document = health_document(one, interval_ms);
      if (text_field(one, "outcome") == "unknown_source") {
        document["status"] = "unhealthy";
        document["reasons"] = {{{"code", "unknown_source"},
                                {"message", "the source is not registered in the database"}}};
      }
      document["source"] = member(one, "source");
      if (const std::string status = text_field(document, "status"); rank(status) > rank(worst))
        worst = status;
      sources.push_back(std::move(document));
    }
  return {{"status", worst}, {"sources", std::move(sources)}};
}

json due_document(const json& facts) {
  json sources = json::array();
  if (const json& list = member(facts, "sources"); list.is_array())
    for (const json& one : list)
      sources.push_back({{"source", member(one, "source")},
                         {"registered", flag_field(one, "registered")},
                         {"due", flag_field(one, "due")},
                         {"opens", flag_field(one, "opens")},
                         {"prunable", flag_field(one, "prunable")},
                         {"alerts_due", flag_field(one, "alerts_due")}});
  return {{"sources", std::move(sources)}};
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
