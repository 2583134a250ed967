// Booleans: a checkbox, 1 or 0, or one of the words listed here; the list is complete.
#include <algorithm>
#include <iterator>

#include "cells/conversions.h"
#include "cells/decimal.h"

namespace listing_sync {
namespace {

constexpr std::string_view kTrue[] = {"TRUE", "1",  "Y",    "YES", "はい", "有", "有り",
                                      "あり", "済", "済み", "○",   "◯",    "〇"};
constexpr std::string_view kFalse[] = {"FALSE", "0",    "N",  "NO", "いいえ", "無",
                                       "無し",  "なし", "未", "×",  "✕"};

template <class Words>
bool is_one_of(const Words& words, std::string_view text) {
  return std::any_of(std::begin(words), std::end(words), [text](std::string_view word) {
    // The last byte tells most words apart, and costs no call.
    return word.size() == text.size() && word.back() == text.back() && word == text;
  });
}

/// What the lists are searched for; a number by its value, so that 1.0 is 1.
std::string_view word_of(const Content& content, CellScratch& scratch) {
  if (content.kind == CellKind::boolean) return content.text == "true" ? "TRUE" : "FALSE";
  if (content.kind == CellKind::string) return folded_text(content.text, scratch.folded);
  Decimal value(scratch.digits);
  if (parse_json_number(content.text, value) != NumberForm::normal) return {};
  return value.negative || value.exponent != 0 ? std::string_view{} : value.digits;
}

}  // namespace

CellCode convert_boolean(const Column& column, const Content& content, CellScratch& scratch,
                         std::string& out) {
  const std::string_view word = word_of(content, scratch);
  if (word.empty()) return CellCode::not_a_boolean;
  if (is_one_of(kTrue, word)) return write_literal(column, "true", out);
  if (is_one_of(kFalse, word)) return write_literal(column, "false", out);
  return CellCode::not_a_boolean;
}

}  // namespace listing_sync
