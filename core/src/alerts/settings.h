// When an alert is due, as configured. A threshold of 0 switches its rule off.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>

namespace listing_sync {

struct AlertSettings {
  bool deliver = false;  ///< there is a webhook
  std::uint64_t interval_ms = 300'000;
  std::uint64_t silent_ms = 3'600'000;  ///< without a successful full run
  std::uint64_t failures = 3;           ///< in a row
  std::uint64_t error_percent = 5;      ///< of the rows, held
  std::uint64_t held = 100;             ///< entries that await review
  std::uint64_t change_percent = 50;    ///< of the rows, updated by one run
  std::uint64_t missing_percent = 20;   ///< of the rows of the run before, gone
};

/// `given`: member `alerts` of the started event; what is absent takes its default. `interval_ms`
/// between two full runs, 0: each tick opens one.
[[nodiscard]] AlertSettings read_alert_settings(const nlohmann::json& given,
                                                std::uint64_t interval_ms);

}  // namespace listing_sync
