// Dates, months and date-times: serials, eight- and six-digit numbers, and typed texts.
#include <cstdint>

#include "cells/calendar.h"
#include "cells/conversions.h"
#include "cells/date_text.h"
#include "cells/decimal.h"

namespace listing_sync {
namespace {

constexpr std::int32_t kSerialMin = 1;
constexpr std::int32_t kSerialMax = 109574;    // 2199-12-31
constexpr std::int32_t kSerialOf1970 = 25569;  // serial 0 is 1899-12-30
constexpr std::uint32_t kSecondsPerDay = 86400;

/// yyyymmdd as a date; false where it is none.
bool read_packed_day(std::int32_t number, CivilDate& date) {
  date = {number / 10000, number / 100 % 100, number % 100};
  return number >= 10'000'000 && number <= 99'999'999 && exists(date);
}

bool read_packed_month(std::int32_t number, CivilDate& date) {
  date = {number / 100, number % 100, 0};
  return number >= 100'000 && number <= 999'999 && date.month >= 1 && date.month <= 12;
}

/// A number as a date. One with a fraction is always a serial.
CellCode read_number(const Decimal& value, DateDetail detail, CivilDate& date) {
  const std::int32_t whole = small_whole_part(value);
  // A year and a serial of 1905 look alike; nobody can say which was meant.
  if (whole >= 1900 && whole <= 2100) return CellCode::ambiguous_date;
  if (is_whole(value) && read_packed_day(whole, date)) return CellCode::none;
  const bool is_serial = whole >= kSerialMin && whole <= kSerialMax;
  if (detail == DateDetail::month && is_whole(value) && read_packed_month(whole, date))
    return is_serial ? CellCode::ambiguous_date : CellCode::none;  // 105001: 1050-01 or a serial?
  if (!is_serial) return CellCode::not_a_date;
  date = civil_from_days(whole - kSerialOf1970);
  return CellCode::none;
}

/// Reads a cell of any kind; `value` then holds a number's digits.
CellCode read_date(const Content& content, CellScratch& scratch, DateDetail detail, Decimal& value,
                   TypedDate& typed) {
  if (content.kind == CellKind::boolean) return CellCode::not_a_date;
  if (content.kind == CellKind::string)
    return parse_date_text(folded_text(content.text, scratch.folded), detail, typed);
  if (parse_json_number(content.text, value) != NumberForm::normal) return CellCode::not_a_date;
  return read_number(value, detail, typed.date);
}

/// Adds the clock time that is a serial's fraction, to the nearest second: Sheets' doubles are
/// exact to about a microsecond, so that 10:30 may come as 0.43749999999. Midnight may be the next
/// day's.
void add_time_of_serial(Decimal& serial, TypedDate& typed) {
  drop_whole_part(serial);
  multiply(serial, kSecondsPerDay);
  round_half_up(serial, 0);
  const std::int32_t seconds = small_whole_part(serial);
  typed.time = {seconds / 3600 % 24, seconds / 60 % 60, seconds % 60};
  if (seconds == static_cast<std::int32_t>(kSecondsPerDay))
    typed.date = civil_from_days(days_from_civil(typed.date) + 1);
}

}  // namespace

CellCode convert_date(const Column& column, const Content& content, CellScratch& scratch,
                      std::string& out) {
  Decimal value(scratch.digits);
  TypedDate typed;
  const CellCode code = read_date(content, scratch, DateDetail::day, value, typed);
  if (code != CellCode::none) return code;
  scratch.text.clear();
  append_date(scratch.text, typed.date);
  return write_string(column, scratch.text, true, out);
}

CellCode convert_year_month(const Column& column, const Content& content, CellScratch& scratch,
                            std::string& out) {
  Decimal value(scratch.digits);
  TypedDate typed;
  const CellCode code = read_date(content, scratch, DateDetail::month, value, typed);
  if (code != CellCode::none) return code;
  scratch.text.clear();
  append_year_month(scratch.text, typed.date);
  return write_string(column, scratch.text, true, out);
}

CellCode convert_datetime(const Column& column, const Content& content, CellScratch& scratch,
                          std::string& out) {
  Decimal value(scratch.digits);
  TypedDate typed;
  const CellCode code = read_date(content, scratch, DateDetail::day, value, typed);
  if (code != CellCode::none) return code;
  if (content.kind == CellKind::number && !is_whole(value)) add_time_of_serial(value, typed);
  scratch.text.clear();
  append_date(scratch.text, typed.date);
  scratch.text += 'T';
  append_time(scratch.text, typed.time);
  append_offset(scratch.text, column.utc_offset_minutes);
  return write_string(column, scratch.text, true, out);
}

}  // namespace listing_sync
