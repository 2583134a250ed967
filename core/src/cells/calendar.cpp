// Day numbers after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (public domain):
// years begin in March, so that the leap day is a year's last; 400 years (an era there) repeat.
#include "cells/calendar.h"

#include <cstdlib>

namespace listing_sync {
namespace {

constexpr std::int32_t kDaysPer400Years = 146097;
constexpr std::int32_t kDaysTo1970 = 719468;  // from 0000-03-01

bool is_leap(std::int32_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

void append_padded(std::string& out, std::int32_t value, std::int32_t width) {
  for (std::int32_t place = width == 4 ? 1000 : 10; place > 0; place /= 10)
    out += static_cast<char>('0' + value / place % 10);
}

}  // namespace

std::int32_t days_from_civil(const CivilDate& date) {
  const std::int32_t year = date.month <= 2 ? date.year - 1 : date.year;
  const std::int32_t cycle = (year >= 0 ? year : year - 399) / 400;
  const std::int32_t year_of_cycle = year - cycle * 400;
  const std::int32_t month_from_march = (date.month + 9) % 12;
  const std::int32_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
  const std::int32_t day_of_cycle =
      year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
  return cycle * kDaysPer400Years + day_of_cycle - kDaysTo1970;
}

CivilDate civil_from_days(std::int32_t days) {
  days += kDaysTo1970;
  const std::int32_t cycle = (days >= 0 ? days : days - kDaysPer400Years + 1) / kDaysPer400Years;
  const std::int32_t day_of_cycle = days - cycle * kDaysPer400Years;
  const std::int32_t year_of_cycle =
      (day_of_cycle - day_of_cycle / 1460 + day_of_cycle / 36524 - day_of_cycle / 146096) / 365;
  const std::int32_t day_of_year =
      day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
  const std::int32_t month_from_march = (5 * day_of_year + 2) / 153;
  const std::int32_t day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  const std::int32_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  const std::int32_t year = year_of_cycle + cycle * 400 + (month <= 2 ? 1 : 0);
  return {year, month, day};
}

std::int32_t days_in_month(std::int32_t year, std::int32_t month) {
  if (month == 2) return is_leap(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

bool exists(const CivilDate& date) {
  return date.month >= 1 && date.month <= 12 && date.day >= 1 &&
         date.day <= days_in_month(date.year, date.month);
}

std::int32_t weekday(const CivilDate& date) {
  constexpr std::int32_t kThursday = 4;  // 1970-01-01
  return ((days_from_civil(date) + kThursday) % 7 + 7) % 7;
}

void append_year_month(std::string& out, const CivilDate& date) {
  append_padded(out, date.year, 4);
  out += '-';
  append_padded(out, date.month, 2);
}

void append_date(std::string& out, const CivilDate& date) {
  append_year_month(out, date);
  out += '-';
  append_padded(out, date.day, 2);
}

void append_time(std::string& out, const ClockTime& time) {
  append_padded(out, time.hour, 2);
  out += ':';
  append_padded(out, time.minute, 2);
  out += ':';
  append_padded(out, time.second, 2);
}

void append_offset(std::string& out, std::int32_t utc_offset_minutes) {
  const std::int32_t minutes = std::abs(utc_offset_minutes);
  out += utc_offset_minutes < 0 ? '-' : '+';
  append_padded(out, minutes / 60, 2);
  out += ':';
  append_padded(out, minutes % 60, 2);
}

}  // namespace listing_sync
