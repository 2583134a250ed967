// The texts by which Sheets shows that a formula failed or has not been calculated yet.
#include <algorithm>
#include <iterator>

#include "cells/content.h"

namespace listing_sync {
namespace {

constexpr std::string_view kErrorTexts[] = {"#REF!",  "#N/A",    "#DIV/0!",   "#VALUE!",
                                            "#NAME?", "#NULL!",  "#NUM!",     "#SPILL!",
                                            "#CALC!", "#ERROR!", "Loading..."};

}  // namespace

bool is_error_text(std::string_view trimmed) {
  if (trimmed.empty() || (trimmed.front() != '#' && trimmed.front() != 'L')) return false;
  return std::find(std::begin(kErrorTexts), std::end(kErrorTexts), trimmed) !=
         std::end(kErrorTexts);
}

bool is_error_cell(const Cell& cell) {
  if (cell.kind != CellKind::string || cell.lone_surrogate) return false;
  std::string buffer;  // stays empty, without allocation, unless the cell holds a NUL
  return is_error_text(clean_text(cell, buffer));
}

}  // namespace listing_sync
