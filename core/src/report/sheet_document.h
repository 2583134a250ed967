// The columns of a source as a reader of its sheet knows them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "listing_sync/mapping.h"

namespace listing_sync {

[[nodiscard]] std::string_view type_word(ColumnType type);

/// `match` null: the sheet could not be read, and no column has a letter.
[[nodiscard]] nlohmann::json sheet_document(const Mapping& mapping,
                                            const std::string& spreadsheet_id,
                                            const HeaderMatch* match);

}  // namespace listing_sync
