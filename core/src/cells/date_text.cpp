// The grammar of typed dates (RULES.md, Dates), blanks allowed between its parts:
//
//   date  = [era] year 年 month 月 [day 日] | [era] year s month [s day]   s: one of / - .
//   throughout
//         | yyyymmdd | yyyymm (year_month)
//   text  = date [(weekday)] [hh:mm[:ss]]                                both only after a day
//
// A text that leaves a part of a date open is ambiguous, whatever follows it; a date that is
// complete but not in the calendar, its era or its week is impossible.
#include "cells/date_text.h"

#include <cstddef>
#include <iterator>
#include <optional>

#include "cells/cursor.h"
#include "cells/era.h"

namespace listing_sync {
namespace {

constexpr std::int32_t kYearMin = 1000;  // below it a typed year is a slip or short for another

std::int32_t to_int(std::string_view digits) {
  std::int32_t value = 0;
  for (const char digit : digits) value = value * 10 + (digit - '0');
  return value;
}

/// The digits of the number that stands behind blanks, if there are 1 to `size_max` of them.
std::optional<std::string_view> take_number(Cursor& at, std::size_t size_max) {
  Cursor behind = at;
  behind.skip_white_space();
  const std::string_view digits = behind.take_digits();
  if (digits.empty() || digits.size() > size_max) return std::nullopt;
  at = behind;
  return digits;
}

bool skip_after_blanks(Cursor& at, std::string_view literal) {
  Cursor behind = at;
  behind.skip_white_space();
  if (!behind.skip(literal)) return false;
  at = behind;
  return true;
}

// --- What may stand behind a date --------------------------------------------------------------

constexpr std::string_view kWeekdays[] = {"日", "月", "火", "水", "木", "金", "土"};

/// Moves over "(火)", "(火曜)" or "(火曜日)"; its number as weekday() counts, if one stands here.
std::optional<std::int32_t> take_weekday(Cursor& at) {
  Cursor behind = at;
  if (!skip_after_blanks(behind, "(")) return std::nullopt;
  for (std::size_t day = 0; day < std::size(kWeekdays); ++day) {
    if (!behind.skip(kWeekdays[day])) continue;
    if (behind.skip("曜")) behind.skip("日");
    if (!behind.skip(")")) return std::nullopt;
    at = behind;
    return static_cast<std::int32_t>(day);
  }
  return std::nullopt;
}

/// Two digits after a colon, below 60.
bool take_sixtieths(Cursor& at, std::int32_t& value) {
  if (!at.skip(":")) return false;
  const std::string_view digits = at.take_digits();
  value = digits.size() == 2 ? to_int(digits) : 60;
  return value < 60;
}

/// Moves over hh:mm or hh:mm:ss (9:05 has one digit); false where something else stands here.
bool take_time(Cursor& at, ClockTime& time) {
  const auto hour = take_number(at, 2);
  if (!hour) return false;
  time.hour = to_int(*hour);
  if (time.hour > 23 || !take_sixtieths(at, time.minute)) return false;
  return at.rest.substr(0, 1) != ":" || take_sixtieths(at, time.second);
}

struct Tail {
  std::optional<std::int32_t> weekday;
  ClockTime time;
};

/// Reads all that is left as the tail of a date; false where it is none.
bool take_tail(Cursor& at, Tail& tail) {
  tail.weekday = take_weekday(at);
  return at.at_end() || (take_time(at, tail.time) && at.at_end());
}

// --- Dates with parts ----------------------------------------------------------------------------

/// The parts of a date as typed; empty where they are missing.
struct Parts {
  const Era* era = nullptr;
  std::string_view year, month, day;
};

enum class Shape : std::uint8_t {
  complete,  ///< as far as the column needs it
  open,      ///< a date with a part missing or in doubt
  none       ///< no date
};

/// Reads month and day behind "年".
Shape take_kanji_parts(Cursor& at, DateDetail detail, Parts& parts) {
  const auto month = take_number(at, 2);
  if (!month) return Shape::open;
  if (!skip_after_blanks(at, "月")) return at.at_end() ? Shape::open : Shape::none;
  parts.month = *month;
  Cursor behind = at;
  behind.skip_white_space();
  if (!behind.at_digit()) return detail == DateDetail::month ? Shape::complete : Shape::open;
  const auto day = take_number(at, 2);
  if (!day) return Shape::none;
  if (!skip_after_blanks(at, "日")) return Shape::open;
  parts.day = *day;
  return Shape::complete;
}

/// Reads month and day between separators of one kind; `at` stands behind the first one.
Shape take_separated_parts(Cursor& at, std::string_view separator, DateDetail detail,
                           Parts& parts) {
  const auto month = take_number(at, 2);
  if (!month) return Shape::none;
  parts.month = *month;
  if (!skip_after_blanks(at, separator)) {
    if (detail == DateDetail::month) return Shape::complete;
    Tail tail;
    return take_tail(at, tail) ? Shape::open : Shape::none;
  }
  const auto day = take_number(at, 2);
  if (!day) return Shape::none;
  parts.day = *day;
  return Shape::complete;
}

/// The separator that stands here behind blanks; empty where none does.
std::string_view take_separator(Cursor& at) {
  for (const std::string_view separator : {"/", "-", "."})
    if (skip_after_blanks(at, separator)) return separator;
  return {};
}

/// Whether 1/9, 1/2024, 24/1/9 or 1/9/2024 stands here and nothing but a date's tail behind it.
/// `at` stands behind the first separator. Which number is what, nobody can say.
bool is_doubtful_date(Cursor at, std::string_view separator) {
  const auto second = take_number(at, 4);
  if (!second || second->size() == 3) return false;
  if (second->size() <= 2 && skip_after_blanks(at, separator)) {
    const auto third = take_number(at, 4);
    if (!third || third->size() == 3) return false;
  }
  Tail tail;
  return take_tail(at, tail);
}

/// A number of one or two digits stands where a year should: a part of a date, if "年", "月", "日"
/// or a separator follows.
Shape short_year_shape(Cursor at) {
  for (const std::string_view part : {"年", "月", "日"})
    if (skip_after_blanks(at, part)) return Shape::open;
  const std::string_view separator = take_separator(at);
  return !separator.empty() && is_doubtful_date(at, separator) ? Shape::open : Shape::none;
}

/// The year behind an era: one or two digits, or 元 for the first.
bool take_era_year(Cursor& at, Parts& parts) {
  if (skip_after_blanks(at, "元")) {
    parts.year = "1";
    return true;
  }
  const auto year = take_number(at, 2);
  if (year) parts.year = *year;
  return year.has_value();
}

Shape take_parts(Cursor& at, DateDetail detail, Parts& parts) {
  parts.era = take_era(at);
  if (parts.era != nullptr) {
    if (!take_era_year(at, parts)) return Shape::none;
  } else {
    if (at.skip("元年")) return Shape::open;  // of which era?
    const std::string_view year = at.take_digits();
    if (year.size() == 1 || year.size() == 2) return short_year_shape(at);
    if (year.size() != 4) return Shape::none;
    parts.year = year;
  }
  if (skip_after_blanks(at, "年")) return take_kanji_parts(at, detail, parts);
  const std::string_view separator = take_separator(at);
  if (!separator.empty()) return take_separated_parts(at, separator, detail, parts);
  return parts.era != nullptr && at.at_end() ? Shape::open : Shape::none;
}

// --- From parts to a date ------------------------------------------------------------------------

CellCode judge(const Parts& parts, const Tail& tail, TypedDate& typed) {
  std::int32_t year = to_int(parts.year);
  if (parts.era == nullptr && year < kYearMin) return CellCode::ambiguous_date;
  if (parts.era != nullptr && year == 0) return CellCode::impossible_date;
  if (parts.era != nullptr) year += parts.era->first.year - 1;
  typed.date = {year, to_int(parts.month), parts.day.empty() ? 0 : to_int(parts.day)};
  typed.time = tail.time;

  const bool has_day = !parts.day.empty();
  const CivilDate& date = typed.date;
  if (!exists({date.year, date.month, has_day ? date.day : 1})) return CellCode::impossible_date;
  if (parts.era != nullptr && !lies_in(*parts.era, date)) return CellCode::impossible_date;
  if (tail.weekday && *tail.weekday != weekday(date)) return CellCode::impossible_date;
  return CellCode::none;
}

/// A text of digits alone, or with a tail: yyyymmdd, yyyymm where months are wanted; a lone year.
std::optional<CellCode> parse_digit_run(Cursor at, DateDetail detail, TypedDate& typed) {
  const std::string_view digits = at.take_digits();
  const bool alone = at.at_end();
  const bool is_day = digits.size() == 8;
  const bool is_month = digits.size() == 6 && detail == DateDetail::month && alone;
  if (!is_day && !is_month) {
    if (!alone) return std::nullopt;
    const bool is_year = digits.size() == 4 && digits >= "1900" && digits <= "2100";
    return is_year ? CellCode::ambiguous_date : CellCode::not_a_date;
  }
  Parts parts;
  parts.year = digits.substr(0, 4);
  parts.month = digits.substr(4, 2);
  parts.day = digits.substr(6);
  Tail tail;
  if (!take_tail(at, tail) || to_int(parts.year) < kYearMin) return CellCode::not_a_date;
  const CellCode code = judge(parts, {std::nullopt, tail.time}, typed);
  if (code != CellCode::none) return CellCode::not_a_date;  // not a real yyyymmdd
  return judge(parts, tail, typed);
}

}  // namespace

CellCode parse_date_text(std::string_view text, DateDetail detail, TypedDate& typed) {
  Cursor at{text};
  if (at.at_digit())
    if (const auto code = parse_digit_run(at, detail, typed)) return *code;
  Parts parts;
  switch (take_parts(at, detail, parts)) {
    case Shape::none:
      return CellCode::not_a_date;
    case Shape::open:
      return CellCode::ambiguous_date;
    case Shape::complete:
      break;
  }
  Tail tail;
  const bool fits = parts.day.empty() ? at.at_end() : take_tail(at, tail);
  return fits ? judge(parts, tail, typed) : CellCode::not_a_date;
}

}  // namespace listing_sync
