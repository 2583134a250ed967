// One function per rule; each answers its finding or nothing.
#include "alerts/rules.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "json/json_fields.h"

namespace listing_sync {
namespace {

using nlohmann::json;
using Found = std::optional<Finding>;

constexpr std::uint64_t kMinuteMs = 60'000;
constexpr std::uint64_t kRowsMin = 20;  // of fewer rows a large part is nothing special
constexpr std::uint64_t kStuckIntervals = 3, kStalledMax = 5;
constexpr std::string_view kWarning = "warning", kCritical = "critical";

std::string counted(std::uint64_t count, std::string_view unit) {
  return std::to_string(count) + ' ' + std::string(unit) + (count == 1 ? "" : "s");
}

std::string duration(std::uint64_t ms) {
  const std::uint64_t minutes = ms / kMinuteMs;
  if (minutes < 120) return counted(minutes, "minute");
  constexpr std::uint64_t kHour = 60, kDay = 24 * kHour;
  return minutes < 2 * kDay ? counted(minutes / kHour, "hour") : counted(minutes / kDay, "day");
}

/// Tenths of a percent, rounded down; `whole` is not 0.
std::uint64_t permille(std::uint64_t part, std::uint64_t whole) { return part * 1000 / whole; }

std::string percent_text(std::uint64_t permille) {
  const std::uint64_t tenths = permille % 10;
  return std::to_string(permille / 10) + (tenths == 0 ? "" : '.' + std::to_string(tenths)) + " %";
}

double percent_number(std::uint64_t permille) { return static_cast<double>(permille) / 10; }

std::string limit_text(const std::string& limit) { return " (limit " + limit + ")."; }

// Rows that are listings: without blank rows and keys outside the pattern.
std::uint64_t listings(const json& ledger) {
  const std::uint64_t read = number_field(ledger, "read");
  return read - std::min(read, number_field(ledger, "skipped"));
}

const json& success(const json& facts, std::size_t index) {
  const json& successes = member(facts, "successes");
  return successes.is_array() && index < successes.size() ? successes[index] : member({}, "");
}

Found no_success(const json& facts, const AlertSettings& settings) {
  const std::uint64_t silent_ms = number_field(facts, "silent_ms");
  if (settings.silent_ms == 0 || silent_ms <= settings.silent_ms) return std::nullopt;
  const bool ever = success(facts, 0).is_object();
  const std::string limit = limit_text(duration(settings.silent_ms));
  return Finding{"no_success",
                 kCritical,
                 (ever ? "No full run has succeeded for " + duration(silent_ms)
                       : "No full run has succeeded yet; the first was asked for " +
                             duration(silent_ms) + " ago") +
                     limit,
                 {{"minutes", silent_ms / kMinuteMs},
                  {"limitMinutes", settings.silent_ms / kMinuteMs},
                  {"ever", ever}}};
}

Found consecutive_failures(const json& facts, const AlertSettings& settings) {
  const std::uint64_t failures = number_field(facts, "consecutive_failures");
  if (settings.failures == 0 || failures < settings.failures) return std::nullopt;
  const std::string code = text_field(member(facts, "last_full_end"), "cause_code");
  return Finding{"consecutive_failures",
                 kCritical,
                 counted(failures, "full run") + " in a row failed" +
                     (code.empty() ? "" : ", the last one with " + code) + '.',
                 {{"failures", failures},
                  {"limit", settings.failures},
                  {"code", code.empty() ? json(nullptr) : json(code)}}};
}

Found error_rate(const json& facts, const AlertSettings& settings) {
  const json& ledger = success(facts, 0);
  const std::uint64_t rows = number_field(ledger, "read");
  const std::uint64_t failed = std::min(rows, number_field(ledger, "failed"));
  if (settings.error_percent == 0 || failed * 100 <= settings.error_percent * rows)
    return std::nullopt;
  const std::uint64_t part = permille(failed, rows);
  return Finding{"error_rate",
                 kWarning,
                 std::to_string(failed) + " of " + counted(rows, "row") + " (" +
                     percent_text(part) + ") were held in the last successful full run" +
                     limit_text(percent_text(settings.error_percent * 10)),
                 {{"failed", failed},
                  {"rows", rows},
                  {"percent", percent_number(part)},
                  {"limitPercent", settings.error_percent}}};
}

/// When the circuit was left closed; nothing where it is closed or nobody knows since when.
std::optional<std::uint64_t> not_closed_since(const json& circuit) {
  if (text_field(circuit, "state", "closed") == "closed") return std::nullopt;
  std::optional<std::uint64_t> since;
  if (const json& past = member(circuit, "transitions"); past.is_array())
    for (const json& step : past) {
      if (text_field(step, "to") == "closed")
        since.reset();
      else if (!since)
        since = number_field(step, "at_ms");
    }
  return since ? *since : number_field(circuit, "opened_at_ms");
}

Found circuit_open(const json& facts, const AlertSettings& settings) {
  const json& circuits = member(facts, "circuits");
  if (!circuits.is_object()) return std::nullopt;
  const std::uint64_t now_ms = number_field(facts, "now");
  std::uint64_t longest_ms = 0;
  std::string longest;
  for (const auto& [target, circuit] : circuits.items()) {
    const auto since = not_closed_since(circuit);
    if (!since || *since + std::max(settings.interval_ms, longest_ms) >= now_ms) continue;
    longest_ms = now_ms - *since;
    longest = target;
  }
  if (longest.empty()) return std::nullopt;
  return Finding{"circuit_open",
                 kWarning,
                 "Calls to " + std::string(longest == "sheets" ? "Google Sheets" : "the database") +
                     " have been held back for " + duration(longest_ms) +
                     " after repeated failures.",
                 {{"minutes", longest_ms / kMinuteMs}, {"target", longest}}};
}

Found header_drift(const json& facts, const AlertSettings& /*settings*/) {
  constexpr std::array<std::string_view, 3> kHeaderFaults = {"header_missing", "header_duplicated",
                                                             "header_ambiguous"};
  const std::string code = text_field(member(facts, "last_full_end"), "cause_code");
  if (std::find(kHeaderFaults.begin(), kHeaderFaults.end(), code) == kHeaderFaults.end())
    return std::nullopt;
  return Finding{"header_drift",
                 kCritical,
                 "The sheet's headers do not fit the mapping any more (" + code +
                     "): nothing is written until they do.",
                 {{"code", code}}};
}

Found held_rows(const json& facts, const AlertSettings& settings) {
  const std::uint64_t held = number_field(facts, "held_open_count");
  if (settings.held == 0 || held <= settings.held) return std::nullopt;
  return Finding{"held_rows",
                 kWarning,
                 std::to_string(held) + " held rows and cells await review" +
                     limit_text(std::to_string(settings.held)),
                 {{"held", held}, {"limit", settings.held}}};
}

Found mass_change(const json& facts, const AlertSettings& settings) {
  const json& ledger = success(facts, 0);
  const std::uint64_t rows = listings(ledger);
  const std::uint64_t updated = std::min(rows, number_field(ledger, "updated"));
  if (settings.change_percent == 0 || rows < kRowsMin ||
      updated * 100 <= settings.change_percent * rows)
    return std::nullopt;
  const std::uint64_t part = permille(updated, rows);
  return Finding{"mass_change",
                 kWarning,
                 std::to_string(updated) + " of " + counted(rows, "listing") + " (" +
                     percent_text(part) + ") changed in one full run" +
                     limit_text(percent_text(settings.change_percent * 10)),
                 {{"updated", updated},
                  {"rows", rows},
                  {"percent", percent_number(part)},
                  {"limitPercent", settings.change_percent}}};
}

Found mass_disappearance(const json& facts, const AlertSettings& settings) {
  const std::uint64_t before = listings(success(facts, 1));
  const std::uint64_t rows = std::min(before, listings(success(facts, 0)));
  const std::uint64_t gone = before - rows;
  if (settings.missing_percent == 0 || before < kRowsMin ||
      gone * 100 <= settings.missing_percent * before)
    return std::nullopt;
  const std::uint64_t part = permille(gone, before);
  return Finding{"mass_disappearance",
                 kCritical,
                 std::to_string(gone) + " of " + counted(before, "listing") + " (" +
                     percent_text(part) + ") are gone from the sheet since the full run before" +
                     limit_text(percent_text(settings.missing_percent * 10)),
                 {{"gone", gone},
                  {"rows", rows},
                  {"rowsBefore", before},
                  {"percent", percent_number(part)},
                  {"limitPercent", settings.missing_percent}}};
}

Found lease_stuck(const json& facts, const AlertSettings& settings) {
  const json& progress = member(facts, "open_progress");
  const std::uint64_t stuck_ms = number_field(progress, "stuck_ms");
  const std::uint64_t stalled = number_field(progress, "stalled");
  const bool left_alone = stuck_ms > kStuckIntervals * settings.interval_ms;
  if (!left_alone && stalled < kStalledMax) return std::nullopt;
  return Finding{
      "lease_stuck",
      kWarning,
      left_alone ? "Nobody has worked on the open run for " + duration(stuck_ms) + '.'
                 : counted(stalled, "invocation") + " in a row committed nothing to the open run.",
      {{"minutes", stuck_ms / kMinuteMs}, {"invocations", stalled}}};
}

}  // namespace

std::vector<Finding> find_alerts(const json& facts, const AlertSettings& settings) {
  constexpr std::array kRules = {no_success,   consecutive_failures, error_rate,
                                 circuit_open, header_drift,         held_rows,
                                 mass_change,  mass_disappearance,   lease_stuck};
  std::vector<Finding> findings;
  for (const auto rule : kRules)
    if (Found found = rule(facts, settings)) findings.push_back(std::move(*found));
  return findings;
}

}  // namespace listing_sync
