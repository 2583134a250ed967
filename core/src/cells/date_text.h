// Dates as people type them: 2024/1/9, 令和8年4月8日(水), R8.4.8 10:30.
#pragma once

#include <cstdint>
#include <string_view>

#include "cells/calendar.h"
#include "listing_sync/cells.h"

namespace listing_sync {

/// What the column needs of a date; what goes further is dropped, what is missing is ambiguous.
enum class DateDetail : std::uint8_t { month, day };

struct TypedDate {
  CivilDate date;  ///< day 0 where none was typed
  ClockTime time;  ///< midnight where none was typed
};

/// Reads `text` (width-folded, trimmed). Codes: not_a_date, ambiguous_date, impossible_date.
[[nodiscard]] CellCode parse_date_text(std::string_view text, DateDetail detail, TypedDate& typed);

}  // namespace listing_sync
