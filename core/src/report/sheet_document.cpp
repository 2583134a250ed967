// The sheet's columns.
#include "report/sheet_document.h"

#include <array>
#include <utility>

#include "listing_sync/sheet.h"

namespace listing_sync {

using nlohmann::json;

std::string_view type_word(ColumnType type) {
  constexpr std::array<std::string_view, 11> kWords = {"text",     "integer",    "number",  "date",
                                                       "datetime", "year_month", "boolean", "enum",
                                                       "url",      "email",      "phone"};
  return kWords[static_cast<std::size_t>(type)];
}

json sheet_document(const Mapping& mapping, const std::string& spreadsheet_id,
                    const HeaderMatch* match) {
  json columns = json::array();
  for (std::size_t i = 0; i < mapping.columns.size(); ++i) {
    const Column& column = mapping.columns[i];
    columns.push_back({{"column", column.name},
                       {"header", column.headers.front()},
                       {"letter", match ? json(column_letters(match->index[i])) : json(nullptr)},
                       {"type", type_word(column.type)},
                       {"sensitive", column.sensitive}});
  }
  return {{"url", "https://docs.google.com/spreadsheets/d/" + spreadsheet_id + "/edit"},
          {"tab", mapping.tab},
          {"headerRow", mapping.header_row},
          {"columns", std::move(columns)}};
}

}  // namespace listing_sync
