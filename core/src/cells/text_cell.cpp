// Text: as typed, ends trimmed, NUL dropped, not folded.
#include "cells/conversions.h"

namespace listing_sync {

CellCode convert_text(const Column& column, const Content& content, CellScratch& scratch,
                      std::string& out) {
  const bool is_string = content.kind == CellKind::string;
  // The text forms of numbers and booleans need no escapes.
  return write_string(column, text_form(content, scratch.text), !is_string || content.verbatim,
                      out);
}

}  // namespace listing_sync
