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

/// GET …/health. `facts` as sync_read_health answers them.
///   unhealthy: three runs in a row failed, or no run has succeeded for an hour (or ever, and one
///   has failed) degraded:  never run, one or two failures, no success for 15 minutes, over 5 % of
///   rows held, a circuit not closed healthy:   none of these
[[nodiscard]] nlohmann::json health_document(const nlohmann::json& facts);

/// A problem document (RFC 9457). `code` is stable; `type` is its URN.
[[nodiscard]] nlohmann::json problem_document(std::uint16_t status, std::string_view code,
                                              std::string_view title, std::string_view detail);

}  // namespace listing_sync
