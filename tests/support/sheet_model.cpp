// Sheets API v4, spreadsheets.values.batchGet, as documented.
#include "support/sheet_model.h"

#include <algorithm>

#include "listing_sync/sheet.h"
#include "support/json.h"

namespace listing_sync::testing {
namespace {

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
    i += 2;
  }
  return out;
}

std::vector<std::string> range_parameters(std::string_view path) {
  constexpr std::string_view kName = "&ranges=";
  std::vector<std::string> ranges;
  for (auto at = path.find(kName); at != path.npos; at = path.find(kName, at)) {
    at += kName.size();
    ranges.push_back(decoded(path.substr(at, path.find('&', at) - at)));
  }
  return ranges;
}

struct Corner {
  bool has_column = false, has_row = false;
  std::uint32_t column = 0, row = 0;
};

Corner corner_of(std::string_view text) {
  Corner corner;
  for (const char c : text) {
    if (c >= 'A' && c <= 'Z') {
      corner.column = corner.column * 26 + static_cast<std::uint32_t>(c - 'A') + 1;
      corner.has_column = true;
    } else {
      corner.row = corner.row * 10 + static_cast<std::uint32_t>(c - '0');
      corner.has_row = true;
    }
  }
  return corner;
}

Outcome refused(const std::string& message) {
  return {400,
          R"({"error":{"code":400,"status":"INVALID_ARGUMENT","message":)" + quoted(message) + "}}",
          "", "{}"};
}

}  // namespace

std::vector<std::string> ranges_of(std::string_view path) {
  std::vector<std::string> ranges = range_parameters(path);
  for (std::string& range : ranges) range.erase(0, range.rfind('!') + 1);
  return ranges;
}

std::vector<std::string>& SheetModel::row(std::uint32_t row) {
  if (rows.size() < row) rows.resize(row);
  grid_rows = std::max(grid_rows, row);
  return rows[row - 1];
}

void SheetModel::remove_row(std::uint32_t row) {
  if (row > grid_rows) return;
  if (row <= rows.size()) rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(row) - 1);
  --grid_rows;
}

void SheetModel::insert_row(std::uint32_t row, std::vector<std::string> cells) {
  if (rows.size() < row - 1) rows.resize(row - 1);
  rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(row) - 1, std::move(cells));
  ++grid_rows;
}

SheetModel::Range SheetModel::resolve(std::string_view cells) const {
  const auto colon = cells.find(':');
  const Corner first = corner_of(cells.substr(0, colon)), last = corner_of(cells.substr(colon + 1));
  return {first.has_row ? first.row : 1, std::min(last.has_row ? last.row : grid_rows, grid_rows),
          first.has_column ? first.column - 1 : 0,
          std::min(last.has_column ? last.column : grid_columns, grid_columns) - 1};
}

std::string SheetModel::range_object(const Range& range) const {
  std::vector<std::string> lines;
  std::size_t used = 0;
  for (std::uint32_t row = range.row_first; row <= range.row_last && row <= rows.size(); ++row) {
    const auto& cells = rows[row - 1];
    std::vector<std::string> line;
    std::size_t line_used = 0;
    for (std::size_t i = range.column_first; i <= range.column_last && i < cells.size(); ++i) {
      line.push_back(cells[i].empty() ? "\"\"" : cells[i]);
      if (!cells[i].empty() && cells[i] != "\"\"") line_used = line.size();
    }
    line.resize(line_used);
    lines.push_back(array(line));
    if (line_used > 0) used = lines.size();
  }
  lines.resize(used);
  const std::string name = quote_tab(tab) + "!" + column_letters(range.column_first) +
                           std::to_string(range.row_first) + ":" +
                           column_letters(range.column_last) + std::to_string(range.row_last);
  const std::string values = lines.empty() ? "" : ",\"values\":" + array(lines);
  return "{\"range\":" + quoted(name) + ",\"majorDimension\":\"ROWS\"" + values + "}";
}

Outcome SheetModel::answer(std::string_view path) const {
  std::vector<std::string> objects;
  for (const std::string& range : range_parameters(path)) {
    const auto bang = range.rfind('!');
    if (range.substr(0, bang) != quote_tab(tab)) return refused("Unable to parse range: " + range);
    const Range cells = resolve(std::string_view(range).substr(bang + 1));
    if (cells.row_first > grid_rows || cells.column_first >= grid_columns)
      return refused("Range (" + range + ") exceeds grid limits. Max rows: " +
                     std::to_string(grid_rows) + ", max columns: " + std::to_string(grid_columns));
    objects.push_back(range_object(cells));
  }
  return {200, R"({"spreadsheetId":"sheet","valueRanges":)" + array(objects) + "}", "", "{}"};
}

}  // namespace listing_sync::testing
