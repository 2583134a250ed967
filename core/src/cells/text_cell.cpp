// Text: as typed, ends trimmed, NUL dropped, not folded.
#include "cells/conversions.h"

namespace listing_sync {

CellCode convert_text(const Column& column, const Content& content, CellScratch& scratch,
                      std::string& out) {
  if (content.kind == CellKind::string)
    return write_string(column, content.text, content.verbatim, out);
  // The text forms of numbers and booleans need no escapes.
  return write_string(column, text_form(content, scratch.text), true, out);
}

}  // namespace listing_sync
