// Findings and stored alerts -> what is to be recorded: each alert opens once, is reminded of at
// growing intervals, and resolves once. Pure.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

#include "alerts/rules.h"
#include "alerts/settings.h"

namespace listing_sync {

struct AlertPlan {
  nlohmann::json changes = nlohmann::json::array();  ///< p_changes of sync_record_alerts
  bool settles = false;  ///< deliveries are due, or wait for a webhook that is no more
  [[nodiscard]] bool empty() const { return changes.empty() && !settles; }
};

/// `facts` as sync_watch answers them: its `alerts` and `now`. What is not delivered yet is not
/// reminded of: whoever hears of it late hears of it once.
[[nodiscard]] AlertPlan plan_alerts(const std::vector<Finding>& findings,
                                    const nlohmann::json& facts, const AlertSettings& settings);

/// Until the next reminder, after `reminders` of them: 1, 2, 4, 8 hours, then a day.
[[nodiscard]] std::uint64_t remind_in_ms(std::uint64_t reminders);

}  // namespace listing_sync
