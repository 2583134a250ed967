// Numbers and integers: exact digits in, exact digits out, then scale, min and max.
#include <algorithm>
#include <cstddef>

#include "cells/conversions.h"
#include "cells/decimal.h"
#include "cells/number_text.h"
#include "text/append.h"

namespace listing_sync {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Whether `number` is already what would be written: no exponent, no superfluous zero, and whole
/// and below 10^18 where it must be an integer.
bool is_in_output_form(std::string_view number, bool must_be_whole) {
  constexpr std::size_t kInt64DigitsSafe = 18;
  const std::string_view digits = number.substr(number.substr(0, 1) == "-" ? 1 : 0);
  const std::size_t point = std::min(digits.find('.'), digits.size());
  const std::string_view whole = digits.substr(0, point);
  if (whole.empty() || !std::all_of(whole.begin(), whole.end(), is_digit)) return false;
  if (whole.front() == '0' && whole.size() > 1) return false;
  if (point == digits.size())
    return number != "-0" && (!must_be_whole || whole.size() <= kInt64DigitsSafe);
  const std::string_view fraction = digits.substr(point + 1);
  return !must_be_whole && !fraction.empty() && fraction.back() != '0' &&
         std::all_of(fraction.begin(), fraction.end(), is_digit);
}

/// Whether a number in output form is certainly what min, max, scale and the others ask for. False
/// also where that is only not to be seen at a glance.
bool is_surely_fine(const Column& column, std::string_view number) {
  constexpr std::size_t kInt64DigitsSafe = 18;
  const std::size_t point = number.find('.');
  const bool has_fraction = point != std::string_view::npos;
  if (column.max_length || column.pattern || (column.scale && has_fraction)) return false;
  if (!column.min && !column.max) return true;
  const std::string_view digits = number.substr(0, point);
  if (!column.min_whole || !column.max_whole || digits.size() > kInt64DigitsSafe) return false;
  std::int64_t whole = 0;
  for (const char digit : digits) {
    if (!is_digit(digit)) return false;  // a minus: left to exact arithmetic
    whole = whole * 10 + (digit - '0');
  }
  return whole >= *column.min_whole &&
         (whole < *column.max_whole || (whole == *column.max_whole && !has_fraction));
}

CellCode read_number(const Column& column, const Content& content, CellScratch& scratch,
                     Decimal& value) {
  if (content.kind == CellKind::boolean) return CellCode::not_a_number;
  if (content.kind == CellKind::string)
    return parse_number_text(folded_text(content.text, scratch.folded), column.unit, value);
  switch (parse_json_number(content.text, value)) {
    case NumberForm::normal:
      return CellCode::none;
    case NumberForm::far:
      return CellCode::out_of_range;
    case NumberForm::malformed:
      break;
  }
  return CellCode::not_a_number;
}

/// Negative, zero or positive as `value` is below, at or above the limit `text` of the mapping.
int compare_with_limit(const Decimal& value, std::string_view text, std::string& buffer) {
  Decimal limit(buffer);
  // parse_mapping has checked the limits; `far` ones compare like any other.
  if (parse_json_number(text, limit) == NumberForm::malformed) std::abort();
  return compare(value, limit);
}

bool is_in_range(const Column& column, const Decimal& value, CellScratch& scratch) {
  if (column.type == ColumnType::integer && exceeds_int64(value)) return false;
  if (column.min && compare_with_limit(value, *column.min, scratch.folded) < 0) return false;
  return !column.max || compare_with_limit(value, *column.max, scratch.folded) <= 0;
}

}  // namespace

CellCode convert_number(const Column& column, const Content& content, CellScratch& scratch,
                        std::string& out) {
  const bool must_be_whole = column.type == ColumnType::integer || column.unit == Unit::yen;
  if (content.kind == CellKind::number && is_in_output_form(content.text, must_be_whole) &&
      is_surely_fine(column, content.text)) {
    append_bytes(out, content.text);
    return CellCode::none;
  }
  Decimal value(scratch.digits);
  if (const CellCode code = read_number(column, content, scratch, value); code != CellCode::none)
    return code;
  if (must_be_whole && !is_whole(value)) return CellCode::not_an_integer;
  if (column.scale) round_half_up(value, *column.scale);
  if (!is_in_range(column, value, scratch)) return CellCode::out_of_range;

  const std::size_t start = out.size();
  append_plain(out, value);
  const CellCode code = check_value(column, std::string_view(out).substr(start));
  if (code != CellCode::none) out.resize(start);
  return code;
}

}  // namespace listing_sync
