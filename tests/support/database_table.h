// The target table as the database model keeps it: rows of column -> JSON text,
// what its columns are like, and why it refuses a row.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace listing_sync::testing {

/// A stored row. As a map of a few columns in the order in which they came, cheap to compare.
class Row {
 public:
  using Cell = std::pair<std::string, std::string>;

  Row() = default;
  Row(std::initializer_list<Cell> cells) : cells_(cells) {}

  /// The cell, added as "" where there is none.
  std::string& operator[](std::string_view column);
  [[nodiscard]] const std::string& at(std::string_view column) const;
  [[nodiscard]] const std::string* find(std::string_view column) const;
  [[nodiscard]] std::size_t count(std::string_view column) const { return find(column) ? 1 : 0; }
  /// The cell; looked for at `place` first, where the cells of rows that came alike stand.
  [[nodiscard]] std::string* find_near(std::size_t place, std::string_view column);
  void add(std::string_view column, std::string_view value) { cells_.emplace_back(column, value); }
  void reserve(std::size_t count) { cells_.reserve(count); }

  [[nodiscard]] std::size_t size() const { return cells_.size(); }
  [[nodiscard]] auto begin() const { return cells_.begin(); }
  [[nodiscard]] auto end() const { return cells_.end(); }
  bool operator==(const Row& other) const { return cells_ == other.cells_; }
  bool operator!=(const Row& other) const { return cells_ != other.cells_; }

 private:
  std::vector<Cell> cells_;
};

using Table = std::map<std::string, Row, std::less<>>;

/// A column of the table, where it matters to a test.
struct Column {
  std::string name;
  std::string fallback = "null";  ///< JSON: what an insert that does not name it leaves
  /// "bigint", …: texts are refused with 22P02; "": anything goes.
  std::string number_type = "";
  bool writable = true;
};

/// Why the database does not take a row.
struct Refusal {
  std::string code;  ///< SQLSTATE
  std::string column, constraint, message;

  Refusal() = default;
  // Not explicit: a table of refusals is a table of SQLSTATEs where nothing else matters.
  Refusal(const char* sqlstate) : code(sqlstate) {}             // NOLINT
  Refusal(std::string sqlstate) : code(std::move(sqlstate)) {}  // NOLINT
  Refusal(std::string_view sqlstate, std::string_view of_column, std::string_view by_constraint,
          std::string_view words)
      : code(sqlstate), column(of_column), constraint(by_constraint), message(words) {}
};

}  // namespace listing_sync::testing
