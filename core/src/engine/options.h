// What one invocation was started with.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "alerts/settings.h"
#include "listing_sync/mapping.h"
#include "listing_sync/policy.h"
#include "listing_sync/result.h"

namespace listing_sync {

struct Options {
  std::string job, trigger, instance, spreadsheet_id, sync_id;
  nlohmann::json request;  ///< job request: what was asked
  nlohmann::json sources;  ///< jobs due and overview: the names of the deployment's sources
  Budget budget;
  Backoff backoff;
  std::uint32_t batch_size = 500, retry_attempts = 3, breaker_threshold = 5;
  std::uint64_t rate_limit = 10;         ///< database requests a second
  std::uint64_t sheets_rate_limit = 50;  ///< reads a minute, of all sources of a deployment
  std::uint64_t breaker_timeout_ms = 60'000;
  std::uint64_t lease_ms = 60'000, timeout_ms = 30'000, random_seed = 0;
  std::uint64_t interval_ms = 300'000;         ///< between two full runs; 0: each tick opens one
  std::uint64_t keep_days = 90;                ///< jobs due and prune
  std::uint64_t answer_bytes_max = 64U << 20;  ///< of one answer, as the memory allows
  AlertSettings alerts;                        ///< jobs watch, alert_test and due
  bool ignore_resume_at = false;
};

/// Faults: bad_event (an option out of its range), bad_spreadsheet_id.
[[nodiscard]] Result<Options> read_options(const nlohmann::json& started, std::uint64_t now_ms,
                                           const Mapping& mapping);

}  // namespace listing_sync
