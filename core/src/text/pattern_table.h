// A small pattern with every set of states it can be in worked out beforehand: one look-up per
// character. Most patterns of a mapping are small, and a sheet has ten thousands of cells.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "text/pattern_program.h"

namespace listing_sync::pattern {

class Table {
 public:
  /// Bounds of a table, and with them of the work of building it; beyond them run() it is.
  static constexpr std::size_t kInstructionsMax = 64;
  static constexpr std::size_t kSymbolsMax = 64;
  static constexpr std::size_t kSetsMax = 64;

  /// nullopt where the pattern needs more than the bounds allow.
  [[nodiscard]] static std::optional<Table> build(const Program& program);

  /// The same answer as run().
  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  friend class TableBuilder;

  [[nodiscard]] std::size_t symbol_of(char32_t point) const;

  /// Where a new run of code points begins that no instruction tells apart; the first is 0.
  std::vector<char32_t> symbol_begins_;
  std::array<std::uint8_t, 128> ascii_symbols_{};
  /// next_[set * row_size_ + symbol]; the last entry of a row is for the text's end.
  std::vector<std::uint8_t> next_;
  std::size_t row_size_ = 0;
};

}  // namespace listing_sync::pattern
