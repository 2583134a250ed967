// Numbers as people type them: 2,180万円, ▲500, 約3.8万円（税込）, 100.5㎡.
#pragma once

#include <string_view>

#include "cells/decimal.h"
#include "listing_sync/cells.h"

namespace listing_sync {

/// Reads `text` (width-folded, trimmed) as a number in a column of `unit` into `value`, in normal
/// form; 坪 becomes m2. Codes: not_a_number, ambiguous_range, unexpected_unit.
[[nodiscard]] CellCode parse_number_text(std::string_view text, Unit unit, Decimal& value);

}  // namespace listing_sync
