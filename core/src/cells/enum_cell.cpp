// Enumerations: a label of the sheet stands for a value of the table.
#include <algorithm>
#include <string>

#include "cells/conversions.h"

namespace listing_sync {
namespace {

/// The stored value of a label that is folded already; null where the mapping has no such label.
const std::string* find_value(const Column& column, std::string_view label) {
  const auto found = std::lower_bound(
      column.values.begin(), column.values.end(), label,
      [](const auto& entry, std::string_view wanted) { return entry.first < wanted; });
  return found != column.values.end() && found->first == label ? &found->second : nullptr;
}

}  // namespace

CellCode convert_enumeration(const Column& column, const Content& content, CellScratch& scratch,
                             std::string& out) {
  const std::string_view label = folded_label(text_form(content, scratch.digits), scratch.folded);
  const std::string* value = find_value(column, label);
  return value == nullptr ? CellCode::not_in_values : write_string(column, *value, false, out);
}

}  // namespace listing_sync
