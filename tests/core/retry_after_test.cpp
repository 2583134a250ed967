// Retry-After: a table of what is understood, and every day from 1970 to 2200 in all three forms of
// an HTTP date against a calendar that is counted day by day.
#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "listing_sync/policy.h"

namespace listing_sync {
namespace {

constexpr std::int64_t kNotUnderstood = -1;

std::int64_t answered(std::string_view retry_after, std::string_view date) {
  const auto wait_ms = retry_after_ms(retry_after, date);
  return wait_ms ? static_cast<std::int64_t>(*wait_ms) : kNotUnderstood;
}

struct Case {
  const char *retry_after, *date;
  std::int64_t wanted_ms;
};

void check(const std::vector<Case>& cases) {
  for (const Case& given : cases) {
    CAPTURE(std::string(given.retry_after));
    CAPTURE(std::string(given.date));
    CHECK(answered(given.retry_after, given.date) == given.wanted_ms);
  }
}

const char* const kNow = "Sun, 06 Nov 1994 08:49:37 GMT";

TEST_CASE("Retry-After in seconds: digits and nothing else") {
  check({{"0", "", 0},
         {"120", "", 120'000},
         {"120", "yesterday", 120'000},
         {"007", "", 7000},
         {"", "", kNotUnderstood},
         {"-1", "", kNotUnderstood},
         {"+1", "", kNotUnderstood},
         {"1.5", "", kNotUnderstood},
         {"1e3", "", kNotUnderstood},
         {" 5", "", kNotUnderstood},
         {"5 ", "", kNotUnderstood},
         {"5s", "", kNotUnderstood},
         {"\xEF\xBC\x95", "", kNotUnderstood},  // a wide 5
         {"soon", "", kNotUnderstood}});
  CHECK(answered(std::string_view("5\0", 2), "") == kNotUnderstood);
}

TEST_CASE("a Retry-After beyond every number is a very long wait, not none") {
  for (const char* many : {"1000000000001", "18446744073709551615", "18446744073709551616",
                           "99999999999999999999999999"}) {
    CAPTURE(std::string(many));
    CHECK(answered(many, "") == 1'000'000'000'000'000);
  }
  CHECK(answered(std::string(100'000, '9'), "") == 1'000'000'000'000'000);
  CHECK(answered(std::string(100'000, '0') + "7", "") == 7000);
}

TEST_CASE("the three forms of an HTTP date say the same") {
  for (const char* due : {"Sun, 06 Nov 1994 08:49:47 GMT", "Sunday, 06-Nov-94 08:49:47 GMT",
                          "Sun Nov  6 08:49:47 1994", "Sun Nov 06 08:49:47 1994"})
    for (const char* now : {kNow, "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"}) {
      CAPTURE(std::string(due));
      CAPTURE(std::string(now));
      CHECK(answered(due, now) == 10'000);
      CHECK(answered(now, due) == 0);
    }
}

TEST_CASE("a date is held against the answer's own Date, over months, leap days and years") {
  check({{"Mon, 07 Nov 1994 08:49:37 GMT", kNow, 86'400'000},
         {"Wed, 01 Mar 1995 00:00:00 GMT", "Tue, 28 Feb 1995 23:59:59 GMT", 1000},
         {"Thu, 01 Mar 2012 00:00:00 GMT", "Wed, 29 Feb 2012 00:00:00 GMT", 86'400'000},
         {"Sat, 01 Jan 2000 00:00:00 GMT", "Fri, 31 Dec 1999 23:59:59 GMT", 1000},
         {"Saturday, 01-Jan-00 00:00:00 GMT", "Fri, 31 Dec 1999 23:59:59 GMT", 1000},
         {"Sun, 01 Jan 2017 00:00:00 GMT", "Sat, 31 Dec 2016 23:59:60 GMT", 0},
         {"Sat, 31 Dec 2016 23:59:60 GMT", "Sat, 31 Dec 2016 23:59:59 GMT", 1000},
         {"Sun, 06 Nov 1994 08:49:00 GMT", kNow, 0},
         {"Thu, 06 Nov 1969 08:49:47 GMT", kNow, 0},
         {"Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", 253'402'300'799'000},
         {"Sun, 06 Nov 1994 08:49:47 GMT", "", kNotUnderstood},
         {"Sun, 06 Nov 1994 08:49:47 GMT", "10", kNotUnderstood},
         {"Sun, 06 Nov 1994 08:49:47 GMT", "yesterday", kNotUnderstood}});
}

TEST_CASE("a two-digit year more than 50 years ahead is one that has passed") {
  check({{"Sunday, 06-Nov-94 08:49:37 GMT", "Mon, 06 Nov 2045 08:49:37 GMT", kNotUnderstood},
         {"Saturday, 06-Nov-94 08:49:37 GMT", "Mon, 06 Nov 2045 08:49:37 GMT", 1'546'300'800'000},
         // 50 years to the second are not more than 50 years; a second further is 1994 again.
         {"Saturday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 2044 08:49:37 GMT", 1'577'836'800'000},
         {"Sunday, 06-Nov-94 08:49:38 GMT", "Sun, 06 Nov 2044 08:49:37 GMT", 0},
         {"Friday, 01-Jan-99 00:00:00 GMT", "Sat, 01 Jan 2000 00:00:00 GMT", 0},
         {"Saturday, 01-Jan-05 00:00:00 GMT", "Sat, 01 Jan 2000 00:00:00 GMT", 157'852'800'000},
         // The Date with two digits, beside a whole year and beside another of its kind.
         {"Sat, 06 Nov 2094 08:49:38 GMT", "Saturday, 06-Nov-94 08:49:37 GMT", 1000},
         {"Sunday, 06-Nov-94 08:49:38 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", 1000},
         {"Saturday, 01-Jan-00 00:00:00 GMT", "Friday, 31-Dec-99 23:59:59 GMT", 1000}});
}

TEST_CASE("what is not quite an HTTP date is not understood") {
  std::vector<Case> cases;
  for (const char* due : {"Sun, 06 Nov 1994 08:49:47 JST",
                          "Sun, 06 Nov 1994 08:49:47 UTC",
                          "Sun, 06 Nov 1994 08:49:47",
                          "Sun, 06 Nov 1994 08:49:47 GMT ",
                          " Sun, 06 Nov 1994 08:49:47 GMT",
                          "Sun, 06 Nov 1994 08:49:47 GMTX",
                          "sun, 06 Nov 1994 08:49:47 GMT",
                          "Sun, 06 nov 1994 08:49:47 GMT",
                          "SUN, 06 NOV 1994 08:49:47 GMT",
                          "Sun, 06 Nov 1994 08:49:47 gmt",
                          "Sun,06 Nov 1994 08:49:47 GMT",
                          "Sun 06 Nov 1994 08:49:47 GMT",
                          "Sun, 6 Nov 1994 08:49:47 GMT",
                          "Sun,  6 Nov 1994 08:49:47 GMT",
                          "Sun, 06 Nov 94 08:49:47 GMT",
                          "Sun, 06 Nov 01994 08:49:47 GMT",
                          "Sun, 06 Nov 1994 8:49:47 GMT",
                          "Sun, 06 Nov 1994 08:49 GMT",
                          "Sun, 06 Nov 1994  08:49:47 GMT",
                          "Sun, 06-Nov-1994 08:49:47 GMT",
                          "Sun, 06-Nov-94 08:49:47 GMT",
                          "Sunday, 06-Nov-1994 08:49:47 GMT",
                          "Sunday, 06 Nov 1994 08:49:47 GMT",
                          "Sunday, 6-Nov-94 08:49:47 GMT",
                          "Sun Nov 6 08:49:47 1994",
                          "Sun Nov   6 08:49:47 1994",
                          "Sun Nov  6 08:49:47 1994 GMT",
                          "Sun Nov  6 08:49:47 94",
                          "Sun, Nov  6 08:49:47 1994",
                          "Sun, 06 November 1994 08:49:47 GMT",
                          "1994-11-06T08:49:47Z",
                          "Sun, +6 Nov 1994 08:49:47 GMT",
                          "Sun, 06 Nov 1994 08:49:-7 GMT",
                          "Sun, 06 Nov 1994 0x:49:47 GMT"})
    cases.push_back({due, kNow, kNotUnderstood});
  check(cases);
}

TEST_CASE("a date that does not exist, or names another weekday, is not understood") {
  std::vector<Case> cases;
  for (const char* due : {"Mon, 06 Nov 1994 08:49:47 GMT", "Monday, 06-Nov-94 08:49:47 GMT",
                          "Mon Nov  6 08:49:47 1994", "Sun, 00 Nov 1994 08:49:47 GMT",
                          "Sun Nov  0 08:49:47 1994", "Sun, 32 Nov 1994 08:49:47 GMT",
                          "Thu, 31 Nov 1994 08:49:47 GMT", "Wed, 29 Feb 1995 08:49:47 GMT",
                          "Mon, 29 Feb 2100 08:49:47 GMT", "Sun, 06 Foo 1994 08:49:47 GMT",
                          "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:47 GMT",
                          "Sun, 06 Nov 1994 08:49:60 GMT", "Sun, 06 Nov 1994 23:59:61 GMT"})
    cases.push_back({due, kNow, kNotUnderstood});
  check(cases);
}

// ---- every day, against an independent calendar

constexpr std::array<const char*, 7> kDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                              "Thursday", "Friday", "Saturday"};
constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// A calendar that knows how to go to the next day, and no arithmetic.
struct Calendar {
  unsigned year = 1970, month = 0, day = 1, weekday = 4;

  void advance() {
    static constexpr std::array<unsigned, 12> kLengths = {31, 28, 31, 30, 31, 30,
                                                          31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    weekday = (weekday + 1) % 7;
    if (++day <= kLengths[month] + (month == 1 && leap ? 1 : 0)) return;
    day = 1;
    month = (month + 1) % 12;
    if (month == 0) ++year;
  }
};

template <class... Values>
std::string print(const char* format, Values... values) {
  std::array<char, 64> text{};
  const int size = std::snprintf(text.data(), text.size(), format, values...);
  return {text.data(), static_cast<std::size_t>(size)};
}

std::array<std::string, 3> three_forms(const Calendar& at, unsigned second_of_day) {
  const unsigned hour = second_of_day / 3600, minute = second_of_day / 60 % 60,
                 second = second_of_day % 60;
  const char* const month = kMonths[at.month];
  return {print("%.3s, %02u %s %04u %02u:%02u:%02u GMT", kDays[at.weekday], at.day, month, at.year,
                hour, minute, second),
          print("%s, %02u-%s-%02u %02u:%02u:%02u GMT", kDays[at.weekday], at.day, month,
                at.year % 100, hour, minute, second),
          print("%.3s %s %2u %02u:%02u:%02u %04u", kDays[at.weekday], month, at.day, hour, minute,
                second, at.year)};
}

TEST_CASE("every day from 1970 to 2200 is understood in all three forms") {
  Random random{2026};
  Calendar at;
  std::string before = three_forms(at, 0)[0];
  std::uint64_t days = 0, wrong = 0;
  for (; at.year <= 2200; at.advance(), ++days) {
    const auto second = static_cast<unsigned>(random.up_to(86'399));
    const std::array<std::string, 3> forms = three_forms(at, second);
    const auto from_before = static_cast<std::int64_t>(days == 0 ? second : 86'400 + second) * 1000;
    for (const std::string& form : forms) {
      if (answered(form, before) != from_before) ++wrong;
      if (answered(form, forms[0]) != 0) ++wrong;
    }
    for (const std::string& form : {forms[0], forms[2]})  // from 1970 itself: no two digits do
      if (answered(form, "Thu, 01 Jan 1970 00:00:00 GMT") !=
          static_cast<std::int64_t>(days * 86'400 + second) * 1000)
        ++wrong;
    before = three_forms(at, 0)[0];
  }
  CHECK(days == 84'371);
  CHECK(wrong == 0);
}

TEST_CASE("a date of which one byte was damaged is refused, or its grammar still holds") {
  for (const std::string& form : three_forms(Calendar{1994, 10, 6, 0}, 31'777))
    for (std::size_t at = 0; at < form.size(); ++at)
      for (unsigned byte = 0; byte < 256; ++byte) {
        std::string damaged = form;
        damaged[at] = static_cast<char>(byte);
        if (damaged == form || !retry_after_ms(damaged, kNow)) continue;
        CAPTURE(damaged);
        const bool is_digit = byte >= '0' && byte <= '9';
        const bool was_digit_or_space = (form[at] >= '0' && form[at] <= '9') || form[at] == ' ';
        CHECK((is_digit && was_digit_or_space));
      }
}

}  // namespace
}  // namespace listing_sync
