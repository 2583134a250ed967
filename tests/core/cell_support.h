// One cell by the real path, for tests: type, policy and cell as in tests/vectors/*.tsv, the
// outcome in the same words. The cell is read by SheetReader, the column by parse_column.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "listing_sync/cells.h"

namespace listing_sync::testing {

/// A cell together with the answer it was read from.
class OwnedCell {
 public:
  /// Reads `json`, one JSON value as Sheets sends it. A test that passes no such value is stopped.
  explicit OwnedCell(std::string_view json);
  [[nodiscard]] const Cell& cell() const { return cell_; }

 private:
  std::string answer_, text_;
  Cell cell_;
};

/// parse_column(); a test that passes a faulty policy is stopped with the fault's message.
[[nodiscard]] Column column_of(std::string_view type, std::string_view policy = "{}",
                               std::string_view time_zone = "");

/// `write <json>`, `clear`, `keep`, `keep error_cell` or `invalid <code>`. Also asserts that `out`
/// was only appended to, and left alone where nothing is written.
[[nodiscard]] std::string convert(const Column& column, std::string_view cell_json);
[[nodiscard]] std::string convert(std::string_view type, std::string_view policy,
                                  std::string_view cell_json, std::string_view time_zone = "");

/// Whether two outcomes are the same: numbers by value, JSON strings by what they decode to.
[[nodiscard]] bool is_same_outcome(std::string_view expected, std::string_view got);

}  // namespace listing_sync::testing
