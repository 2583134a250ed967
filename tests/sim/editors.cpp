// One small function per kind of edit.
#include "sim/editors.h"

#include <algorithm>

#include "support/json.h"

namespace listing_sync::sim {
namespace {
constexpr std::size_t kInsertedMax = 5, kDeletedMax = 5;
}  // namespace

Editors::Editors(Sheet& sheet, const Settings& settings, std::uint64_t seed)
    : sheet_(sheet), settings_(settings), dice_(seed, "editors") {}

std::string Editors::next_key() {
  std::string digits = std::to_string(++last_key_);
  return "AA" + std::string(digits.size() < 5 ? 5 - digits.size() : 0, '0') + digits;
}

// People type keys in full width and with blanks around them; all of these are one key.
std::string Editors::typed(const std::string& key) {
  const std::uint64_t form = dice_.below(20);
  if (form == 0) return testing::quoted(" " + key + "　");
  if (form > 1) return testing::quoted(key);
  std::string wide;
  for (const char c : key) {
    wide += "\xEF\xBC";
    wide += static_cast<char>(c >= 'A' ? 0xA1 + (c - 'A') : 0x90 + (c - '0'));
  }
  return testing::quoted(wide);
}

Content Editors::new_content() {
  Content content{KeyKind::listing, next_key(), "", {kBlankValue}};
  content.key_cell = typed(content.key);
  const auto& columns = sheet_.columns().list;
  for (std::size_t i = 1; i < columns.size(); ++i) {
    const auto ordinary = columns[i].values.size() - kFirstValue;
    auto value = static_cast<std::uint16_t>(kFirstValue + dice_.below(ordinary));
    const bool may_be_blank = columns[i].values[kBlankValue].fate != Fate::held_row;
    if (may_be_blank && i > 1 && dice_.chance(150)) value = kBlankValue;
    content.values.push_back(value);
  }
  return content;
}

void Editors::spoil(Content& content) {
  const auto column = static_cast<std::size_t>(dice_.between(1, content.values.size() - 1));
  switch (dice_.below(7)) {
    case 0:
      content = sheet_.blank_content();
      break;
    case 1:
      content.kind = KeyKind::blank;
      content.key = content.key_cell = "";
      break;
    case 2:
      content.kind = KeyKind::foreign;
      content.key = "ZZ" + content.key;
      content.key_cell = testing::quoted(content.key);
      break;
    default:
      content.values[column] =
          static_cast<std::uint16_t>(dice_.between(kErrorValue, kInvalidValue));
  }
}

void Editors::fill() {
  for (std::uint64_t i = 0; i < settings_.rows; ++i) {
    Content content = new_content();
    if (dice_.chance(settings_.bad_rows)) spoil(content);
    sheet_.insert(sheet_.rows().size(), std::move(content));
  }
  for (std::uint64_t i = dice_.below(3); i > 0; --i)
    sheet_.insert_filler_column(static_cast<std::size_t>(dice_.below(3)));
  if (dice_.chance(300)) sheet_.move_column(0, static_cast<std::size_t>(dice_.between(1, 6)));
}

std::size_t Editors::some_row() {
  return static_cast<std::size_t>(dice_.below(sheet_.rows().size()));
}

std::string Editors::some_key() {
  if (sheet_.rows().empty() || dice_.chance(100)) return "AA99999";
  const Content& content = sheet_.rows()[some_row()]->now.content;
  return content.kind == KeyKind::listing ? content.key : "AA99998";
}

void Editors::change_value(std::uint16_t value) {
  if (sheet_.rows().empty()) return;
  const std::size_t row = some_row();
  Content content = sheet_.rows()[row]->now.content;
  const auto column = static_cast<std::size_t>(dice_.between(1, content.values.size() - 1));
  const auto ordinary = sheet_.columns().list[column].values.size() - kFirstValue;
  content.values[column] = value == kFirstValue
                               ? static_cast<std::uint16_t>(kFirstValue + dice_.below(ordinary))
                               : value;
  sheet_.change(row, std::move(content));
}

void Editors::change_key(KeyKind kind) {
  if (sheet_.rows().empty()) return;
  const std::size_t row = some_row();
  Content content = sheet_.rows()[row]->now.content;
  content.kind = kind;
  content.key = kind == KeyKind::foreign ? "ZZ" + next_key() : "";
  content.key_cell = kind == KeyKind::foreign ? testing::quoted(content.key)
                     : kind == KeyKind::error ? "\"#N/A\""
                                              : "";
  sheet_.change(row, std::move(content));
}

void Editors::insert_some(std::size_t at) {
  for (std::uint64_t i = dice_.between(1, kInsertedMax); i > 0; --i)
    sheet_.insert(at, new_content());
}

void Editors::remove_some() {
  for (std::uint64_t i = dice_.between(1, kDeletedMax); i > 0 && !sheet_.rows().empty(); --i)
    sheet_.remove(some_row());
}

void Editors::sort_rows() {
  if (sheet_.rows().size() < 2) return;
  const std::uint64_t way = dice_.below(3);
  const std::size_t column =
      static_cast<std::size_t>(dice_.between(1, sheet_.columns().list.size() - 1));
  sheet_.reorder([&](std::vector<SheetRow*>& rows) {
    if (way == 0) return std::reverse(rows.begin(), rows.end());
    std::stable_sort(rows.begin(), rows.end(), [&](const SheetRow* a, const SheetRow* b) {
      if (way == 1) return a->now.content.key < b->now.content.key;
      return a->now.content.values[column] < b->now.content.values[column];
    });
  });
}

void Editors::edit_columns() {
  const std::size_t count = sheet_.columns().list.size();
  if (dice_.chance(250))
    return sheet_.insert_filler_column(static_cast<std::size_t>(dice_.below(4)));
  sheet_.move_column(static_cast<std::size_t>(dice_.below(count)),
                     static_cast<std::size_t>(dice_.below(count)));
}

void Editors::edit_header() {
  if (!sheet_.header_is_sound()) return sheet_.mend_header();
  const std::size_t count = sheet_.columns().list.size();
  sheet_.spoil_header_of(static_cast<std::size_t>(dice_.below(count)), "改名された列");
}

void Editors::empty_or_restore() {
  if (emptied_.empty()) {
    for (const SheetRow* row : sheet_.rows()) emptied_.push_back(row->now.content);
    while (!sheet_.rows().empty()) sheet_.remove(sheet_.rows().size() - 1);
  } else {
    for (Content& content : emptied_) sheet_.insert(sheet_.rows().size(), std::move(content));
    emptied_.clear();
  }
}

void Editors::apply(Fault fault) {
  const std::size_t rows = sheet_.rows().size();
  switch (fault) {
    case Fault::edit_cells:
      for (std::uint64_t i = dice_.between(1, 4); i > 0; --i) change_value(kFirstValue);
      return;
    case Fault::edit_errors:
      return change_value(static_cast<std::uint16_t>(dice_.between(kErrorValue, kInvalidValue)));
    case Fault::edit_clears:
      return change_value(kBlankValue);
    case Fault::edit_sort:
      return sort_rows();
    case Fault::edit_insert:
      return insert_some(static_cast<std::size_t>(dice_.below(rows + 1)));
    case Fault::edit_delete:
      return remove_some();
    case Fault::edit_move:
      if (rows > 1) sheet_.move(some_row(), some_row());
      return;
    case Fault::edit_append:
      return insert_some(rows);
    case Fault::edit_columns:
      return edit_columns();
    case Fault::edit_header:
      return edit_header();
    case Fault::edit_duplicate_key:
      if (rows > 0) sheet_.insert(some_row(), sheet_.rows()[some_row()]->now.content);
      return;
    case Fault::edit_blank_key:
      return change_key(KeyKind::blank);
    case Fault::edit_error_key:
      return change_key(KeyKind::error);
    case Fault::edit_foreign_key:
      return change_key(KeyKind::foreign);
    case Fault::edit_blank_row:
      return sheet_.insert(static_cast<std::size_t>(dice_.below(rows + 1)), sheet_.blank_content());
    case Fault::edit_empty_sheet:
      return empty_or_restore();
    default:
      tab_gone_ = !tab_gone_;
      return sheet_.set_tab_gone(tab_gone_);
  }
}

Fault Editors::edit() {
  std::uint64_t weights = 0;
  for (const FaultKind& kind : fault_kinds())
    if (kind.group == FaultGroup::edit) weights += kind.weight;
  std::uint64_t drawn = dice_.below(weights);
  for (const FaultKind& kind : fault_kinds()) {
    if (kind.group != FaultGroup::edit) continue;
    if (drawn >= kind.weight) {
      drawn -= kind.weight;
      continue;
    }
    if (!settings_.faults.has(kind.fault)) return Fault::count_;
    apply(kind.fault);
    return kind.fault;
  }
  return Fault::count_;
}

void Editors::put_right() {
  if (!emptied_.empty()) empty_or_restore();
  sheet_.mend_header();
  tab_gone_ = false;
  sheet_.set_tab_gone(false);
}

}  // namespace listing_sync::sim
