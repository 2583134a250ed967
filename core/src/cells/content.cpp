// Reading and writing that all types share: cleaning, folding, text forms, max_length and pattern.
#include "cells/content.h"

#include <algorithm>
#include <cstring>

#include "cells/decimal.h"
#include "listing_sync/text.h"
#include "text/append.h"

namespace listing_sync {
namespace {

/// U+4000 to U+9FFF, nearly all kanji: no white space begins with such a byte.
bool leads_kanji(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  return value >= 0xE4 && value <= 0xE9;
}
bool is_ascii_mark(char byte) { return byte > 0x20 && byte < 0x7F; }

/// Whether trim() could find anything: most texts begin and end with a letter, a digit or a kanji.
bool may_need_trim(std::string_view text) {
  if (text.empty() || !(is_ascii_mark(text.front()) || leads_kanji(text.front()))) return true;
  return !is_ascii_mark(text.back()) && (text.size() < 3 || !leads_kanji(text[text.size() - 3]));
}

std::string_view trim_quickly(std::string_view text) {
  return may_need_trim(text) ? trim(text) : text;
}

/// Whether there is anything to fold: a lead byte of U+F000…U+FFFF or an ideographic space.
bool may_fold(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte == 0xEF || (byte == 0xE3 && text.substr(at, 3) == "\u3000")) return true;
  }
  return false;
}

/// Whether fold_header() could change a trimmed text: something to fold, white space or NUL in it.
bool may_fold_label(std::string_view text) {
  const auto may_begin_white_space = [](char byte) {
    const auto value = static_cast<unsigned char>(byte);
    return value <= 0x20 || value == 0xC2 || value == 0xE1 || value == 0xE2;
  };
  return std::any_of(text.begin(), text.end(), may_begin_white_space) || may_fold(text);
}

}  // namespace

std::string_view clean_text(const Cell& cell, std::string& buffer) {
  // A verbatim text is its own JSON form, in which no NUL can stand.
  if (cell.verbatim || cell.text.find('\0') == std::string_view::npos)
    return trim_quickly(cell.text);
  buffer.clear();
  std::copy_if(cell.text.begin(), cell.text.end(), std::back_inserter(buffer),
               [](char byte) { return byte != '\0'; });
  return trim(buffer);
}

std::string_view folded_text(std::string_view text, std::string& buffer) {
  if (!may_fold(text)) return text;
  fold_width(text, buffer);
  return buffer;
}

std::string_view folded_label(std::string_view text, std::string& buffer) {
  if (!may_fold_label(text)) return text;
  buffer = fold_header(text);
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
  if (verbatim)
    append_quoted(out, value);
  else
    append_json_string(out, value);
  return CellCode::none;
}

CellCode write_literal(const Column& column, std::string_view literal, std::string& out) {
  if (const CellCode code = check_value(column, literal); code != CellCode::none) return code;
  append_bytes(out, literal);
  return CellCode::none;
}

}  // namespace listing_sync
