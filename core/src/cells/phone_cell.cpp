// Phone numbers: as typed, width-folded, with one kind of hyphen; numbers get their lost 0 back.
#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>

#include "cells/conversions.h"
#include "cells/cursor.h"
#include "cells/decimal.h"

namespace listing_sync {
namespace {

constexpr std::string_view kTypedHyphens[] = {"ー", "‐", "–", "−"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

/// Replaces the hyphens that people type between digits by `-`. `out` is rewritten.
void unify_hyphens(std::string_view text, std::string& out) {
  out.clear();
  for (Cursor at{text}; !at.at_end();) {
    const bool after_digit = !out.empty() && is_digit(out.back());
    Cursor behind = at;
    const bool is_typed_hyphen =
        after_digit && std::any_of(std::begin(kTypedHyphens), std::end(kTypedHyphens),
                                   [&](std::string_view hyphen) { return behind.skip(hyphen); });
    if (is_typed_hyphen && behind.at_digit()) {
      out += '-';
      at = behind;
    } else {
      out += at.rest.front();
      at.rest.remove_prefix(1);
    }
  }
}

/// Counts the digits of a phone number; 0 where something else stands in it, or its signs are at
/// odds: brackets open, a hyphen at the end or two together, a + that is not first.
std::size_t count_digits(std::string_view text) {
  std::size_t digits = 0;
  bool is_open = false;
  char before = '\0';
  for (Cursor at{text}; !at.at_end();) {
    if (!at.at_digit() && at.skip_white_space()) {
      before = ' ';
      continue;
    }
    const char c = at.rest.front();
    at.rest.remove_prefix(1);
    const bool fits = is_digit(c) || (c == '-' && digits > 0 && before != '-' && before != '(') ||
                      (c == '+' && digits == 0 && before != '+') || (c == '(' && !is_open) ||
                      (c == ')' && is_open && is_digit(before));
    if (!fits) return 0;
    if (is_digit(c)) ++digits;
    if (c == '(') is_open = true;
    if (c == ')') is_open = false;
    before = c;
  }
  return is_open || before == '-' ? 0 : digits;
}

bool is_phone(std::string_view text) {
  const std::size_t first = text.find_first_not_of('(');
  if (first == std::string_view::npos) return false;
  const std::size_t digits = count_digits(text);
  if (text[first] == '+') return digits >= 8 && digits <= 15;
  return text[first] == '0' && (digits == 10 || digits == 11);
}

/// A national number whose leading 0 Sheets dropped, with the 0 given back; else empty.
std::string_view restore_zero(std::string_view number, CellScratch& scratch) {
  Decimal value(scratch.digits);
  if (parse_json_number(number, value) != NumberForm::normal) return {};
  if (value.negative || !is_whole(value)) return {};
  std::string& phone = scratch.folded;
  phone.assign(1, '0');
  append_plain(phone, value);
  if (phone.size() == 10) return phone;
  const bool is_long = phone.size() == 11 && phone[2] == '0' &&
                       std::string_view("256789").find(phone[1]) != std::string_view::npos;
  return is_long ? std::string_view(phone) : std::string_view{};
}

}  // namespace

CellCode convert_phone(const Column& column, const Content& content, CellScratch& scratch,
                       std::string& out) {
  if (content.kind == CellKind::boolean) return CellCode::not_a_phone;
  if (content.kind == CellKind::number) {
    const std::string_view phone = restore_zero(content.text, scratch);
    return phone.empty() ? CellCode::not_a_phone : write_string(column, phone, true, out);
  }
  std::string_view phone = folded_text(content.text, scratch.folded);
  if (!std::all_of(phone.begin(), phone.end(), is_ascii)) {
    unify_hyphens(phone, scratch.digits);
    phone = scratch.digits;
  }
  if (!is_phone(phone)) return CellCode::not_a_phone;
  return write_string(column, phone, false, out);  // a blank may be a tab: escaped
}

}  // namespace listing_sync
