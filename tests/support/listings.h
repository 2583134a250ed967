// A small source of listings for tests of the engine: number, rent, note.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "support/host_model.h"

namespace listing_sync::testing {

/// Header 番号 -> key, 賃料 -> rent (number, invalid: row), 備考 -> note (text, invalid: cell, at
/// most 20 characters). `more`: further members of the mapping, `"name":value,…`.
[[nodiscard]] std::string listings_mapping(std::string_view more = "");

/// The key of listing `number`: K00001.
[[nodiscard]] std::string listing_key(std::uint32_t number);
[[nodiscard]] std::vector<std::string> listing_row(std::uint32_t number);

/// A world whose sheet holds `count` listings below the header in `header_row`, in a grid of
/// exactly
/// that size, and whose database has no run yet.
[[nodiscard]] HostModel world_of(std::uint32_t count, std::uint32_t header_row = 1);

/// What is started: a scheduled sync with short back-off and no rate limit to speak of.
[[nodiscard]] Started sync_started(std::string_view mapping_more = "",
                                   std::string_view options = "", std::string budgets = "{}");

/// Invocations until one does not yield, or 50; answers the last.
Invocation run_to_end(HostModel& world, const Started& started);

/// True if the table holds the sheet's rows and nothing else (rows whose key stands once).
[[nodiscard]] std::string differences(const HostModel& world, std::uint32_t header_row = 1);

}  // namespace listing_sync::testing
