// docs/DATABASE.md, "What a row object means".
#include "sim/shadow_table.h"

namespace listing_sync::sim {

const ShadowRow* ShadowTable::find(std::string_view key) const {
  const auto found = rows_.find(std::string(key));
  return found == rows_.end() || !found->second.stands ? nullptr : &found->second;
}

const ShadowRow* ShadowTable::remembered(std::string_view key) const {
  const auto found = rows_.find(std::string(key));
  return found == rows_.end() ? nullptr : &found->second;
}

std::string ShadowTable::column_name(std::size_t column) const {
  return column == staff_column() ? "staff_note" : columns_.list[column].name;
}

// Columns are named key, c1, c2, …
std::size_t ShadowTable::column_of(std::string_view name) const {
  if (name == "key") return 0;
  std::size_t number = 0;
  if (name.empty() || name.front() != 'c') return columns_.list.size();
  for (const char c : name.substr(1)) number = number * 10 + static_cast<std::size_t>(c - '0');
  return number;
}

bool ShadowTable::is_insert_only(std::size_t column) const {
  return columns_.list[column].insert_only;
}

ShadowTable::Written ShadowTable::write(const std::string& key, const testing::Json& row,
                                        bool dry) {
  ShadowRow& stored = rows_[key];
  const bool inserts = !stored.stands;
  if (inserts && dry) return Written::inserted;
  if (inserts) {
    stored.values.assign(columns_.list.size() + 1, "null");
    stored.staff_at.assign(columns_.list.size() + 1, 0);
    stored.stands = true;
  }
  bool changed = false;
  std::size_t at = 0;
  for (const testing::Json& value : row.items()) {
    const std::size_t column = column_of(row.name(at++));
    if (column >= columns_.list.size() || (!inserts && is_insert_only(column))) continue;
    if (stored.values[column] == value.raw_view()) continue;
    changed = true;
    if (!dry) stored.values[column] = value.raw_view();
  }
  if (inserts) return Written::inserted;
  return changed ? Written::updated : Written::unchanged;
}

void ShadowTable::staff_set(const std::string& key, std::size_t column, std::string value,
                            Moment moment) {
  ShadowRow& stored = rows_[key];
  stored.values[column] = std::move(value);
  stored.staff_at[column] = moment;
}

void ShadowTable::staff_delete(const std::string& key, Moment moment) {
  ShadowRow& stored = rows_[key];
  stored.stands = false;
  stored.deleted_at = moment;
}

}  // namespace listing_sync::sim
