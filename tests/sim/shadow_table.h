// The table as it must be: what was sent is applied here by the rules of docs/DATABASE.md, what
// staff do is repeated here, and the model's table is compared with it. Knows nothing of the
// model's bookkeeping.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sim/columns.h"
#include "sim/sheet.h"
#include "support/json.h"

namespace listing_sync::sim {

struct ShadowRow {
  std::vector<std::string> values;  ///< per column, JSON; the last is one that only staff know
  std::vector<Moment> staff_at;     ///< when staff last typed into the column
  bool stands = false;
  Moment deleted_at = 0;
};

class ShadowTable {
 public:
  enum class Written : std::uint8_t { inserted, updated, unchanged };

  explicit ShadowTable(const Columns& columns) : columns_(columns) {}

  [[nodiscard]] const ShadowRow* find(std::string_view key) const;
  /// Also a row that was deleted.
  [[nodiscard]] const ShadowRow* remembered(std::string_view key) const;
  /// A row object arrives. `dry`: it is only found out what would happen.
  Written write(const std::string& key, const testing::Json& row, bool dry);
  void staff_set(const std::string& key, std::size_t column, std::string value, Moment moment);
  void staff_delete(const std::string& key, Moment moment);
  [[nodiscard]] std::string column_name(std::size_t column) const;
  [[nodiscard]] std::size_t staff_column() const { return columns_.list.size(); }
  /// Number of the column of that name; size of the list if there is none.
  [[nodiscard]] std::size_t column_of(std::string_view name) const;
  [[nodiscard]] const std::unordered_map<std::string, ShadowRow>& rows() const { return rows_; }

 private:
  [[nodiscard]] bool is_insert_only(std::size_t column) const;
  const Columns& columns_;
  std::unordered_map<std::string, ShadowRow> rows_;
};

}  // namespace listing_sync::sim
