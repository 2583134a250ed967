// Keys: the form in which rows are recognised and their keys stored.
#include <string>

#include "cells/content.h"
#include "listing_sync/text.h"

namespace listing_sync {

bool normalize_key(const Cell& cell, std::string& key) {
  key.clear();
  if (cell.kind == CellKind::missing || cell.kind == CellKind::null) return true;
  if (cell.lone_surrogate) return false;
  std::string buffer;
  if (cell.kind == CellKind::string) {
    const std::string_view text = clean_text(cell, buffer);
    if (is_error_text(text)) return false;
    fold_width(text, key);
  } else {
    key = text_form({cell.kind, false, cell.text}, buffer);
  }
  return true;
}

}  // namespace listing_sync
