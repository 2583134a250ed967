// The people at the sheet: they type, sort, insert, delete, move, rename, and put things back.
#pragma once

#include <string>

#include "sim/dice.h"
#include "sim/settings.h"
#include "sim/sheet.h"

namespace listing_sync::sim {

class Editors {
 public:
  Editors(Sheet& sheet, const Settings& settings, std::uint64_t seed);

  /// The sheet as it stands when the seed begins.
  void fill();
  /// Somebody edits: what kind of edit it was.
  Fault edit();
  /// Everything that keeps a run from succeeding is put right. Invalid rows stay.
  void put_right();
  /// A listing's key, one that stands in the sheet if there is one.
  [[nodiscard]] std::string some_key();

 private:
  [[nodiscard]] Content new_content();
  [[nodiscard]] std::string next_key();
  [[nodiscard]] std::string typed(const std::string& key);
  [[nodiscard]] std::size_t some_row();
  void spoil(Content& content);
  void change_value(std::uint16_t value);
  void change_key(KeyKind kind);
  void insert_some(std::size_t at);
  void remove_some();
  void sort_rows();
  void edit_columns();
  void edit_header();
  void empty_or_restore();
  void apply(Fault fault);

  Sheet& sheet_;
  const Settings& settings_;
  Dice dice_;
  std::uint64_t last_key_ = 0;
  bool tab_gone_ = false;
  std::vector<Content> emptied_;
};

}  // namespace listing_sync::sim
