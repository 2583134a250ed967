// What the documents say of a run, wherever they name one.
#pragma once

#include <nlohmann/json.hpp>

namespace listing_sync {

/// `run` as the database tells it. Without its errors.
[[nodiscard]] nlohmann::json run_document(const nlohmann::json& run);

/// The ledger as the specification names its parts.
[[nodiscard]] nlohmann::json stats_document(const nlohmann::json& ledger);

/// Rows dealt with against rows expected. A completed run is at 100 %; a running one never says so.
[[nodiscard]] nlohmann::json progress_document(const nlohmann::json& run);

}  // namespace listing_sync
