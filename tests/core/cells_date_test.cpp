// The calendar against a slow one that counts day by day; every serial; zones.
#include <doctest/doctest.h>

#include <cstdint>
#include <cstdio>
#include <string>

#include "cell_support.h"
#include "cells/calendar.h"

using namespace listing_sync;  // NOLINT(google-build-using-namespace)
using testing::column_of;
using testing::convert;

namespace {

std::int32_t slow_days_in_month(std::int32_t year, std::int32_t month) {
  constexpr std::int32_t kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

void step(CivilDate& date) {
  if (++date.day <= slow_days_in_month(date.year, date.month)) return;
  date.day = 1;
  if (++date.month <= 12) return;
  date.month = 1;
  ++date.year;
}

std::string iso(const CivilDate& date) {
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", date.year, date.month, date.day);
  return text;
}

}  // namespace

TEST_CASE("day numbers and dates agree with counting, from year 1 to 9999") {
  CivilDate date{1, 1, 1};
  std::int32_t days = -719162;  // of 0001-01-01
  for (; date.year <= 9999; ++days, step(date)) {
    const CivilDate got = civil_from_days(days);
    const bool agrees = days_from_civil(date) == days && got.year == date.year &&
                        got.month == date.month && got.day == date.day && exists(date) &&
                        weekday(date) == ((days + 4) % 7 + 7) % 7;
    if (!agrees) FAIL(iso(date));
  }
  CHECK(days == 2932897);  // of 10000-01-01
}

TEST_CASE("every serial is the day that Sheets shows, the years 1900 to 2100 aside") {
  const Column column = column_of("date");
  CivilDate date{1899, 12, 30};
  for (std::int32_t serial = 1; serial <= 109574; ++serial) {
    step(date);
    const bool in_doubt = serial >= 1900 && serial <= 2100;
    const std::string expected =
        in_doubt ? "invalid ambiguous_date" : "write \"" + iso(date) + "\"";
    if (serial % 97 == 0 || serial < 2200)
      CHECK(convert(column, std::to_string(serial)) == expected);
  }
  CHECK(iso(date) == "2199-12-31");
  CHECK(convert(column, "109575") == "invalid not_a_date");
}

TEST_CASE("only the right one of seven weekdays fits a date") {
  const Column column = column_of("date");
  constexpr std::string_view kDays[] = {"月", "火", "水", "木", "金", "土", "日"};
  for (std::size_t day = 0; day < 7; ++day) {  // 2024-01-01 was a Monday
    const std::string date = "2024/1/" + std::to_string(day + 1);
    for (std::size_t typed = 0; typed < 7; ++typed) {
      const std::string cell = "\"" + date + "(" + std::string(kDays[typed]) + ")\"";
      const std::string expected = "write \"2024-01-0" + std::to_string(day + 1) + "\"";
      CHECK(convert(column, cell) == (typed == day ? expected : "invalid impossible_date"));
    }
  }
}

TEST_CASE("a date-time carries the offset of its source") {
  const auto in_zone = [](std::string_view zone, std::string_view cell) {
    return convert("datetime", "{}", cell, zone);
  };
  CHECK(in_zone("Asia/Tokyo", "45300.4375") == R"(write "2024-01-09T10:30:00+09:00")");
  CHECK(in_zone("UTC", "45300.4375") == R"(write "2024-01-09T10:30:00+00:00")");
  CHECK(in_zone("-03:30", R"("2024/1/9 10:30")") == R"(write "2024-01-09T10:30:00-03:30")");
  CHECK(in_zone("+05:45", R"("2024/1/9")") == R"(write "2024-01-09T00:00:00+05:45")");
}

TEST_CASE("every second of a day survives as a serial of 15 digits") {
  const Column column = column_of("datetime", "{}", "+09:00");
  for (int second = 0; second < 86400; second += 7) {
    char serial[32], expected[64];
    std::snprintf(serial, sizeof serial, "%.10f", 45300 + second / 86400.0);
    std::snprintf(expected, sizeof expected, "write \"2024-01-09T%02d:%02d:%02d+09:00\"",
                  second / 3600, second / 60 % 60, second % 60);
    CHECK(convert(column, serial) == expected);
  }
}
