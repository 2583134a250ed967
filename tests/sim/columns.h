// The mapping of a world and, for each column, cells together with what must become of them. A cell
// and its stored value are made in one breath, never by asking the core: what the core makes of the
// cell is compared with what its author meant.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/dice.h"

namespace listing_sync::sim {

/// What becomes of a cell.
enum class Fate : std::uint8_t {
  write,      ///< `stored` is written
  clear,      ///< null is written
  keep,       ///< nothing is said of the column
  held_cell,  ///< nothing is said, and the cell is held
  held_row    ///< the row is held
};

struct Value {
  std::string cell;    ///< as Sheets sends it (JSON); "" blank
  std::string stored;  ///< JSON
  Fate fate = Fate::write;
  std::string code;    ///< under which it is held
  bool blank = false;  ///< no content, whatever it looks like
};

/// Where in a column's values the special ones stand; ordinary ones follow.
constexpr std::uint16_t kBlankValue = 0, kErrorValue = 1, kLoadingValue = 2, kInvalidValue = 3,
                        kFirstValue = 4;

struct SimColumn {
  std::string name, header;
  std::string mapping;  ///< the column's object in the mapping
  std::vector<Value> values;
  bool insert_only = false;
  bool sensitive = false;
};

/// Two mappings over the same sheet: the second, deployed in mid-run, knows one column less.
constexpr std::size_t kMappings = 2;

struct Columns {
  std::vector<SimColumn> list;  ///< the first is the key
  std::string mapping[kMappings];
  std::string tab = "物件 '一覧'";
  /// Columns the mapping knows.
  [[nodiscard]] std::size_t size(std::size_t mapping_number) const {
    return list.size() - mapping_number;
  }
};

[[nodiscard]] Columns make_columns(std::size_t count, std::uint64_t header_row, Dice& dice);

/// 1899-12-30 plus `serial` days as YYYY-MM-DD, by counting on from a known day.
[[nodiscard]] std::string date_of_serial(std::uint32_t serial);

/// What a sensitive cell contains: must never be seen in a log or a report.
constexpr std::string_view kSecret = "SECRET";

}  // namespace listing_sync::sim
