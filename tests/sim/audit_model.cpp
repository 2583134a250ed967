// What the model holds, its table and its held entries, against what it must hold.
#include "sim/auditor.h"

namespace listing_sync::sim {
namespace {

using testing::HeldEntry;

/// key, column, code; the key is empty for a row without one.
using Identity = std::array<std::string, 3>;

std::string join(const Identity& identity) {
  return identity[0] + "." + identity[1] + " " + identity[2];
}

}  // namespace

void Auditor::check_table() {
  std::size_t standing = 0;
  for (const auto& [key, row] : shadow_.rows()) {
    if (!row.stands) continue;
    ++standing;
    const auto stored = model_.table.find(key);
    if (stored == model_.table.end()) return found("row_deleted", key + " is gone from the table");
    if (stored->second.size() != row.values.size())
      return found("table_differs", key + " has columns nobody registered");
    std::size_t i = 0;
    for (const auto& [column, value] : stored->second) {
      if (value != row.values[i])
        return found("table_differs",
                     key + "." + column + " is " + value + ", must be " + row.values[i]);
      ++i;
    }
  }
  if (standing != model_.table.size()) found("row_appeared", "the table holds rows nobody wrote");
}

bool Auditor::is_held(const std::string& key) const {
  for (const HeldEntry& entry : model_.held)
    if (entry.open() && entry.held.key == key && entry.held.kind == "row") return true;
  return false;
}

std::size_t Auditor::held_without_key() const {
  std::size_t count = 0;
  for (const HeldEntry& entry : model_.held)
    if (entry.open() && entry.held.keyless) ++count;
  return count;
}

// The entries of one row of the sheet, as it stands.
void Auditor::add_expected(const SheetRow& row, std::size_t mapping,
                           std::set<std::array<std::string, 3>>& expected) const {
  const Content& content = row.now.content;
  if (content.kind != KeyKind::listing) return;
  if (sheet_.key(content.key)->count() > 1) {
    expected.insert({content.key, "key", "duplicate_key"});
    return;
  }
  const bool written = sheet_.is_written(content, mapping);
  const auto refused = model_.refused.find(content.key);
  if (written && refused != model_.refused.end())
    expected.insert({content.key, refused->second.column, refused->second.code});
  if (written && model_.swallowed.count(content.key) != 0)
    expected.insert({content.key, "", "refused_by_trigger"});
  for (std::size_t i = 1; i < sheet_.columns().size(mapping); ++i) {
    const SimColumn& column = sheet_.columns().list[i];
    const Value& value = column.values[content.values[i]];
    if (!value.code.empty() && (value.fate == Fate::held_cell || value.fate == Fate::held_row))
      expected.insert({content.key, column.name, value.code});
  }
}

// After a calm run exactly the bad rows and cells of the sheet are held.
void Auditor::check_held_entries(const Run& run) {
  std::set<Identity> expected, open;
  std::set<std::string> keyless;
  for (const SheetRow* row : sheet_.rows()) {
    add_expected(*row, run.mapping, expected);
    if (sheet_.has_no_key(row->now.content, run.mapping))
      keyless.insert(sheet_.cells_of(row->now.content, run.mapping));
  }
  for (const HeldEntry& entry : model_.held)
    if (entry.open() && !entry.held.keyless)
      open.insert({entry.held.key, entry.held.column, entry.held.code});
  for (const Identity& identity : expected)
    if (open.count(identity) == 0) return found("held_missing", join(identity) + " is not held");
  for (const Identity& identity : open)
    if (expected.count(identity) == 0)
      return found("held_too_long", join(identity) + " is still held, and the sheet is right");
  if (held_without_key() != keyless.size())
    found("held_keyless_wrong", std::to_string(held_without_key()) +
                                    " rows without a key are held, " +
                                    std::to_string(keyless.size()) + " stand in the sheet");
}

}  // namespace listing_sync::sim
