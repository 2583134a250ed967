// Numbers and integers: exact digits in, exact digits out, then scale, min and max.
#include <algorithm>
#include <cstddef>

#include "cells/conversions.h"
#include "cells/decimal.h"
#include "cells/number_text.h"

namespace listing_sync {
namespace {

/// Digits with at most a minus: already what would be written, in a column that asks for no more.
bool passes_as_it_stands(const Column& column, std::string_view number) {
  constexpr std::size_t kInt64DigitsSafe = 18;
  if (column.scale || column.min || column.max || column.max_length || column.pattern) return false;
  const std::string_view digits = number.substr(number.substr(0, 1) == "-" ? 1 : 0);
  if (digits.empty() || digits.size() > kInt64DigitsSafe) return false;
  if (digits.front() == '0') return number == "0";
  return std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
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
  if (content.kind == CellKind::number && passes_as_it_stands(column, content.text)) {
    out.append(content.text);
    return CellCode::none;
  }
  Decimal value(scratch.digits);
  if (const CellCode code = read_number(column, content, scratch, value); code != CellCode::none)
    return code;
  const bool must_be_whole = column.type == ColumnType::integer || column.unit == Unit::yen;
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
