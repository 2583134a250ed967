// A1 notation as Sheets speaks it: tab names, column letters, resolved ranges.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "listing_sync/sheet.h"

namespace listing_sync {
namespace {

constexpr std::uint32_t kLetters = 26;
constexpr std::size_t kColumnLettersMax = 3;  // ZZZ is column 18,278, Sheets' last
constexpr std::size_t kRowDigitsMax = 8;      // 10 million cells are Sheets' limit

struct GridCell {
  std::uint32_t row = 0, column = 0;
};

/// What stands behind the tab's name and its `!`; nullopt where a quoted name does not end.
std::optional<std::string_view> without_tab(std::string_view range) {
  if (!range.starts_with('\'')) {
    const auto mark = range.rfind('!');
    return mark == std::string_view::npos ? range : range.substr(mark + 1);
  }
  std::size_t at = 1;
  for (;; at += 2) {  // a doubled quote is part of the name
    at = range.find('\'', at);
    if (at == std::string_view::npos) return std::nullopt;
    if (range.substr(at + 1, 1) != "'") break;
  }
  if (range.substr(at + 1, 1) != "!") return std::nullopt;
  return range.substr(at + 2);
}

/// "FZ1000" -> row 1000, column 182.
std::optional<GridCell> parse_cell(std::string_view text) {
  GridCell cell;
  const auto is_letter = [](char byte) { return byte >= 'A' && byte <= 'Z'; };
  const auto is_digit = [](char byte) { return byte >= '0' && byte <= '9'; };
  const auto* const digits = std::find_if_not(text.begin(), text.end(), is_letter);
  const auto letter_count = static_cast<std::size_t>(digits - text.begin());
  const auto digit_count = text.size() - letter_count;
  if (letter_count == 0 || letter_count > kColumnLettersMax) return std::nullopt;
  if (digit_count == 0 || digit_count > kRowDigitsMax || *digits == '0') return std::nullopt;
  for (const char letter : text.substr(0, letter_count)) {
    cell.column = cell.column * kLetters + static_cast<std::uint32_t>(letter - 'A') + 1;
  }
  for (const char digit : text.substr(letter_count)) {
    if (!is_digit(digit)) return std::nullopt;
    cell.row = cell.row * 10 + static_cast<std::uint32_t>(digit - '0');
  }
  return cell;
}

}  // namespace

std::optional<GridRange> parse_grid_range(std::string_view range) {
  const auto cells = without_tab(range);
  if (!cells) return std::nullopt;
  const auto colon = cells->find(':');
  const auto first = parse_cell(cells->substr(0, colon));
  // Sheets names a range of one cell by that cell alone.
  const auto last = colon == std::string_view::npos ? first : parse_cell(cells->substr(colon + 1));
  if (!first || !last || last->row < first->row || last->column < first->column) {
    return std::nullopt;
  }
  return GridRange{first->row, last->row, first->column, last->column};
}

std::string column_letters(std::uint32_t index) {
  std::string letters;
  for (std::uint64_t rest = std::uint64_t{index} + 1; rest > 0; rest = (rest - 1) / kLetters) {
    letters.insert(letters.begin(), static_cast<char>('A' + (rest - 1) % kLetters));
  }
  return letters;
}

std::string quote_tab(std::string_view tab) {
  std::string quoted = "'";
  for (const char byte : tab) {
    if (byte == '\'') quoted += '\'';
    quoted += byte;
  }
  quoted += '\'';
  return quoted;
}

}  // namespace listing_sync
