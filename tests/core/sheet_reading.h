// What the sheet tests share: an answer read to its end and written down as one line of text.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "listing_sync/sheet.h"

namespace listing_sync::testing {

/// A copy of `text` in memory that ends where the text ends: a sanitizer sees one byte too many.
class ExactBytes {
 public:
  explicit ExactBytes(std::string_view text) : size_(text.size()), bytes_(new char[size_]) {
    std::copy(text.begin(), text.end(), bytes_.get());
  }
  [[nodiscard]] std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<char[]> bytes_;
};

/// One line of a table of examples.
struct Example {
  std::string json, expected;
};
using Examples = std::vector<Example>;

/// A string as it is, in quotes, with ~ behind it where it is not verbatim and ! where it held an
/// unpaired surrogate; other cells by their text; null as such.
inline std::string show(const Cell& cell) {
  switch (cell.kind) {
    case CellKind::missing:
      return "missing";
    case CellKind::null:
      return "null";
    case CellKind::number:
    case CellKind::boolean:
      return std::string(cell.text);
    case CellKind::string:
      break;
  }
  const std::string_view mark = cell.lone_surrogate ? "!" : cell.verbatim ? "" : "~";
  return '"' + std::string(cell.text) + '"' + std::string(mark);
}

inline std::string show(const std::vector<Cell>& cells) {
  std::string line = "[";
  for (const Cell& cell : cells) {
    if (line.size() > 1) line += ' ';
    line += show(cell);
  }
  return line + ']';
}

inline std::string show(const std::optional<Fault>& fault) {
  return fault ? fault->code + " at " + fault->where : "ok";
}

/// All of an answer: `range: [row] [row]; range: [row]`, then ` -> ` and its fault, if any.
inline std::string read_answer(std::string_view body, const SheetLimits& limits = {}) {
  const ExactBytes bytes(body);
  SheetReader reader(bytes.view(), limits);
  std::vector<Cell> cells;
  std::string lines;
  while (reader.next_range()) {
    std::string rows;
    while (reader.next_row(cells)) rows += ' ' + show(cells);
    if (!lines.empty()) lines += "; ";
    lines += reader.range() + ':' + rows;
  }
  return reader.fault() ? lines + " -> " + show(reader.fault()) : lines;
}

/// Only the verdict of reading all of an answer: "ok" or "code at byte N".
inline std::string verdict(std::string_view body, const SheetLimits& limits = {}) {
  const ExactBytes bytes(body);
  return show(check_sheet_answer(bytes.view(), limits));
}

}  // namespace listing_sync::testing
