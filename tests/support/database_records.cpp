// Records and rows of the database model.
#include "support/database_records.h"

#include <stdexcept>

#include "support/database_table.h"
#include "support/json.h"

namespace listing_sync::testing {

std::string Ledger::json() const {
  ObjectText out;
  out.number("read", read).number("inserted", inserted).number("updated", updated);
  out.number("unchanged", unchanged).number("failed", failed).number("skipped", skipped);
  out.number("held_cells", held_cells);
  return out.json("expected", expected ? std::to_string(*expected) : "null").done();
}

std::string Held::identity() const {
  return keyless ? "digest " + digest : "key " + key + '\n' + column;
}

std::string& Row::operator[](std::string_view column) {
  for (Cell& cell : cells_)
    if (cell.first == column) return cell.second;
  return cells_.emplace_back(column, "").second;
}

const std::string* Row::find(std::string_view column) const {
  for (const Cell& cell : cells_)
    if (cell.first == column) return &cell.second;
  return nullptr;
}

const std::string& Row::at(std::string_view column) const {
  const std::string* const found = find(column);
  if (found == nullptr) throw std::out_of_range("no column " + std::string(column));
  return *found;
}

std::string* Row::find_near(std::size_t place, std::string_view column) {
  if (place < cells_.size() && cells_[place].first == column) return &cells_[place].second;
  for (Cell& cell : cells_)
    if (cell.first == column) return &cell.second;
  return nullptr;
}

}  // namespace listing_sync::testing
