// What is stored decides, not what this caller remembers: two callers plan the same, and
// sync_record_alerts lets the first of them.
#include "alerts/plan.h"

#include <algorithm>
#include <array>
#include <string>

#include "json/json_fields.h"

namespace listing_sync {
namespace {

using nlohmann::json;

bool is_open(const json& alert) { return text_field(alert, "status") == "open"; }
bool is_pending(const json& alert) { return text_field(alert, "delivery") == "pending"; }

const Finding* finding_of(const std::vector<Finding>& findings, const json& alert) {
  const std::string rule = text_field(alert, "rule");
  const auto found = std::find_if(findings.begin(), findings.end(),
                                  [&](const Finding& finding) { return finding.rule == rule; });
  return found == findings.end() ? nullptr : &*found;
}

json change(std::string_view what, const json& alert) {
  return {{"do", what},
          {"id", member(alert, "id")},
          {"event_number", member(alert, "event_number")},
          {"rule", member(alert, "rule")}};
}

json with(json change, const Finding& finding, std::uint64_t reminders) {
  change["severity"] = finding.severity;
  change["summary"] = finding.summary;
  change["facts"] = finding.facts;
  change["remind_in_ms"] = remind_in_ms(reminders);
  return change;
}

}  // namespace

std::uint64_t remind_in_ms(std::uint64_t reminders) {
  constexpr std::uint64_t kHourMs = 3'600'000;
  constexpr std::array<std::uint64_t, 5> kHours = {1, 2, 4, 8, 24};
  const auto last = static_cast<std::uint64_t>(kHours.size() - 1);
  return kHours[static_cast<std::size_t>(std::min(reminders, last))] * kHourMs;
}

AlertPlan plan_alerts(const std::vector<Finding>& findings, const json& facts,
                      const AlertSettings& settings) {
  AlertPlan plan;
  std::vector<const Finding*> known;
  const std::uint64_t now_ms = number_field(facts, "now");
  const json& alerts = member(facts, "alerts");
  const auto is_due = [&](const json& alert, const char* time) {
    return member(alert, time).is_number() && number_field(alert, time) <= now_ms;
  };
  for (const json& alert : alerts.is_array() ? alerts : json::array()) {
    if (is_pending(alert))
      plan.settles = plan.settles || !settings.deliver || is_due(alert, "deliver_at_ms");
    if (!is_open(alert)) continue;
    const Finding* const finding = finding_of(findings, alert);
    known.push_back(finding);
    if (finding == nullptr)
      plan.changes.push_back(change("resolved", alert));
    else if (!is_pending(alert) && is_due(alert, "remind_at_ms"))
      plan.changes.push_back(
          with(change("reminded", alert), *finding, number_field(alert, "reminders") + 1));
  }
  for (const Finding& finding : findings)
    if (std::find(known.begin(), known.end(), &finding) == known.end())
      plan.changes.push_back(with({{"do", "opened"}, {"rule", finding.rule}}, finding, 0));
  return plan;
}

}  // namespace listing_sync
