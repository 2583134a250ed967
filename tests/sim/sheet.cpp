// History and edits of the sheet.
#include "sim/sheet.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace listing_sync::sim {

Sheet::Sheet(const Columns& columns, std::uint64_t header_row, std::uint64_t grid_spare)
    : columns_(columns),
      header_row_(header_row),
      grid_spare_(grid_spare),
      physical_(columns.list.size()) {
  std::iota(physical_.begin(), physical_.end(), 0);
}

const KeyHistory* Sheet::key(std::string_view key) const {
  const auto found = keys_.find(std::string(key));
  return found == keys_.end() ? nullptr : &found->second;
}

Content Sheet::blank_content() const {
  return {KeyKind::blank, "", "", std::vector<std::uint16_t>(columns_.list.size(), kBlankValue)};
}

bool Sheet::is_blank(const Content& content, std::size_t mapping) const {
  if (content.kind != KeyKind::blank) return false;
  for (std::size_t i = 1; i < columns_.size(mapping); ++i)
    if (!columns_.list[i].values[content.values[i]].blank) return false;
  return true;
}

bool Sheet::has_no_key(const Content& content, std::size_t mapping) const {
  return content.kind == KeyKind::error ||
         (content.kind == KeyKind::blank && !is_blank(content, mapping));
}

std::string Sheet::cells_of(const Content& content, std::size_t mapping) const {
  std::string cells = content.key_cell;
  for (std::size_t i = 1; i < columns_.size(mapping); ++i)
    cells += "," + columns_.list[i].values[content.values[i]].cell;
  return cells;
}

bool Sheet::is_written(const Content& content, std::size_t mapping) const {
  if (content.kind != KeyKind::listing) return false;
  for (std::size_t i = 1; i < columns_.size(mapping); ++i)
    if (columns_.list[i].values[content.values[i]].fate == Fate::held_row) return false;
  return true;
}

std::string Sheet::image_of(const Content& content, std::size_t mapping) const {
  if (!is_written(content, mapping)) return {};
  std::string image = "{\"key\":\"" + content.key + "\"";
  for (std::size_t i = 1; i < columns_.size(mapping); ++i) {
    const SimColumn& column = columns_.list[i];
    const Value& value = column.values[content.values[i]];
    if (value.fate != Fate::write && value.fate != Fate::clear) continue;
    image += ",\"";
    image += column.name;
    image += "\":";
    image += value.fate == Fate::write ? value.stored : "null";
  }
  image += '}';
  return image;
}

const std::string& Sheet::image(SheetRow& row, std::size_t mapping) const {
  if (!row.imaged[mapping]) {
    row.image[mapping] = image_of(row.now.content, mapping);
    row.imaged[mapping] = true;
  }
  return row.image[mapping];
}

// Under which name a row is counted; blank rows are nobody's.
std::string_view Sheet::identity(const Content& content) const {
  if (content.kind == KeyKind::error) return kErrorKey;
  if (content.kind == KeyKind::blank) return is_blank(content) ? std::string_view() : kNoKey;
  return content.key;
}

void Sheet::count_key(SheetRow& row, int by) {
  const std::string_view name = identity(row.now.content);
  if (name.empty()) return;
  KeyHistory& history = keys_[std::string(name)];
  if (by > 0 && std::find(history.rows.begin(), history.rows.end(), &row) == history.rows.end())
    history.rows.push_back(&row);
  history.counts.emplace_back(moment_, history.count() + static_cast<std::uint32_t>(by));
}

void Sheet::insert(std::size_t at, Content content) {
  touch();
  SheetRow& row = all_.emplace_back();
  row.now = {std::move(content), moment_, kNever};
  order_.insert(order_.begin() + static_cast<std::ptrdiff_t>(at), &row);
  count_key(row, 1);
}

void Sheet::remove(std::size_t at) {
  touch();
  SheetRow& row = *order_[at];
  row.now.until = moment_;
  count_key(row, -1);
  order_.erase(order_.begin() + static_cast<std::ptrdiff_t>(at));
}

void Sheet::change(std::size_t at, Content content) {
  SheetRow& row = *order_[at];
  if (content == row.now.content) return;
  touch();
  const bool same_key = identity(content) == identity(row.now.content);
  if (!same_key) count_key(row, -1);
  row.now.until = moment_;
  row.past.push_back(std::exchange(row.now, {std::move(content), moment_, kNever}));
  if (!same_key) count_key(row, 1);
  row.line_of = 0;
  for (bool& imaged : row.imaged) imaged = false;
}

void Sheet::move(std::size_t from, std::size_t to) {
  touch();
  const auto begin = order_.begin();
  const auto a = static_cast<std::ptrdiff_t>(from), b = static_cast<std::ptrdiff_t>(to);
  if (from < to)
    std::rotate(begin + a, begin + a + 1, begin + b + 1);
  else
    std::rotate(begin + b, begin + a, begin + a + 1);
}

void Sheet::relayout() {
  touch();
  ++layout_;
}

void Sheet::move_column(std::size_t from, std::size_t to) {
  const int column = physical_[from];
  physical_.erase(physical_.begin() + static_cast<std::ptrdiff_t>(from));
  physical_.insert(physical_.begin() + static_cast<std::ptrdiff_t>(to), column);
  relayout();
}

void Sheet::insert_filler_column(std::size_t at) {
  physical_.insert(physical_.begin() + static_cast<std::ptrdiff_t>(at), -1);
  relayout();
}

void Sheet::spoil_header_of(std::size_t column, std::string name) {
  spoiled_at_ = column;
  spoiled_ = std::move(name);
  header_sound_ = false;
  relayout();
}

void Sheet::mend_header() {
  if (header_sound_) return;
  spoiled_at_ = SIZE_MAX;
  header_sound_ = true;
  relayout();
  unsound_until_ = moment_;
}

void Sheet::set_tab_gone(bool gone) {
  if (tab_gone_ == gone) return;
  tab_gone_ = gone;
  touch();
  if (!gone) unsound_until_ = moment_;
}

}  // namespace listing_sync::sim
