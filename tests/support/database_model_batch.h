// A commit of the database model: its arguments as read, and what became of its rows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/database_model.h"

namespace listing_sync::testing {

struct BatchColumn {
  std::string_view name;
  bool insert_only = false;
};

struct SentBatch {
  Json arguments;  // what the views below point into
  std::vector<Json> rows;
  std::vector<std::string_view> keys;  // of the rows
  std::vector<BatchColumn> columns;
  std::vector<std::string_view> row_numbers;  // JSON
  std::vector<std::int64_t> covered;
  std::vector<Held> held;
  std::uint64_t failed = 0, skipped = 0, held_cells = 0;
  std::optional<std::uint64_t> expected;
  bool dry_run = false;

  /// The column of a row's cell, looked for at `place` first; null: not of this batch.
  [[nodiscard]] const BatchColumn* column(std::size_t place, std::string_view name) const;
};

struct Failure {
  std::size_t at;  // within the rows
  Refusal why;
};

struct WrittenBatch {
  std::uint64_t inserted = 0, updated = 0, unchanged = 0;
  std::vector<std::size_t> locked;
  std::vector<Failure> failed;
};

}  // namespace listing_sync::testing
