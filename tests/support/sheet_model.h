// A tab of a spreadsheet in memory, and what values:batchGet answers of it: trailing blanks are
// left
// out, ranges are cut at the grid and resolved, a range that begins beyond the grid is refused.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "support/http.h"

namespace listing_sync::testing {

class SheetModel {
 public:
  std::string tab = "物件 一覧";
  std::uint32_t grid_rows = 1000, grid_columns = 26;
  /// Rows from row 1; cells as JSON texts, "" for a blank one.
  std::vector<std::vector<std::string>> rows;

  /// Row `row` (1-based), made where there is none; the grid grows with it.
  std::vector<std::string>& row(std::uint32_t row);
  /// Removes the row and moves up what is below; the grid shrinks.
  void remove_row(std::uint32_t row);
  /// Inserts a row before `row`; the grid grows.
  void insert_row(std::uint32_t row, std::vector<std::string> cells);

  /// Answers GET `path`.
  [[nodiscard]] Outcome answer(std::string_view path) const;

 private:
  struct Range {
    std::uint32_t row_first = 1, row_last = 0, column_first = 0, column_last = 0;
  };
  [[nodiscard]] Range resolve(std::string_view cells) const;
  [[nodiscard]] std::string range_object(const Range& range) const;
};

/// The `ranges` of a batchGet path, decoded, without the tab: "1:1", "A:A", "A2:C501", "A502:C".
[[nodiscard]] std::vector<std::string> ranges_of(std::string_view path);

}  // namespace listing_sync::testing
