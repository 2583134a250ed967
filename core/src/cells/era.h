// The Japanese eras since 1868.
#pragma once

#include <string_view>

#include "cells/calendar.h"
#include "cells/cursor.h"

namespace listing_sync {

struct Era {
  std::string_view name;
  std::string_view letter;
  CivilDate first;  ///< its year is the era's year 1 (元年)
  CivilDate last;   ///< inclusive
};

/// The era whose name or letter stands at `at`, which moves over it; null where none does.
[[nodiscard]] const Era* take_era(Cursor& at);

/// Whether the date (day 0: any day of the month) lies in the era.
[[nodiscard]] bool lies_in(const Era& era, const CivilDate& date);

}  // namespace listing_sync
