// The alert rules: stored facts in, findings out. Pure; what is done about a finding is plan.h's.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/settings.h"

namespace listing_sync {

struct Finding {
  std::string_view rule, severity;  ///< stable name; warning or critical
  std::string summary;              ///< one English sentence; never a cell's content
  nlohmann::json facts;             ///< the numbers in it, and stable words
};

/// What is wrong now, at most once per rule, in this order. `facts` as sync_watch answers them.
///   no_success            no full run has succeeded for silent_ms; catches what the others miss
///   consecutive_failures  that many full runs in a row have failed
///   error_rate            so many percent of the last successful run's rows were held
///   circuit_open          a circuit has not been closed for longer than an interval
///   header_drift          the last full run ended because headers do not fit the mapping
///   held_rows             more held rows and cells than that await review
///   mass_change           so many percent of the rows changed in one run
///   mass_disappearance    so many percent of the rows are gone since the successful run before
///   lease_stuck           nobody works on the open run, or again and again in vain
[[nodiscard]] std::vector<Finding> find_alerts(const nlohmann::json& facts,
                                               const AlertSettings& settings);

}  // namespace listing_sync
