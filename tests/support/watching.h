// A world whose alerts are looked at: facts by name, and what reached the webhook.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "support/host_model.h"

namespace listing_sync::testing {

/// What sync_watch finds; nothing is wrong where nothing is set.
struct Facts {
  std::uint64_t silent_ms = 0, failures = 0, held = 0;
  std::string last_cause;              ///< "": the last full run completed
  std::vector<std::string> successes;  ///< ledgers, the younger first
  std::string circuits = "{}", progress = "null";
  [[nodiscard]] std::string json() const;
};

/// Of a run over `rows` listings.
[[nodiscard]] std::string ledger(std::uint64_t rows, std::uint64_t updated = 0,
                                 std::uint64_t failed = 0, std::uint64_t skipped = 0);

/// Job watch; `settings`: members of `alerts` beside `deliver`.
[[nodiscard]] Started watch_started(std::string_view settings = "", bool deliver = true,
                                    std::string budgets = "{}");

/// What arrived at a webhook that answers 200.
struct Receiver {
  std::vector<Json> messages;
  std::vector<std::uint64_t> at_ms;
  void attach(HostModel& world);
  /// "opened no_success" and so on, in the order of arrival.
  [[nodiscard]] std::vector<std::string> events() const;
};

}  // namespace listing_sync::testing
