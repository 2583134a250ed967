// One event of an alert on its way to the webhook: facts only. The shape a receiver wants, its
// address and its signature belong to the host.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace listing_sync {

/// `delivery` as sync_record_alerts hands it out.
[[nodiscard]] std::string delivery_body(std::string_view source, const nlohmann::json& delivery);

/// The event of a test, which is stored nowhere. `instance`: of this invocation, makes the id.
[[nodiscard]] std::string test_body(std::string_view source, std::string_view instance);

/// Until a later invocation tries again, after `attempt` of them: 2, 4, 8 … 60 minutes, never
/// before what the receiver asked for (at most a day).
[[nodiscard]] std::uint64_t redeliver_in_ms(std::uint64_t attempt, std::uint64_t floor_ms);

}  // namespace listing_sync
