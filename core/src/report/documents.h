// Stored facts -> the documents people and monitors read. Pure functions; nothing is remembered
// between calls.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace listing_sync {

/// GET …/status/:syncId. `run` as sync_read_status answers it.
[[nodiscard]] nlohmann::json status_document(const nlohmann::json& run);

/// GET …/health. `facts` as sync_read_health answers them; `interval_ms` between two full runs.
///   unhealthy  three runs in a row failed, none has succeeded for 12 intervals (or ever, and one
///              has failed), or nobody came to work that was due for 12 intervals
///   degraded   never run, one or two failures, no success or nobody there for 3 intervals, over
///              5 % of rows held, a circuit not closed
///   healthy    none of these
[[nodiscard]] nlohmann::json health_document(const nlohmann::json& facts,
                                             std::uint64_t interval_ms);

/// GET /api/sync/health: the worst status, and the health of each source. `facts` as
/// sync_read_overview answers them.
[[nodiscard]] nlohmann::json overview_document(const nlohmann::json& facts,
                                               std::uint64_t interval_ms);

/// What a tick should work on, in this order. `facts` as sync_read_due answers them.
[[nodiscard]] nlohmann::json due_document(const nlohmann::json& facts);

/// A problem document (RFC 9457). `code` is stable; `type` is its URN.
[[nodiscard]] nlohmann::json problem_document(std::uint16_t status, std::string_view code,
                                              std::string_view title, std::string_view detail);

}  // namespace listing_sync
