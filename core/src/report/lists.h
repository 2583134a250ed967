// Stored lists -> the documents people page through. Pure functions.
#pragma once

#include <nlohmann/json.hpp>

namespace listing_sync {

/// GET …/history. `facts` as sync_read_history answers them.
[[nodiscard]] nlohmann::json history_document(const nlohmann::json& facts);

/// GET …/errors. `facts` as sync_read_errors answers them.
[[nodiscard]] nlohmann::json errors_document(const nlohmann::json& facts);

/// GET …/alerts. `facts` as sync_read_alerts answers them.
[[nodiscard]] nlohmann::json alerts_document(const nlohmann::json& facts);

}  // namespace listing_sync
