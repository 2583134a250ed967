// Reading and writing that all types share: cleaning, folding, text forms, max_length and pattern.
#include "cells/content.h"

#include <algorithm>
#include <cstring>

#include "cells/decimal.h"
#include "listing_sync/text.h"

namespace listing_sync {
namespace {

bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char byte) { return static_cast<unsigned char>(byte) >= 0x80; });
}

}  // namespace

std::string_view clean_text(const Cell& cell, std::string& buffer) {
  // A verbatim text is its own JSON form, in which no NUL can stand.
  if (cell.verbatim || cell.text.find('\0') == std::string_view::npos) return trim(cell.text);
  buffer.clear();
  std::copy_if(cell.text.begin(), cell.text.end(), std::back_inserter(buffer),
               [](char byte) { return byte != '\0'; });
  return trim(buffer);
}

std::string_view folded_text(std::string_view text, std::string& buffer) {
  if (is_ascii(text)) return text;
  fold_width(text, buffer);
  return buffer;
}

std::string_view text_form(const Content& content, std::string& buffer) {
  if (content.kind == CellKind::boolean) return content.text == "true" ? "TRUE" : "FALSE";
  if (content.kind == CellKind::number) return expand_exponent(content.text, buffer);
  return content.text;
}

CellCode check_value(const Column& column, std::string_view value) {
  // There are never more code points than bytes, so most texts need no counting.
  if (column.max_length && value.size() > *column.max_length &&
      code_points(value) > *column.max_length)
    return CellCode::too_long;
  if (column.pattern && !column.pattern->matches(value)) return CellCode::pattern_mismatch;
  return CellCode::none;
}

CellCode write_string(const Column& column, std::string_view value, bool verbatim,
                      std::string& out) {
  if (const CellCode code = check_value(column, value); code != CellCode::none) return code;
  if (!verbatim) {
    append_json_string(out, value);
    return CellCode::none;
  }
  out += '"';
  out.append(value);
  out += '"';
  return CellCode::none;
}

CellCode write_literal(const Column& column, std::string_view literal, std::string& out) {
  if (const CellCode code = check_value(column, literal); code != CellCode::none) return code;
  out.append(literal);
  return CellCode::none;
}

}  // namespace listing_sync
