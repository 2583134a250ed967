// Sheets API v4, spreadsheets.values.batchGet: trailing blanks are left out, ranges are cut at the
// grid, a range that begins beyond the grid is refused for the whole request.
#include <algorithm>

#include "listing_sync/sheet.h"
#include "sim/sheet.h"
#include "support/json.h"

namespace listing_sync::sim {
namespace {

using testing::Outcome;
using testing::quoted;

constexpr std::string_view kFiller = "\"社内\"";

int hex(char c) { return c <= '9' ? c - '0' : c - 'A' + 10; }

std::string decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
    i += 2;
  }
  return out;
}

struct Corner {
  std::uint32_t column = 0, row = 0;  ///< 1-based; 0: not named
};

Corner corner_of(std::string_view text) {
  Corner corner;
  for (const char c : text)
    if (c >= 'A' && c <= 'Z')
      corner.column = corner.column * 26 + static_cast<std::uint32_t>(c - 'A') + 1;
    else
      corner.row = corner.row * 10 + static_cast<std::uint32_t>(c - '0');
  return corner;
}

Outcome refused(const std::string& message) {
  return {400,
          R"({"error":{"code":400,"status":"INVALID_ARGUMENT","message":)" + quoted(message) + "}}",
          "", "{}"};
}

}  // namespace

std::uint32_t Sheet::grid_rows() const {
  return static_cast<std::uint32_t>(
      std::max<std::uint64_t>(1, header_row_ + order_.size() + grid_spare_));
}

void Sheet::append_cell(std::string& out, const Content& content, std::size_t physical) const {
  const int column = physical_[physical];
  if (column < 0)
    out += content.kind == KeyKind::blank ? std::string_view("\"\"") : kFiller;
  else if (column == 0)
    out += content.key_cell.empty() ? "\"\"" : content.key_cell;
  else {
    const auto at = static_cast<std::size_t>(column);
    const std::string& cell = columns_.list[at].values[content.values[at]].cell;
    out += cell.empty() ? "\"\"" : cell;
  }
}

// [cell,cell,…] of the first `column_end` columns, without trailing blanks.
const std::string& Sheet::line(SheetRow& row, std::size_t column_end) {
  const std::uint64_t wanted = layout_ << 20 | column_end;
  if (row.line_of == wanted) return row.line;
  row.line = "[";
  std::size_t used = 1;
  for (std::size_t i = 0; i < column_end; ++i) {
    const std::size_t before = row.line.size();
    if (i > 0) row.line += ',';
    append_cell(row.line, row.now.content, i);
    const bool blank = row.line.size() - before == (i > 0 ? 3u : 2u) && row.line.back() == '"';
    if (!blank) used = row.line.size();
  }
  row.line.resize(used);
  row.line += ']';
  row.line_of = wanted;
  return row.line;
}

void Sheet::append_header(std::string& out, std::size_t column, std::size_t column_end) const {
  out += '[';
  for (std::size_t i = column; i < column_end; ++i) {
    if (i > column) out += ',';
    const int number = physical_[i];
    if (number < 0)
      out += "\"社内メモ " + std::to_string(i) + '"';
    else if (static_cast<std::size_t>(number) == spoiled_at_)
      out += quoted(spoiled_);
    else
      out += quoted(columns_.list[static_cast<std::size_t>(number)].header);
  }
  out += ']';
}

void Sheet::append_rows(std::string& out, std::uint32_t first, std::uint32_t last,
                        std::size_t column, std::size_t column_end) {
  std::size_t used = out.size();
  for (std::uint32_t row = first; row <= last && row <= header_row_ + order_.size(); ++row) {
    if (row > first) out += ',';
    const std::size_t before = out.size();
    if (row < header_row_) {
      out += "[]";
    } else if (row == header_row_) {
      append_header(out, column, column_end);
    } else if (column == 0 && column_end > 1) {
      out += line(*order_[row - header_row_ - 1], column_end);
    } else {
      out += '[';
      append_cell(out, order_[row - header_row_ - 1]->now.content, column);
      out += ']';
      if (out.ends_with("[\"\"]")) out.replace(before, std::string::npos, "[]");
    }
    if (out.size() - before > 2) used = out.size();
  }
  out.resize(used);
}

void Sheet::append_range(std::string& out, std::string_view cells) {
  const auto colon = cells.find(':');
  const Corner from = corner_of(cells.substr(0, colon)), to = corner_of(cells.substr(colon + 1));
  const auto columns = static_cast<std::uint32_t>(physical_.size());
  const std::uint32_t first = std::max(from.row, 1u);
  const std::uint32_t last = to.row == 0 ? grid_rows() : std::min(to.row, grid_rows());
  const std::uint32_t column = std::max(from.column, 1u) - 1;
  const std::uint32_t column_end = to.column == 0 ? columns : std::min(to.column, columns);
  out += R"({"range":)" +
         quoted(quote_tab(columns_.tab) + "!" + column_letters(column) + std::to_string(first) +
                ":" + column_letters(column_end - 1) + std::to_string(last));
  out += R"(,"majorDimension":"ROWS")";
  const std::size_t before = out.size();
  out += ",\"values\":[";
  const std::size_t start = out.size();
  append_rows(out, first, last, column, column_end);
  if (out.size() == start)
    out.resize(before);
  else
    out += ']';
  out += '}';
}

Outcome Sheet::answer(std::string_view path) {
  constexpr std::string_view kName = "&ranges=";
  const std::string tab = quote_tab(columns_.tab);
  std::string out;
  out.reserve(answer_size_);
  out = R"({"spreadsheetId":"sheet","valueRanges":[)";
  bool first = true;
  for (auto at = path.find(kName); at != path.npos; at = path.find(kName, at)) {
    at += kName.size();
    const std::string range = decoded(path.substr(at, path.find('&', at) - at));
    const auto bang = range.rfind('!');
    const std::string_view cells = std::string_view(range).substr(bang + 1);
    if (tab_gone_ || range.substr(0, bang) != tab)
      return refused("Unable to parse range: " + range);
    const Corner corner = corner_of(cells.substr(0, cells.find(':')));
    if (corner.row > grid_rows() || corner.column > physical_.size())
      return refused("Range (" + range +
                     ") exceeds grid limits. Max rows: " + std::to_string(grid_rows()) +
                     ", max columns: " + std::to_string(physical_.size()));
    if (!first) out += ',';
    first = false;
    append_range(out, cells);
  }
  out += "]}";
  answer_size_ = std::max(answer_size_, out.size() + 1000);
  return {200, std::move(out), "", "{}"};
}

}  // namespace listing_sync::sim
